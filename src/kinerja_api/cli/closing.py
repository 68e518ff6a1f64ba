"""Closing a period and deriving closings again, outside a request."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.access.actor import Actor, Grant
from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.access.rules import Role
from kinerja_api.cli.exits import Refused
from kinerja_api.cli.progress import Advance
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.jobs import run_jobs, run_pending
from kinerja_api.core.sql import Statement
from kinerja_api.core.types import DateRange
from kinerja_api.planning.queries.periods import list_periods_of_year
from kinerja_api.scoring.commands.closings import order_closing
from kinerja_api.scoring.queries.closings import all_closings, get_closing
from kinerja_api.scoring.rederive import rederive
from kinerja_api.scoring.rules import CloseStep
from kinerja_api.scoring.schemas import ClosingOut
from kinerja_api.scoring.tables import closings
from kinerja_api.worker import HANDLERS, SUBSCRIBERS

_POLL_SECONDS = 0.2
_NOBODY = UUID(int=0)


def _operator(tenant: NamedTenant) -> Actor:
    """Return the actor of a command: the personnel agency's rights, no account."""
    today = DateRange(clock.today(tenant.time_zone))
    return Actor(
        tenant_id=tenant.id,
        tenant_code="",
        time_zone=tenant.time_zone,
        account_id=_NOBODY,
        employee_id=None,
        access_version=0,
        session_id=None,
        grants=(Grant(Role.PERSONNEL_AGENCY, None, today),),
    )


async def order(
    database: Database, tenant: NamedTenant, period_code: str, *, early_reason: str | None = None
) -> ClosingOut:
    """Queue the close of a period; Refused if there is no such period."""
    year = period_code[:4]
    async with database.write(tenant.id) as writing:
        periods = await list_periods_of_year(writing, int(year)) if year.isdecimal() else []
        period = next((each for each in periods if each["code"] == period_code), None)
        if period is None:
            raise Refused(f"There is no period {period_code}.")
        return await order_closing(
            writing, _operator(tenant), period["id"], early_reason=early_reason
        )


async def close_and_wait(
    database: Database,
    tenant: NamedTenant,
    period_code: str,
    *,
    early_reason: str | None = None,
    advance: Advance,
) -> ClosingOut:
    """Close a period, here or in a worker, and tell its subscribers; return the closing."""
    closing = await order(database, tenant, period_code, early_reason=early_reason)
    while closing["finished_at"] is None and closing["error"] is None:
        running = asyncio.create_task(run_jobs(database, tenant.id, HANDLERS, limit=1))
        while not running.done():
            await asyncio.wait({running}, timeout=_POLL_SECONDS)
            closing = await _read(database, tenant, closing["id"])
            progress = closing["progress"]
            if progress is not None:
                advance(progress["step"], progress["done"], len(CloseStep))
        if await running == 0:
            await asyncio.sleep(_POLL_SECONDS)
        closing = await _read(database, tenant, closing["id"])
    await run_pending(database, tenant.id, HANDLERS, SUBSCRIBERS)
    return closing


async def _read(database: Database, tenant: NamedTenant, closing_id: UUID) -> ClosingOut:
    async with database.read(tenant.id) as reading:
        return await get_closing(reading, _operator(tenant), closing_id)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What deriving closings again came to."""

    are_equal: bool
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Finished:
    id: UUID


async def rederive_closings(
    database: Database,
    tenant_id: UUID,
    wanted: Sequence[UUID],
    *,
    sample: int,
    advance: Advance,
) -> Comparison:
    """Derive the closings (all finished ones when none is named) again and compare."""
    async with database.read(tenant_id) as reading:
        finished = [row.id for row in await reading.rows(_FINISHED, _Finished)]
    lines: list[str] = []
    are_equal = True
    chosen = wanted or finished
    for number, closing_id in enumerate(chosen):
        advance(str(closing_id), number, len(chosen))
        async with database.read(tenant_id) as reading:
            found = await rederive(reading, closing_id, sample=sample)
        are_equal &= found.equal
        verdict = "equal" if found.equal else "DIFFERENT"
        lines.append(
            f"{verdict:>9}  {closing_id}: {found.compared} people, {found.by_decimals} by decimals"
        )
        if found.corrections:
            lines[-1] += f", {found.corrections} corrections"
        if not found.hash_equal:
            lines.append(f"{'':>11}the snapshot is not the one that was sealed")
        lines += [f"{'':>11}employee {employee_id}" for employee_id in found.differences]
    return Comparison(are_equal, lines or ["There is no finished closing."])


_FINISHED = Statement(
    all_closings()
    .with_only_columns(closings.c.id)
    .where(closings.c.finished_at.is_not(None), closings.c.error.is_(None))
    .order_by(closings.c.created_at, closings.c.id)
)
