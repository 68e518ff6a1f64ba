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
class PlanRow:
    """An indicator with what is said of its target and plan.

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
    aspect: str
    indicator_title: str
    unit: str
    direction: str
    weight: Decimal | None
    annual_target_low: Decimal
    annual_target_high: Decimal | None
    accumulation: str
    period_kind: str
    period_target_low: Decimal
    period_target_high: Decimal | None
    status: str
    source: str = Source.ENTERED
