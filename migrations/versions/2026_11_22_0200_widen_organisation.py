"""Widen the tables of organisation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add what the domain gained."""

    op.create_table(
        "outages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("outages_dates_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("outages_pkey")),
        schema="kinerja",
        comment="Days on which the service was out of reach; they count against nobody",
    )
    op.create_index(
        "outages_start_idx",
        "outages",
        ["tenant_id", "starts_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "unit_schedules",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "working_week",
            postgresql.ARRAY(sa.Integer()),
            nullable=False,
            comment="ISO weekdays; 1 is Monday",
        ),
        sa.Column(
            "observes_holidays", sa.Boolean(), nullable=False, comment="false: shifts all year"
        ),
        sa.Column(
            "basis", sa.Text(), nullable=False, comment="decree that gives the unit its own week"
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "cardinality(working_week) > 0 AND working_week <@ '{1,2,3,4,5,6,7}'::integer[]",
            name=op.f("unit_schedules_week_check"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("unit_schedules_dates_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("unit_schedules_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("unit_schedules_pkey")),
        schema="kinerja",
        comment="Working weeks of units and everything below them",
    )
    op.create_index(
        "unit_schedules_start_idx",
        "unit_schedules",
        ["tenant_id", "starts_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("unit_schedules_tenant_id_unit_id_starts_on_idx"),
        "unit_schedules",
        ["tenant_id", "unit_id", "starts_on"],
        unique=False,
        schema="kinerja",
    )
    isolate("outages", "unit_schedules")


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("unit_schedules", schema="kinerja")
    op.drop_table("outages", schema="kinerja")
