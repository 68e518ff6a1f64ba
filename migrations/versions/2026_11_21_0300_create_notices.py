"""Create the tables of notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "notices",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False, comment="whose feed"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="code of its text, such as log_returned"
        ),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True, comment="employee who caused it"),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("notices_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("notices_from_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("notices_pkey")),
        schema="kinerja",
    )
    op.create_index(
        "notices_feed_idx",
        "notices",
        ["tenant_id", "employee_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "notices_from_idx", "notices", ["tenant_id", "from_id"], unique=False, schema="kinerja"
    )
    op.create_index(
        "notices_unread_idx",
        "notices",
        ["tenant_id", "employee_id", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("read_at IS NULL"),
    )
    isolate(
        "notices",
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("notices", schema="kinerja")
