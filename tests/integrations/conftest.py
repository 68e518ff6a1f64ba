"""Fixtures of exchanges with other systems."""

import pytest

from kinerja_api.access.rules import Role
from tests.factories.open311 import Open311, client_key
from tests.factories.world import Person, World
from tests.plugins.service import Api


@pytest.fixture
async def city(api: Api, world: World) -> Open311:
    """A client of Open311 with a key of a machine without any role."""
    return Open311(api, world, await client_key(api, world))


@pytest.fixture
async def officer(world: World) -> Person:
    """A complaints officer of the whole government."""
    return await world.officer("Petugas pengaduan", Role.COMPLAINTS_OFFICER)
