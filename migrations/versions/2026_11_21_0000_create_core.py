"""Create the tables of core."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "audit_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "account_id", sa.Uuid(), nullable=True, comment="null: the system itself, such as a job"
        ),
        sa.Column("acting_as", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", "at", name=op.f("audit_entries_pkey")),
        schema="kinerja",
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index(
        "audit_entries_account_idx",
        "audit_entries",
        ["tenant_id", "account_id", "at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "audit_entries_action_idx",
        "audit_entries",
        ["tenant_id", "action", "at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "audit_entries_at_idx",
        "audit_entries",
        ["tenant_id", "at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "audit_entries_subject_idx",
        "audit_entries",
        ["tenant_id", "subject_type", "subject_id", "at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_version", sa.Integer(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("events_pkey")),
        schema="kinerja",
    )
    op.create_index(
        "events_position_key",
        "events",
        ["tenant_id", "position"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("position IS NOT NULL"),
    )
    op.create_index(
        "events_unstamped_idx",
        "events",
        ["tenant_id", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("is_sealed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "scope", name=op.f("idempotency_keys_pkey")),
        schema="kinerja",
    )
    op.create_index(
        op.f("idempotency_keys_tenant_id_created_at_idx"),
        "idempotency_keys",
        ["tenant_id", "created_at"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "jobs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("progress", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("jobs_status_check"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("jobs_pkey")),
        schema="kinerja",
        comment="Work after the answer; claimed with SKIP LOCKED",
    )
    op.create_index(
        "jobs_waiting_idx",
        "jobs",
        ["tenant_id", "run_at", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.create_table(
        "parked_events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "subscriber", "event_id", name=op.f("parked_events_pkey")
        ),
        schema="kinerja",
        comment="Deliveries that failed; later events of the same subject wait behind them",
    )
    op.create_index(
        op.f("parked_events_tenant_id_subscriber_subject_id_position_idx"),
        "parked_events",
        ["tenant_id", "subscriber", "subject_id", "position"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "principals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("access_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("principals_pkey")),
        schema="kinerja",
    )
    op.create_table(
        "relays",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("relays_pkey")),
        schema="kinerja",
        comment="One row a tenant: the lock of its relay and the last position given",
    )
    op.create_table(
        "subscriptions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "subscriber", name=op.f("subscriptions_pkey")),
        schema="kinerja",
        comment="How far each subscriber has come",
    )
    op.execute("GRANT USAGE ON SCHEMA kinerja TO kinerja_writer, kinerja_reader, kinerja_backup")
    op.execute(
        "GRANT SELECT ON kinerja.alembic_version TO kinerja_writer, kinerja_reader, kinerja_backup"
    )
    isolate(
        "events",
        "idempotency_keys",
        "jobs",
        "parked_events",
        "principals",
        "relays",
        "subscriptions",
    )
    isolate("audit_entries", append_only=True)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("subscriptions", schema="kinerja")
    op.drop_table("relays", schema="kinerja")
    op.drop_table("principals", schema="kinerja")
    op.drop_table("parked_events", schema="kinerja")
    op.drop_table("jobs", schema="kinerja")
    op.drop_table("idempotency_keys", schema="kinerja")
    op.drop_table("events", schema="kinerja")
    op.drop_table("audit_entries", schema="kinerja")
