"""Who runs the installation."""

import datetime as dt
from typing import Any

import pytest

from kinerja_api.access.rules import Role
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from tests.factories.world import Person, new_world
from tests.scenarios.days import Days


@pytest.fixture(scope="session")
async def operator(app: Any, database: Database) -> Person:
    """The system operator, in a tenant of his own."""
    world = await new_world(app, database)
    return await world.officer("Operator", Role.SYSTEM_OPERATOR)


@pytest.fixture
def today() -> dt.date:
    """The day on which a story plays."""
    return clock.today("Asia/Jakarta")


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    """The clock of the service, for stories that last."""
    return Days(monkeypatch)
