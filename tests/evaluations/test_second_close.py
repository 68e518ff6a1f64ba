"""A period opened and closed again: what was decided stands, in whatever state."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.factories import scoring as factory
from tests.factories.evaluations import Closed, of
from tests.factories.world import World
from tests.plugins.service import Api


async def _decide(closed: Closed) -> None:
    await closed.decide()


async def _acknowledge(closed: Closed) -> None:
    await closed.decide()
    await closed.acknowledge()


async def _object(closed: Closed) -> None:
    await closed.object()


async def _correct(closed: Closed) -> None:
    await _acknowledge(closed)
    await closed.correct()


@pytest.mark.parametrize(
    ("ready", "status"),
    [(_decide, "decided"), (_acknowledge, "final"), (_object, "objected"), (_correct, "decided")],
)
async def test_a_decision_outlasts_a_second_close_with_the_new_suggestion_beside_it(
    api: Api,
    world: World,
    closed: Closed,
    sql: Any,
    ready: Callable[[Closed], Awaitable[None]],
    status: str,
):
    await ready(closed)
    before = await closed.read()
    reopenings = f"/v1/closings/{closed.closing}/reopenings"
    await api.post(reopenings, {"reason": "Realisasi salah"}, by=world.agency)
    await factory.run_jobs(world)
    reopened = await closed.read()
    assert reopened == before
    await sql(
        "UPDATE kinerja.indicator_results SET value = 8 WHERE indicator_id = $1",
        closed.planned.indicator,
    )
    second = await factory.close(api, world, closed.period)

    after = await closed.read()
    assert (after["status"], after["closing_id"]) == (status, str(second))
    assert after["suggestion"]["predicate"] == "butuh_perbaikan"
    renewed = {"closing_id", "suggestion", "version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in renewed} == {
        k: v for k, v in before.items() if k not in renewed
    }
    (standing,) = await of(api, closed.clerk, by=closed.head)
    assert standing["id"] == closed.evaluation
    if status == "objected":
        path = f"/v1/objections/{after['objection_id']}/decisions"
        body = {"outcome": "kept", "reason": "Tetap"}
        assert (await api.post(path, body, by=world.mayor)).status_code == 201


async def test_an_undecided_one_is_superseded_and_opened_anew(
    api: Api, world: World, closed: Closed
):
    reopenings = f"/v1/closings/{closed.closing}/reopenings"
    await api.post(reopenings, {"reason": "Realisasi salah"}, by=world.agency)
    await factory.run_jobs(world)
    assert await of(api, closed.clerk, by=closed.head) == []
    superseded = await closed.read()
    assert (superseded["status"], superseded["allowed_actions"]) == ("superseded", [])
    await factory.close(api, world, closed.period)
    (anew,) = await of(api, closed.clerk, by=closed.head)
    assert (anew["status"], anew["id"] != closed.evaluation) == ("opened", True)
