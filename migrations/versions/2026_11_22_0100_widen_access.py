"""Widen the tables of access."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import each_tenant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add what the domain gained."""
    each_tenant(
        "UPDATE kinerja.accounts SET employee_id = NULL WHERE employee_id IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM kinerja.employees AS known"
        " WHERE known.tenant_id = accounts.tenant_id AND known.id = accounts.employee_id)",
        "DELETE FROM kinerja.grants WHERE unit_id IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM kinerja.units AS known"
        " WHERE known.tenant_id = grants.tenant_id AND known.id = grants.unit_id)",
    )

    op.create_foreign_key(
        op.f("accounts_employee_id_fkey"),
        "accounts",
        "employees",
        ["tenant_id", "employee_id"],
        ["tenant_id", "id"],
        source_schema="kinerja",
        referent_schema="kinerja",
    )
    op.create_foreign_key(
        op.f("grants_unit_id_fkey"),
        "grants",
        "units",
        ["tenant_id", "unit_id"],
        ["tenant_id", "id"],
        source_schema="kinerja",
        referent_schema="kinerja",
    )
    op.create_index(
        op.f("grants_tenant_id_unit_id_idx"),
        "grants",
        ["tenant_id", "unit_id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("unit_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_index(
        op.f("grants_tenant_id_unit_id_idx"),
        table_name="grants",
        schema="kinerja",
        postgresql_where=sa.text("unit_id IS NOT NULL"),
    )
    op.drop_constraint(op.f("grants_unit_id_fkey"), "grants", schema="kinerja", type_="foreignkey")
    op.drop_constraint(
        op.f("accounts_employee_id_fkey"), "accounts", schema="kinerja", type_="foreignkey"
    )
