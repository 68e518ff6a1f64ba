"""Create the tables of results."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import isolate

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "behaviour_ratings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rated_by_id", sa.Uuid(), nullable=False, comment="employee"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "rating IN ('di_atas_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi')",
            name=op.f("behaviour_ratings_rating_check"),
        ),
        sa.CheckConstraint(
            "value IN ('berorientasi_pelayanan', 'akuntabel', 'kompeten', 'harmonis', 'loyal', 'adaptif', 'kolaboratif')",
            name=op.f("behaviour_ratings_value_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("behaviour_ratings_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["kinerja.periods.tenant_id", "kinerja.periods.id"],
            name=op.f("behaviour_ratings_period_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rated_by_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("behaviour_ratings_rated_by_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "period_id", "employee_id", "value", name=op.f("behaviour_ratings_pkey")
        ),
        schema="kinerja",
    )
    op.create_index(
        "behaviour_ratings_rated_by_idx",
        "behaviour_ratings",
        ["tenant_id", "rated_by_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("behaviour_ratings_tenant_id_employee_id_idx"),
        "behaviour_ratings",
        ["tenant_id", "employee_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "indicator_results",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="of the plan"),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "decided_by_id", sa.Uuid(), nullable=True, comment="employee who verified or returned"
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "source IN ('entered', 'approved_volume')", name=op.f("indicator_results_source_check")
        ),
        sa.CheckConstraint(
            "status IN ('entered', 'verified', 'returned')",
            name=op.f("indicator_results_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("indicator_results_decided_by_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("indicator_results_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "indicator_id"],
            ["kinerja.indicators.tenant_id", "kinerja.indicators.id"],
            name=op.f("indicator_results_indicator_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["kinerja.periods.tenant_id", "kinerja.periods.id"],
            name=op.f("indicator_results_period_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("indicator_results_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("indicator_results_pkey")),
        sa.UniqueConstraint("tenant_id", "period_id", "indicator_id", name="indicator_results_key"),
        schema="kinerja",
    )
    op.create_index(
        "indicator_results_decided_by_idx",
        "indicator_results",
        ["tenant_id", "decided_by_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "indicator_results_employee_idx",
        "indicator_results",
        ["tenant_id", "employee_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("indicator_results_tenant_id_indicator_id_idx"),
        "indicator_results",
        ["tenant_id", "indicator_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "indicator_results_unit_idx",
        "indicator_results",
        ["tenant_id", "unit_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "indicator_results_unit_waiting_idx",
        "indicator_results",
        ["tenant_id", "unit_id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status = 'entered'"),
    )
    op.create_index(
        "indicator_results_waiting_idx",
        "indicator_results",
        ["tenant_id", "employee_id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status = 'entered'"),
    )
    isolate(
        "behaviour_ratings",
        "indicator_results",
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("indicator_results", schema="kinerja")
    op.drop_table("behaviour_ratings", schema="kinerja")
