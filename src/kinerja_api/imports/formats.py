"""The files of a personnel agency: their columns, types and what each row becomes. Pure.

A column's name is the field of the row that the domain's loader takes.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from kinerja_api.activities.rules import LogRow, LogStatus
from kinerja_api.organisation.rules import (
    EmployeeKind,
    EmployeeRow,
    PlacementKind,
    PlacementRow,
    PositionKind,
    PositionRow,
    Sex,
    UnitKind,
    UnitRow,
)
from kinerja_api.planning.rules import (
    FIRST_STATUSES,
    Accumulation,
    Approach,
    Aspect,
    BehaviourValue,
    Direction,
    GoalRow,
    PeriodKind,
    PeriodRow,
    Perspective,
    PlanRow,
    TargetKind,
)
from kinerja_api.results.rules import BehaviourRow, Rating, ResultRow, ResultStatus
from kinerja_api.services.rules import PauseReason, ProcessingUnit, ServiceRow, TransactionRow

Value = str | int | bool | Decimal | dt.date | None


class Kind(StrEnum):
    """What a cell is read as; times of day are minutes since midnight, moments have no zone."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DAY = "day"
    TIME = "time"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. words: the only texts allowed; digits: before and after a decimal's point.

    may_lack: a file may come without it; then the row's own default stands.
    """

    name: str
    kind: Kind = Kind.TEXT
    is_required: bool = True
    most_characters: int = 200
    words: tuple[str, ...] = ()
    digits: tuple[int, int] = (12, 2)
    may_lack: bool = False


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A file ``<name>.csv``; ``row`` is called with ``line`` and every column."""

    name: str
    columns: tuple[Column, ...]
    row: Callable[..., object]


def _code(name: str, *, is_required: bool = True) -> Column:
    return Column(name, is_required=is_required, most_characters=64)


def _text(name: str, most: int = 200, *, is_required: bool = True) -> Column:
    return Column(name, is_required=is_required, most_characters=most)


def _word(name: str, words: type[StrEnum], *, is_required: bool = True) -> Column:
    return Column(name, is_required=is_required, words=tuple(words))


def _whole(name: str, *, is_required: bool = True) -> Column:
    return Column(name, Kind.WHOLE, is_required)


def _day(name: str, *, is_required: bool = True) -> Column:
    return Column(name, Kind.DAY, is_required)


def _amount(name: str, *, is_required: bool = True) -> Column:
    return Column(name, Kind.DECIMAL, is_required)


def _percent(name: str) -> Column:
    return Column(name, Kind.DECIMAL, is_required=False, digits=(3, 2))


def _moment(name: str, *, is_required: bool = False) -> Column:
    return Column(name, Kind.MOMENT, is_required)


def _may_lack(*columns: Column) -> tuple[Column, ...]:
    return tuple(replace(column, is_required=False, may_lack=True) for column in columns)


UNITS = FileFormat(
    "units",
    (
        _code("code"),
        _text("name"),
        _word("kind", UnitKind),
        _code("parent_code", is_required=False),
    ),
    UnitRow,
)
POSITIONS = FileFormat(
    "positions",
    (
        _code("code"),
        _code("unit_code"),
        _text("title"),
        _word("kind", PositionKind),
        _code("level"),
        Column("is_head", Kind.FLAG),
    ),
    PositionRow,
)
PEOPLE = FileFormat(
    "people",
    (
        _code("ref"),
        _word("kind", EmployeeKind),
        _code("nip", is_required=False),
        _text("name"),
        _code("rank", is_required=False),
        _day("born_on", is_required=False),
        _word("sex", Sex, is_required=False),
        _text("email", 254, is_required=False),
    ),
    EmployeeRow,
)
PLACEMENTS = FileFormat(
    "placements",
    (
        _code("person_ref"),
        _code("position_code"),
        _word("kind", PlacementKind),
        _day("starts_on"),
        _day("ends_on", is_required=False),
        _code("superior_ref", is_required=False),
    ),
    PlacementRow,
)
PERIODS = FileFormat(
    "periods",
    (_code("code"), _word("kind", PeriodKind), _day("starts_on"), _day("ends_on")),
    PeriodRow,
)
GOALS = FileFormat(
    "goals",
    (
        _code("code"),
        _whole("year"),
        _code("unit_code"),
        _code("parent_code", is_required=False),
        _text("title", 500),
        _word("perspective", Perspective, is_required=False),
        _whole("indicator_no", is_required=False),
        _text("indicator_title", 500, is_required=False),
        _text("unit", 60, is_required=False),
        _word("direction", Direction, is_required=False),
        _amount("low", is_required=False),
        _amount("high", is_required=False),
    ),
    GoalRow,
)
PLANS = FileFormat(
    "plans",
    (
        _code("person_ref"),
        _whole("year"),
        _word("approach", Approach),
        _whole("target_no"),
        _word("target_kind", TargetKind),
        _text("target_title", 1000),
        _percent("target_weight"),
        _whole("superior_target_no", is_required=False),
        replace(_code("goal_code", is_required=False), may_lack=True),
        _whole("indicator_no"),
        _word("aspect", Aspect, is_required=False),
        _text("indicator_title", 1000),
        _text("unit", 60, is_required=False),
        _word("direction", Direction, is_required=False),
        _percent("weight"),
        _amount("annual_target_low", is_required=False),
        _amount("annual_target_high", is_required=False),
        _word("accumulation", Accumulation, is_required=False),
        _word("period_kind", PeriodKind, is_required=False),
        _amount("period_target_low", is_required=False),
        _amount("period_target_high", is_required=False),
        Column("status", words=tuple(FIRST_STATUSES)),
    ),
    PlanRow,
)
LOGS = FileFormat(
    "logs",
    (
        _code("ref"),
        _code("person_ref"),
        _day("work_date"),
        Column("starts_at", Kind.TIME),
        Column("ends_at", Kind.TIME),
        _text("description", 2000),
        _whole("target_no", is_required=False),
        _whole("indicator_no", is_required=False),
        _amount("volume", is_required=False),
        _text("unit", 60, is_required=False),
        _word("status", LogStatus),
        replace(_percent("progress_percent"), may_lack=True),
    ),
    LogRow,
)
RESULTS = FileFormat(
    "results",
    (
        _code("person_ref"),
        _code("period_code"),
        _whole("target_no"),
        _whole("indicator_no"),
        _amount("value", is_required=False),
        _text("note", 2000, is_required=False),
        _word("status", ResultStatus),
    ),
    ResultRow,
)
BEHAVIOURS = FileFormat(
    "behaviours",
    (
        _code("person_ref"),
        _code("period_code"),
        _word("value", BehaviourValue),
        _word("rating", Rating),
        _text("note", 2000),
    ),
    BehaviourRow,
)
SERVICES = FileFormat(
    "services",
    (
        _code("code"),
        _code("unit_code"),
        _text("name"),
        _text("description", 4000, is_required=False),
        Column("is_public", Kind.FLAG),
        Column("is_active", Kind.FLAG),
        *_may_lack(
            _day("standard_from"),
            _day("standard_to"),
            _text("requirements", 4000),
            _text("procedure", 4000),
            _whole("processing_time"),
            _word("processing_unit", ProcessingUnit),
            _text("cost", 500),
            _text("product", 500),
            _text("complaint_handling", 4000),
            _text("basis", 500),
        ),
    ),
    ServiceRow,
)
TRANSACTIONS = FileFormat(
    "transactions",
    (
        _code("service_code"),
        _code("ref"),
        _moment("received_at", is_required=True),
        _moment("complete_at"),
        _moment("done_at"),
        _moment("cancelled_at"),
        _text("cancel_reason", 500, is_required=False),
        *_may_lack(
            _code("handler_ref"),
            _word("pause_reason", PauseReason),
            _moment("pause_starts_at"),
            _moment("pause_ends_at"),
        ),
    ),
    TransactionRow,
)

FORMATS = (
    UNITS, POSITIONS, PEOPLE, PLACEMENTS, PERIODS, GOALS, PLANS, LOGS, RESULTS, BEHAVIOURS,
    SERVICES, TRANSACTIONS,
)  # fmt: skip
"""In the order in which they refer to each other."""
