"""Create the tables of services."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import isolate

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "services",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column(
            "is_public", sa.Boolean(), nullable=False, comment="shown to everybody without login"
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("services_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("services_pkey")),
        sa.UniqueConstraint("tenant_id", "code", name="services_code_key"),
        schema="kinerja",
    )
    op.create_index(
        "services_unit_idx",
        "services",
        ["tenant_id", "unit_id", "code", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "service_standards",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("processing_time", sa.Integer(), nullable=False),
        sa.Column("processing_unit", sa.Text(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False, comment="as it is published, such as: gratis"),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("complaint_handling", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False, comment="decree that sets the standard"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "processing_unit IN ('working_days', 'hours', 'minutes')",
            name=op.f("service_standards_processing_unit_check"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("service_standards_dates_check")
        ),
        sa.CheckConstraint(
            "processing_time >= 0", name=op.f("service_standards_processing_time_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["kinerja.services.tenant_id", "kinerja.services.id"],
            name=op.f("service_standards_service_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("service_standards_pkey")),
        schema="kinerja",
        comment="Published standards (standar pelayanan); a service has one on a day",
    )
    op.create_index(
        "service_standards_service_idx",
        "service_standards",
        ["tenant_id", "service_id", "starts_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "service_tokens",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="of the service"),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("is_used", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["kinerja.services.tenant_id", "kinerja.services.id"],
            name=op.f("service_tokens_service_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("service_tokens_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "token_hash", name=op.f("service_tokens_pkey")),
        schema="kinerja",
        comment="One-time tokens for a rating; on purpose without id, instant or transaction",
    )
    op.create_index(
        op.f("service_tokens_tenant_id_service_id_expires_on_idx"),
        "service_tokens",
        ["tenant_id", "service_id", "expires_on"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "service_tokens_unit_idx",
        "service_tokens",
        ["tenant_id", "unit_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "transactions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="of the service"),
        sa.Column(
            "ref",
            sa.Text(),
            nullable=False,
            comment="of the office's own register; no person's number",
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "complete_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="file complete: the clock starts",
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("handler_id", sa.Uuid(), nullable=True, comment="employee"),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="all zero: the agency's files"),
        sa.Column(
            "client_ref",
            sa.Text(),
            nullable=True,
            comment="the caller's own name of it, which makes it repeatable",
        ),
        sa.Column(
            "content_hash",
            sa.LargeBinary(),
            nullable=True,
            comment="of what was sent under the client_ref",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(complete_at IS NOT NULL OR status IN ('received', 'cancelled')) AND (complete_at IS NULL OR status <> 'received') AND (done_at IS NOT NULL) = (status = 'done') AND (cancelled_at IS NOT NULL) = (status = 'cancelled') AND (cancel_reason IS NOT NULL) = (status = 'cancelled')",
            name=op.f("transactions_facts_check"),
        ),
        sa.CheckConstraint("ref !~ '[0-9]{16}'", name=op.f("transactions_ref_check")),
        sa.CheckConstraint(
            "status IN ('received', 'processing', 'paused', 'done', 'cancelled')",
            name=op.f("transactions_status_check"),
        ),
        sa.CheckConstraint(
            "complete_at >= received_at AND done_at >= complete_at AND cancelled_at >= received_at",
            name=op.f("transactions_order_check"),
        ),
        sa.CheckConstraint(
            "num_nulls(client_ref, content_hash) IN (0, 2)",
            name=op.f("transactions_client_ref_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "handler_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("transactions_handler_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["kinerja.services.tenant_id", "kinerja.services.id"],
            name=op.f("transactions_service_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("transactions_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("transactions_pkey")),
        schema="kinerja",
        comment="Processing of documents: when the file was complete, when it was done",
    )
    op.create_index(
        "transactions_client_ref_key",
        "transactions",
        ["tenant_id", "account_id", "client_ref"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("client_ref IS NOT NULL"),
    )
    op.create_index(
        "transactions_handler_idx",
        "transactions",
        ["tenant_id", "handler_id", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "transactions_open_idx",
        "transactions",
        ["tenant_id", "unit_id", "status", "received_at", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status NOT IN ('done', 'cancelled')"),
    )
    op.create_index(
        "transactions_ref_idx",
        "transactions",
        ["tenant_id", "ref", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "transactions_service_done_idx",
        "transactions",
        ["tenant_id", "service_id", "done_at"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "transactions_service_idx",
        "transactions",
        ["tenant_id", "service_id", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "transactions_unit_done_idx",
        "transactions",
        ["tenant_id", "unit_id", "done_at"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "transactions_unit_idx",
        "transactions",
        ["tenant_id", "unit_id", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "transaction_pauses",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('citizen_data', 'other_agency', 'legal_process', 'force_majeure')",
            name=op.f("transaction_pauses_reason_check"),
        ),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("transaction_pauses_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "transaction_id"],
            ["kinerja.transactions.tenant_id", "kinerja.transactions.id"],
            name=op.f("transaction_pauses_transaction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("transaction_pauses_pkey")),
        schema="kinerja",
        comment="Times in which the clock of a transaction stands",
    )
    op.create_index(
        "transaction_pauses_open_key",
        "transaction_pauses",
        ["tenant_id", "transaction_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_index(
        op.f("transaction_pauses_tenant_id_transaction_id_starts_at_idx"),
        "transaction_pauses",
        ["tenant_id", "transaction_id", "starts_at"],
        unique=False,
        schema="kinerja",
    )
    isolate("services", "service_standards", "service_tokens", "transactions", "transaction_pauses")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("transaction_pauses", schema="kinerja")
    op.drop_table("transactions", schema="kinerja")
    op.drop_table("service_tokens", schema="kinerja")
    op.drop_table("service_standards", schema="kinerja")
    op.drop_table("services", schema="kinerja")
