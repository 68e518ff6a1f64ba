"""What the public reads of reports, and what the holder of a receipt reads of his own."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Text, Uuid, and_, bindparam, case, func, select
from sqlalchemy import cast as cast_to
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.queries.clocks import cap_of
from kinerja_api.complaints.queries.dues import due_of
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.told import coarse, is_told, told_texts, told_unit_name
from kinerja_api.complaints.rules import (
    Audience,
    PartyKind,
    ReportClass,
    ReportEvent,
    ReportStatus,
    Stage,
)
from kinerja_api.complaints.rules.citizens import (
    MOST_REOPENINGS,
    Holding,
    citizens_events,
    must_stay_confidential,
    shown_status,
)
from kinerja_api.complaints.schemas.public import (
    MyAttachmentOut,
    MyEventOut,
    MyMessageOut,
    MyReportOut,
    PublicCategoryListParams,
    PublicCategoryOut,
    PublicCategorySort,
    ReportStateOut,
)
from kinerja_api.complaints.tables import (
    citizen_reports,
    report_attachments,
    report_categories,
    report_events,
    report_messages,
)
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.listing import Cursors, both_ways, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_report, _category = citizen_reports.c, report_categories.c
_OF_THE_END = ("unit_name", "reply", "archive_reason", "close_reason", "referred_to", "promised_on")
_SORTS = both_ways(PublicCategorySort, ("code", _category.code), ("id", _category.id))
_E = ReportEvent

TOLD = frozenset(
    {
        _E.RECEIVE, _E.VERIFY, _E.ASK, _E.INFORM, _E.LAPSE_INFORMATION, _E.ASSIGN, _E.ACCEPT,
        _E.WAIT, _E.RESUME, _E.ANSWER_FIRST, _E.APPROVE_REPLY, _E.CONFIRM, _E.SIGN_OFF,
        _E.LAPSE_SILENCE, _E.REOPEN, _E.ESCALATE, _E.ARCHIVE, _E.APPEAL, _E.REFER, _E.MERGE,
        _E.WITHDRAW, _E.RECLASSIFY, _E.EXTEND, _E.RAISE_CONFIDENTIALITY,
        _E.LOWER_CONFIDENTIALITY, _E.PUBLISH, _E.UNPUBLISH,
    }
)  # fmt: skip
"""Events that the citizen reads; the rest is between those who work on the report."""


def ticket_of(typed: str) -> str:
    """Return a typed ticket in normal form; what is none matches nothing."""
    return typed.strip().upper()


async def get_report_state(
    reading: Reading, ticket: str, *, zone: str, language: Language
) -> ReportStateOut:
    """Return what is public of a published report; ResourceNotFound, also for the others."""
    row = await reading.row(_state(), dict[str, Any], ticket=ticket_of(ticket), zone=zone)
    if row is None:
        raise ResourceNotFound
    status = shown_status(ReportStatus(row["status"]), is_ex_officio=False)
    made: dict[str, Any] = {
        **{name: row[name] for name in ReportStateOut.__annotations__ if name in row},
        **told_texts(row),
        "status": status,
        "status_label": label(status, language),
    }
    return ReportStateOut(**made)


async def list_categories(
    reading: Reading, params: PublicCategoryListParams, cursors: Cursors
) -> Page[PublicCategoryOut]:
    """Return one page of the categories that reports can be sent under."""
    filters = params.filters()
    given = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: select(*[_category[name] for name in PublicCategoryOut.__annotations__]).where(
            _category.tenant_id == _TENANT,
            _category.is_active,
            *[_category[name] == bindparam(name, type_=Text) for name in given],
        ),
        PublicCategoryOut,
        name="public_report_categories",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=given,
        values=filters,
    )


async def get_mine(
    reading: Reading, report_id: UUID, *, zone: str, language: Language
) -> MyReportOut:
    """Return a report as the holder of its receipt sees it."""
    row = await reading.row(_mine(), dict[str, Any], id=report_id)
    if row is None:
        raise ResourceNotFound
    today = clock.today(zone)
    until = await reopening_until(reading, LockedReport(row, frozenset()), zone=zone)
    held = holding_of(row, until=until, today=today)
    status = shown_status(held.status, is_ex_officio=held.is_ex_officio)
    is_left = held.is_ex_officio
    told = {name: row[name] for name in MyReportOut.__annotations__ if name in row}
    if is_left:
        told |= dict.fromkeys(_OF_THE_END)
    merged_status = _status_of_parent(row)
    made: dict[str, Any] = {
        **told,
        "status": status,
        "status_label": label(status, language),
        "merged_status": merged_status,
        "merged_status_label": label(merged_status, language) if merged_status else None,
        "due": None
        if is_left
        else await due_of(reading, report_id, today=today, language=language),
        "reopenings_left": MOST_REOPENINGS - held.reopenings,
        "reopening_until": until,
        "advice": _advice(held, status, language),
        "allowed_actions": [str(event) for event in citizens_events(held)],
        "messages": await reading.rows(_messages(), MyMessageOut, report_id=report_id),
        "timeline": await _timeline(reading, report_id, is_left=is_left, language=language),
        "attachments": await reading.rows(_attachments(), MyAttachmentOut, report_id=report_id),
    }
    return MyReportOut(**made)


def _status_of_parent(row: Mapping[str, Any]) -> ReportStatus | None:
    if row["parent_status"] is None:
        return None
    return shown_status(
        ReportStatus(row["parent_status"]), is_ex_officio=row["parent_is_ex_officio"]
    )


async def reopening_until(reading: Reading, report: LockedReport, *, zone: str) -> dt.date | None:
    """Return the last day on which the answered report may be reopened; None: not answered."""
    answered_at: dt.datetime | None = report.row["answered_at"]
    if answered_at is None:
        return None
    day = clock.day_of(answered_at, zone)
    return await cap_of(reading, report, Stage.CITIZEN_WINDOW, day)


def holding_of(row: Mapping[str, Any], *, until: dt.date | None, today: dt.date) -> Holding:
    """Return how the citizen stands to the report of a row with ``is_bound``."""
    report_class = ReportClass(row["report_class"])
    return Holding(
        status=ReportStatus(row["status"]),
        asked_in=ReportStatus(row["asked_in"]) if row["asked_in"] else None,
        report_class=report_class,
        is_confidential=row["is_confidential"],
        is_bound=must_stay_confidential(report_class, category=row["is_bound"]),
        is_ex_officio=row["is_ex_officio"],
        is_escalated=row["is_escalated"],
        in_window=until is not None and today <= until,
        reopenings=row["reopenings"],
        appeals=row["appeals"],
    )


def _advice(held: Holding, status: ReportStatus, language: Language) -> str | None:
    turned_away = {ReportStatus.ARCHIVED, ReportStatus.OUT_OF_JURISDICTION}
    needs_help = held.is_escalated or (status in turned_away and held.appeals > 0)
    return label("report_advice_ombudsman", language) if needs_help else None


async def _timeline(
    reading: Reading, report_id: UUID, *, is_left: bool, language: Language
) -> list[MyEventOut]:
    rows = await reading.rows(_events(), dict[str, Any], report_id=report_id)
    told: list[MyEventOut] = []
    for row in rows:
        event = _E(row["event"])
        if event is _E.DISOWN and is_left:
            told.append(_event(row, _E.WITHDRAW, ReportStatus.WITHDRAWN, language))
            break
        if event in TOLD:
            status = shown_status(ReportStatus(row["status"]), is_ex_officio=False)
            told.append(_event(row, event, status, language))
    return told


def _event(
    row: Mapping[str, Any], event: ReportEvent, status: ReportStatus, language: Language
) -> MyEventOut:
    return MyEventOut(
        event=event,
        event_label=label(event, language),
        status=status,
        at=row["at"],
        note=row["public_note"],
    )


def category_name() -> ColumnElement[Any]:
    """Select the name of the report's category."""
    return _of_category(_category.name).label("category_name")


def is_bound() -> ColumnElement[Any]:
    """Select whether the report's category demands that it stays confidential."""
    return func.coalesce(_of_category(_category.is_confidential), False).label("is_bound")


def _of_category(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return (
        select(column)
        .where(_category.tenant_id == _TENANT, _category.id == _report.category_id)
        .scalar_subquery()
    )


def day_there(instant: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the day of an instant in the government's zone."""
    return cast_to(func.timezone(bindparam("zone", type_=Text), instant), Date)


@statement
def _state() -> Executable:
    return select(
        _report.ticket,
        _report.kind,
        _report.status,
        _report.public_title,
        _report.public_body,
        _report.public_reply,
        category_name(),
        told_unit_name(),
        day_there(_report.received_at).label("received_on"),
        day_there(_report.ended_at).label("ended_on"),
        coarse(_report.latitude).label("latitude"),
        coarse(_report.longitude).label("longitude"),
    ).where(
        _report.tenant_id == _TENANT,
        _report.ticket == bindparam("ticket", type_=Text),
        is_told(),
    )


_PLAIN = (
    "ticket", "kind", "report_class", "status", "title", "body", "place", "latitude", "longitude",
    "occurred_on", "is_anonymous", "is_confidential", "sends_news", "received_at", "answered_at",
    "promised_on", "reply", "archive_reason", "close_reason", "referred_to", "is_escalated",
    "is_ex_officio", "asked_in", "reopenings", "appeals", "id",
)  # fmt: skip


@statement
def _mine() -> Executable:
    parent = citizen_reports.alias("parent")
    return (
        select(
            *[_report[name] for name in _PLAIN],
            is_told().label("is_published"),
            category_name(),
            told_unit_name(),
            is_bound(),
            case((is_told(parent), parent.c.ticket)).label("merged_into"),
            parent.c.status.label("parent_status"),
            parent.c.is_ex_officio.label("parent_is_ex_officio"),
        )
        .outerjoin_from(
            citizen_reports,
            parent,
            and_(parent.c.tenant_id == _report.tenant_id, parent.c.id == _report.parent_id),
        )
        .where(_report.tenant_id == _TENANT, _report.id == bindparam("id", type_=Uuid))
    )


def _of_report(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == bindparam("report_id", type_=Uuid)


@statement
def _messages() -> Executable:
    message = report_messages.c
    return (
        select(message.party, message.body, message.is_question, message.created_at)
        .where(
            message.tenant_id == _TENANT,
            _of_report(message.report_id),
            message.audience == Audience.CITIZEN,
        )
        .order_by(message.id)
    )


@statement
def _events() -> Executable:
    event = report_events.c
    return (
        select(event.event, event.status, event.at, event.public_note)
        .where(event.tenant_id == _TENANT, _of_report(event.report_id))
        .order_by(event.number)
    )


@statement
def _attachments() -> Executable:
    """The citizen's own; what staff added is evidence of the case."""
    attachment = report_attachments.c
    names = list(MyAttachmentOut.__annotations__)
    return (
        select(*[attachment[name] for name in names])
        .where(
            attachment.tenant_id == _TENANT,
            _of_report(attachment.report_id),
            attachment.party == PartyKind.CITIZEN,
        )
        .order_by(attachment.id)
    )


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Where the content of an attachment is, and what it is."""

    file_name: str
    content_type: str
    size_bytes: int
    sha256: bytes


async def find_attachment(reading: Reading, report_id: UUID, attachment_id: UUID) -> KeptFile:
    """Return an attachment of the citizen's; ResourceNotFound."""
    found = await reading.row(_attachment(), KeptFile, report_id=report_id, id=attachment_id)
    if found is None:
        raise ResourceNotFound
    return found


@statement
def _attachment() -> Executable:
    attachment = report_attachments.c
    names = [field.name for field in fields(KeptFile)]
    return select(*[attachment[name] for name in names]).where(
        attachment.tenant_id == _TENANT,
        _of_report(attachment.report_id),
        attachment.id == bindparam("id", type_=Uuid),
        attachment.party == PartyKind.CITIZEN,
    )
