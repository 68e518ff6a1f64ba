"""Widen the tables of evaluations."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import each_tenant, isolate

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add what the domain gained."""

    op.drop_constraint(
        op.f("evaluations_status_check"), "evaluations", schema="kinerja", type_="check"
    )
    op.drop_index(
        "evaluations_standing_key",
        table_name="evaluations",
        schema="kinerja",
        postgresql_where=sa.text("status <> 'superseded'"),
    )
    op.alter_column(
        "evaluations",
        "superior_id",
        existing_type=sa.Uuid(),
        comment="who decides: frozen at close or named; null: nobody",
        existing_comment="employee, frozen at close; null: none",
        existing_nullable=True,
        schema="kinerja",
    )
    op.add_column(
        "evaluations",
        sa.Column(
            "number", sa.Integer(), server_default="1", nullable=False, comment="of the version"
        ),
        schema="kinerja",
    )
    op.add_column(
        "evaluations",
        sa.Column("corrects_id", sa.Uuid(), nullable=True, comment="the former version"),
        schema="kinerja",
    )
    op.add_column(
        "evaluations", sa.Column("decided_as", sa.Text(), nullable=True), schema="kinerja"
    )
    op.add_column(
        "evaluations",
        sa.Column(
            "objection_until",
            sa.Date(),
            nullable=True,
            comment="last day to object, frozen at the decision",
        ),
        schema="kinerja",
    )
    op.add_column("evaluations", sa.Column("final_by", sa.Text(), nullable=True), schema="kinerja")
    op.create_check_constraint(
        op.f("evaluations_decided_as_check"),
        "evaluations",
        "decided_as IN ('assessor', 'superior_of_assessor', 'objection_official')",
        schema="kinerja",
    )
    op.create_foreign_key(
        op.f("evaluations_corrects_id_fkey"),
        "evaluations",
        "evaluations",
        ["tenant_id", "corrects_id"],
        ["tenant_id", "id"],
        source_schema="kinerja",
        referent_schema="kinerja",
    )
    op.create_check_constraint(
        op.f("evaluations_status_check"),
        "evaluations",
        "status IN ('opened', 'decided', 'objected', 'final', 'corrected', 'superseded')",
        schema="kinerja",
    )
    op.create_check_constraint(
        op.f("evaluations_final_by_check"),
        "evaluations",
        "final_by IN ('acknowledgement', 'deadline', 'objection', 'withdrawal')",
        schema="kinerja",
    )
    op.create_index(
        "evaluations_standing_key",
        "evaluations",
        ["tenant_id", "period_id", "employee_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("status NOT IN ('corrected', 'superseded')"),
    )
    op.create_index(
        "evaluations_corrects_idx",
        "evaluations",
        ["tenant_id", "corrects_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "evaluations_lapsing_idx",
        "evaluations",
        ["tenant_id", "objection_until"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status = 'decided'"),
    )
    op.create_table(
        "objections",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "assessor_id",
            sa.Uuid(),
            nullable=False,
            comment="employee whose decision is objected to",
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="when a decision is expected"),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("assessor_statement", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("old_work_rating", sa.Text(), nullable=False),
        sa.Column("old_behaviour_rating", sa.Text(), nullable=False),
        sa.Column("old_predicate", sa.Text(), nullable=False),
        sa.Column("old_reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("new_work_rating", sa.Text(), nullable=True),
        sa.Column("new_behaviour_rating", sa.Text(), nullable=True),
        sa.Column("new_predicate", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True, comment="employee"),
        sa.Column("decided_as", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "decided_as IN ('assessor', 'superior_of_assessor', 'objection_official')",
            name=op.f("objections_decided_as_check"),
        ),
        sa.CheckConstraint(
            "new_behaviour_rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("objections_new_behaviour_rating_check"),
        ),
        sa.CheckConstraint(
            "new_predicate IN ('sangat_baik', 'baik', 'butuh_perbaikan', 'kurang', 'sangat_kurang')",
            name=op.f("objections_new_predicate_check"),
        ),
        sa.CheckConstraint(
            "new_work_rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("objections_new_work_rating_check"),
        ),
        sa.CheckConstraint(
            "old_behaviour_rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("objections_old_behaviour_rating_check"),
        ),
        sa.CheckConstraint(
            "old_predicate IN ('sangat_baik', 'baik', 'butuh_perbaikan', 'kurang', 'sangat_kurang')",
            name=op.f("objections_old_predicate_check"),
        ),
        sa.CheckConstraint(
            "old_work_rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("objections_old_work_rating_check"),
        ),
        sa.CheckConstraint("outcome IN ('kept', 'changed')", name=op.f("objections_outcome_check")),
        sa.CheckConstraint(
            "status IN ('filed', 'answered', 'decided', 'withdrawn')",
            name=op.f("objections_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "assessor_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("objections_assessor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("objections_decided_by_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("objections_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "evaluation_id"],
            ["kinerja.evaluations.tenant_id", "kinerja.evaluations.id"],
            name=op.f("objections_evaluation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["kinerja.periods.tenant_id", "kinerja.periods.id"],
            name=op.f("objections_period_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("objections_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("objections_pkey")),
        sa.UniqueConstraint("tenant_id", "evaluation_id", name="objections_evaluation_key"),
        schema="kinerja",
    )
    op.create_index(
        "objections_assessor_idx",
        "objections",
        ["tenant_id", "assessor_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "objections_decided_by_idx",
        "objections",
        ["tenant_id", "decided_by_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "objections_employee_idx",
        "objections",
        ["tenant_id", "employee_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "objections_open_idx",
        "objections",
        ["tenant_id", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status IN ('filed', 'answered')"),
    )
    op.create_index(
        "objections_period_idx",
        "objections",
        ["tenant_id", "period_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "objections_unit_idx",
        "objections",
        ["tenant_id", "unit_id", "id"],
        unique=False,
        schema="kinerja",
    )
    isolate("objections")

    # Nobody could object so far: who was shown a decision has the days from now on.
    each_tenant(
        "UPDATE kinerja.evaluations SET decided_as = 'assessor' WHERE decided_by_id IS NOT NULL",
        "UPDATE kinerja.evaluations SET final_by = 'acknowledgement' WHERE status = 'final'",
        "UPDATE kinerja.evaluations SET objection_until ="
        " (SELECT (now() AT TIME ZONE time_zone)::date FROM kinerja.tenants WHERE id = tenant)"
        " + coalesce((SELECT value::int FROM kinerja.norms WHERE key = 'objection_days'"
        " AND starts_on <= current_date"
        " AND coalesce(ends_on, current_date) >= current_date), 14)"
        " WHERE status = 'decided'",
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("objections", schema="kinerja")
    op.drop_index(
        "evaluations_lapsing_idx",
        table_name="evaluations",
        schema="kinerja",
        postgresql_where=sa.text("status = 'decided'"),
    )
    op.drop_index("evaluations_corrects_idx", table_name="evaluations", schema="kinerja")
    op.drop_index(
        "evaluations_standing_key",
        table_name="evaluations",
        schema="kinerja",
        postgresql_where=sa.text("status NOT IN ('corrected', 'superseded')"),
    )
    op.drop_constraint(
        op.f("evaluations_final_by_check"), "evaluations", schema="kinerja", type_="check"
    )
    op.drop_constraint(
        op.f("evaluations_status_check"), "evaluations", schema="kinerja", type_="check"
    )
    op.drop_constraint(
        op.f("evaluations_corrects_id_fkey"), "evaluations", schema="kinerja", type_="foreignkey"
    )
    op.drop_constraint(
        op.f("evaluations_decided_as_check"), "evaluations", schema="kinerja", type_="check"
    )
    op.drop_column("evaluations", "final_by", schema="kinerja")
    op.drop_column("evaluations", "objection_until", schema="kinerja")
    op.drop_column("evaluations", "decided_as", schema="kinerja")
    op.drop_column("evaluations", "corrects_id", schema="kinerja")
    op.drop_column("evaluations", "number", schema="kinerja")
    op.alter_column(
        "evaluations",
        "superior_id",
        existing_type=sa.Uuid(),
        comment="employee, frozen at close; null: none",
        existing_comment="who decides: frozen at close or named; null: nobody",
        existing_nullable=True,
        schema="kinerja",
    )
    op.create_index(
        "evaluations_standing_key",
        "evaluations",
        ["tenant_id", "period_id", "employee_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("status <> 'superseded'"),
    )
    op.create_check_constraint(
        op.f("evaluations_status_check"),
        "evaluations",
        "status IN ('opened', 'decided', 'final', 'superseded')",
        schema="kinerja",
    )
