"""Tables of closings: frozen inputs and scores, keyed (tenant, closing, employee).

The frozen rows have no foreign key on purpose: one statement of the close writes them all beside
its locked closing, nothing ever deletes a closing, and the key would cost half of the close.
"""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from kinerja_api.core.tables import (
    belongs_to,
    id_column,
    metadata,
    one_of,
    tenant_column,
    version_columns,
)
from kinerja_api.scoring.rules import ClosingStatus

AMOUNT, SCORE, WEIGHT = Numeric(14, 2), Numeric(14, 2), Numeric(5, 2)

closings = Table(
    "closings",
    metadata,
    tenant_column(),
    id_column(),
    Column("period_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("policy", JSONB, nullable=False, comment="norms in force, frozen"),
    Column("job_id", Uuid, nullable=False),
    Column("people", Integer),
    Column("rated", Integer),
    Column("unrated", Integer),
    Column("snapshot_sha256", LargeBinary),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("reason", Text, comment="of the reopening"),
    Column("error", Text),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "id"),
    UniqueConstraint("tenant_id", "period_id", "number", name="closings_number_key"),
    belongs_to("period_id", "periods"),
    one_of("status", list(ClosingStatus)),
    Index(
        "closings_standing_key",
        "tenant_id",
        "period_id",
        unique=True,
        postgresql_where=text("status IN ('queued', 'running', 'done')"),
    ),
)

closing_people = Table(
    "closing_people",
    metadata,
    tenant_column(),
    Column("closing_id", Uuid, nullable=False),
    Column("employee_id", Uuid, nullable=False),
    Column("plan_id", Uuid, comment="in force on the period's last day; null: none"),
    Column("unit_id", Uuid, nullable=False),
    Column("superior_id", Uuid, comment="employee, frozen; null: none"),
    Column("is_head", Boolean, nullable=False),
    PrimaryKeyConstraint("tenant_id", "closing_id", "employee_id"),
)

closing_indicators = Table(
    "closing_indicators",
    metadata,
    tenant_column(),
    Column("closing_id", Uuid, nullable=False),
    Column("employee_id", Uuid, nullable=False),
    Column("target_id", Uuid, nullable=False),
    Column("target_number", SmallInteger, nullable=False),
    Column("target_kind", Text, nullable=False),
    Column("target_title", Text, nullable=False),
    Column("target_weight", WEIGHT),
    Column("indicator_id", Uuid, nullable=False),
    Column("indicator_number", SmallInteger, nullable=False),
    Column("indicator_title", Text, nullable=False),
    Column("indicator_unit", Text, nullable=False),
    Column("indicator_weight", WEIGHT),
    Column("direction", Text, nullable=False),
    Column("target_low", AMOUNT, nullable=False),
    Column("target_high", AMOUNT),
    Column("result", AMOUNT),
    Column("source", Text, nullable=False),
    Column("is_missing", Boolean, nullable=False),
    Column("is_excluded", Boolean, nullable=False),
    PrimaryKeyConstraint("tenant_id", "closing_id", "employee_id", "indicator_id"),
)

closing_behaviours = Table(
    "closing_behaviours",
    metadata,
    tenant_column(),
    Column("closing_id", Uuid, nullable=False),
    Column("employee_id", Uuid, nullable=False),
    Column("value", Text, nullable=False),
    Column("rating", Text, nullable=False),
    PrimaryKeyConstraint("tenant_id", "closing_id", "employee_id", "value"),
)

closing_scores = Table(
    "closing_scores",
    metadata,
    tenant_column(),
    Column("closing_id", Uuid, nullable=False),
    Column("employee_id", Uuid, nullable=False),
    Column("work_result", SCORE),
    Column("work_rating", Text),
    Column("behaviour_rating", Text),
    Column("predicate", Text),
    Column("unrated_reason", Text),
    Column("missing_count", Integer, nullable=False),
    Column("is_provisional", Boolean, nullable=False, comment="head: organisation not yet rated"),
    PrimaryKeyConstraint("tenant_id", "closing_id", "employee_id"),
)
