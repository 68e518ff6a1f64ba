"""What goes to a channel, the links with its numbers, and the log of runs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.queries.visible import (
    ReportReach,
    report_reach,
    report_values,
    sees,
)
from kinerja_api.complaints.rules import INSPECTED, Lead, ReportStatus
from kinerja_api.complaints.tables import citizen_reports, report_categories
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, both_ways, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.integrations.rules import ChannelName, RunKind
from kinerja_api.integrations.schemas.channels import (
    ChannelLinkListParams,
    ChannelLinkOut,
    ChannelLinkSort,
    ChannelRunListParams,
    ChannelRunOut,
)
from kinerja_api.integrations.tables import channel_links, channel_runs
from kinerja_api.organisation.tables import units

_TENANT = bindparam("tenant_id", type_=Uuid)
_CHANNEL = bindparam("channel", type_=Text)
_report, _link, _run = citizen_reports.c, channel_links.c, channel_runs.c
_LINK_SORTS = both_ways(ChannelLinkSort, ("updated_at", _link.updated_at), ("id", _link.id))
_NEWEST = Sort((("id", _run.id),), descending=True)


@dataclass(frozen=True, slots=True)
class Exported:
    """A report that goes to a channel; words of it only where they were published."""

    id: UUID
    version: int
    channel: str
    ticket: str
    external_id: str | None
    category: str | None
    report_class: str
    status: str
    referred_to: str | None
    unit: str | None
    title: str | None
    description: str | None
    reply: str | None
    received_on: str
    updated_on: str


@dataclass(frozen=True, slots=True)
class Named:
    """A report that a row of a file names, with its link."""

    id: UUID
    ticket: str
    channel: str
    external_updated_at: Any


async def lock_channel(writing: Writing, channel: ChannelName) -> None:
    """Wait for other exchanges of the government with this channel, to the end of the write."""
    named = hashlib.sha256(f"channel\n{channel}\n{writing.tenant_id}".encode()).digest()
    await writing.value(_lock(), lock=int.from_bytes(named[:8], "big", signed=True))


async def list_outgoing(
    writing: Writing,
    actor: Actor,
    channel: ChannelName,
    *,
    limit: int,
    everything: bool,
    zone: str,
) -> list[Exported]:
    """Return reports that are public, referred or linked, and were not exported as they are."""
    wanted = _outgoing(reach=report_reach(actor), everything=everything)
    values = report_values(actor)
    return await writing.rows(
        wanted, Exported, external_channel=channel, limit=limit, zone=zone, **values
    )


async def find_named(
    writing: Writing,
    actor: Actor,
    channel: ChannelName,
    *,
    tickets: Sequence[str],
    ids: Sequence[UUID],
) -> list[Named]:
    """Return those of the reports that the actor may link."""
    return await writing.rows(
        _named(reach=report_reach(actor)),
        Named,
        external_channel=channel,
        tickets=list(tickets),
        ids=list(ids),
        **report_values(actor),
    )


async def find_owners(
    writing: Writing, channel: ChannelName, external_ids: Sequence[str]
) -> dict[str, UUID]:
    """Return to which reports these numbers of the channel belong."""
    rows = await writing.rows(
        _owners(), dict[str, Any], channel=channel, external_ids=list(external_ids)
    )
    return {row["external_id"]: row["report_id"] for row in rows}


async def find_run(writing: Writing, channel: ChannelName, sha256: bytes) -> ChannelRunOut | None:
    """Return the run that took this very file in, if one did."""
    return await writing.row(_of_file(), _run_out, channel=channel, file_sha256=sha256)


async def get_run(reading: Reading, run_id: UUID) -> ChannelRunOut:
    """Return a run; ResourceNotFound."""
    row = await reading.row(_one_run(), _run_out, id=run_id)
    if row is None:
        raise ResourceNotFound
    return row


async def list_runs(
    reading: Reading, params: ChannelRunListParams, cursors: Cursors, *, channel: ChannelName
) -> Page[ChannelRunOut]:
    """Return one page of the runs of a channel, the newest first."""
    filters = params.filters()
    kind = _run.kind == bindparam("kind", type_=Text)
    return await fetch_page(
        reading,
        lambda: _runs().where(_run.channel == _CHANNEL, *([kind] if filters else [])),
        _run_out,
        name="channel_runs",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        shape_key=tuple(filters),
        values={"channel": channel, **filters},
    )


async def get_link(
    reading: Reading, actor: Actor, channel: ChannelName, report_id: UUID
) -> ChannelLinkOut:
    """Return the link of a report that the actor sees; ResourceNotFound."""
    wanted = _link_of_report(reach=report_reach(actor))
    values = report_values(actor)
    row = await reading.row(wanted, ChannelLinkOut, channel=channel, report_id=report_id, **values)
    if row is None:
        raise ResourceNotFound
    return row


async def list_links(
    reading: Reading,
    actor: Actor,
    params: ChannelLinkListParams,
    cursors: Cursors,
    *,
    channel: ChannelName,
) -> Page[ChannelLinkOut]:
    """Return one page of the links of a channel, of reports that the actor sees."""
    filters = params.filters()
    shape, reach = tuple(sorted(filters)), report_reach(actor)
    return await fetch_page(
        reading,
        lambda: _links(reach).where(*[_LINK_FILTERS[name] for name in shape]),
        ChannelLinkOut,
        name="channel_links",
        params=params,
        sort=_LINK_SORTS[params.sort],
        cursors=cursors,
        shape_key=(*shape, reach),
        values={"channel": channel, **filters, **report_values(actor)},
    )


_LINK_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "external_id": _link.external_id == bindparam("external_id", type_=Text),
    "report_id": _link.report_id == bindparam("report_id", type_=Uuid),
    "updated_since": _link.updated_at >= bindparam("updated_since", type_=DateTime(timezone=True)),
}


def _run_out(**row: Any) -> ChannelRunOut:  # noqa: ANN401 - columns of the row
    return cast("ChannelRunOut", {**row, "file_sha256": row["file_sha256"].hex()})


def _runs() -> Rows:
    names = [name for name in channel_runs.c.keys() if name != "tenant_id"]  # noqa: SIM118 - columns
    return select(*[_run[name] for name in names]).where(_run.tenant_id == _TENANT)


@statement
def _one_run() -> Executable:
    return _runs().where(_run.id == bindparam("id", type_=Uuid))


@statement
def _of_file() -> Executable:
    return _runs().where(
        _run.channel == _CHANNEL,
        _run.kind == RunKind.IMPORT,
        _run.error.is_(None),
        _run.file_sha256 == bindparam("file_sha256", type_=LargeBinary),
    )


@statement
def _lock() -> Executable:
    return select(func.pg_advisory_xact_lock(bindparam("lock", type_=BigInteger)))


def _of_channel() -> ColumnElement[bool]:
    return and_(
        _link.tenant_id == _TENANT,
        _link.report_id == _report.id,
        _link.channel == bindparam("external_channel", type_=Text),
    )


def _exchanged(reach: ReportReach) -> list[ColumnElement[bool]]:
    """Return the conditions that the actor may exchange a report: none of the inspectorate's."""
    return [
        _report.tenant_id == _TENANT,
        sees(citizen_reports, reach=reach),
        _report.led_by == Lead.OFFICER,
        _report.report_class.not_in(sorted(INSPECTED)),
    ]


@statement
def _outgoing(*, reach: ReportReach, everything: bool) -> Executable:
    category, is_public = report_categories.c, _report.published_at.is_not(None)
    zone = bindparam("zone", type_=Text)

    def day(instant: ColumnElement[Any]) -> ColumnElement[str]:
        return func.to_char(func.timezone(zone, instant), "YYYY-MM-DD")

    def named(column: ColumnElement[Any], *of: ColumnElement[bool]) -> ColumnElement[Any]:
        return select(column).where(*of).scalar_subquery()

    is_new = or_(_link.exported_version.is_(None), _link.exported_version < _report.version)
    is_of_channel = or_(
        is_public,
        _report.status == ReportStatus.OUT_OF_JURISDICTION,
        _link.external_id.is_not(None),
    )
    return (
        select(
            *[_report[name] for name in ("id", "version", "channel", "ticket", "report_class")],
            *[_report[name] for name in ("status", "referred_to")],
            _link.external_id,
            named(
                category.code,
                category.tenant_id == _TENANT,
                category.id == _report.category_id,
            ).label("category"),
            named(units.c.name, units.c.tenant_id == _TENANT, units.c.id == _report.unit_id).label(
                "unit"
            ),
            case((is_public, _report.public_title)).label("title"),
            case((is_public, _report.public_body)).label("description"),
            case((is_public, _report.public_reply)).label("reply"),
            day(_report.received_at).label("received_on"),
            day(_report.updated_at).label("updated_on"),
        )
        .select_from(citizen_reports.outerjoin(channel_links, _of_channel()))
        .where(
            *_exchanged(reach),
            ~_report.is_confidential,
            is_of_channel,
            *([] if everything else [is_new]),
        )
        .order_by(_report.received_at, _report.id)
        .limit(bindparam("limit", type_=Integer))
    )


@statement
def _named(*, reach: ReportReach) -> Executable:
    known = (
        select(_link.external_updated_at).where(_of_channel()).correlate(citizen_reports)
    ).scalar_subquery()
    return select(
        _report.id, _report.ticket, _report.channel, known.label("external_updated_at")
    ).where(
        *_exchanged(reach),
        or_(
            _report.ticket == bindparam("tickets", type_=ARRAY(Text)).any_(),
            _report.id == bindparam("ids", type_=ARRAY(Uuid)).any_(),
        ),
    )


@statement
def _owners() -> Executable:
    return select(_link.external_id, _link.report_id).where(
        _link.tenant_id == _TENANT,
        _link.channel == _CHANNEL,
        _link.external_id == bindparam("external_ids", type_=ARRAY(Text)).any_(),
    )


def _links(reach: ReportReach) -> Rows:
    names = [name for name in ChannelLinkOut.__annotations__ if name != "ticket"]
    seen = exists().where(
        _report.tenant_id == _TENANT,
        _report.id == _link.report_id,
        sees(citizen_reports, reach=reach),
    )
    ticket = (
        select(_report.ticket)
        .where(_report.tenant_id == _TENANT, _report.id == _link.report_id)
        .scalar_subquery()
    )
    return select(*[_link[name] for name in names], ticket.label("ticket")).where(
        _link.tenant_id == _TENANT, _link.channel == _CHANNEL, seen
    )


@statement
def _link_of_report(*, reach: ReportReach) -> Executable:
    return _links(reach).where(_link.report_id == bindparam("report_id", type_=Uuid))
