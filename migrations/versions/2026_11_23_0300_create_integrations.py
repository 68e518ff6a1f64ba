"""Create the tables of integrations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "channel_runs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, comment="of the file"),
        sa.Column("changed", sa.Integer(), nullable=False, comment="links"),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True, comment="code; null: done"),
        sa.Column("file_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("channel IN ('national')", name=op.f("channel_runs_channel_check")),
        sa.CheckConstraint("kind IN ('export', 'import')", name=op.f("channel_runs_kind_check")),
        sa.CheckConstraint("(error IS NULL) = (faults = 0)", name=op.f("channel_runs_error_check")),
        sa.CheckConstraint("finished_at >= started_at", name=op.f("channel_runs_order_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("channel_runs_pkey")),
        schema="kinerja",
        comment="Each exchange with a channel, the refused ones too; a file is taken in once",
    )
    op.create_index(
        "channel_runs_channel_idx",
        "channel_runs",
        ["tenant_id", "channel", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "channel_runs_file_key",
        "channel_runs",
        ["tenant_id", "channel", "file_sha256"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("kind = 'import' AND error IS NULL"),
    )
    op.create_table(
        "open311_answers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.LargeBinary(), nullable=False, comment="digest of key and form"),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=False, comment="the answer, under the client's key"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "scope", name=op.f("open311_answers_pkey")),
        schema="kinerja",
        comment="Answers of some minutes, for clients that send a form again",
    )
    op.create_index(
        op.f("open311_answers_tenant_id_created_at_idx"),
        "open311_answers",
        ["tenant_id", "created_at"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "category_questions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("questions", postgresql.JSONB(), nullable=False, comment="in their order"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["kinerja.report_categories.tenant_id", "kinerja.report_categories.id"],
            name=op.f("category_questions_category_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "category_id", name=op.f("category_questions_pkey")),
        schema="kinerja",
        comment="What clients of Open311 ask for beside the description (attributes)",
    )
    op.create_table(
        "channel_links",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column(
            "external_id",
            sa.Text(),
            nullable=True,
            comment="null: exported, and not known yet under which number",
        ),
        sa.Column(
            "external_status", sa.Text(), nullable=True, comment="in the words of the channel"
        ),
        sa.Column(
            "external_updated_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="what the channel tells",
        ),
        sa.Column(
            "exported_version",
            sa.Integer(),
            nullable=True,
            comment="of the report, when it was last exported",
        ),
        sa.Column("last_synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("channel IN ('national')", name=op.f("channel_links_channel_check")),
        sa.CheckConstraint(
            "direction IN ('outbound', 'inbound')", name=op.f("channel_links_direction_check")
        ),
        sa.CheckConstraint(
            "external_id IS NOT NULL OR num_nulls(external_status, external_updated_at) = 2",
            name=op.f("channel_links_external_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("channel_links_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("channel_links_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "channel", "external_id", name="channel_links_external_key"
        ),
        sa.UniqueConstraint("tenant_id", "channel", "report_id", name="channel_links_report_key"),
        schema="kinerja",
        comment="Under which number another channel knows a report, and how it stands there",
    )
    op.create_index(
        "channel_links_report_idx",
        "channel_links",
        ["tenant_id", "report_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "channel_links_updated_idx",
        "channel_links",
        ["tenant_id", "channel", "updated_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "open311_tokens",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("open311_tokens_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "token_hash", name=op.f("open311_tokens_pkey")),
        schema="kinerja",
        comment="What a client got instead of the number of a report that is moderated first",
    )
    op.create_index(
        op.f("open311_tokens_tenant_id_report_id_idx"),
        "open311_tokens",
        ["tenant_id", "report_id"],
        unique=False,
        schema="kinerja",
    )
    isolate("open311_answers", "category_questions", "channel_links")
    isolate("channel_runs", "open311_tokens", append_only=True)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("open311_tokens", schema="kinerja")
    op.drop_table("channel_links", schema="kinerja")
    op.drop_table("category_questions", schema="kinerja")
    op.drop_table("open311_answers", schema="kinerja")
    op.drop_table("channel_runs", schema="kinerja")
