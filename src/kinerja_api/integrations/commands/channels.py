"""Exchanges with a channel outside: files that go out and come in, and links set by hand."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, column, func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.queries.locked import lock_report
from kinerja_api.complaints.rules import INSPECTED, Lead
from kinerja_api.complaints.rules import Channel as Origin
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.masking import mask_personal
from kinerja_api.core.problems import FieldError, ResourceNotFound
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.integrations.errors import (
    ChannelFileRefused,
    ExternalIdTaken,
    ReportNotForChannel,
)
from kinerja_api.integrations.queries.channels import (
    Exported,
    Named,
    find_named,
    find_owners,
    find_run,
    get_link,
    get_run,
    list_outgoing,
    lock_channel,
)
from kinerja_api.integrations.rules import ChannelName, Direction, RunKind, shown_status
from kinerja_api.integrations.rules.channel_files import (
    MOST_ROWS,
    Channel,
    IncomingStatus,
    OutgoingReport,
    fault,
)
from kinerja_api.integrations.schemas.channels import (
    ChannelLinkOut,
    ChannelRunOut,
    ExternalLinkIn,
)
from kinerja_api.integrations.tables import channel_links, channel_runs

_TENANT = bindparam("tenant_id", type_=Uuid)
_CHANNEL = bindparam("channel", type_=Text)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_AHEAD = dt.timedelta(days=1)
_SHOWN = tuple(one.name for one in fields(OutgoingReport))
_MASKED = ("title", "description", "reply", "referred_to")


@dataclass(frozen=True, slots=True)
class Exchange:
    """With which channel, by which adapter, for whom."""

    name: ChannelName
    channel: Channel
    actor: Actor


@dataclass(frozen=True, slots=True)
class _Outcome:
    kind: RunKind
    started_at: dt.datetime
    content: bytes
    rows: int
    changed: int
    faults: int = 0
    error: str | None = None


async def export_reports(
    writing: Writing, exchange: Exchange, *, everything: bool
) -> tuple[bytes, UUID]:
    """Write out what the channel may know and does not know yet; return it with its run."""
    started_at = clock.now()
    await lock_channel(writing, exchange.name)
    zone = exchange.actor.time_zone
    found = await list_outgoing(
        writing, exchange.actor, exchange.name, limit=MOST_ROWS, everything=everything, zone=zone
    )
    content = exchange.channel.write([_shown(one) for one in found])
    await writing.execute(
        _mark(),
        channel=exchange.name,
        now=clock.now(),
        link_ids=[new_id() for _ in found],
        report_ids=[one.id for one in found],
        directions=[_direction(one.channel) for one in found],
        versions=[one.version for one in found],
    )
    outcome = _Outcome(RunKind.EXPORT, started_at, content, len(found), len(found))
    return content, await _log_run(writing, exchange, outcome)


async def import_statuses(
    writing: Writing, exchange: Exchange, content: bytes
) -> tuple[ChannelRunOut, bool]:
    """Take in what the channel tells; return the run, and whether it is new.

    The same file is taken in once. Raises ChannelFileRefused, with all faults.
    """
    started_at = clock.now()
    await lock_channel(writing, exchange.name)
    known = await find_run(writing, exchange.name, hashlib.sha256(content).digest())
    if known is not None:
        return known, False
    read = exchange.channel.read(content)
    links, faults = await _resolve(writing, exchange, read.rows)
    faults = [*read.faults, *faults]
    if faults:
        code = ChannelFileRefused.code
        refused = _Outcome(
            RunKind.IMPORT, started_at, content, len(read.rows), 0, len(faults), code
        )
        await _log_run(writing, exchange, refused)
        raise ChannelFileRefused(errors=faults)
    if links:
        await writing.execute(_take(), channel=exchange.name, now=clock.now(), **_lists(links))
    outcome = _Outcome(RunKind.IMPORT, started_at, content, len(read.rows), len(links))
    return await get_run(writing, await _log_run(writing, exchange, outcome)), True


async def set_link(
    writing: Writing,
    exchange: Exchange,
    report_id: UUID,
    given: ExternalLinkIn,
    *,
    expected: int | None,
) -> tuple[ChannelLinkOut, bool]:
    """Link a report with its number in the channel; return the link, and whether it is new.

    Raises ResourceNotFound, ReportNotForChannel, ExternalIdTaken, VersionStale.
    """
    await lock_channel(writing, exchange.name)
    report = await lock_report(writing, exchange.actor, report_id)
    if report.row["led_by"] != Lead.OFFICER or report.report_class in INSPECTED:
        raise ReportNotForChannel
    old = await _find_link(writing, exchange, report_id)
    check_version(old["version"] if old else 0, expected)
    owner = (await find_owners(writing, exchange.name, [given.external_id])).get(given.external_id)
    if owner not in {None, report_id}:
        raise ExternalIdTaken.at("/external_id")
    now = clock.now()
    link = _NewLink(report_id, _direction(report.row["channel"]), given.external_id,
                    given.external_status, now)  # fmt: skip
    await writing.execute(_take(), channel=exchange.name, now=now, **_lists([link]))
    new = await get_link(writing, exchange.actor, exchange.name, report_id)
    names = ("external_id", "external_status")
    before = {name: old[name] for name in names} if old else None
    subject = ("citizen_report", report_id)
    writing.record(
        "channel_link.set", subject, before=before, after={name: new[name] for name in names}
    )
    writing.emit("channel_link.set", ("channel_link", new["id"]), version=new["version"])
    return new, old is None


@dataclass(frozen=True, slots=True)
class _NewLink:
    report_id: UUID
    direction: Direction
    external_id: str
    external_status: str | None
    external_updated_at: dt.datetime


async def _find_link(
    writing: Writing, exchange: Exchange, report_id: UUID
) -> ChannelLinkOut | None:
    try:
        return await get_link(writing, exchange.actor, exchange.name, report_id)
    except ResourceNotFound:
        return None


async def _resolve(
    writing: Writing, exchange: Exchange, rows: Sequence[IncomingStatus]
) -> tuple[list[_NewLink], list[FieldError]]:
    """Return the links that the rows change, and what is wrong with the rows."""
    found = await find_named(
        writing,
        exchange.actor,
        exchange.name,
        tickets=[row.ticket for row in rows if row.ticket],
        ids=[row.report_id for row in rows if row.report_id],
    )
    owners = await find_owners(writing, exchange.name, [row.external_id for row in rows])
    by_name = {one.ticket: one for one in found}, {one.id: one for one in found}
    seen: dict[UUID, int] = {}
    links: list[_NewLink] = []
    faults: list[FieldError] = []
    latest = clock.now() + _AHEAD
    for row in rows:
        report = _named_by(row, *by_name)
        wrong = _row_fault(row, report, owners, seen, latest)
        if wrong is not None or report is None:
            faults += [wrong] if wrong else []
            continue
        seen[report.id] = row.line
        is_known = report.external_updated_at
        if is_known is None or is_known < row.updated_at:
            links.append(
                _NewLink(report.id, _direction(report.channel), row.external_id,
                         row.external_status, row.updated_at)
            )  # fmt: skip
    return links, faults


def _named_by(
    row: IncomingStatus, by_ticket: Mapping[str, Named], by_id: Mapping[UUID, Named]
) -> Named | None:
    """Return the report of the row; a ticket and an id of two reports name none."""
    named = [by_ticket.get(row.ticket)] if row.ticket else []
    named += [by_id.get(row.report_id)] if row.report_id else []
    return named[0] if all(one is named[0] for one in named) else None


def _row_fault(
    row: IncomingStatus,
    report: Named | None,
    owners: Mapping[str, UUID],
    seen: Mapping[UUID, int],
    latest: dt.datetime,
) -> FieldError | None:
    name = "ticket" if row.ticket else "report_id"
    if report is None:
        return fault(row.line, name, "channel_report_unknown")
    if report.id in seen:
        return fault(row.line, name, "channel_row_twice", line=seen[report.id])
    if owners.get(row.external_id, report.id) != report.id:
        return fault(row.line, "external_id", "external_id_taken")
    if row.updated_at > latest:
        return fault(row.line, "updated_at", "channel_time_ahead")
    return None


def _shown(report: Exported) -> OutgoingReport:
    """Return the row of a report; an officer masked the texts, this makes sure of it."""
    texts = {name: getattr(report, name) for name in _SHOWN}
    masked = {name: mask_personal(texts[name]) for name in _MASKED if texts[name]}
    return OutgoingReport(**{**texts, **masked, "status": shown_status(report.status)})


def _direction(origin: str) -> Direction:
    return Direction.INBOUND if origin == Origin.NATIONAL else Direction.OUTBOUND


async def _log_run(writing: Writing, exchange: Exchange, outcome: _Outcome) -> UUID:
    run_id = new_id()
    values: dict[str, Any] = {
        "channel": exchange.name,
        "kind": outcome.kind,
        "rows": outcome.rows,
        "changed": outcome.changed,
        "faults": outcome.faults,
        "error": outcome.error,
    }
    sha256 = hashlib.sha256(outcome.content).digest()
    await writing.execute(
        _insert_run(),
        id=run_id,
        started_at=outcome.started_at,
        finished_at=clock.now(),
        account_id=exchange.actor.account_id,
        file_sha256=sha256,
        file_bytes=len(outcome.content),
        **values,
    )
    subject, action = ("channel_run", run_id), f"channel.{outcome.kind}"
    writing.record(action, subject, after={**values, "file_sha256": sha256.hex()})
    writing.emit(action, subject)
    return run_id


_MARKS: Mapping[str, TypeEngine[Any]] = {
    "link_ids": Uuid(),
    "report_ids": Uuid(),
    "directions": Text(),
    "versions": Integer(),
}
_TAKEN: Mapping[str, TypeEngine[Any]] = {
    "link_ids": Uuid(),
    "report_ids": Uuid(),
    "directions": Text(),
    "external_ids": Text(),
    "statuses": Text(),
    "instants": DateTime(timezone=True),
}


def _lists(links: Sequence[_NewLink]) -> dict[str, list[Any]]:
    return {
        "link_ids": [new_id() for _ in links],
        "report_ids": [link.report_id for link in links],
        "directions": [link.direction for link in links],
        "external_ids": [link.external_id for link in links],
        "statuses": [link.external_status for link in links],
        "instants": [link.external_updated_at for link in links],
    }


def _rows(lists: Mapping[str, TypeEngine[Any]]) -> list[Any]:
    table = (
        func.unnest(*[bindparam(name, type_=ARRAY(kind)) for name, kind in lists.items()])
        .table_valued(*[column(name, kind) for name, kind in lists.items()])
        .render_derived(name="given")
    )
    return [table.c[name] for name in lists]


@statement
def _mark() -> Executable:
    link = channel_links.c
    rows = select(_TENANT, _CHANNEL, _NOW, _NOW, _NOW, *_rows(_MARKS))
    names = ["tenant_id", "channel", "last_synced_at", "created_at", "updated_at",
             "id", "report_id", "direction", "exported_version"]  # fmt: skip
    added = insert(channel_links).from_select(names, rows)
    return added.on_conflict_do_update(
        index_elements=["tenant_id", "channel", "report_id"],
        set_={
            "exported_version": added.excluded.exported_version,
            "last_synced_at": added.excluded.last_synced_at,
            "updated_at": added.excluded.updated_at,
            "version": link.version + 1,
        },
    )


@statement
def _take() -> Executable:
    link = channel_links.c
    rows = select(_TENANT, _CHANNEL, _NOW, _NOW, _NOW, *_rows(_TAKEN))
    told = ["external_id", "external_status", "external_updated_at"]
    names = ["tenant_id", "channel", "last_synced_at", "created_at", "updated_at",
             "id", "report_id", "direction", *told]  # fmt: skip
    added = insert(channel_links).from_select(names, rows)
    return added.on_conflict_do_update(
        index_elements=["tenant_id", "channel", "report_id"],
        set_={
            **{name: added.excluded[name] for name in (*told, "last_synced_at", "updated_at")},
            "version": link.version + 1,
        },
    )


@statement
def _insert_run() -> Executable:
    run = channel_runs.c
    names = ("id", "channel", "kind", "started_at", "finished_at", "account_id", "rows",
             "changed", "faults", "error", "file_sha256", "file_bytes")  # fmt: skip
    return plain_insert(channel_runs).values(
        tenant_id=_TENANT, **{name: bindparam(name, type_=run[name].type) for name in names}
    )
