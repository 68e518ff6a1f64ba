"""Where the evaluations of a unit and everything below it stand."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, cast, func, null, select
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import PermissionDenied, ResourceNotFound
from kinerja_api.core.sql import Rows, statement
from kinerja_api.evaluations.rules import SHOWN_STATUSES, EvaluationStatus
from kinerja_api.evaluations.schemas import (
    EvaluationSummaryOut,
    OpenAssessorOut,
    PredicateCountsOut,
    StageCountsOut,
)
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.queries.units import get_unit
from kinerja_api.organisation.tables import employees, unit_closure, units
from kinerja_api.planning.queries.periods import get_period
from kinerja_api.scoring.rules import Predicate

_FIRST = 50
_STAGES = (EvaluationStatus.OPENED, EvaluationStatus.DECIDED, EvaluationStatus.FINAL)


class _Counts(TypedDict):
    counts: dict[str, int]


async def summarise_unit(
    reading: Reading, actor: Actor, unit_id: UUID, period_id: UUID
) -> EvaluationSummaryOut:
    """Return stages, predicates and who has still to decide; PermissionDenied."""
    await get_unit(reading, unit_id)
    await get_period(reading, period_id)
    scope = scope_values(actor, Permission.EVALUATIONS_READ)
    seen = reach(actor, Permission.EVALUATIONS_READ)
    if not await reading.value(_is_seen(seen), unit_id=unit_id, **scope):
        raise PermissionDenied(permission=Permission.EVALUATIONS_READ)
    values: dict[str, object] = {"unit_id": unit_id, "period_id": period_id}
    row = await reading.row(_counts(), _Counts, **values)
    if row is None:
        raise ResourceNotFound
    counts = row["counts"]
    return EvaluationSummaryOut(
        unit_id=unit_id,
        period_id=period_id,
        total=counts["total"],
        stages=StageCountsOut(**{stage: counts[stage] for stage in _STAGES}),  # pyright: ignore[reportArgumentType]
        predicates=PredicateCountsOut(**{each: counts[each] for each in Predicate}),  # pyright: ignore[reportArgumentType]
        still_open=await reading.rows(_still_open(), OpenAssessorOut, **values),
    )


@statement
def _is_seen(seen: Reach) -> Executable:
    """Whether the unit lies in the actor's scope: people of his own alone do not open it."""
    nobody = cast(null(), Uuid)
    return select(func.coalesce(in_scope(nobody, units.c.id, reach=seen), False)).where(
        units.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        units.c.id == bindparam("unit_id", type_=Uuid),
    )


def _below(query: Rows) -> Rows:
    return query.join(
        unit_closure,
        and_(
            unit_closure.c.tenant_id == evaluations.c.tenant_id,
            unit_closure.c.descendant_id == evaluations.c.unit_id,
            unit_closure.c.ancestor_id == bindparam("unit_id", type_=Uuid),
        ),
    ).where(
        evaluations.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        evaluations.c.period_id == bindparam("period_id", type_=Uuid),
        evaluations.c.status != EvaluationStatus.SUPERSEDED,
    )


@statement
def _counts() -> Executable:
    columns = evaluations.c
    shown = columns.status.in_(SHOWN_STATUSES)
    pairs: list[Any] = ["total", func.count()]
    for stage in _STAGES:
        pairs += [str(stage), func.count().filter(columns.status == stage)]
    for each in Predicate:
        pairs += [str(each), func.count().filter(shown, columns.predicate == each)]
    return _below(select(func.jsonb_build_object(*pairs).label("counts")).select_from(evaluations))


@statement
def _still_open() -> Executable:
    superior = employees.alias("superior")
    columns = evaluations.c
    undecided = func.count().label("undecided")
    query = (
        select(columns.superior_id, superior.c.name.label("superior_name"), undecided)
        .select_from(evaluations)
        .outerjoin(
            superior,
            and_(superior.c.tenant_id == columns.tenant_id, superior.c.id == columns.superior_id),
        )
    )
    return (
        _below(query)
        .where(columns.status == EvaluationStatus.OPENED)
        .group_by(columns.superior_id, superior.c.name)
        .order_by(undecided.desc(), columns.superior_id)
        .limit(_FIRST)
    )
