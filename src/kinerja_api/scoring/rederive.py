"""Deriving a closing again from its snapshot, to prove that its rows are what they say."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, func, or_, select
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.scoring.formula import PolicyValues
from kinerja_api.scoring.queries.corrections import list_corrected
from kinerja_api.scoring.queries.snapshots import (
    StoredScore,
    get_frozen_closing,
    load_plans,
    load_scores,
    pick_employees,
    plan_of,
)
from kinerja_api.scoring.rule_sets import RULE_SETS
from kinerja_api.scoring.score import ScoredResult
from kinerja_api.scoring.snapshot import SCORES, hash_closing, scores_of_snapshot
from kinerja_api.scoring.tables import closing_scores

_MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Rederivation:
    """What a second derivation found.

    compared: employees compared by SQL; by_decimals: of them also by decimals, one by one.
    corrections: all of them, derived by decimals from what they were made with.
    differences: employees whose stored row differs, at most a hundred; all whose correction does.
    """

    equal: bool
    hash_equal: bool
    compared: int
    by_decimals: int
    corrections: int
    differences: list[UUID]


class _Difference(TypedDict):
    employee_id: UUID
    total: int


async def rederive(reading: Reading, closing_id: UUID, *, sample: int = 200) -> Rederivation:
    """Compute a closing again from its snapshot and compare; writes nothing. ResourceNotFound.

    sample: how many employees to compute by decimals besides.
    """
    closing = await get_frozen_closing(reading, closing_id)
    if closing is None or closing["finished_at"] is None:
        raise ResourceNotFound
    rule_set = RULE_SETS[closing["rule_set"]]
    policy = rule_set.read_policy(closing["policy"])
    digest = await reading.value(hash_closing(again=True), closing_id=closing_id)
    differing = await reading.rows(
        _differences(closing["rule_set"], policy),
        _Difference,
        closing_id=closing_id,
        limit=_MOST_TOLD,
    )
    employees = await pick_employees(reading, closing_id, sample)
    plans = await load_plans(reading, closing_id, dict.fromkeys(employees))
    stored = await load_scores(reading, closing_id, employees)
    wrong = [
        each
        for each in employees
        if not agrees(rule_set.score_employee(plans[each].plan, policy), stored[each])
    ]
    corrected = await list_corrected(reading, closing_id)
    wrong += [
        row["employee_id"]
        for row in corrected
        if not agrees(rule_set.score_employee(plan_of(row).plan, policy), row)
    ]
    differences = list(dict.fromkeys([*[row["employee_id"] for row in differing], *wrong]))
    are_sealed = all(row["is_sealed"] for row in corrected)
    hash_equal = digest == closing["snapshot_sha256"] and are_sealed
    return Rederivation(
        equal=hash_equal and not differences,
        hash_equal=hash_equal,
        compared=await reading.value(_count(), closing_id=closing_id),
        by_decimals=len(employees),
        corrections=len(corrected),
        differences=differences,
    )


def agrees(scored: ScoredResult, stored: StoredScore) -> bool:
    """Return whether the decimals give what was stored: by the close in SQL, or by a correction."""
    return (
        scored.work_result == stored["work_result"]
        and scored.work_rating == stored["work_rating"]
        and scored.behaviour_rating == stored["behaviour_rating"]
        and scored.predicate == stored["predicate"]
        and scored.unrated_reason == stored["unrated_reason"]
        and len(scored.missing) == stored["missing_count"]
    )


def _of_closing() -> list[Any]:
    return [
        closing_scores.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        closing_scores.c.closing_id == bindparam("closing_id", type_=Uuid),
    ]


@statement
def _differences(rule_set: str, policy: PolicyValues) -> Executable:
    derived = scores_of_snapshot(rule_set, policy).subquery("again")
    frozen = select(closing_scores).where(*_of_closing()).subquery("stored")
    again, stored = derived.c, frozen.c
    employee_id = func.coalesce(stored.employee_id, again.employee_id)
    return (
        select(employee_id.label("employee_id"), func.count().over().label("total"))
        .join_from(frozen, derived, again.employee_id == stored.employee_id, full=True)
        .where(or_(*[again[name].is_distinct_from(stored[name]) for name in SCORES]))
        .order_by(employee_id)
        .limit(bindparam("limit", type_=Integer))
    )


@statement
def _count() -> Executable:
    return select(func.count()).select_from(closing_scores).where(*_of_closing())
