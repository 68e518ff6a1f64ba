"""Norms (tenant policy with dates): their keys, defaults, forms and bounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import cast

from kinerja_api.organisation.errors import InvalidNorm


class NormKey(StrEnum):
    """Keys of tenant policy; each is a field of ``Norms``."""

    DAILY_MINUTES_LIMIT = "daily_minutes_limit"
    LOG_DAYS_BACK = "log_days_back"
    LATE_ENTRY_DAYS = "late_entry_days"
    LOG_DAYS_AHEAD = "log_days_ahead"
    LOG_OVERLAP_ALLOWED = "log_overlap_allowed"
    APPROVAL_DAYS = "approval_days"
    LATE_APPROVAL_DAYS = "late_approval_days"
    ALIGNMENT_REQUIRED = "alignment_required"
    SCORE_CAP_PERCENT = "score_cap_percent"
    WORK_ABOVE_OVER = "work_above_over"
    WORK_AS_FROM = "work_as_from"
    BEHAVIOUR_ABOVE_FROM = "behaviour_above_from"
    BEHAVIOUR_BELOW_FROM = "behaviour_below_from"
    WORKING_WEEK = "working_week"
    OBJECTION_DAYS = "objection_days"
    REPORTER_DAYS = "reporter_days"


@dataclass(frozen=True, slots=True)
class Norms:
    """Tenant policy as it holds on one day; where the government sets nothing, these defaults.

    working_week: ISO weekdays, 1 is Monday; log_days_back, late_entry_days: calendar days since the
    work date, then so many more with a reason; log_days_ahead: days after today; approval_days,
    late_approval_days: days since the submission, then so many more with a reason;
    alignment_required: whether every main target of a plan must carry a target of the superior or
    a goal; reporter_days: calendar days after its end for which it is kept who sent a report.
    """

    daily_minutes_limit: int = 450
    log_days_back: int = 7
    late_entry_days: int = 0
    log_days_ahead: int = 0
    log_overlap_allowed: bool = False
    approval_days: int = 31
    late_approval_days: int = 335
    alignment_required: bool = False
    score_cap_percent: Decimal = Decimal(120)
    work_above_over: Decimal = Decimal(100)
    work_as_from: Decimal = Decimal(90)
    behaviour_above_from: int = 4
    behaviour_below_from: int = 2
    working_week: tuple[int, ...] = (1, 2, 3, 4, 5)
    objection_days: int = 14
    reporter_days: int = 365


MOST_DAYS_AHEAD = 31
"""How far ahead of today any government may let logs be entered."""

NormValue = bool | int | Decimal | tuple[int, ...]

# Whole numbers and percentages with their bounds; the two other keys have forms of their own.
_WHOLE: Mapping[NormKey, tuple[int, int]] = {
    NormKey.DAILY_MINUTES_LIMIT: (1, 1440),
    NormKey.LOG_DAYS_BACK: (0, 366),
    NormKey.LATE_ENTRY_DAYS: (0, 366),
    NormKey.LOG_DAYS_AHEAD: (0, MOST_DAYS_AHEAD),
    NormKey.APPROVAL_DAYS: (1, 366),
    NormKey.LATE_APPROVAL_DAYS: (0, 366),
    NormKey.BEHAVIOUR_ABOVE_FROM: (1, 7),
    NormKey.BEHAVIOUR_BELOW_FROM: (1, 7),
    NormKey.OBJECTION_DAYS: (1, 366),
    NormKey.REPORTER_DAYS: (30, 3660),
}
_PERCENT: Mapping[NormKey, tuple[int, int]] = {
    NormKey.SCORE_CAP_PERCENT: (100, 999),
    NormKey.WORK_ABOVE_OVER: (0, 999),
    NormKey.WORK_AS_FROM: (0, 999),
}
_DAYS_OF_WEEK = 7
_PERCENT_TEXT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


def read_norm(key: NormKey, value: object) -> NormValue:
    """Return a norm's value from its JSON form: percentages are texts, the week is a list.

    Raises InvalidNorm if the form or the bounds are not those of the key.
    """
    if key in _WHOLE:
        return _whole(value, *_WHOLE[key])
    if key in _PERCENT:
        return _percent(value, *_PERCENT[key])
    if key == NormKey.WORKING_WEEK:
        return _week(value)
    if isinstance(value, bool):
        return value
    raise InvalidNorm.at("/value", expected="true, false")


def _whole(value: object, lowest: int, highest: int) -> int:
    if type(value) is int and lowest <= value <= highest:
        return value
    raise InvalidNorm.at("/value", expected=f"{lowest} … {highest}")


def _percent(value: object, lowest: int, highest: int) -> Decimal:
    if isinstance(value, str) and _PERCENT_TEXT.fullmatch(value):
        percent = Decimal(value)
        if lowest <= percent <= highest:
            return percent
    raise InvalidNorm.at("/value", expected=f'"{lowest}" … "{highest}"')


def _week(value: object) -> tuple[int, ...]:
    days = cast("list[object]", value) if isinstance(value, list) else []
    week = tuple(day for day in days if type(day) is int and 1 <= day <= _DAYS_OF_WEEK)
    if not week or len(week) != len(days) or list(week) != sorted(set(week)):
        raise InvalidNorm.at("/value", expected="[1, 2, …, 7]")
    return week
