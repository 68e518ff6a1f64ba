"""What happened to a report, whose work it was, what was said, and its files."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, case, exists, func, or_, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.tables import accounts
from kinerja_api.complaints.queries.visible import (
    ReportReach,
    report_reach,
    report_values,
    sees,
    standing,
)
from kinerja_api.complaints.rules import Lead, ReportEvent
from kinerja_api.complaints.schemas.reports import (
    ReportEventListParams,
    ReportEventOut,
    ReportMessageListParams,
    ReportMessageOut,
    ReportSegmentListParams,
    ReportSegmentOut,
)
from kinerja_api.complaints.tables import (
    citizen_reports,
    report_attachments,
    report_events,
    report_messages,
    report_segments,
)
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.tables import employees, units

_TENANT = bindparam("tenant_id", type_=Uuid)
_REPORT = bindparam("report_id", type_=Uuid)
_event, _segment, _message = report_events.c, report_segments.c, report_messages.c
_EVENTS = Sort((("number", _event.number),))
_SEGMENTS = Sort((("number", _segment.number),))
_MESSAGES = Sort((("id", _message.id),))


async def list_events(
    reading: Reading, actor: Actor, report_id: UUID, params: ReportEventListParams, cursors: Cursors
) -> Page[ReportEventOut]:
    """Return one page of what happened to a report."""
    scope = report_reach(actor)
    return await fetch_page(
        reading,
        lambda: _events(scope),
        ReportEventOut,
        name="report_events",
        params=params,
        sort=_EVENTS,
        cursors=cursors,
        shape_key=(scope,),
        values={"report_id": report_id, **report_values(actor)},
    )


async def list_segments(
    reading: Reading,
    actor: Actor,
    report_id: UUID,
    params: ReportSegmentListParams,
    cursors: Cursors,
) -> Page[ReportSegmentOut]:
    """Return one page of whose work a report was."""
    scope = report_reach(actor)
    return await fetch_page(
        reading,
        lambda: _segments(scope),
        ReportSegmentOut,
        name="report_segments",
        params=params,
        sort=_SEGMENTS,
        cursors=cursors,
        shape_key=(scope,),
        values={"report_id": report_id, **report_values(actor)},
    )


async def list_messages(
    reading: Reading,
    actor: Actor,
    report_id: UUID,
    params: ReportMessageListParams,
    cursors: Cursors,
) -> Page[ReportMessageOut]:
    """Return one page of what was said, to the citizen and among staff."""
    scope = report_reach(actor)
    return await fetch_page(
        reading,
        lambda: _messages(scope),
        ReportMessageOut,
        name="report_messages",
        params=params,
        sort=_MESSAGES,
        cursors=cursors,
        shape_key=(scope,),
        values={"report_id": report_id, **report_values(actor)},
    )


async def get_attachment(
    reading: Reading, actor: Actor, report_id: UUID, attachment_id: UUID
) -> dict[str, Any]:
    """Return name, type, size and hash of a report's file; ResourceNotFound."""
    row = await reading.row(
        _attachment(reach=report_reach(actor)),
        dict[str, Any],
        report_id=report_id,
        id=attachment_id,
        **report_values(actor),
    )
    if row is None:
        raise ResourceNotFound
    return row


def _visible(scope: ReportReach, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that the report of ``:report_id`` is the actor's to see."""
    report = citizen_reports.c
    return exists().where(
        report.tenant_id == _TENANT,
        report.id == _REPORT,
        sees(citizen_reports, reach=scope),
        *more,
    )


def _knows_accused(scope: ReportReach) -> ColumnElement[bool]:
    flags = {flag.name: flag.element for flag in standing(citizen_reports, reach=scope)}
    is_inspected = citizen_reports.c.led_by == Lead.INSPECTORATE
    return or_(flags["inspector"], case((is_inspected, flags["inspector"]), else_=flags["officer"]))


def _events(scope: ReportReach) -> Rows:
    """Whom a report accuses, and that it does, only its lead and the inspectorate read."""
    is_open = _event.event != ReportEvent.NAME_ACCUSED
    return select(
        _event.number,
        _event.event,
        _event.status,
        _event.at,
        _event.party,
        _staff_name(_event.employee_id, _event.account_id).label("staff_name"),
        _event.note,
        _event.public_note,
    ).where(
        _event.tenant_id == _TENANT,
        _event.report_id == _REPORT,
        _visible(scope),
        or_(is_open, _visible(scope, _knows_accused(scope))),
    )


def _segments(scope: ReportReach) -> Rows:
    return select(
        _segment.number,
        _segment.unit_id,
        _named(units, _segment.unit_id).label("unit_name"),
        _segment.handler_id,
        _named(employees, _segment.handler_id).label("handler_name"),
        _segment.starts_at,
        _segment.accepted_at,
        _segment.ends_at,
        _segment.ended_by,
    ).where(_segment.tenant_id == _TENANT, _segment.report_id == _REPORT, _visible(scope))


def _messages(scope: ReportReach) -> Rows:
    return select(
        _message.id,
        _message.party,
        _message.audience,
        _staff_name(_message.employee_id, _message.account_id).label("staff_name"),
        _message.body,
        _message.is_question,
        _message.created_at,
    ).where(_message.tenant_id == _TENANT, _message.report_id == _REPORT, _visible(scope))


@statement
def _attachment(*, reach: ReportReach) -> Executable:
    file = report_attachments.c
    return select(file.file_name, file.content_type, file.size_bytes, file.sha256).where(
        file.tenant_id == _TENANT,
        file.id == bindparam("id", type_=Uuid),
        file.report_id == _REPORT,
        _visible(reach),
    )


def _staff_name(
    employee_id: ColumnElement[Any], account_id: ColumnElement[Any]
) -> ColumnElement[Any]:
    return func.coalesce(_named(employees, employee_id), _named(accounts, account_id))


def _named(table: Any, row_id: ColumnElement[Any]) -> ColumnElement[Any]:  # noqa: ANN401 - a table
    named = select(table.c.name).where(table.c.tenant_id == _TENANT, table.c.id == row_id)
    return named.scalar_subquery()
