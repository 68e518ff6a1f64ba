"""Create the tables of organisation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "calendar_days",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('holiday', 'joint_leave', 'working_day')",
            name=op.f("calendar_days_kind_check"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "day", name=op.f("calendar_days_pkey")),
        schema="kinerja",
        comment="Days that differ from the working week",
    )
    op.create_table(
        "employees",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False, comment="the agency's own key"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("nip", sa.Text(), nullable=True, comment="null for officials"),
        sa.Column("nip_override_reason", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind = 'official' OR nip IS NOT NULL", name=op.f("employees_nip_check")
        ),
        sa.CheckConstraint(
            "kind IN ('pns', 'pppk', 'official')", name=op.f("employees_kind_check")
        ),
        sa.CheckConstraint("sex IN ('male', 'female')", name=op.f("employees_sex_check")),
        sa.CheckConstraint("status IN ('active', 'left')", name=op.f("employees_status_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("employees_pkey")),
        sa.UniqueConstraint("tenant_id", "nip", name="employees_nip_key"),
        sa.UniqueConstraint("tenant_id", "ref", name="employees_ref_key"),
        schema="kinerja",
    )
    op.create_index(
        op.f("employees_tenant_id_name_id_idx"),
        "employees",
        ["tenant_id", "name", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "norms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column(
            "basis", sa.Text(), nullable=False, comment="legal basis, such as a mayor's regulation"
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("norms_dates_check")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("norms_pkey")),
        sa.UniqueConstraint("tenant_id", "key", "starts_on", name="norms_key_start_key"),
        schema="kinerja",
        comment="Tenant policy with dates; keys and defaults in organisation/rules",
    )
    op.create_table(
        "units",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('government', 'sekretariat', 'dinas', 'badan', 'inspektorat', 'kecamatan', 'kelurahan', 'upt', 'sekolah', 'puskesmas', 'rsud', 'bagian', 'bidang', 'seksi')",
            name=op.f("units_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("units_parent_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("units_pkey")),
        sa.UniqueConstraint("tenant_id", "code", name="units_code_key"),
        schema="kinerja",
    )
    op.create_index(
        "units_root_key",
        "units",
        ["tenant_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("parent_id IS NULL"),
    )
    op.create_index(
        op.f("units_tenant_id_parent_id_idx"),
        "units",
        ["tenant_id", "parent_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "positions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('jpt', 'administrasi', 'fungsional', 'pejabat_negara')",
            name=op.f("positions_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("positions_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("positions_pkey")),
        sa.UniqueConstraint("tenant_id", "code", name="positions_code_key"),
        schema="kinerja",
    )
    op.create_index(
        "positions_head_key",
        "positions",
        ["tenant_id", "unit_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("is_head"),
    )
    op.create_index(
        op.f("positions_tenant_id_unit_id_idx"),
        "positions",
        ["tenant_id", "unit_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "unit_closure",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("descendant_id", sa.Uuid(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ancestor_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("unit_closure_ancestor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "descendant_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("unit_closure_descendant_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "ancestor_id", "descendant_id", name=op.f("unit_closure_pkey")
        ),
        schema="kinerja",
        comment="Every unit with each of its ancestors and itself (depth 0)",
    )
    op.create_index(
        op.f("unit_closure_tenant_id_descendant_id_depth_idx"),
        "unit_closure",
        ["tenant_id", "descendant_id", "depth"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "placements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("position_id", sa.Uuid(), nullable=False),
        sa.Column(
            "unit_id", sa.Uuid(), nullable=False, comment="of the position, which never moves"
        ),
        sa.Column("is_head", sa.Boolean(), nullable=False, comment="of the position"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "superior_id",
            sa.Uuid(),
            nullable=True,
            comment="employee; null: derived from the unit's head",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('definitive', 'plt', 'plh')", name=op.f("placements_kind_check")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("placements_dates_check")
        ),
        sa.CheckConstraint("superior_id <> employee_id", name=op.f("placements_superior_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("placements_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "position_id"],
            ["kinerja.positions.tenant_id", "kinerja.positions.id"],
            name=op.f("placements_position_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "superior_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("placements_superior_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("placements_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("placements_pkey")),
        schema="kinerja",
    )
    op.create_index(
        "placements_head_idx",
        "placements",
        ["tenant_id", "unit_id", "employee_id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("is_head"),
    )
    op.create_index(
        "placements_position_idx",
        "placements",
        ["tenant_id", "position_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "placements_start_idx",
        "placements",
        ["tenant_id", "starts_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "placements_superior_idx",
        "placements",
        ["tenant_id", "superior_id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("superior_id IS NOT NULL"),
    )
    op.create_index(
        op.f("placements_tenant_id_employee_id_starts_on_idx"),
        "placements",
        ["tenant_id", "employee_id", "starts_on"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "placements_unit_idx",
        "placements",
        ["tenant_id", "unit_id", "starts_on"],
        unique=False,
        schema="kinerja",
    )
    isolate(
        "calendar_days",
        "employees",
        "norms",
        "units",
        "positions",
        "unit_closure",
        "placements",
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("placements", schema="kinerja")
    op.drop_table("unit_closure", schema="kinerja")
    op.drop_table("positions", schema="kinerja")
    op.drop_table("units", schema="kinerja")
    op.drop_table("norms", schema="kinerja")
    op.drop_table("employees", schema="kinerja")
    op.drop_table("calendar_days", schema="kinerja")
