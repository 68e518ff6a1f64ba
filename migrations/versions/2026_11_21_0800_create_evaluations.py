"""Create the tables of evaluations."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import isolate

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "evaluations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False, comment="whose suggestion is shown"),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="frozen at close"),
        sa.Column(
            "superior_id", sa.Uuid(), nullable=True, comment="employee, frozen at close; null: none"
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("suggested_work_result", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("suggested_work_rating", sa.Text(), nullable=True),
        sa.Column("suggested_behaviour_rating", sa.Text(), nullable=True),
        sa.Column("suggested_predicate", sa.Text(), nullable=True),
        sa.Column("work_rating", sa.Text(), nullable=True),
        sa.Column("behaviour_rating", sa.Text(), nullable=True),
        sa.Column("predicate", sa.Text(), nullable=True),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="required where the decision differs"
        ),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True, comment="employee"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledgement_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "behaviour_rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("evaluations_behaviour_rating_check"),
        ),
        sa.CheckConstraint(
            "predicate IN ('sangat_baik', 'baik', 'butuh_perbaikan', 'kurang', 'sangat_kurang')",
            name=op.f("evaluations_predicate_check"),
        ),
        sa.CheckConstraint(
            "status IN ('opened', 'decided', 'final', 'superseded')",
            name=op.f("evaluations_status_check"),
        ),
        sa.CheckConstraint(
            "suggested_behaviour_rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("evaluations_suggested_behaviour_rating_check"),
        ),
        sa.CheckConstraint(
            "suggested_predicate IN ('sangat_baik', 'baik', 'butuh_perbaikan', 'kurang', 'sangat_kurang')",
            name=op.f("evaluations_suggested_predicate_check"),
        ),
        sa.CheckConstraint(
            "suggested_work_rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("evaluations_suggested_work_rating_check"),
        ),
        sa.CheckConstraint(
            "work_rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("evaluations_work_rating_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "closing_id"],
            ["kinerja.closings.tenant_id", "kinerja.closings.id"],
            name=op.f("evaluations_closing_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("evaluations_decided_by_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("evaluations_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["kinerja.periods.tenant_id", "kinerja.periods.id"],
            name=op.f("evaluations_period_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "superior_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("evaluations_superior_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("evaluations_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("evaluations_pkey")),
        schema="kinerja",
    )
    op.create_index(
        "evaluations_closing_idx",
        "evaluations",
        ["tenant_id", "closing_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "evaluations_decided_by_idx",
        "evaluations",
        ["tenant_id", "decided_by_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "evaluations_employee_idx",
        "evaluations",
        ["tenant_id", "employee_id", "id"],
        unique=False,
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
    op.create_index(
        "evaluations_superior_idx",
        "evaluations",
        ["tenant_id", "superior_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "evaluations_unit_idx",
        "evaluations",
        ["tenant_id", "unit_id", "period_id", "id"],
        unique=False,
        schema="kinerja",
    )
    isolate(
        "evaluations",
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("evaluations", schema="kinerja")
