"""Reads of the frozen inputs of employees in a closing, for decimals and explanations."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Rows, statement
from kinerja_api.planning.rules import Direction
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.score import ScoredIndicator, ScoredPlan, ScoredTarget
from kinerja_api.scoring.tables import (
    closing_behaviours,
    closing_indicators,
    closing_scores,
    closings,
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


class _Indicator(TypedDict):
    employee_id: UUID
    target_id: UUID
    target_kind: str
    target_title: str
    target_weight: Decimal | None
    indicator_id: UUID
    indicator_title: str
    indicator_weight: Decimal | None
    direction: str
    target_low: Decimal
    target_high: Decimal | None
    result: Decimal | None
    is_missing: bool
    is_excluded: bool


class _Behaviour(TypedDict):
    employee_id: UUID
    value: str
    rating: str


async def get_frozen_closing(reading: Reading, closing_id: UUID) -> FrozenClosing | None:
    """Return rule set, policy and hash of a closing."""
    return await reading.row(_closing(), FrozenClosing, closing_id=closing_id)


async def load_plans(
    reading: Reading, closing_id: UUID, employee_ids: Sequence[UUID]
) -> dict[UUID, FrozenPlan]:
    """Return the frozen inputs of the employees."""
    values: dict[str, object] = {"closing_id": closing_id, "employee_ids": list(employee_ids)}
    indicators = await reading.rows(_indicators(), _Indicator, **values)
    behaviours = await reading.rows(_behaviours(), _Behaviour, **values)
    rated: dict[UUID, dict[str, Rating | None]] = {each: {} for each in employee_ids}
    for row in behaviours:
        rated[row["employee_id"]][row["value"]] = Rating(row["rating"])
    own: dict[UUID, list[_Indicator]] = {each: [] for each in employee_ids}
    for row in indicators:
        own[row["employee_id"]].append(row)
    return {each: _plan(own[each], rated[each]) for each in employee_ids}


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


def _plan(rows: list[_Indicator], behaviours: dict[str, Rating | None]) -> FrozenPlan:
    titles: dict[str, str] = {}
    found: list[ScoredTarget] = []
    for target_id, members in groupby(rows, key=lambda row: row["target_id"]):
        indicators = list(members)
        first = indicators[0]
        titles[str(target_id)] = first["target_title"]
        titles.update({str(row["indicator_id"]): row["indicator_title"] for row in indicators})
        found.append(
            ScoredTarget(
                target_id=target_id,
                kind=first["target_kind"],
                weight=first["target_weight"],
                indicators=[_indicator(row) for row in indicators],
            )
        )
    return FrozenPlan(ScoredPlan(targets=found, behaviours=behaviours), titles)


def _indicator(row: _Indicator) -> ScoredIndicator:
    return ScoredIndicator(
        indicator_id=row["indicator_id"],
        direction=Direction(row["direction"]),
        target_low=row["target_low"],
        target_high=row["target_high"],
        result=row["result"],
        weight=row["indicator_weight"],
        is_missing=row["is_missing"],
        is_excluded=row["is_excluded"],
    )


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
def _indicators() -> Executable:
    columns = closing_indicators.c
    return _of_employees(closing_indicators, _Indicator).order_by(
        columns.employee_id,
        columns.target_kind.desc(),
        columns.target_number,
        columns.target_id,
        columns.indicator_number,
    )


@statement
def _behaviours() -> Executable:
    return _of_employees(closing_behaviours, _Behaviour)


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
