"""The closure of the units against a naive walk up the parents, after random moves."""

import random
from typing import Any
from uuid import UUID

import pytest

from tests.factories.world import World
from tests.plugins.service import Api


def walked(parents: dict[UUID, UUID | None]) -> set[tuple[UUID, UUID, int]]:
    """Every unit with each unit above it, and how far."""
    paths: set[tuple[UUID, UUID, int]] = set()
    for unit in parents:
        at, depth = unit, 0
        while at is not None:
            paths.add((at, unit, depth))
            at, depth = parents[at], depth + 1
    return paths


@pytest.mark.parametrize("seed", range(4))
async def test_closure_equals_the_walk_after_random_moves(
    api: Api, world: World, sql: Any, seed: int
):
    chance = random.Random(seed)
    units = [world.root]
    for number in range(9):
        units.append(await world.unit(f"Unit {number}", parent=chance.choice(units)))
    moved = 0
    for _ in range(20):
        unit, parent = chance.choice(units[1:]), chance.choice(units)
        answer = await api.post(
            f"/v1/units/{unit}/moves", {"parent_id": str(parent)}, by=world.agency
        )
        assert answer.status_code in (201, 422), answer.text
        moved += answer.status_code == 201
        rows = await sql(
            "SELECT id, parent_id FROM kinerja.units WHERE tenant_id = $1", world.tenant_id
        )
        kept = await sql(
            "SELECT ancestor_id, descendant_id, depth FROM kinerja.unit_closure"
            " WHERE tenant_id = $1",
            world.tenant_id,
        )
        parents = {row["id"]: row["parent_id"] for row in rows}
        assert {tuple(row) for row in kept} == walked(parents)
        assert len(kept) == len(walked(parents))
    assert moved > 0
