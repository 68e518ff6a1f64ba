"""Where the evaluations of a unit and everything below it stand."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, cast, func, not_, null, or_, select
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import PermissionDenied, ResourceNotFound
from kinerja_api.core.sql import Rows, statement
from kinerja_api.evaluations.queries.names import name_of
from kinerja_api.evaluations.queries.seen import TODAY, status_today
from kinerja_api.evaluations.rules import (
    DECISIONS,
    OPEN_OBJECTIONS,
    REPLACED,
    SHOWN_STATUSES,
    EvaluationStatus,
)
from kinerja_api.evaluations.schemas.units import (
    EvaluationSummaryOut,
    OpenAssessorOut,
    PredicateCountsOut,
    StageCountsOut,
)
from kinerja_api.evaluations.tables import evaluations, objections
from kinerja_api.organisation.queries.below import is_below
from kinerja_api.organisation.queries.scope import Reach, in_scope, is_me, reach, scope_values
from kinerja_api.organisation.queries.units import get_unit
from kinerja_api.organisation.tables import units
from kinerja_api.planning.queries.periods import get_period
from kinerja_api.scoring.rules import Predicate

_TENANT = bindparam("tenant_id", type_=Uuid)
_FIRST = 50
_STAGES = (EvaluationStatus.OPENED, *DECISIONS)


class _Counts(TypedDict):
    counts: dict[str, int]


class _Objections(TypedDict):
    open: int
    overdue: int


async def require_unit_seen(
    reading: Reading, actor: Actor, unit_id: UUID, period_id: UUID
) -> dict[str, object]:
    """Return the values of queries over the unit; ResourceNotFound, PermissionDenied.

    Whoever sees the unit as a whole, not only people of his own in it.
    """
    await get_unit(reading, unit_id)
    await get_period(reading, period_id)
    scope = scope_values(actor, Permission.EVALUATIONS_READ)
    seen = reach(actor, Permission.EVALUATIONS_READ)
    if not await reading.value(_is_seen(seen), unit_id=unit_id, **scope):
        raise PermissionDenied(permission=Permission.EVALUATIONS_READ)
    return {"unit_id": unit_id, "period_id": period_id, **scope}


async def summarise_unit(
    reading: Reading, actor: Actor, unit_id: UUID, period_id: UUID
) -> EvaluationSummaryOut:
    """Return stages, predicates, objections and who has still to decide; PermissionDenied."""
    values = await require_unit_seen(reading, actor, unit_id, period_id)
    row = await reading.row(_counts(), _Counts, **values)
    objected = await reading.row(_objections(), _Objections, **values)
    if row is None or objected is None:
        raise ResourceNotFound
    counts = row["counts"]
    return EvaluationSummaryOut(
        unit_id=unit_id,
        period_id=period_id,
        total=counts["total"],
        stages=StageCountsOut(**{stage: counts[stage] for stage in _STAGES}),  # pyright: ignore[reportArgumentType]
        predicates=_predicates(counts, "decided_"),
        suggested=_predicates(counts, "suggested_"),
        without_assessor=counts["without_assessor"],
        open_objections=objected["open"],
        overdue_objections=objected["overdue"],
        still_open=await reading.rows(_still_open(), OpenAssessorOut, **values),
    )


def _predicates(counts: dict[str, int], prefix: str) -> PredicateCountsOut:
    return PredicateCountsOut(**{each: counts[prefix + each] for each in Predicate})  # pyright: ignore[reportArgumentType]


@statement
def _is_seen(seen: Reach) -> Executable:
    """Whether the unit lies in the actor's scope: people of his own alone do not open it."""
    nobody = cast(null(), Uuid)
    return select(func.coalesce(in_scope(nobody, units.c.id, reach=seen), False)).where(
        units.c.tenant_id == _TENANT, units.c.id == bindparam("unit_id", type_=Uuid)
    )


def _below(query: Rows) -> Rows:
    return query.where(
        evaluations.c.tenant_id == _TENANT,
        evaluations.c.period_id == bindparam("period_id", type_=Uuid),
        evaluations.c.status.not_in(REPLACED),
        is_below(evaluations.c.unit_id),
    )


@statement
def _counts() -> Executable:
    """One's own suggestion is not counted before it is shown: few people would give it away."""
    columns, status = evaluations.c, status_today(evaluations)
    shown = or_(columns.status.in_(SHOWN_STATUSES), not_(is_me(columns.employee_id)))
    undecided = and_(status == EvaluationStatus.OPENED, columns.superior_id.is_(None))
    pairs: list[Any] = ["total", func.count()]
    pairs += ["without_assessor", func.count().filter(undecided)]
    for stage in _STAGES:
        pairs += [str(stage), func.count().filter(status == stage)]
    for each in Predicate:
        pairs += [f"decided_{each}", func.count().filter(columns.predicate == each)]
        suggested = and_(shown, columns.suggested_predicate == each)
        pairs += [f"suggested_{each}", func.count().filter(suggested)]
    return _below(select(func.jsonb_build_object(*pairs).label("counts")).select_from(evaluations))


@statement
def _objections() -> Executable:
    overdue = func.count().filter(objections.c.due_on < TODAY)
    return select(func.count().label("open"), overdue.label("overdue")).where(
        objections.c.tenant_id == _TENANT,
        objections.c.period_id == bindparam("period_id", type_=Uuid),
        objections.c.status.in_(OPEN_OBJECTIONS),
        is_below(objections.c.unit_id),
    )


@statement
def _still_open() -> Executable:
    columns, undecided = evaluations.c, func.count().label("undecided")
    name = name_of(columns.superior_id).label("superior_name")
    return (
        _below(select(columns.superior_id, name, undecided))
        .where(columns.status == EvaluationStatus.OPENED)
        .group_by(columns.superior_id)
        .order_by(undecided.desc(), columns.superior_id)
        .limit(_FIRST)
    )
