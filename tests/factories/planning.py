"""Periods and plans to test with, written directly."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.planning.rules import (
    IN_FORCE,
    UNDER_REVISION,
    Accumulation,
    Approach,
    Aspect,
    Direction,
    PeriodStatus,
    PlanStatus,
    Source,
    TargetKind,
    period_of,
)
from kinerja_api.planning.tables import (
    indicator_targets,
    indicators,
    periods,
    plans,
    targets,
)
from tests.factories.world import Person, World, put


@dataclass(frozen=True)
class Measure:
    """An indicator to plan. ``periods``: what it should reach, by period id (low or low, high)."""

    title: str = "Jumlah dokumen"
    unit: str = "dokumen"
    low: str = "120.00"
    high: str | None = None
    weight: str | None = None
    aspect: str = Aspect.KUANTITAS
    direction: str = Direction.HIGHER
    accumulation: str = Accumulation.SUM
    source: str = Source.ENTERED
    scope: str | None = None
    service: UUID | None = None
    periods: Mapping[UUID, str | tuple[str, str]] = field(default_factory=dict)


IN_WORDS = Measure(title="Warga dilayani dengan ramah dan tuntas", direction="", low="")
"""A measure of success of a qualitative plan, without numbers."""


@dataclass(frozen=True)
class Goal:
    """A target to plan."""

    title: str = "Dokumen layanan tersusun"
    kind: str = TargetKind.UTAMA
    weight: str | None = None
    superior_target: UUID | None = None
    goal: UUID | None = None
    measures: Sequence[Measure] = (Measure(),)


@dataclass(frozen=True)
class PlannedTarget:
    """Ids of a target and its indicators, in order."""

    id: UUID
    indicators: list[UUID]


@dataclass(frozen=True)
class Planned:
    """Ids of a plan and its targets, in order."""

    id: UUID
    targets: list[PlannedTarget]

    @property
    def target(self) -> UUID:
        """The first target."""
        return self.targets[0].id

    @property
    def indicator(self) -> UUID:
        """The first indicator of the first target."""
        return self.targets[0].indicators[0]


async def period(world: World, code: str, *, status: str = PeriodStatus.OPEN) -> UUID:
    """Create the period that a code such as 2026, 2026-Q4 or 2026-11 names."""
    dates = period_of(code)
    assert dates is not None, code
    period_id, now = new_id(), clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, periods, tenant_id=world.tenant_id, id=period_id, code=code,
            kind=dates.kind, starts_on=dates.starts_on, ends_on=dates.ends_on, status=status,
            created_at=now, updated_at=now,
        )  # fmt: skip
    return period_id


async def approved_plan(
    world: World,
    person: Person,
    *,
    targets: Sequence[Goal] = (Goal(),),
    year: int | None = None,
    status: str = PlanStatus.APPROVED,
    placement: UUID | None = None,
    approach: str = Approach.QUANTITATIVE,
) -> Planned:
    """Create a plan (approved unless said otherwise) of the person's placement, this year's.

    A revision, where the status means one, holds nothing.
    """
    plan_id, now = new_id(), clock.now()
    is_sent = status != PlanStatus.DRAFT
    is_decided = status in (*IN_FORCE, PlanStatus.RETURNED)
    revision = (
        {"revision_reason": "Tugas baru", "revision_content": {"targets": [], "expectations": {}}}
        if status in UNDER_REVISION
        else {}
    )
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, plans, tenant_id=world.tenant_id, id=plan_id,
            employee_id=person.employee_id, placement_id=placement or person.placement_id,
            unit_id=person.unit_id, year=year or world.today.year,
            approach=approach, status=status, submitted_at=now if is_sent else None,
            decided_at=now if is_decided else None, created_at=now, updated_at=now, **revision,
        )  # fmt: skip
        made = [
            await _target(writing, plan_id, person, number, goal)
            for number, goal in enumerate(targets, start=1)
        ]
    return Planned(plan_id, made)


async def _target(
    writing: Writing, plan_id: UUID, person: Person, number: int, goal: Goal
) -> PlannedTarget:
    target_id = new_id()
    await put(
        writing, targets, tenant_id=writing.tenant_id, id=target_id, plan_id=plan_id,
        number=number, kind=goal.kind, title=goal.title,
        weight_percent=Decimal(goal.weight) if goal.weight else None,
        superior_target_id=goal.superior_target, goal_id=goal.goal,
    )  # fmt: skip
    made = [
        await _indicator(writing, plan_id, target_id, person, position, measure)
        for position, measure in enumerate(goal.measures, start=1)
    ]
    return PlannedTarget(target_id, made)


async def _indicator(
    writing: Writing, plan_id: UUID, target_id: UUID, person: Person, number: int, measure: Measure
) -> UUID:
    indicator_id = new_id()
    numbers: dict[str, object] = {
        "aspect": measure.aspect,
        "unit": measure.unit,
        "direction": measure.direction,
        "weight_percent": Decimal(measure.weight) if measure.weight else None,
        "annual_low": Decimal(measure.low or 0),
        "annual_high": Decimal(measure.high) if measure.high else None,
        "accumulation": measure.accumulation,
    }
    await put(
        writing, indicators, tenant_id=writing.tenant_id, id=indicator_id, plan_id=plan_id,
        target_id=target_id, employee_id=person.employee_id, number=number,
        title=measure.title, source=measure.source, source_scope=measure.scope,
        source_service_id=measure.service, **(numbers if measure.direction else {}),
    )  # fmt: skip
    for period_id, wanted in measure.periods.items():
        low, high = wanted if isinstance(wanted, tuple) else (wanted, None)
        await put(
            writing, indicator_targets, tenant_id=writing.tenant_id, indicator_id=indicator_id,
            period_id=period_id, low=Decimal(low), high=Decimal(high) if high else None,
        )  # fmt: skip
    return indicator_id


def month_of(day: dt.date) -> str:
    """Return the code of the month that contains the day."""
    return f"{day:%Y-%m}"
