"""Reports whose events happen on days of the test's choice, through ``advance`` itself."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.complaints.commands.advancing import SYSTEM, By, Happening, advance
from kinerja_api.complaints.commands.dues import refresh_due
from kinerja_api.complaints.queries.locked import lock_as_system
from kinerja_api.complaints.rules import PartyKind, PauseReason, ReportEvent
from kinerja_api.core import clock
from tests.factories.complaints import new_report
from tests.factories.world import Person, World

OFFICER = By(PartyKind.STAFF, UUID(int=7))
_REAL = clock.now


def at(month: int, day: int, hour: int = 10) -> dt.datetime:
    """An hour of a day of 2026 in Jakarta."""
    return dt.datetime(2026, month, day, hour, tzinfo=dt.timezone(dt.timedelta(hours=7)))


class Calendar:
    """The clock of the service, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._set: Callable[[dt.datetime], None] = lambda when: monkeypatch.setattr(
            clock, "now", lambda: when.astimezone(dt.UTC)
        )

    def turn(self, when: dt.datetime) -> None:
        self._set(when)

    async def happen(
        self, world: World, report: UUID, event: str, when: dt.datetime, **what: Any
    ) -> None:
        """Let an event happen to the report at an instant."""
        self.turn(when)
        async with world.database.write(world.tenant_id) as writing:
            locked = await lock_as_system(writing, report)
            by = SYSTEM if event in {"resume", "lapse_information"} else OFFICER
            await advance(writing, locked, ReportEvent(event), by, Happening(**what))

    async def received(self, world: World, when: dt.datetime, **values: Any) -> UUID:
        """Receive a report at an instant."""
        self.turn(when)
        report = await new_report(world, received_at=when, **values)
        async with world.database.write(world.tenant_id) as writing:
            await refresh_due(writing, report)
        return report

    async def assigned(
        self, world: World, when: dt.datetime, unit: UUID, handler: Person | None, **values: Any
    ) -> UUID:
        """Receive a report, verify it and assign it to the unit at once."""
        report = await self.received(world, when, **values)
        await self.happen(world, report, "verify", when)
        await self.assign(world, report, when, unit, handler)
        return report

    async def assign(
        self, world: World, report: UUID, when: dt.datetime, unit: UUID, handler: Person | None
    ) -> None:
        """Assign the report."""
        whom = handler.employee_id if handler else None
        changes = {"unit_id": unit, "handler_id": whom, "assigned_at": when}
        await self.happen(
            world, report, "assign", when, unit_id=unit, handler_id=whom, changes=changes
        )

    async def answer(self, world: World, report: UUID, when: dt.datetime) -> None:
        """Propose and approve the reply of a report in work."""
        await self.happen(world, report, "propose_reply", when)
        changes = {"reply": "Sudah diperbaiki."}
        await self.happen(world, report, "approve_reply", when, changes=changes)

    async def ask(self, world: World, report: UUID, when: dt.datetime, cap: dt.date) -> None:
        """Ask the citizen, who has time until the cap."""
        pause = (PauseReason.AWAITING_CITIZEN, cap)
        await self.happen(world, report, "ask", when, pause=pause)


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """The clock of the service, set by hand."""
    return Calendar(monkeypatch)
