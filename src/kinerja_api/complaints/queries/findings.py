"""Reads of findings: all of them for inspectors, his own for an official.

A finding shows nothing of its report, so the conflict guard does not hide it; which report it
comes from is told to inspectors in nobody's line only.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.queries.visible import not_in_conflict
from kinerja_api.complaints.rules import FindingStatus, Outcome
from kinerja_api.complaints.rules.findings import MOST_DISPUTES, FindingPart, finding_actions
from kinerja_api.complaints.schemas.findings import (
    FindingDisputeOut,
    FindingListParams,
    FindingOut,
    FindingSort,
)
from kinerja_api.complaints.tables import (
    citizen_reports,
    finding_disputes,
    finding_effects,
    report_findings,
)
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, both_ways, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import is_me, scope_values
from kinerja_api.organisation.tables import employees

_TENANT = bindparam("tenant_id", type_=Uuid)
_ACCOUNT = bindparam("account_id", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)
_found = report_findings.c
_SORTS = both_ways(FindingSort, ("id", _found.id))
_REF_LETTERS = 8
_FLAGS = ("is_own", "may_decide", "is_finder", "has_decided", "in_time")


class LockedFinding(TypedDict):
    """A finding as commands see it; its row is locked.

    is_outside: whether the actor stands in no accused person's line; disputes: how many there
    were; has_decided: whether the actor decided one of them.
    """

    id: UUID
    ref: str
    report_id: UUID
    employee_id: UUID
    outcome: str
    severity: str | None
    status: str
    found_by: UUID
    dispute_until: Any
    version: int
    is_own: bool
    is_outside: bool
    disputes: int
    has_decided: bool


def inspects(actor: Actor) -> bool:
    """Return whether the actor reads all findings; part of a statement's shape."""
    return actor.has_tenant_reach(Permission.FINDINGS_DECIDE)


def _values(actor: Actor) -> dict[str, object]:
    values = scope_values(actor, Permission.FINDINGS_READ)
    return {**values, "account_id": actor.account_id}


def _ref(finding_id: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a short name for letters: of the random end of the id, which tells no time."""
    return func.upper(func.right(cast(finding_id, Text), _REF_LETTERS))


def _is_outside() -> ColumnElement[bool]:
    report = citizen_reports.c
    return exists().where(
        report.tenant_id == _TENANT,
        report.id == _found.report_id,
        not_in_conflict(citizen_reports),
    )


def _disputed(what: ColumnElement[Any]) -> Rows:
    dispute = finding_disputes.c
    return select(what).where(dispute.tenant_id == _TENANT, dispute.finding_id == _found.id)


def _disputes() -> ColumnElement[Any]:
    """Return the disputes in their order, as one JSON value."""
    dispute = finding_disputes.c
    parts: list[Any] = []
    for name in FindingDisputeOut.__annotations__:
        parts += [literal(name, Text, literal_execute=True), dispute[name]]
    every = func.jsonb_agg(aggregate_order_by(func.jsonb_build_object(*parts), dispute.number))
    listed = func.coalesce(every, func.jsonb_build_array(), type_=JSONB)
    return _disputed(listed).scalar_subquery()


def _has_decided() -> ColumnElement[bool]:
    decided = _disputed(finding_disputes.c.id).where(finding_disputes.c.decided_by == _ACCOUNT)
    return exists(decided)


def _effect(column: ColumnElement[Any]) -> ColumnElement[Any]:
    effect = finding_effects.c
    return (
        select(column)
        .where(
            effect.tenant_id == _TENANT,
            effect.finding_id == _found.id,
            effect.taken_back_at.is_(None),
        )
        .scalar_subquery()
    )


def _shown(*, inspects: bool) -> list[ColumnElement[Any]]:
    name = select(employees.c.name).where(
        employees.c.tenant_id == _TENANT, employees.c.id == _found.employee_id
    )
    outside = _is_outside() if inspects else false()
    made: dict[str, ColumnElement[Any]] = {
        "ref": _ref(_found.id),
        "report_id": case((outside, _found.report_id)),
        "employee_name": name.scalar_subquery(),
        "weight": _effect(finding_effects.c.weight),
        "counts_on": _effect(finding_effects.c.counts_on),
        "disputes": _disputes(),
    }
    names = [name for name in FindingOut.__annotations__ if name != "allowed_actions"]
    return [
        *[(made[name] if name in made else _found[name]).label(name) for name in names],
        is_me(_found.employee_id).label("is_own"),
        outside.label("may_decide"),
        (_found.found_by == _ACCOUNT).label("is_finder"),
        _has_decided().label("has_decided"),
        (_found.dispute_until >= _TODAY).label("in_time"),
    ]


def _finding_out(**row: Any) -> FindingOut:  # noqa: ANN401 - columns of a row
    flags = {name: row.pop(name) for name in _FLAGS}
    part = FindingPart(**flags, may_appeal=len(row["disputes"]) < MOST_DISPUTES)
    actions = finding_actions(FindingStatus(row["status"]), Outcome(row["outcome"]), part)
    return FindingOut(**row, allowed_actions=list(actions))


def _sees(*, inspects: bool) -> ColumnElement[bool]:
    return and_(_found.tenant_id == _TENANT, true() if inspects else is_me(_found.employee_id))


@statement
def _finding(*, inspects: bool) -> Executable:
    wanted = _found.id == bindparam("id", type_=Uuid)
    return select(*_shown(inspects=inspects)).where(_sees(inspects=inspects), wanted)


@statement
def _locked(*, inspects: bool) -> Executable:
    plain = [_found[name] for name in LockedFinding.__annotations__ if name in _PLAIN]
    return (
        select(
            *plain,
            _ref(_found.id).label("ref"),
            is_me(_found.employee_id).label("is_own"),
            _is_outside().label("is_outside"),
        )
        .where(_sees(inspects=inspects), _found.id == bindparam("id", type_=Uuid))
        .with_for_update(of=report_findings)
    )


_PLAIN = frozenset(column.name for column in report_findings.c)


@statement
def _past() -> Executable:
    dispute = finding_disputes.c
    mine = func.coalesce(func.bool_or(dispute.decided_by == _ACCOUNT), false())
    return select(func.count().label("disputes"), mine.label("has_decided")).where(
        dispute.tenant_id == _TENANT, dispute.finding_id == bindparam("id", type_=Uuid)
    )


async def get_finding(reading: Reading, actor: Actor, finding_id: UUID) -> FindingOut:
    """Return the finding; ResourceNotFound."""
    wanted = _finding(inspects=inspects(actor))
    row = await reading.row(wanted, _finding_out, id=finding_id, **_values(actor))
    if row is None:
        raise ResourceNotFound
    return row


async def lock_finding(writing: Writing, actor: Actor, finding_id: UUID) -> LockedFinding:
    """Return the finding, locked to the end of the write; ResourceNotFound.

    Its disputes are read after the lock: who waited for it sees what came before.
    """
    wanted = _locked(inspects=inspects(actor))
    row = await writing.row(wanted, dict[str, Any], id=finding_id, **_values(actor))
    if row is None:
        raise ResourceNotFound
    past = await writing.rows(_past(), dict[str, Any], id=finding_id, account_id=actor.account_id)
    return LockedFinding(**row, **past[0])


async def list_findings(
    reading: Reading, actor: Actor, params: FindingListParams, cursors: Cursors
) -> Page[FindingOut]:
    """Return one page of the findings that the actor sees."""
    filters = params.filters()
    shape, whole = tuple(sorted(filters)), inspects(actor)
    return await fetch_page(
        reading,
        lambda: _filtered(shape, inspects=whole),
        _finding_out,
        name="findings",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(shape, whole),
        values={**filters, **_values(actor)},
    )


def _filtered(shape: tuple[str, ...], *, inspects: bool) -> Rows:
    query = select(*_shown(inspects=inspects)).where(_sees(inspects=inspects))
    if "employee_id" in shape:
        query = query.where(_found.employee_id == bindparam("employee_id", type_=Uuid))
    if "status" in shape:
        query = query.where(_found.status == bindparam("status", type_=Text))
    return query
