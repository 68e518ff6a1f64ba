"""Rows of the agency's files, as ``commands/loading`` takes them, and their faults.

Words (kinds, levels, sexes) are texts here; the reader of the file has checked those of the
enums. ``line`` is where the row begins in its file.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from kinerja_api.core.problems import Param


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row; column None: the row or file as a whole."""

    line: int
    column: str | None
    code: str
    params: Mapping[str, Param] = field(default_factory=dict[str, Param])


@dataclass(frozen=True, slots=True)
class UnitRow:
    line: int
    code: str
    name: str
    kind: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class PositionRow:
    line: int
    code: str
    unit_code: str
    title: str
    kind: str
    level: str
    is_head: bool


@dataclass(frozen=True, slots=True)
class EmployeeRow:
    """An employee; ``ref`` is the agency's own key of the person."""

    line: int
    ref: str
    kind: str
    nip: str | None = field(repr=False)
    name: str
    rank: str | None
    born_on: dt.date | None
    sex: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class PlacementRow:
    line: int
    person_ref: str
    position_code: str
    kind: str
    starts_on: dt.date
    ends_on: dt.date | None
    superior_ref: str | None
