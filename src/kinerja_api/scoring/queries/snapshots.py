"""Reads of the frozen inputs of employees in a closing, for decimals and explanations."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Table, Uuid, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Rows, statement
from kinerja_api.planning.rules import Accumulation, Approach, Direction
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.queries.corrected import as_corrected, is_correction_of
from kinerja_api.scoring.score import ScoredIndicator, ScoredPart, ScoredPlan, ScoredTarget
from kinerja_api.scoring.tables import (
    closing_people,
    closing_scores,
    closings,
    score_corrections,
)


class FrozenClosing(TypedDict):
    """What a closing was computed with."""

    rule_set: str
    policy: Mapping[str, str | int]
    snapshot_sha256: bytes | None
    finished_at: dt.datetime | None


class StoredScore(TypedDict):
    """The suggestion of one employee, as it was stored."""

    employee_id: UUID
    work_result: Decimal | None
    work_rating: str | None
    behaviour_rating: str | None
    predicate: str | None
    unrated_reason: str | None
    missing_count: int
    is_provisional: bool


@dataclass(frozen=True)
class FrozenPlan:
    """The frozen inputs of one employee; titles: of targets and indicators, by id."""

    plan: ScoredPlan
    titles: Mapping[str, str] = field(default_factory=dict[str, str])


class FrozenRow(TypedDict):
    """A row of ``closing_people``; ``tables.py`` says what its lists are."""

    employee_id: UUID
    approach: str | None
    target_ids: list[UUID]
    target_kinds: list[str]
    target_titles: list[str]
    target_weights: list[Decimal | None]
    indicator_ids: list[UUID]
    indicator_titles: list[str]
    indicator_weights: list[Decimal | None]
    directions: list[str]
    accumulations: list[str | None]
    target_lows: list[Decimal]
    target_highs: list[Decimal | None]
    results: list[Decimal | None]
    exclusions: list[bool]
    part_indicator_ids: list[UUID]
    part_periods: list[str]
    part_results: list[Decimal | None]
    behaviour_values: list[str]
    behaviour_ratings: list[str | None]
    samples: list[int | None]
    minimums: list[int | None]
    part_samples: list[int | None]
    part_minimums: list[int | None]


async def get_frozen_closing(reading: Reading, closing_id: UUID) -> FrozenClosing | None:
    """Return rule set, policy and hash of a closing."""
    return await reading.row(_closing(), FrozenClosing, closing_id=closing_id)


async def load_plans(
    reading: Reading, closing_id: UUID, wanted: Mapping[UUID, int | None]
) -> dict[UUID, FrozenPlan]:
    """Return the frozen inputs of employees, each as the correction with that number left them.

    wanted: employee → number of the correction; None: as frozen at the close.
    """
    rows = await load_rows(reading, closing_id, wanted)
    return {employee_id: plan_of(row) for employee_id, row in rows.items()}


async def load_rows(
    reading: Reading, closing_id: UUID, wanted: Mapping[UUID, int | None]
) -> dict[UUID, FrozenRow]:
    """Return the same as rows; see ``load_plans``."""
    rows = await reading.rows(
        _people(),
        FrozenRow,
        closing_id=closing_id,
        employee_ids=list(wanted),
        numbers=list(wanted.values()),
    )
    return {row["employee_id"]: row for row in rows}


async def load_scores(
    reading: Reading, closing_id: UUID, employee_ids: Sequence[UUID]
) -> dict[UUID, StoredScore]:
    """Return the stored suggestions of the employees."""
    rows = await reading.rows(
        _scores(), StoredScore, closing_id=closing_id, employee_ids=list(employee_ids)
    )
    return {row["employee_id"]: row for row in rows}


async def pick_employees(reading: Reading, closing_id: UUID, count: int) -> list[UUID]:
    """Return so many employees of the closing, scattered and always the same."""
    rows = await reading.rows(_sample(), _Picked, closing_id=closing_id, limit=count)
    return [row["employee_id"] for row in rows]


class _Picked(TypedDict):
    employee_id: UUID


def plan_of(row: FrozenRow) -> FrozenPlan:
    """Return what a frozen row is scored on."""
    titles = dict(zip(map(str, row["target_ids"]), row["target_titles"], strict=True))
    titles |= dict(zip(map(str, row["indicator_ids"]), row["indicator_titles"], strict=True))
    targets = [
        ScoredTarget(
            target_id=target_id,
            kind=row["target_kinds"][places[0]],
            weight=row["target_weights"][places[0]],
            indicators=[_indicator(row, place) for place in places],
        )
        for target_id, places in _places_of(row["target_ids"]).items()
    ]
    behaviours = zip(row["behaviour_values"], row["behaviour_ratings"], strict=True)
    plan = ScoredPlan(
        targets=targets,
        behaviours={value: Rating(rating) if rating else None for value, rating in behaviours},
        approach=None if row["approach"] is None else Approach(row["approach"]),
    )
    return FrozenPlan(plan, titles)


def _indicator(row: FrozenRow, place: int) -> ScoredIndicator:
    indicator_id, accumulation = row["indicator_ids"][place], row["accumulations"][place]
    parts = _places_of(row["part_indicator_ids"]).get(indicator_id, [])
    return ScoredIndicator(
        indicator_id=indicator_id,
        direction=Direction(row["directions"][place]),
        target_low=row["target_lows"][place],
        target_high=row["target_highs"][place],
        result=row["results"][place],
        weight=row["indicator_weights"][place],
        is_excluded=row["exclusions"][place],
        sample=_at(row["samples"], place),
        minimum=_at(row["minimums"], place),
        accumulation=None if accumulation is None else Accumulation(accumulation),
        parts=[
            ScoredPart(
                period=row["part_periods"][each],
                result=row["part_results"][each],
                sample=_at(row["part_samples"], each),
                minimum=_at(row["part_minimums"], each),
            )
            for each in parts
        ],
    )


def _at(counts: Sequence[int | None], place: int) -> int | None:
    """Return the count at the place; None in closings of earlier releases, which have none."""
    return counts[place] if counts else None


def _places_of(ids: Sequence[UUID]) -> dict[UUID, list[int]]:
    """Return at which places of a list each id stands, the first first."""
    places: dict[UUID, list[int]] = {}
    for place, each in enumerate(ids):
        places.setdefault(each, []).append(place)
    return places


def _of_employees(table: Table, columns: type[Any]) -> Rows:
    return select(*[table.c[name] for name in columns.__annotations__]).where(
        table.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        table.c.closing_id == bindparam("closing_id", type_=Uuid),
        table.c.employee_id == func.any(bindparam("employee_ids", type_=ARRAY(Uuid))),
    )


@statement
def _closing() -> Executable:
    return select(*[closings.c[name] for name in FrozenClosing.__annotations__]).where(
        closings.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        closings.c.id == bindparam("closing_id", type_=Uuid),
    )


@statement
def _people() -> Executable:
    lists = {"employee_ids": Uuid(), "numbers": Integer()}
    wanted = (
        func.unnest(*[bindparam(name, type_=ARRAY(kind)) for name, kind in lists.items()])
        .table_valued(column("employee_id", Uuid), column("number", Integer))
        .render_derived(name="wanted")
    )
    columns = as_corrected(closing_people)
    return (
        select(*[columns[name].label(name) for name in FrozenRow.__annotations__])
        .join_from(wanted, closing_people, closing_people.c.employee_id == wanted.c.employee_id)
        .outerjoin(score_corrections, is_correction_of(closing_people, wanted.c.number))
        .where(
            closing_people.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            closing_people.c.closing_id == bindparam("closing_id", type_=Uuid),
        )
    )


@statement
def _scores() -> Executable:
    return _of_employees(closing_scores, StoredScore)


@statement
def _sample() -> Executable:
    columns = closing_scores.c
    return (
        select(columns.employee_id)
        .where(
            columns.tenant_id == bindparam("tenant_id", type_=Uuid),
            columns.closing_id == bindparam("closing_id", type_=Uuid),
        )
        .order_by(func.uuid_hash_extended(columns.employee_id, 0), columns.employee_id)
        .limit(bindparam("limit"))
    )
