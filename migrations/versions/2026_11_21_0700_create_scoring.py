"""Create the tables of scoring."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "closing_behaviours",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "closing_id", "employee_id", "value", name=op.f("closing_behaviours_pkey")
        ),
        schema="kinerja",
    )
    op.create_table(
        "closing_indicators",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("target_number", sa.SmallInteger(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_title", sa.Text(), nullable=False),
        sa.Column("target_weight", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_number", sa.SmallInteger(), nullable=False),
        sa.Column("indicator_title", sa.Text(), nullable=False),
        sa.Column("indicator_unit", sa.Text(), nullable=False),
        sa.Column("indicator_weight", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("target_low", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("target_high", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("result", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_missing", sa.Boolean(), nullable=False),
        sa.Column("is_excluded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "closing_id",
            "employee_id",
            "indicator_id",
            name=op.f("closing_indicators_pkey"),
        ),
        schema="kinerja",
    )
    op.create_table(
        "closing_people",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column(
            "plan_id",
            sa.Uuid(),
            nullable=True,
            comment="in force on the period's last day; null: none",
        ),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("superior_id", sa.Uuid(), nullable=True, comment="employee, frozen; null: none"),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "closing_id", "employee_id", name=op.f("closing_people_pkey")
        ),
        schema="kinerja",
    )
    op.create_table(
        "closing_scores",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("work_result", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("work_rating", sa.Text(), nullable=True),
        sa.Column("behaviour_rating", sa.Text(), nullable=True),
        sa.Column("predicate", sa.Text(), nullable=True),
        sa.Column("unrated_reason", sa.Text(), nullable=True),
        sa.Column("missing_count", sa.Integer(), nullable=False),
        sa.Column(
            "is_provisional",
            sa.Boolean(),
            nullable=False,
            comment="head: organisation not yet rated",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "closing_id", "employee_id", name=op.f("closing_scores_pkey")
        ),
        schema="kinerja",
    )
    op.create_table(
        "closings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("policy", postgresql.JSONB(), nullable=False, comment="norms in force, frozen"),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("rated", sa.Integer(), nullable=True),
        sa.Column("unrated", sa.Integer(), nullable=True),
        sa.Column("snapshot_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="of the reopening"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed', 'reopened')",
            name=op.f("closings_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["kinerja.periods.tenant_id", "kinerja.periods.id"],
            name=op.f("closings_period_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("closings_pkey")),
        sa.UniqueConstraint("tenant_id", "period_id", "number", name="closings_number_key"),
        schema="kinerja",
    )
    op.create_index(
        "closings_standing_key",
        "closings",
        ["tenant_id", "period_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("status IN ('queued', 'running', 'done')"),
    )
    isolate(
        "closing_behaviours",
        "closing_indicators",
        "closing_people",
        "closing_scores",
        "closings",
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("closings", schema="kinerja")
    op.drop_table("closing_scores", schema="kinerja")
    op.drop_table("closing_people", schema="kinerja")
    op.drop_table("closing_indicators", schema="kinerja")
    op.drop_table("closing_behaviours", schema="kinerja")
