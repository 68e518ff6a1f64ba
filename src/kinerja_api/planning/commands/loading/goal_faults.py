"""What is wrong with a file of goals by itself, and with the goals as they would be."""

from collections.abc import Iterator, Mapping, Sequence

from kinerja_api.organisation.commands.loading.given import doubles
from kinerja_api.organisation.rules import RowFault
from kinerja_api.planning.errors import GoalCycle
from kinerja_api.planning.rules import Direction, GoalRow

_YEARS = range(2014, 2201)
_MOST = 32_767  # numbers are small integers
_OF_THE_GOAL = ("unit_code", "parent_code", "title", "perspective")
_OF_THE_INDICATOR = ("indicator_title", "unit", "direction", "low")
_Key = tuple[int, str]


def own_faults(rows: Sequence[GoalRow]) -> list[RowFault]:
    """Return what is wrong with the rows by themselves."""
    faults = doubles(rows, lambda row: (row.year, row.code, row.indicator_no), "indicator_no")
    firsts: dict[_Key, GoalRow] = {}
    for row in rows:
        first = firsts.setdefault((row.year, row.code), row)
        faults += [
            RowFault(row.line, column, "row_differs", {"first_line": first.line})
            for column in _OF_THE_GOAL
            if getattr(row, column) != getattr(first, column)
        ]
        if row.year not in _YEARS:
            faults.append(RowFault(row.line, "year", "year_out_of_range"))
        faults += _indicator_faults(row)
    return faults


def _indicator_faults(row: GoalRow) -> Iterator[RowFault]:
    """An indicator is given whole or not at all."""
    given = [name for name in _OF_THE_INDICATOR if getattr(row, name) is not None]
    if row.indicator_no is None:
        for name in (*given, *(["high"] if row.high is not None else [])):
            yield RowFault(row.line, name, "indicator_number_missing")
        return
    if not 1 <= row.indicator_no <= _MOST:
        yield RowFault(row.line, "indicator_no", "number_out_of_range", {"most": _MOST})
    for name in _OF_THE_INDICATOR:
        if name not in given:
            yield RowFault(row.line, name, "import_empty")
    if (row.high is not None) != (row.direction == Direction.RANGE):
        yield RowFault(row.line, "high", "bounds_mismatch")
    elif row.high is not None and row.low is not None and row.low >= row.high:
        yield RowFault(row.line, "high", "range_reversed")


def parent_faults(rows: Sequence[GoalRow], known: Mapping[_Key, str | None]) -> Iterator[RowFault]:
    """Return the faults of the goals as they would be: unknown parents, circles."""
    parents = {**known, **{(row.year, row.code): row.parent_code for row in rows}}
    for row in rows:
        if row.parent_code is None:
            continue
        if (row.year, row.parent_code) not in parents:
            yield RowFault(row.line, "parent_code", "unknown_reference")
        elif _is_in_circle((row.year, row.code), parents):
            yield RowFault(row.line, "parent_code", GoalCycle.code)


def _is_in_circle(key: _Key, parents: Mapping[_Key, str | None]) -> bool:
    year, code = key
    seen: set[str] = set()
    at = parents[key]
    while at is not None and at not in seen:
        if at == code:
            return True
        seen.add(at)
        at = parents.get((year, at))
    return False
