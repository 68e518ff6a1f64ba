"""Reads of plans."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, Text, Uuid, and_, bindparam, exists, select
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.i18n import Language
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    is_me,
    is_my_subordinate,
    reach,
    scope_values,
)
from kinerja_api.organisation.queries.subordinates import is_led
from kinerja_api.organisation.tables import employees, unit_closure, units
from kinerja_api.planning.policies import allowed_actions
from kinerja_api.planning.queries.content import (
    Content,
    content_of,
    described_behaviours,
    json_object,
)
from kinerja_api.planning.queries.periods import HeldPeriod, hold_year_of
from kinerja_api.planning.rules import WAITING
from kinerja_api.planning.schemas.content import BehaviourOut, TargetOut
from kinerja_api.planning.schemas.plans import (
    PlanContentOut,
    PlanListParams,
    PlanOut,
    PlanSort,
    RevisionOut,
)
from kinerja_api.planning.tables import plans

_TENANT = bindparam("tenant_id", type_=Uuid)
_READ = Permission.PLANS_READ

_SORTS = {
    PlanSort.CREATED: Sort((("id", plans.c.id),)),
    PlanSort.CREATED_DESC: Sort((("id", plans.c.id),), descending=True),
    PlanSort.YEAR: Sort((("year", plans.c.year), ("id", plans.c.id))),
    PlanSort.YEAR_DESC: Sort((("year", plans.c.year), ("id", plans.c.id)), descending=True),
}


class LockedPlan(TypedDict):
    """What a decision about a plan needs; the row is locked, the periods of its year are held."""

    id: UUID
    employee_id: UUID
    unit_id: UUID
    year: int
    approach: str
    status: str
    revision_submitted_at: dt.datetime | None
    version: int
    is_own: bool
    is_superior: bool
    periods: list[HeldPeriod]


def visible_plans(reach: Reach) -> Rows:
    """Select the plans the actor may see, as ``plan_row`` takes them."""
    return (
        select(
            plans.c.id,
            plans.c.employee_id,
            employees.c.name.label("employee_name"),
            plans.c.placement_id,
            plans.c.unit_id,
            units.c.name.label("unit_name"),
            plans.c.year,
            plans.c.approach,
            plans.c.status,
            plans.c.submitted_at,
            plans.c.decided_at,
            plans.c.decided_by_id,
            plans.c.decision_note,
            plans.c.created_at,
            plans.c.updated_at,
            plans.c.version,
            is_me(plans.c.employee_id).label("is_own"),
            is_my_subordinate(plans.c.employee_id).label("is_superior"),
        )
        .join_from(
            plans,
            employees,
            and_(
                employees.c.tenant_id == plans.c.tenant_id,
                employees.c.id == plans.c.employee_id,
            ),
        )
        .join(units, and_(units.c.tenant_id == plans.c.tenant_id, units.c.id == plans.c.unit_id))
        .where(
            plans.c.tenant_id == _TENANT,
            in_scope(plans.c.employee_id, plans.c.unit_id, reach=reach),
        )
    )


def plan_row(*, is_own: bool, is_superior: bool, **columns: Any) -> PlanOut:  # noqa: ANN401 - columns of a row
    """Return a row as the caller gets it."""
    actions = allowed_actions(columns["status"], own=is_own, superior=is_superior)
    waits = is_superior and columns["status"] in WAITING
    return PlanOut(**columns, allowed_actions=actions, waits_for_me=waits)  # pyright: ignore[reportReturnType]


@statement
def _content(reach: Reach) -> Executable:
    revision = {
        "reason": plans.c.revision_reason,
        "submitted_at": plans.c.revision_submitted_at,
        "note": plans.c.revision_note,
        "content": plans.c.revision_content,
    }
    return (
        visible_plans(reach)
        .add_columns(
            content_of(plans.c.id).label("content"), json_object(revision).label("revision")
        )
        .where(plans.c.id == bindparam("id", type_=Uuid))
    )


async def get_plan(
    reading: Reading, actor: Actor, plan_id: UUID, *, language: Language
) -> PlanContentOut:
    """Return the plan with its content, in one statement; ResourceNotFound."""

    def shaped(*, content: Content, revision: dict[str, Any], **columns: Any) -> PlanContentOut:  # noqa: ANN401 - columns of a row
        is_party = columns["is_own"] or columns["is_superior"]
        return PlanContentOut(
            **plan_row(**columns),
            **_described(content, language),
            revision=_revision(revision, language) if is_party else None,
        )

    row = await reading.row(
        _content(reach(actor, _READ)), shaped, id=plan_id, **scope_values(actor, _READ)
    )
    if row is None:
        raise ResourceNotFound
    return row


class _Described(TypedDict):
    targets: list[TargetOut]
    behaviours: list[BehaviourOut]


def _described(content: Content, language: Language) -> _Described:
    behaviours = described_behaviours(content["expectations"], language)
    return _Described(targets=content["targets"], behaviours=behaviours)


def _revision(columns: dict[str, Any], language: Language) -> RevisionOut | None:
    content: Content | None = columns.pop("content")
    return None if content is None else RevisionOut(**columns, **_described(content, language))


@statement
def _locked(reach: Reach) -> Executable:
    return (
        select(
            plans.c.id,
            plans.c.employee_id,
            plans.c.unit_id,
            plans.c.year,
            plans.c.approach,
            plans.c.status,
            plans.c.revision_submitted_at,
            plans.c.version,
            is_me(plans.c.employee_id).label("is_own"),
            is_my_subordinate(plans.c.employee_id).label("is_superior"),
        )
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.id == bindparam("id", type_=Uuid),
            in_scope(plans.c.employee_id, plans.c.unit_id, reach=reach),
        )
        .with_for_update(of=plans)
    )


async def lock_plan(writing: Writing, actor: Actor, plan_id: UUID) -> LockedPlan:
    """Lock the plan to the end of the transaction; ResourceNotFound.

    Read its content after this: a statement that waits for the lock sees the rows of before.
    """
    held = await hold_year_of(writing, plan_id)

    def locked(**columns: Any) -> LockedPlan:  # noqa: ANN401 - columns of a row
        return LockedPlan(**columns, periods=held)

    row = await writing.row(
        _locked(reach(actor, _READ)), locked, id=plan_id, **scope_values(actor, _READ)
    )
    if row is None:
        raise ResourceNotFound
    return row


async def list_plans(
    reading: Reading, actor: Actor, params: PlanListParams, cursors: Cursors
) -> Page[PlanOut]:
    """Return one page of the plans the actor may see."""
    filters = params.filters()
    far, given = reach(actor, _READ), tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(far, given),
        plan_row,
        name="plans",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(far, given),
        values={**filters, **scope_values(actor, _READ)},
    )


def _filtered(reach: Reach, given: tuple[str, ...]) -> Rows:
    query = visible_plans(reach)
    if "employee_id" in given:
        query = query.where(plans.c.employee_id == bindparam("employee_id", type_=Uuid))
    if "unit_id" in given:
        query = query.where(plans.c.unit_id == bindparam("unit_id", type_=Uuid))
    if "year" in given:
        query = query.where(plans.c.year == bindparam("year", type_=SmallInteger))
    if "status" in given:
        query = query.where(plans.c.status == bindparam("status", type_=Text))
    if "waits_for_me" in given:
        query = query.where(plans.c.status.in_(WAITING), is_led(plans.c.employee_id))
    if "below_id" in given:
        query = query.where(
            exists().where(
                unit_closure.c.tenant_id == plans.c.tenant_id,
                unit_closure.c.descendant_id == plans.c.unit_id,
                unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid),
            )
        )
    return query
