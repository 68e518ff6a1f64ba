"""Widen the tables of planning."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add what the domain gained."""

    op.create_table(
        "goals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("perspective", sa.Text(), nullable=True),
        sa.Column(
            "parent_goal_id", sa.Uuid(), nullable=True, comment="of the same unit or one above"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "perspective IN ('penerima_layanan', 'proses_bisnis', 'penguatan_internal', 'anggaran')",
            name=op.f("goals_perspective_check"),
        ),
        sa.CheckConstraint("parent_goal_id <> id", name=op.f("goals_parent_check")),
        sa.CheckConstraint("year BETWEEN 2014 AND 2200", name=op.f("goals_year_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_goal_id"],
            ["kinerja.goals.tenant_id", "kinerja.goals.id"],
            name=op.f("goals_parent_goal_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("goals_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("goals_pkey")),
        sa.UniqueConstraint("tenant_id", "year", "code", name="goals_code_key"),
        schema="kinerja",
        comment="Goals of units (sasaran strategis, tujuan organisasi)",
    )
    op.create_index(
        "goals_parent_idx", "goals", ["tenant_id", "parent_goal_id"], unique=False, schema="kinerja"
    )
    op.create_index(
        "goals_unit_idx",
        "goals",
        ["tenant_id", "unit_id", "year", "code", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "goal_indicators",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False, comment="what the numbers count"),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column(
            "low",
            sa.Numeric(precision=14, scale=2),
            nullable=False,
            comment="the target, or its lower bound",
        ),
        sa.Column(
            "high",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="upper bound of a range",
        ),
        sa.CheckConstraint(
            "(direction = 'range') = (high IS NOT NULL)", name=op.f("goal_indicators_bounds_check")
        ),
        sa.CheckConstraint(
            "direction IN ('higher', 'lower', 'range')",
            name=op.f("goal_indicators_direction_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "goal_id"],
            ["kinerja.goals.tenant_id", "kinerja.goals.id"],
            name=op.f("goal_indicators_goal_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "goal_id", "number", name=op.f("goal_indicators_pkey")
        ),
        schema="kinerja",
    )
    op.drop_constraint(op.f("plans_status_check"), "plans", schema="kinerja", type_="check")
    op.add_column("plans", sa.Column("revision_reason", sa.Text(), nullable=True), schema="kinerja")
    op.add_column(
        "plans",
        sa.Column(
            "revision_content",
            postgresql.JSONB(),
            nullable=True,
            comment="waits beside the content in force",
        ),
        schema="kinerja",
    )
    op.add_column(
        "plans",
        sa.Column("revision_submitted_at", sa.DateTime(timezone=True), nullable=True),
        schema="kinerja",
    )
    op.add_column(
        "plans",
        sa.Column(
            "revision_note", sa.Text(), nullable=True, comment="why the revision was returned"
        ),
        schema="kinerja",
    )
    op.create_check_constraint(
        op.f("plans_revision_check"),
        "plans",
        "num_nonnulls(revision_content, revision_reason) = CASE WHEN status LIKE 'revision%' THEN 2 ELSE 0 END",
        schema="kinerja",
    )
    op.create_check_constraint(
        op.f("plans_status_check"),
        "plans",
        "status IN ('draft', 'submitted', 'returned', 'approved', 'revision', 'revision_submitted', 'closed')",
        schema="kinerja",
    )
    op.alter_column(
        "plan_versions",
        "created_at",
        existing_type=sa.DateTime(timezone=True),
        comment="when it was replaced",
        existing_nullable=False,
        schema="kinerja",
    )
    op.add_column(
        "plan_versions",
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        schema="kinerja",
    )
    op.add_column(
        "plan_versions",
        sa.Column(
            "approved_by_id", sa.Uuid(), nullable=True, comment="employee who had approved it"
        ),
        schema="kinerja",
    )
    op.create_foreign_key(
        op.f("plan_versions_approved_by_id_fkey"),
        "plan_versions",
        "employees",
        ["tenant_id", "approved_by_id"],
        ["tenant_id", "id"],
        source_schema="kinerja",
        referent_schema="kinerja",
    )
    op.create_index(
        "plan_versions_approved_by_idx",
        "plan_versions",
        ["tenant_id", "approved_by_id"],
        unique=False,
        schema="kinerja",
    )
    op.add_column("targets", sa.Column("goal_id", sa.Uuid(), nullable=True), schema="kinerja")
    op.create_foreign_key(
        op.f("targets_goal_id_fkey"),
        "targets",
        "goals",
        ["tenant_id", "goal_id"],
        ["tenant_id", "id"],
        source_schema="kinerja",
        referent_schema="kinerja",
    )
    op.create_check_constraint(
        op.f("targets_link_check"),
        "targets",
        "num_nonnulls(superior_target_id, goal_id) < 2",
        schema="kinerja",
    )
    op.create_index(
        "targets_goal_idx", "targets", ["tenant_id", "goal_id"], unique=False, schema="kinerja"
    )
    op.drop_constraint(
        op.f("indicators_bounds_check"), "indicators", schema="kinerja", type_="check"
    )
    op.alter_column(
        "indicators", "aspect", existing_type=sa.Text(), nullable=True, schema="kinerja"
    )
    op.alter_column(
        "indicators",
        "unit",
        existing_type=sa.Text(),
        nullable=True,
        existing_comment="what the numbers count",
        schema="kinerja",
    )
    op.alter_column(
        "indicators",
        "direction",
        existing_type=sa.Text(),
        nullable=True,
        comment="null: a measure of success in words, without numbers",
        schema="kinerja",
    )
    op.alter_column(
        "indicators",
        "annual_low",
        existing_type=sa.Numeric(precision=14, scale=2),
        nullable=True,
        existing_comment="the target, or its lower bound",
        schema="kinerja",
    )
    op.alter_column(
        "indicators", "accumulation", existing_type=sa.Text(), nullable=True, schema="kinerja"
    )
    op.create_check_constraint(
        op.f("indicators_bounds_check"),
        "indicators",
        "(direction IS NOT DISTINCT FROM 'range') = (annual_high IS NOT NULL)",
        schema="kinerja",
    )
    op.create_check_constraint(
        op.f("indicators_approach_check"),
        "indicators",
        "CASE WHEN direction IS NULL THEN source = 'entered' AND num_nonnulls(aspect, unit, weight_percent, annual_low, accumulation) = 0 ELSE num_nonnulls(aspect, unit, annual_low, accumulation) = 4 END",
        schema="kinerja",
    )
    op.create_table(
        "plan_actions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False, comment="of the plan"),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="of the plan"),
        sa.Column("number", sa.SmallInteger(), nullable=False, comment="within plan and period"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "progress_percent", sa.Numeric(precision=5, scale=2), server_default="0", nullable=False
        ),
        sa.Column("progress_note", sa.Text(), nullable=True),
        sa.Column("progressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "progress_percent BETWEEN 0 AND 100", name=op.f("plan_actions_progress_percent_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("plan_actions_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["kinerja.periods.tenant_id", "kinerja.periods.id"],
            name=op.f("plan_actions_period_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["kinerja.plans.tenant_id", "kinerja.plans.id"],
            name=op.f("plan_actions_plan_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_id"],
            ["kinerja.targets.tenant_id", "kinerja.targets.id"],
            name=op.f("plan_actions_target_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("plan_actions_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("plan_actions_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "plan_id", "period_id", "number", name="plan_actions_number_key"
        ),
        schema="kinerja",
        comment="Action plan (rencana aksi) of a period; goes with the target it is for",
    )
    op.create_index(
        "plan_actions_created_idx",
        "plan_actions",
        ["tenant_id", "created_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "plan_actions_employee_idx",
        "plan_actions",
        ["tenant_id", "employee_id", "created_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "plan_actions_period_idx",
        "plan_actions",
        ["tenant_id", "period_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "plan_actions_target_idx",
        "plan_actions",
        ["tenant_id", "target_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "plan_actions_unit_idx",
        "plan_actions",
        ["tenant_id", "unit_id", "created_at", "id"],
        unique=False,
        schema="kinerja",
    )
    isolate("goals", "goal_indicators", "plan_actions")


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("plan_actions", schema="kinerja")
    op.drop_constraint(
        op.f("indicators_approach_check"), "indicators", schema="kinerja", type_="check"
    )
    op.drop_constraint(
        op.f("indicators_bounds_check"), "indicators", schema="kinerja", type_="check"
    )
    op.alter_column(
        "indicators", "accumulation", existing_type=sa.Text(), nullable=False, schema="kinerja"
    )
    op.alter_column(
        "indicators",
        "annual_low",
        existing_type=sa.Numeric(precision=14, scale=2),
        nullable=False,
        existing_comment="the target, or its lower bound",
        schema="kinerja",
    )
    op.alter_column(
        "indicators",
        "direction",
        existing_type=sa.Text(),
        nullable=False,
        comment=None,
        existing_comment="null: a measure of success in words, without numbers",
        schema="kinerja",
    )
    op.alter_column(
        "indicators",
        "unit",
        existing_type=sa.Text(),
        nullable=False,
        existing_comment="what the numbers count",
        schema="kinerja",
    )
    op.alter_column(
        "indicators", "aspect", existing_type=sa.Text(), nullable=False, schema="kinerja"
    )
    op.create_check_constraint(
        op.f("indicators_bounds_check"),
        "indicators",
        "(direction = 'range') = (annual_high IS NOT NULL)",
        schema="kinerja",
    )
    op.drop_index("targets_goal_idx", table_name="targets", schema="kinerja")
    op.drop_constraint(op.f("targets_link_check"), "targets", schema="kinerja", type_="check")
    op.drop_constraint(
        op.f("targets_goal_id_fkey"), "targets", schema="kinerja", type_="foreignkey"
    )
    op.drop_column("targets", "goal_id", schema="kinerja")
    op.drop_index("plan_versions_approved_by_idx", table_name="plan_versions", schema="kinerja")
    op.drop_constraint(
        op.f("plan_versions_approved_by_id_fkey"),
        "plan_versions",
        schema="kinerja",
        type_="foreignkey",
    )
    op.drop_column("plan_versions", "approved_by_id", schema="kinerja")
    op.drop_column("plan_versions", "approved_at", schema="kinerja")
    op.alter_column(
        "plan_versions",
        "created_at",
        existing_type=sa.DateTime(timezone=True),
        comment=None,
        existing_comment="when it was replaced",
        existing_nullable=False,
        schema="kinerja",
    )
    op.drop_constraint(op.f("plans_status_check"), "plans", schema="kinerja", type_="check")
    op.drop_constraint(op.f("plans_revision_check"), "plans", schema="kinerja", type_="check")
    op.drop_column("plans", "revision_note", schema="kinerja")
    op.drop_column("plans", "revision_submitted_at", schema="kinerja")
    op.drop_column("plans", "revision_content", schema="kinerja")
    op.drop_column("plans", "revision_reason", schema="kinerja")
    op.create_check_constraint(
        op.f("plans_status_check"),
        "plans",
        "status IN ('draft', 'submitted', 'returned', 'approved')",
        schema="kinerja",
    )
    op.drop_table("goal_indicators", schema="kinerja")
    op.drop_table("goals", schema="kinerja")
