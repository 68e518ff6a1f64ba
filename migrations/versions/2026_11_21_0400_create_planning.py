"""Create the tables of planning."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "periods",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="2026, 2026-Q4 or 2026-11"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('year', 'quarter', 'month')", name=op.f("periods_kind_check")),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("periods_status_check")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("periods_dates_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("periods_pkey")),
        sa.UniqueConstraint("tenant_id", "code", name="periods_code_key"),
        schema="kinerja",
    )
    op.create_index(
        op.f("periods_tenant_id_starts_on_id_idx"),
        "periods",
        ["tenant_id", "starts_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "plans",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="of the placement"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("approach", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decided_by_id", sa.Uuid(), nullable=True, comment="employee who approved or returned"
        ),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "approach IN ('quantitative', 'qualitative')", name=op.f("plans_approach_check")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'approved')",
            name=op.f("plans_status_check"),
        ),
        sa.CheckConstraint("year BETWEEN 2014 AND 2200", name=op.f("plans_year_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("plans_decided_by_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("plans_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "placement_id"],
            ["kinerja.placements.tenant_id", "kinerja.placements.id"],
            name=op.f("plans_placement_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("plans_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("plans_pkey")),
        sa.UniqueConstraint("tenant_id", "placement_id", "year", name="plans_placement_year_key"),
        schema="kinerja",
    )
    op.create_index(
        "plans_decided_by_idx",
        "plans",
        ["tenant_id", "decided_by_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("plans_tenant_id_employee_id_year_id_idx"),
        "plans",
        ["tenant_id", "employee_id", "year", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "plans_unit_idx",
        "plans",
        ["tenant_id", "unit_id", "year", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "plans_year_idx", "plans", ["tenant_id", "year", "id"], unique=False, schema="kinerja"
    )
    op.create_table(
        "behaviour_expectations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("expectation", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "value IN ('berorientasi_pelayanan', 'akuntabel', 'kompeten', 'harmonis', 'loyal', 'adaptif', 'kolaboratif')",
            name=op.f("behaviour_expectations_value_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["kinerja.plans.tenant_id", "kinerja.plans.id"],
            name=op.f("behaviour_expectations_plan_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "plan_id", "value", name=op.f("behaviour_expectations_pkey")
        ),
        schema="kinerja",
        comment="The leader's special expectations for each value",
    )
    op.create_table(
        "plan_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why the plan was revised"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["kinerja.plans.tenant_id", "kinerja.plans.id"],
            name=op.f("plan_versions_plan_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", "number", name=op.f("plan_versions_pkey")),
        schema="kinerja",
        comment="Content of a plan as it was approved, kept when it is revised",
    )
    op.create_table(
        "targets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("weight_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("superior_target_id", sa.Uuid(), nullable=True),
        sa.Column("cascading", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cascading IN ('direct', 'non_direct')", name=op.f("targets_cascading_check")
        ),
        sa.CheckConstraint("kind IN ('utama', 'tambahan')", name=op.f("targets_kind_check")),
        sa.CheckConstraint(
            "weight_percent > 0 AND weight_percent <= 100",
            name=op.f("targets_weight_percent_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["kinerja.plans.tenant_id", "kinerja.plans.id"],
            name=op.f("targets_plan_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "superior_target_id"],
            ["kinerja.targets.tenant_id", "kinerja.targets.id"],
            name=op.f("targets_superior_target_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("targets_pkey")),
        sa.UniqueConstraint("tenant_id", "plan_id", "number", name="targets_number_key"),
        schema="kinerja",
    )
    op.create_index(
        "targets_superior_idx",
        "targets",
        ["tenant_id", "superior_target_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "indicators",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False, comment="of the plan"),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("aspect", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False, comment="what the numbers count"),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("weight_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column(
            "annual_low",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="the target, or its lower bound",
        ),
        sa.Column(
            "annual_high",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="upper bound of a range",
        ),
        sa.Column("accumulation", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(direction = 'range') = (annual_high IS NOT NULL)",
            name=op.f("indicators_bounds_check"),
        ),
        sa.CheckConstraint(
            "accumulation IN ('sum', 'average', 'latest')",
            name=op.f("indicators_accumulation_check"),
        ),
        sa.CheckConstraint(
            "aspect IN ('kuantitas', 'kualitas', 'waktu', 'biaya')",
            name=op.f("indicators_aspect_check"),
        ),
        sa.CheckConstraint(
            "direction IN ('higher', 'lower', 'range')", name=op.f("indicators_direction_check")
        ),
        sa.CheckConstraint(
            "source IN ('entered', 'approved_volume')", name=op.f("indicators_source_check")
        ),
        sa.CheckConstraint(
            "weight_percent > 0 AND weight_percent <= 100",
            name=op.f("indicators_weight_percent_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("indicators_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["kinerja.plans.tenant_id", "kinerja.plans.id"],
            name=op.f("indicators_plan_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_id"],
            ["kinerja.targets.tenant_id", "kinerja.targets.id"],
            name=op.f("indicators_target_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("indicators_pkey")),
        sa.UniqueConstraint("tenant_id", "target_id", "number", name="indicators_number_key"),
        schema="kinerja",
    )
    op.create_index(
        "indicators_employee_idx",
        "indicators",
        ["tenant_id", "employee_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("indicators_tenant_id_plan_id_idx"),
        "indicators",
        ["tenant_id", "plan_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "indicator_targets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("low", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("high", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "indicator_id"],
            ["kinerja.indicators.tenant_id", "kinerja.indicators.id"],
            name=op.f("indicator_targets_indicator_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["kinerja.periods.tenant_id", "kinerja.periods.id"],
            name=op.f("indicator_targets_period_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "period_id", "indicator_id", name=op.f("indicator_targets_pkey")
        ),
        schema="kinerja",
        comment="What an indicator should reach in a period (action plan)",
    )
    op.create_index(
        "indicator_targets_indicator_idx",
        "indicator_targets",
        ["tenant_id", "indicator_id"],
        unique=False,
        schema="kinerja",
    )
    isolate(
        "periods",
        "plans",
        "behaviour_expectations",
        "plan_versions",
        "targets",
        "indicators",
        "indicator_targets",
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("indicator_targets", schema="kinerja")
    op.drop_table("indicators", schema="kinerja")
    op.drop_table("targets", schema="kinerja")
    op.drop_table("plan_versions", schema="kinerja")
    op.drop_table("behaviour_expectations", schema="kinerja")
    op.drop_table("plans", schema="kinerja")
    op.drop_table("periods", schema="kinerja")
