"""The outbox: events stored in the transaction of their cause, delivered later by the worker.

The relay stamps ``position`` per tenant after the commit (order of ids or instants is not the
order of commits); subscribers and feeds read stamped events only.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from kinerja_api.core.tables import metadata, one_of, tenant_column

events = Table(
    "events",
    metadata,
    tenant_column(),
    Column("id", Uuid, nullable=False),
    Column("position", BigInteger),
    Column("type", Text, nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("subject_version", Integer, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant_id", "id"),
    Index(
        "events_position_key",
        "tenant_id",
        "position",
        unique=True,
        postgresql_where=text("position IS NOT NULL"),
    ),
    Index("events_unstamped_idx", "tenant_id", "id", postgresql_where=text("position IS NULL")),
)

relays = Table(
    "relays",
    metadata,
    tenant_column(),
    Column("last_position", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("tenant_id"),
    comment="One row a tenant: the lock of its relay and the last position given",
)

subscriptions = Table(
    "subscriptions",
    metadata,
    tenant_column(),
    Column("subscriber", Text, nullable=False),
    Column("position", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("tenant_id", "subscriber"),
    comment="How far each subscriber has come",
)

parked_events = Table(
    "parked_events",
    metadata,
    tenant_column(),
    Column("subscriber", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", DateTime(timezone=True), nullable=False),
    Column("error", Text, nullable=False),
    PrimaryKeyConstraint("tenant_id", "subscriber", "event_id"),
    Index(None, "tenant_id", "subscriber", "subject_id", "position"),
    comment="Deliveries that failed; later events of the same subject wait behind them",
)

JOB_STATUSES = ("queued", "running", "done", "failed", "cancelled")

jobs = Table(
    "jobs",
    metadata,
    tenant_column(),
    Column("id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid),
    Column("payload", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("run_at", DateTime(timezone=True), nullable=False),
    Column("progress", JSONB, nullable=False, server_default="{}"),
    Column("error", Text),
    Column("account_id", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant_id", "id"),
    one_of("status", JOB_STATUSES),
    Index(
        "jobs_waiting_idx",
        "tenant_id",
        "run_at",
        "id",
        postgresql_where=text("status IN ('queued', 'running')"),
    ),
    comment="Work after the answer; claimed with SKIP LOCKED",
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a subject, told to the domains above and to other systems."""

    id: UUID
    type: str
    subject_type: str
    subject_id: UUID
    subject_version: int
    occurred_at: dt.datetime
    data: Mapping[str, object]
