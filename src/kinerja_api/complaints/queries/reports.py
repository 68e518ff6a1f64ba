"""Reads of reports as staff see them: one of them, a page of them. Who reported is elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    FromClause,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.policies import (
    KNOWS_ACCUSED,
    Party,
    Situation,
    Standing,
    allowed_events,
)
from kinerja_api.complaints.queries.visible import (
    ReportReach,
    report_reach,
    report_values,
    sees,
    standing,
)
from kinerja_api.complaints.rules import SUPERVISORY, Lead, ReplyStatus, ReportStatus
from kinerja_api.complaints.schemas.reports import (
    AccusedOut,
    ReportAttachmentOut,
    ReportListParams,
    ReportOut,
    ReportPauseOut,
    ReportProposalOut,
    ReportSort,
    ReportSummaryOut,
)
from kinerja_api.complaints.tables import (
    citizen_reports,
    report_accused,
    report_attachments,
    report_categories,
    report_pauses,
    report_replies,
)
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, Spread, both_ways, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.below import UNITS_BELOW
from kinerja_api.organisation.tables import employees, units
from kinerja_api.services.tables import services

_TENANT = bindparam("tenant_id", type_=Uuid)
_ACCOUNT = bindparam("account_id", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)
_INSTANT = DateTime(timezone=True)
_found = citizen_reports.c
_S = ReportStatus

_FLAGS = tuple(Standing.__dataclass_fields__)
_COMPUTED = frozenset({"allowed_actions"})
_LISTED = [
    column
    for column in citizen_reports.c
    if column.name in {*ReportSummaryOut.__annotations__, "proposed_class_by"}
]
"""What a list needs of a row: the long texts stay where they are."""
_BY_RECEIPT = both_ways(ReportSort, ("received_at", _found.received_at), ("id", _found.id))
_BY_DUE = both_ways(ReportSort, ("due_on", _found.due_on), ("id", _found.id))
_DUE = frozenset({ReportSort.DUE_ON, ReportSort.DUE_ON_DESC})


async def get_report(reading: Reading, actor: Actor, report_id: UUID) -> ReportOut:
    """Return the report; ResourceNotFound."""
    return await _get(reading, actor, report_id, handed_on=False)


async def report_after(reading: Reading, actor: Actor, report_id: UUID) -> ReportOut:
    """Return the report after the actor's own step, even one by which he handed it on."""
    return await _get(reading, actor, report_id, handed_on=True)


async def _get(reading: Reading, actor: Actor, report_id: UUID, *, handed_on: bool) -> ReportOut:
    row = await reading.row(
        _report(reach=report_reach(actor), handed_on=handed_on),
        dict[str, Any],
        id=report_id,
        **_values(actor),
    )
    if row is None:
        raise ResourceNotFound
    return _report_out(row)


def _values(actor: Actor) -> dict[str, object]:
    return {"account_id": actor.account_id, **report_values(actor)}


def _parties(row: dict[str, Any]) -> frozenset[Party]:
    """Take the caller's flags out of the row; return what he is to the report."""
    own = Standing(**{name: row.pop(name) for name in _FLAGS})
    return own.parties(row["led_by"]) if row.pop("is_seen") else frozenset[Party]()


def _actions(row: dict[str, Any], parties: frozenset[Party]) -> list[str]:
    situation = Situation(dict(row), row.pop("scope_account"), row.pop("is_own_reply"))
    del row["proposed_class_by"]
    return [str(event) for event in allowed_events(situation, parties)]


def _report_out(row: dict[str, Any]) -> ReportOut:
    parties = _parties(row)
    row["allowed_actions"] = _actions(row, parties)
    if not KNOWS_ACCUSED & parties:
        row["accused"] = None
    return cast("ReportOut", row)


def _summary_out(**row: Any) -> ReportSummaryOut:  # noqa: ANN401 - the columns of a row
    row["allowed_actions"] = _actions(row, _parties(row))
    return cast("ReportSummaryOut", row)


@statement
def _report(*, reach: ReportReach, handed_on: bool) -> Executable:
    is_seen = sees(citizen_reports, reach=reach)
    shown = _shown(citizen_reports, ReportOut.__annotations__, reach, is_seen)
    query = select(*shown).where(
        _found.tenant_id == _TENANT, _found.id == bindparam("id", type_=Uuid)
    )
    return query if handed_on else query.where(is_seen)


def _shown(
    report: FromClause, names: Mapping[str, Any], reach: ReportReach, is_seen: ColumnElement[bool]
) -> list[ColumnElement[Any]]:
    own_reply = exists().where(*_proposal_of(report), report_replies.c.proposed_by == _ACCOUNT)
    is_proposed = report.c.status == _S.REPLY_PROPOSED
    looked_up = _names(report)
    if names.keys() - looked_up.keys() - _COMPUTED - set(report.c.keys()):
        looked_up |= _parts(report)
    return [
        *[
            (looked_up[name] if name in looked_up else report.c[name]).label(name)
            for name in names
            if name not in _COMPUTED
        ],
        report.c.proposed_class_by,
        _ACCOUNT.label("scope_account"),
        case((is_proposed, own_reply), else_=false()).label("is_own_reply"),
        is_seen.label("is_seen"),
        *standing(report, reach=reach),
    ]


def _names(report: FromClause) -> dict[str, ColumnElement[Any]]:
    """What is looked up for the rows of a page only."""
    return {
        "category_name": _named(report_categories, report.c.category_id),
        "service_name": _named(services, report.c.service_id),
        "unit_name": _named(units, report.c.unit_id),
        "handler_name": _named(employees, report.c.handler_id),
    }


def _named(table: FromClause, row_id: ColumnElement[Any]) -> ColumnElement[Any]:
    named = select(table.c.name).where(table.c.tenant_id == _TENANT, table.c.id == row_id)
    return named.scalar_subquery()


def _parts(report: FromClause) -> dict[str, ColumnElement[Any]]:
    """What belongs to one report, each as one JSON value."""
    pause, file, accused = report_pauses.c, report_attachments.c, report_accused.c
    child = citizen_reports.alias("child")
    named = {"name": _named(employees, accused.employee_id)}
    children = select(func.count()).where(
        child.c.tenant_id == _TENANT, child.c.parent_id == report.c.id
    )
    return {
        "has_news": report.c.sends_news,
        "merged_count": children.scalar_subquery(),
        "proposal": select(_json(ReportProposalOut, report_replies))
        .where(*_proposal_of(report))
        .scalar_subquery(),
        "pause": select(_json(ReportPauseOut, report_pauses))
        .where(*_of(report_pauses, report), pause.ends_at.is_(None))
        .scalar_subquery(),
        "attachments": _every(_json(ReportAttachmentOut, report_attachments), file.id)
        .where(*_of(report_attachments, report))
        .scalar_subquery(),
        "accused": _every(_json(AccusedOut, report_accused, named), accused.employee_id)
        .where(*_of(report_accused, report))
        .scalar_subquery(),
    }


def _of(table: FromClause, report: FromClause) -> Sequence[ColumnElement[bool]]:
    return table.c.tenant_id == _TENANT, table.c.report_id == report.c.id


def _proposal_of(report: FromClause) -> Sequence[ColumnElement[bool]]:
    is_open = report_replies.c.status == ReplyStatus.PROPOSED.value
    return (*_of(report_replies, report), is_open)


def _json(
    shape: type[Any], table: FromClause, looked_up: Mapping[str, ColumnElement[Any]] | None = None
) -> ColumnElement[Any]:
    parts: list[Any] = []
    for name in shape.__annotations__:
        value = (looked_up or {}).get(name)
        parts += [
            literal(name, Text, literal_execute=True),
            table.c[name] if value is None else value,
        ]
    return func.jsonb_build_object(*parts)


def _every(one: ColumnElement[Any], order: ColumnElement[Any]) -> Rows:
    every = func.jsonb_agg(aggregate_order_by(one, order))
    return select(func.coalesce(every, func.jsonb_build_array()))


async def list_reports(
    reading: Reading, actor: Actor, params: ReportListParams, cursors: Cursors
) -> Page[ReportSummaryOut]:
    """Return one page of the reports that the actor sees."""
    filters = params.filters()
    shape, scope = tuple(sorted(filters)), report_reach(actor)
    by_due = params.sort in _DUE
    sort = (_BY_DUE if by_due else _BY_RECEIPT)[params.sort]
    return await fetch_page(
        reading,
        lambda: _filtered(shape, scope, by_due=by_due),
        _summary_out,
        name="citizen_reports",
        params=params,
        sort=sort,
        cursors=cursors,
        shape_key=(*shape, scope),
        values={**filters, **_values(actor)},
        spread=_spread(scope, sort) if "below_id" in shape else None,
    )


def _filtered(shape: tuple[str, ...], scope: ReportReach, *, by_due: bool) -> Rows:
    if "below_id" in shape:
        query: Rows = select(*_LISTED).where(_found.unit_id == UNITS_BELOW.c.unit_id)
        query = query.correlate(UNITS_BELOW)
    else:
        query = select(*_summary(citizen_reports, scope))
    query = query.where(_found.tenant_id == _TENANT, sees(citizen_reports, reach=scope))
    if by_due:
        query = query.where(_found.due_on.is_not(None))
    if "waits_for_me" in shape:
        query = query.where(_waits_for_me(scope))
    return query.where(*[_FILTERS[name] for name in shape if name in _FILTERS])


def _summary(report: FromClause, scope: ReportReach) -> list[ColumnElement[Any]]:
    return _shown(report, ReportSummaryOut.__annotations__, scope, true())


def _spread(scope: ReportReach, sort: Sort) -> Spread:
    """Take the first rows of each unit; names and what the actor is are looked up at the end."""

    def spread(page: Rows) -> tuple[Rows, list[ColumnElement[Any]]]:
        first = page.lateral("found")
        rows = select(*_summary(first, scope)).select_from(UNITS_BELOW.join(first, true()))
        return rows, [first.c[label] for label, _ in sort.columns]

    return spread


_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "status": _found.status == func.any(bindparam("status", type_=ARRAY(Text))),
    **{
        name: _found[name] == bindparam(name, type_=_found[name].type)
        for name in (
            "kind", "report_class", "category_id", "service_id", "unit_id", "handler_id",
            "led_by", "is_escalated", "ticket",
        )
    },
    "overdue": _found.due_on < _TODAY,
    "due_before": _found.due_on < bindparam("due_before", type_=Date),
    "updated_since": _found.updated_at >= bindparam("updated_since", type_=_INSTANT),
}  # fmt: skip


def _waits_for_me(scope: ReportReach) -> ColumnElement[bool]:
    """Return the condition that the next step of a report is the actor's."""
    flags = {flag.name: flag for flag in standing(citizen_reports, reach=scope)}
    is_inspected = _found.led_by == Lead.INSPECTORATE
    lead = case((is_inspected, flags["inspector"].element), else_=flags["officer"].element)
    head = case((is_inspected, flags["inspector"].element), else_=flags["head"].element)
    handler = flags["handler"].element
    own_reply = exists().where(
        *_proposal_of(citizen_reports), report_replies.c.proposed_by == _ACCOUNT
    )
    supervisory = [str(each) for each in sorted(SUPERVISORY)]
    return or_(
        and_(_found.status.in_([_S.RECEIVED.value, _S.VERIFIED.value]), lead),
        and_(_found.status == _S.ASSIGNED, _found.handler_id.is_(None), head),
        and_(_found.status.in_([_S.ASSIGNED.value, _S.IN_PROGRESS.value]), handler),
        and_(_found.status == _S.IN_PROGRESS, _found.handler_id.is_(None), lead),
        and_(_found.status == _S.REPLY_PROPOSED, head, ~own_reply),
        and_(
            _found.status == _S.ANSWERED,
            or_(_found.report_class.in_(supervisory), is_inspected, _found.is_escalated),
            flags["inspector"].element,
        ),
        and_(_found.proposed_class.is_not(None), _found.proposed_class_by != _ACCOUNT, lead),
    )
