"""Create the tables of access."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import isolate, share

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "sign_in_failures",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject", sa.LargeBinary(), nullable=False, comment="hash of a login or an address"
        ),
        sa.Column("window_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "subject", name=op.f("sign_in_failures_pkey")),
        schema="kinerja",
    )
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("tenants_pkey")),
        sa.UniqueConstraint("code", name=op.f("tenants_code_key")),
        schema="kinerja",
        comment="Governments (instansi); readable before a tenant is known",
    )
    op.create_table(
        "accounts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False, comment="lower case"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "epoch", sa.Integer(), nullable=False, comment="tokens of an older epoch are refused"
        ),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True, comment="sealed"),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('person', 'machine')", name=op.f("accounts_kind_check")),
        sa.CheckConstraint(
            "status IN ('invited', 'active', 'disabled')", name=op.f("accounts_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["kinerja.principals.tenant_id", "kinerja.principals.id"],
            name=op.f("accounts_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("accounts_pkey")),
        sa.UniqueConstraint("tenant_id", "employee_id", name="accounts_employee_key"),
        sa.UniqueConstraint("tenant_id", "login", name="accounts_login_key"),
        schema="kinerja",
    )
    op.create_table(
        "api_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "hint",
            sa.Text(),
            nullable=False,
            comment="last characters of the key, to tell keys apart",
        ),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["kinerja.accounts.tenant_id", "kinerja.accounts.id"],
            name=op.f("api_keys_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("api_keys_pkey")),
        sa.UniqueConstraint("tenant_id", "digest", name="api_keys_digest_key"),
        schema="kinerja",
    )
    op.create_index(
        op.f("api_keys_tenant_id_account_id_idx"),
        "api_keys",
        ["tenant_id", "account_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "grants",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True, comment="null: the whole tenant"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True, comment="decree that gives the role"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "role IN ('employee', 'personnel_agency', 'complaints_officer', 'objection_official', 'inspectorate', 'tenant_administrator', 'system_operator')",
            name=op.f("grants_role_check"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on - 1", name=op.f("grants_dates_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["kinerja.accounts.tenant_id", "kinerja.accounts.id"],
            name=op.f("grants_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("grants_pkey")),
        schema="kinerja",
    )
    op.create_index(
        op.f("grants_tenant_id_account_id_idx"),
        "grants",
        ["tenant_id", "account_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "one_time_codes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('activation', 'password_reset')", name=op.f("one_time_codes_purpose_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["kinerja.accounts.tenant_id", "kinerja.accounts.id"],
            name=op.f("one_time_codes_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "digest", name=op.f("one_time_codes_pkey")),
        schema="kinerja",
    )
    op.create_index(
        op.f("one_time_codes_tenant_id_account_id_idx"),
        "one_time_codes",
        ["tenant_id", "account_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "sessions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["kinerja.accounts.tenant_id", "kinerja.accounts.id"],
            name=op.f("sessions_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("sessions_pkey")),
        schema="kinerja",
        comment="A sign-in and the family of its refresh tokens",
    )
    op.create_index(
        op.f("sessions_tenant_id_account_id_idx"),
        "sessions",
        ["tenant_id", "account_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("successor", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "session_id"],
            ["kinerja.sessions.tenant_id", "kinerja.sessions.id"],
            name=op.f("refresh_tokens_session_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "digest", name=op.f("refresh_tokens_pkey")),
        schema="kinerja",
    )
    op.create_index(
        op.f("refresh_tokens_tenant_id_session_id_idx"),
        "refresh_tokens",
        ["tenant_id", "session_id"],
        unique=False,
        schema="kinerja",
    )
    isolate(
        "sign_in_failures",
        "accounts",
        "api_keys",
        "grants",
        "one_time_codes",
        "sessions",
        "refresh_tokens",
    )
    share("tenants")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("refresh_tokens", schema="kinerja")
    op.drop_table("sessions", schema="kinerja")
    op.drop_table("one_time_codes", schema="kinerja")
    op.drop_table("grants", schema="kinerja")
    op.drop_table("api_keys", schema="kinerja")
    op.drop_table("accounts", schema="kinerja")
    op.drop_table("tenants", schema="kinerja")
    op.drop_table("sign_in_failures", schema="kinerja")
