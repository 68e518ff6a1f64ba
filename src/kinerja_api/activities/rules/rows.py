"""Rows of the agency's files. Pure."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log of the agency's files; times are minutes since midnight, ``ref`` its own key of it."""

    line: int
    ref: str
    person_ref: str
    work_date: dt.date
    starts_at: int
    ends_at: int
    description: str
    target_no: int | None
    indicator_no: int | None
    volume: Decimal | None
    unit: str | None
    status: str
    progress_percent: Decimal | None = None
