"""The trail: who changed what, as what, why, and the values before and after.

Entries are written by ``Writing.record`` in the transaction of the change (``core/duties.py``).
The writer role may insert here and nothing else; reading is the business of ``audit``.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, PrimaryKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from kinerja_api.core.tables import metadata, tenant_column

audit_entries = Table(
    "audit_entries",
    metadata,
    tenant_column(),
    Column("id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("account_id", Uuid, comment="null: the system itself, such as a job"),
    Column("acting_as", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("reason", Text),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("request_id", Text),
    PrimaryKeyConstraint("tenant_id", "id", "at"),
    Index("audit_entries_at_idx", "tenant_id", "at", "id"),
    Index("audit_entries_subject_idx", "tenant_id", "subject_type", "subject_id", "at", "id"),
    Index("audit_entries_account_idx", "tenant_id", "account_id", "at", "id"),
    Index("audit_entries_action_idx", "tenant_id", "action", "at", "id"),
    postgresql_partition_by="RANGE (at)",
    info={"append_only": True, "partitioned_by_year": True},
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. ``before`` and ``after`` hold the changed fields only, no secrets."""

    id: UUID
    at: dt.datetime
    action: str
    subject_type: str
    subject_id: UUID
    reason: str | None = None
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
