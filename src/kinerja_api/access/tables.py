"""Tables of tenants, accounts, grants, sessions and keys."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from kinerja_api.access.rules import AccountKind, AccountStatus, CodePurpose, Role
from kinerja_api.core.tables import (
    belongs_to,
    id_column,
    metadata,
    one_of,
    tenant_column,
    version_columns,
)

tenants = Table(
    "tenants",
    metadata,
    id_column(),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    *version_columns(),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("code"),
    info={"reference": True},
    comment="Governments (instansi); readable before a tenant is known",
)

accounts = Table(
    "accounts",
    metadata,
    tenant_column(),
    id_column(),
    Column("kind", Text, nullable=False),
    Column("login", Text, nullable=False, comment="lower case"),
    Column("name", Text, nullable=False),
    Column("employee_id", Uuid),
    Column("status", Text, nullable=False),
    Column("password_hash", Text),
    Column("epoch", Integer, nullable=False, comment="tokens of an older epoch are refused"),
    Column("totp_secret", LargeBinary, comment="sealed"),
    Column("totp_confirmed_at", DateTime(timezone=True)),
    Column("totp_last_step", Integer),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "id"),
    UniqueConstraint("tenant_id", "login", name="accounts_login_key"),
    UniqueConstraint("tenant_id", "employee_id", name="accounts_employee_key"),
    belongs_to("id", "principals"),
    belongs_to("employee_id", "employees"),
    one_of("kind", list(AccountKind)),
    one_of("status", list(AccountStatus)),
)

grants = Table(
    "grants",
    metadata,
    tenant_column(),
    id_column(),
    Column("account_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit_id", Uuid, comment="null: the whole tenant"),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("basis", Text, comment="decree that gives the role"),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "id"),
    belongs_to("account_id", "accounts"),
    belongs_to("unit_id", "units"),
    one_of("role", list(Role)),
    # An end one day before the start: withdrawn before it began.
    CheckConstraint("ends_on IS NULL OR ends_on >= starts_on - 1", name="dates"),
    Index(None, "tenant_id", "account_id"),
    Index(None, "tenant_id", "unit_id", postgresql_where=text("unit_id IS NOT NULL")),
)

sessions = Table(
    "sessions",
    metadata,
    tenant_column(),
    id_column(),
    Column("account_id", Uuid, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_because", Text),
    PrimaryKeyConstraint("tenant_id", "id"),
    belongs_to("account_id", "accounts"),
    Index(None, "tenant_id", "account_id"),
    comment="A sign-in and the family of its refresh tokens",
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    tenant_column(),
    Column("digest", LargeBinary, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("replaced_at", DateTime(timezone=True)),
    Column("successor", LargeBinary),
    PrimaryKeyConstraint("tenant_id", "digest"),
    belongs_to("session_id", "sessions"),
    Index(None, "tenant_id", "session_id"),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    tenant_column(),
    Column("digest", LargeBinary, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant_id", "digest"),
    belongs_to("account_id", "accounts"),
    one_of("purpose", list(CodePurpose)),
    Index(None, "tenant_id", "account_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    tenant_column(),
    id_column(),
    Column("account_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("hint", Text, nullable=False, comment="last characters of the key, to tell keys apart"),
    Column("expires_on", Date, nullable=False),
    Column("last_used_on", Date),
    Column("revoked_at", DateTime(timezone=True)),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "id"),
    UniqueConstraint("tenant_id", "digest", name="api_keys_digest_key"),
    belongs_to("account_id", "accounts"),
    Index(None, "tenant_id", "account_id"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    tenant_column(),
    Column("subject", LargeBinary, nullable=False, comment="hash of a login or an address"),
    Column("window_starts_at", DateTime(timezone=True), nullable=False),
    Column("failures", Integer, nullable=False),
    PrimaryKeyConstraint("tenant_id", "subject"),
)
