"""Fixtures of the tests of evaluations."""

import pytest

from tests.factories.evaluations import Closed, closed_unit
from tests.factories.world import World
from tests.plugins.service import Api


@pytest.fixture
async def closed(api: Api, world: World) -> Closed:
    """A closed period of a unit with a head and a clerk."""
    return await closed_unit(api, world)
