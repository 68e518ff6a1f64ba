"""What activities do at intervals: keeping the sums of months short, and true."""

from uuid import UUID

from kinerja_api.activities.commands.months import fold_sums, mend_sums
from kinerja_api.activities.queries.months import list_unit_ids
from kinerja_api.core.db import Database
from kinerja_api.core.logging import log

_ROWS_A_TURN = 2000
_UNITS_A_TURN = 20


async def fold_months(database: Database, tenant_id: UUID) -> None:
    """Leave one row a unit, month and status, in transactions of two thousand rows."""
    taken = _ROWS_A_TURN
    while taken == _ROWS_A_TURN:
        async with database.write(tenant_id) as writing:
            taken = await fold_sums(writing, limit=_ROWS_A_TURN)


async def check_months(database: Database, tenant_id: UUID) -> int:
    """Compare the sums of all units with their logs and mend them; return how many differed."""
    async with database.read(tenant_id) as reading:
        unit_ids = await list_unit_ids(reading)
    differed = 0
    for first in range(0, len(unit_ids), _UNITS_A_TURN):
        async with database.write(tenant_id) as writing:
            differed += await mend_sums(writing, unit_ids[first : first + _UNITS_A_TURN])
    if differed:
        log.error("month_sums_differed", tenant_id=str(tenant_id), units=differed)
    return differed
