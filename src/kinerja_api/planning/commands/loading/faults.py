"""What is wrong with a file of plans by itself, before the database is asked."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from kinerja_api.organisation.commands.loading.given import doubles
from kinerja_api.organisation.rules import RowFault
from kinerja_api.planning.rules import (
    Approach,
    Bounds,
    Direction,
    DraftIndicator,
    DraftTarget,
    PlanRow,
    PlanStatus,
    plan_faults,
)

_MOST = 32_767  # numbers are small integers
_WHOLE = 100
_YEARS = range(2014, 2201)
_OF_THE_PLAN = ("approach", "status")
_OF_THE_TARGET = (
    "target_kind", "target_title", "target_weight", "superior_target_no", "goal_code",
)  # fmt: skip
_NUMBERS = (
    "aspect", "unit", "direction", "annual_target_low", "accumulation", "period_kind",
    "period_target_low",
)  # fmt: skip
_COLUMNS: Mapping[str, str] = {
    "weight_percent": "weight",
    "annual_low": "annual_target_low",
    "annual_high": "annual_target_high",
    "low": "period_target_low",
    "high": "period_target_high",
}


def own_faults(rows: Sequence[PlanRow]) -> list[RowFault]:
    """Return what is wrong with the rows by themselves, in the order of the file."""
    found = doubles(
        rows,
        lambda row: (row.person_ref, row.year, row.target_no, row.indicator_no),
        "indicator_no",
    )
    for row in rows:
        found += _row_faults(row)
    found += _differences(rows)
    found = found or list(_plan_faults(rows))
    return sorted(found, key=lambda fault: fault.line)


def _row_faults(row: PlanRow) -> Iterator[RowFault]:
    if row.year not in _YEARS:
        yield RowFault(row.line, "year", "year_out_of_range")
    for column in ("target_no", "indicator_no", "superior_target_no"):
        number = getattr(row, column)
        if number is not None and not 1 <= number <= _MOST:
            yield RowFault(row.line, column, "number_out_of_range", {"most": _MOST})
    for column in ("target_weight", "weight"):
        weight = getattr(row, column)
        if weight is not None and not 0 < weight <= _WHOLE:
            yield RowFault(row.line, column, "weight_out_of_range")
    if row.goal_code is not None and row.superior_target_no is not None:
        yield RowFault(row.line, "goal_code", "linked_twice")
    yield from _approach_faults(row)


def _approach_faults(row: PlanRow) -> Iterator[RowFault]:
    """Numbers are required in a quantitative plan, and have no place in a qualitative one."""
    if row.approach == Approach.QUALITATIVE:
        for column in (*_NUMBERS, "weight", "annual_target_high", "period_target_high"):
            if getattr(row, column) is not None:
                yield RowFault(row.line, column, "qualitative_field_given")
        return
    for column in _NUMBERS:
        if getattr(row, column) is None:
            yield RowFault(row.line, column, "quantitative_field_missing")
    for column in ("annual_target_high", "period_target_high"):
        if (getattr(row, column) is not None) != (row.direction == Direction.RANGE):
            yield RowFault(row.line, column, "bounds_mismatch")


def _differences(rows: Sequence[PlanRow]) -> Iterator[RowFault]:
    """Rows of one plan, and of one target, say the same of it."""
    firsts: dict[tuple[object, ...], PlanRow] = {}
    for row in rows:
        plan = (row.person_ref, row.year)
        for key, columns in ((plan, _OF_THE_PLAN), ((*plan, row.target_no), _OF_THE_TARGET)):
            first = firsts.setdefault(key, row)
            for column in columns:
                if getattr(row, column) != getattr(first, column):
                    params = {"first_line": first.line}
                    yield RowFault(row.line, column, "row_differs", params)


def _plan_faults(rows: Sequence[PlanRow]) -> Iterator[RowFault]:
    """Plans beyond a draft fulfil what a submission demands."""
    ordered = sorted(rows, key=_place)
    for _, group in itertools.groupby(ordered, key=lambda row: (row.person_ref, row.year)):
        plan = list(group)
        if plan[0].status == PlanStatus.DRAFT:
            continue
        targets = [list(part) for _, part in itertools.groupby(plan, key=lambda row: row.target_no)]
        for fault in plan_faults([_drafted(target) for target in targets]):
            yield _fault_at(fault.pointer or "", fault.code, fault.params, targets)


def _place(row: PlanRow) -> tuple[object, ...]:
    return (row.person_ref, row.year, row.target_no, row.indicator_no)


def _drafted(rows: Sequence[PlanRow]) -> DraftTarget:
    return DraftTarget(
        rows[0].target_kind,
        rows[0].target_weight,
        rows[0].superior_target_no is not None or rows[0].goal_code is not None,
        [_indicator(row) for row in rows],
    )


def _indicator(row: PlanRow) -> DraftIndicator:
    annual, period = row.annual_target_low, row.period_target_low
    if annual is None or period is None or row.period_kind is None:
        return DraftIndicator(None)
    return DraftIndicator(
        row.direction,
        row.weight,
        Bounds(annual, row.annual_target_high),
        {row.period_kind: Bounds(period, row.period_target_high)},
        row.accumulation,
    )


def _fault_at(
    pointer: str, code: str, params: Mapping[str, str | int | None], targets: list[list[PlanRow]]
) -> RowFault:
    """Return the fault at the row and column that a pointer into the plan means."""
    parts = pointer.split("/")[1:]
    numbers = [int(part) for part in parts if part.isdigit()]
    row = targets[numbers[0]][0] if numbers else targets[0][0]
    if len(numbers) > 1:
        row = targets[numbers[0]][numbers[1]]
        return RowFault(row.line, _COLUMNS.get(parts[-1]), code, params)
    if parts[-1] == "indicators":
        return RowFault(row.line, "weight", code, params)
    return RowFault(row.line, "target_weight", code, params)
