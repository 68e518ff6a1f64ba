"""Rows of the files of periods and plans, as ``commands/loading`` takes them.

Words are texts here; the reader of the file has checked those of the enums.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from kinerja_api.planning.rules.kinds import Source


@dataclass(frozen=True, slots=True)
class PeriodRow:
    line: int
    code: str
    kind: str
    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class GoalRow:
    """An indicator with what is said of its goal; a goal may stand without indicators."""

    line: int
    code: str
    year: int
    unit_code: str
    parent_code: str | None
    title: str
    perspective: str | None
    indicator_no: int | None
    indicator_title: str | None
    unit: str | None
    direction: str | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An indicator with what is said of its target and plan; without numbers in a qualitative one.

    The period targets are the same for every period of ``period_kind`` in the year.
    """

    line: int
    person_ref: str
    year: int
    approach: str
    target_no: int
    target_kind: str
    target_title: str
    target_weight: Decimal | None
    superior_target_no: int | None
    indicator_no: int
    aspect: str | None
    indicator_title: str
    unit: str | None
    direction: str | None
    weight: Decimal | None
    annual_target_low: Decimal | None
    annual_target_high: Decimal | None
    accumulation: str | None
    period_kind: str | None
    period_target_low: Decimal | None
    period_target_high: Decimal | None
    status: str
    goal_code: str | None = None
    source: str = Source.ENTERED
