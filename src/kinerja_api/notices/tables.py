"""Table of notices: each person's feed."""

from sqlalchemy import Column, DateTime, Index, PrimaryKeyConstraint, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from kinerja_api.core.tables import belongs_to, id_column, metadata, tenant_column

notices = Table(
    "notices",
    metadata,
    tenant_column(),
    id_column(),
    Column("employee_id", Uuid, nullable=False, comment="whose feed"),
    Column("kind", Text, nullable=False, comment="code of its text, such as log_returned"),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("from_id", Uuid, comment="employee who caused it"),
    Column("note", Text),
    Column("params", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("read_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("tenant_id", "id"),
    belongs_to("employee_id", "employees"),
    belongs_to("from_id", "employees"),
    Index("notices_feed_idx", "tenant_id", "employee_id", "id"),
    Index(
        "notices_unread_idx",
        "tenant_id",
        "employee_id",
        "id",
        postgresql_where=text("read_at IS NULL"),
    ),
    Index("notices_from_idx", "tenant_id", "from_id"),
    Index(
        "notices_notes_idx",
        "tenant_id",
        "employee_id",
        "id",
        postgresql_where=text("kind = 'note'"),
    ),
)
