"""The live view of a unit and everything below it, in two statements.

The first returns one row for each branch (the unit's own people; each unit directly below with
all under it); the total is their sum, since each person is counted in one branch. The second
returns the lists. A person with several placements counts where his definitive one is.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.queries.logs import WAITING_DAYS
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.types import round_half_up
from kinerja_api.evaluations.rules import EvaluationStatus
from kinerja_api.monitoring.queries.live_branches import branch_counts
from kinerja_api.monitoring.queries.live_lists import newest_lists
from kinerja_api.monitoring.schemas import (
    LiveOut,
    LiveProgress,
    LiveStages,
    LiveTotal,
    LiveUnitOut,
    LiveWaiting,
)
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.organisation.queries.scope import reach, scope_values
from kinerja_api.scoring.rules import Predicate


@dataclass(frozen=True, slots=True)
class _Branch:
    unit_id: UUID
    unit_code: str
    unit_name: str
    people_count: int
    working_count: int
    logged_count: int
    missing_count: int
    planned_count: int
    waiting_plans: int
    waiting_logs: int
    waiting_results: int
    indicator_count: int
    reported_count: int
    verified_count: int
    achievement_sum: Decimal | None
    open_obstacle_count: int
    evaluations: dict[str, int]
    predicates: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Lists:
    period: dict[str, Any] | None
    closing: dict[str, Any] | None
    not_logged: list[Any]
    obstacles: list[Any]


async def get_live(reading: Reading, actor: Actor, unit_id: UUID) -> LiveOut:
    """Return the live view; ResourceNotFound for a unit that is not the actor's to watch."""
    today = actor.today
    norms = await norms_on(reading, today)
    values = {"unit_id": unit_id, **scope_values(actor, Permission.MONITORING_READ)}
    branches = await reading.rows(
        branch_counts(reach=reach(actor, Permission.MONITORING_READ), cap=norms.score_cap_percent),
        _Branch,
        first_log_day=today - WAITING_DAYS,
        year=today.year,
        **values,
    )
    if not branches:
        raise ResourceNotFound
    lists = await reading.row(newest_lists(), _Lists, **values)
    if lists is None:
        raise RuntimeError("a select of sub-selects returns a row")
    return LiveOut(
        unit_id=unit_id,
        today=today,
        server_time=clock.now(),
        period=_with_share_gone(lists.period, today),  # pyright: ignore[reportArgumentType] - jsonb has the keys of LivePeriod
        closing=lists.closing,  # pyright: ignore[reportArgumentType] - jsonb, as period
        total=_total(branches),
        units=[_unit(branch) for branch in branches],
        not_logged=lists.not_logged,
        obstacles=lists.obstacles,
    )


def _with_share_gone(period: dict[str, Any] | None, today: dt.date) -> dict[str, Any] | None:
    if period is None:
        return None
    first = dt.date.fromisoformat(period["starts_on"])
    last = dt.date.fromisoformat(period["ends_on"])
    gone, days = (today - first).days + 1, (last - first).days + 1
    return {**period, "gone_percent": round_half_up(Decimal(gone * 100) / days)}


def _total(branches: list[_Branch]) -> LiveTotal:
    def merged(counts: list[dict[str, int]]) -> dict[str, int]:
        names = sorted({name for each in counts for name in each})
        return {name: sum(each.get(name, 0) for each in counts) for name in names}

    sums = [b.achievement_sum for b in branches if b.achievement_sum is not None]
    whole = _Branch(
        unit_id=branches[0].unit_id,
        unit_code="",
        unit_name="",
        people_count=sum(b.people_count for b in branches),
        working_count=sum(b.working_count for b in branches),
        logged_count=sum(b.logged_count for b in branches),
        missing_count=sum(b.missing_count for b in branches),
        planned_count=sum(b.planned_count for b in branches),
        waiting_plans=sum(b.waiting_plans for b in branches),
        waiting_logs=sum(b.waiting_logs for b in branches),
        waiting_results=sum(b.waiting_results for b in branches),
        indicator_count=sum(b.indicator_count for b in branches),
        reported_count=sum(b.reported_count for b in branches),
        verified_count=sum(b.verified_count for b in branches),
        achievement_sum=sum(sums, Decimal(0)) if sums else None,
        open_obstacle_count=sum(b.open_obstacle_count for b in branches),
        evaluations=merged([b.evaluations for b in branches]),
        predicates=merged([b.predicates for b in branches]),
    )
    return _counts(whole)


def _unit(branch: _Branch) -> LiveUnitOut:
    return LiveUnitOut(
        unit_id=branch.unit_id,
        unit_code=branch.unit_code,
        unit_name=branch.unit_name,
        **_counts(branch),
    )


def _counts(branch: _Branch) -> LiveTotal:
    mean = None
    if branch.achievement_sum is not None and branch.indicator_count:
        mean = round_half_up(branch.achievement_sum / branch.indicator_count)
    return LiveTotal(
        people_count=branch.people_count,
        working_count=branch.working_count,
        logged_count=branch.logged_count,
        missing_count=branch.missing_count,
        planned_count=branch.planned_count,
        waiting=LiveWaiting(
            plans=branch.waiting_plans, logs=branch.waiting_logs, results=branch.waiting_results
        ),
        progress=LiveProgress(
            indicator_count=branch.indicator_count,
            reported_count=branch.reported_count,
            verified_count=branch.verified_count,
            mean_achievement_percent=mean,
        ),
        open_obstacle_count=branch.open_obstacle_count,
        evaluations=LiveStages(
            opened=branch.evaluations.get(EvaluationStatus.OPENED, 0),
            decided=branch.evaluations.get(EvaluationStatus.DECIDED, 0),
            objected=branch.evaluations.get(EvaluationStatus.OBJECTED, 0),
            final=branch.evaluations.get(EvaluationStatus.FINAL, 0),
        ),
        predicates={each: branch.predicates.get(each, 0) for each in Predicate},
    )
