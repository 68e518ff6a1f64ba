"""Tables of exchanges: questions of categories, what clients sent, links and runs of channels."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
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
from sqlalchemy.dialects.postgresql import JSONB

from kinerja_api.core.tables import (
    belongs_to,
    id_column,
    metadata,
    one_of,
    tenant_column,
    version_columns,
)
from kinerja_api.integrations.rules import ChannelName, Direction, RunKind

category_questions = Table(
    "category_questions",
    metadata,
    tenant_column(),
    Column("category_id", Uuid, nullable=False),
    Column("questions", JSONB, nullable=False, comment="in their order"),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "category_id"),
    belongs_to("category_id", "report_categories"),
    comment="What clients of Open311 ask for beside the description (attributes)",
)

open311_answers = Table(
    "open311_answers",
    metadata,
    tenant_column(),
    Column("scope", LargeBinary, nullable=False, comment="digest of key and form"),
    Column("sealed", LargeBinary, nullable=False, comment="the answer, under the client's key"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant_id", "scope"),
    Index(None, "tenant_id", "created_at"),
    comment="Answers of some minutes, for clients that send a form again",
)

open311_tokens = Table(
    "open311_tokens",
    metadata,
    tenant_column(),
    Column("token_hash", LargeBinary, nullable=False),
    Column("report_id", Uuid, nullable=False),
    PrimaryKeyConstraint("tenant_id", "token_hash"),
    belongs_to("report_id", "citizen_reports"),
    Index(None, "tenant_id", "report_id"),
    info={"append_only": True},
    comment="What a client got instead of the number of a report that is moderated first",
)

channel_links = Table(
    "channel_links",
    metadata,
    tenant_column(),
    id_column(),
    Column("report_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("external_id", Text, comment="null: exported, and not known yet under which number"),
    Column("external_status", Text, comment="in the words of the channel"),
    Column("external_updated_at", DateTime(timezone=True), comment="what the channel tells"),
    Column("exported_version", Integer, comment="of the report, when it was last exported"),
    Column("last_synced_at", DateTime(timezone=True), nullable=False),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "id"),
    UniqueConstraint("tenant_id", "channel", "report_id", name="channel_links_report_key"),
    UniqueConstraint("tenant_id", "channel", "external_id", name="channel_links_external_key"),
    belongs_to("report_id", "citizen_reports"),
    one_of("channel", list(ChannelName)),
    one_of("direction", list(Direction)),
    CheckConstraint(
        "external_id IS NOT NULL OR num_nulls(external_status, external_updated_at) = 2",
        name="external",
    ),
    Index("channel_links_report_idx", "tenant_id", "report_id"),
    Index("channel_links_updated_idx", "tenant_id", "channel", "updated_at", "id"),
    comment="Under which number another channel knows a report, and how it stands there",
)

channel_runs = Table(
    "channel_runs",
    metadata,
    tenant_column(),
    id_column(),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("rows", Integer, nullable=False, comment="of the file"),
    Column("changed", Integer, nullable=False, comment="links"),
    Column("faults", Integer, nullable=False),
    Column("error", Text, comment="code; null: done"),
    Column("file_sha256", LargeBinary, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant_id", "id"),
    one_of("channel", list(ChannelName)),
    one_of("kind", list(RunKind)),
    CheckConstraint("finished_at >= started_at", name="order"),
    CheckConstraint("(error IS NULL) = (faults = 0)", name="error"),
    Index("channel_runs_channel_idx", "tenant_id", "channel", "id"),
    Index(
        "channel_runs_file_key",
        "tenant_id",
        "channel",
        "file_sha256",
        unique=True,
        postgresql_where=text("kind = 'import' AND error IS NULL"),
    ),
    info={"append_only": True},
    comment="Each exchange with a channel, the refused ones too; a file is taken in once",
)
