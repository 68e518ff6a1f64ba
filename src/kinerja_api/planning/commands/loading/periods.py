"""The file of periods."""

from collections.abc import Sequence

from kinerja_api.core.db import Writing
from kinerja_api.organisation.commands.loading.given import doubles, tell_loaded
from kinerja_api.organisation.rules import RowFault
from kinerja_api.planning.commands.periods import insert_new_periods
from kinerja_api.planning.errors import PeriodDatesWrong
from kinerja_api.planning.rules import PeriodDates, PeriodRow, period_of


async def load_periods(writing: Writing, rows: Sequence[PeriodRow]) -> list[RowFault]:
    """Create the periods that are not there; return what is wrong, having changed nothing."""
    faults = doubles(rows, lambda row: row.code, "code")
    wanted: list[PeriodDates] = []
    for row in rows:
        dates = period_of(row.code)
        if dates is None:
            faults.append(RowFault(row.line, "code", PeriodDatesWrong.code))
            continue
        wanted.append(dates)
        faults += [
            RowFault(row.line, column, PeriodDatesWrong.code)
            for column in ("kind", "starts_on", "ends_on")
            if getattr(row, column) != getattr(dates, column)
        ]
    if faults:
        return faults
    made = await insert_new_periods(writing, wanted)
    records = [(row.code, row.kind, row.starts_on, row.ends_on) for row in rows]
    tell_loaded(writing, "periods", records, changed=len(made))
    return []
