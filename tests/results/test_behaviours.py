"""Behaviour ratings: by the superior, before the close, unseen by the employee."""

import asyncio
from typing import Any

import pytest

from tests.factories import planning
from tests.factories.results import behaviour
from tests.factories.world import Person, World
from tests.plugins.service import Api

GOOD = {"value": "akuntabel", "rating": "di_atas_ekspektasi", "note": "Tertib"}


@pytest.fixture
async def pair(world: World) -> tuple[Person, Person]:
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    return head, await world.employee("Siti", unit=unit)


async def test_the_superior_rates_and_values_not_named_stay(
    api: Api, world: World, pair: tuple[Person, Person], sql: Any
):
    head, clerk = pair
    month = await planning.period(world, planning.month_of(world.today))
    path = f"/v1/employees/{clerk.employee_id}/behaviours/{month}"
    first = await api.put(path, {"ratings": [GOOD]}, by=head)
    assert first.status_code == 200, first.text
    other = {**GOOD, "value": "berorientasi_pelayanan", "rating": "sesuai_ekspektasi"}
    both = await api.put(path, {"ratings": [other]}, by=head)
    assert [each["value"] for each in both.json()["ratings"]] == [
        "berorientasi_pelayanan", "akuntabel",
    ]  # fmt: skip
    assert both.json()["allowed_actions"] == ["rate"]
    again = await api.put(path, {"ratings": [other]}, by=head)
    assert again.json() == both.json()
    trail = await sql(
        "SELECT after FROM kinerja.audit_entries WHERE action = 'behaviours.rated'"
        " AND tenant_id = $1",
        world.tenant_id,
    )
    assert len(trail) == 2
    for by in (world.mayor, world.agency):
        read = (await api.get(path, by=by)).json()
        assert (len(read["ratings"]), read["is_shown"], read["allowed_actions"]) == (2, True, [])


async def test_the_employee_does_not_see_his_ratings_here(
    api: Api, world: World, pair: tuple[Person, Person]
):
    head, clerk = pair
    month = await planning.period(world, planning.month_of(world.today))
    path = f"/v1/employees/{clerk.employee_id}/behaviours/{month}"
    await api.put(path, {"ratings": [GOOD]}, by=head)
    own = await api.get(path, by=clerk)
    assert (own.status_code, own.json()["ratings"], own.json()["is_shown"]) == (200, [], False)


async def test_nobody_else_rates(
    api: Api, world: World, other_world: World, pair: tuple[Person, Person]
):
    _, clerk = pair
    colleague = await world.employee("Budi", unit=clerk.unit_id)
    month = await planning.period(world, planning.month_of(world.today))
    path = f"/v1/employees/{clerk.employee_id}/behaviours/{month}"
    body = {"ratings": [GOOD]}
    expected = {clerk: 403, world.mayor: 403, world.agency: 403, colleague: 404}
    for by, status in expected.items():
        assert (await api.put(path, body, by=by)).status_code == status
    assert (await api.put(path, body, by=other_world.mayor)).status_code == 404
    assert (await api.get(path, by=colleague)).status_code == 404
    assert (await api.get(path, by=other_world.agency)).status_code == 404


async def test_a_closed_period_takes_no_rating(api: Api, world: World, pair: tuple[Person, Person]):
    head, clerk = pair
    month = await planning.period(world, planning.month_of(world.today), status="closed")
    path = f"/v1/employees/{clerk.employee_id}/behaviours/{month}"
    refused = await api.put(path, {"ratings": [GOOD]}, by=head)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")


async def test_two_raters_at_once_leave_one_rating(
    api: Api, world: World, pair: tuple[Person, Person]
):
    head, clerk = pair
    month = await planning.period(world, planning.month_of(world.today))
    path = f"/v1/employees/{clerk.employee_id}/behaviours/{month}"
    answers = await asyncio.gather(
        *[api.put(path, {"ratings": [{**GOOD, "note": note}]}, by=head) for note in "ab"]
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len((await api.get(path, by=head)).json()["ratings"]) == 1


@pytest.mark.parametrize(
    "ratings",
    [
        [],
        [GOOD, GOOD],
        [{**GOOD, "note": " "}],
        [{**GOOD, "note": None}],
        [{**GOOD, "value": "jujur"}],
        [{**GOOD, "rating": "baik"}],
        [{**GOOD, "extra": 1}],
    ],
)
async def test_hostile_ratings_are_refused(
    api: Api, world: World, pair: tuple[Person, Person], ratings: list[Any]
):
    head, clerk = pair
    month = await planning.period(world, planning.month_of(world.today))
    path = f"/v1/employees/{clerk.employee_id}/behaviours/{month}"
    answer = await api.put(path, {"ratings": ratings}, by=head)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_superior_lists_whom_he_has_yet_to_rate(
    api: Api, world: World, other_world: World, pair: tuple[Person, Person]
):
    head, clerk = pair
    below = await world.unit("Seksi", parent=clerk.unit_id)
    chief = await world.employee("Ani", unit=below, head=True)
    await world.employee("Cici", unit=below)
    done = await world.employee("Budi", unit=clerk.unit_id)
    month = await planning.period(world, planning.month_of(world.today))
    other = await planning.period(world, f"{world.today.year}-Q1")
    await behaviour(world, done, month, by=head)
    await behaviour(world, chief, other, by=head)
    rated = {"akuntabel": "sesuai_ekspektasi"}
    await behaviour(world, clerk, month, by=head, ratings=rated)

    async def listed(by: Person, **params: Any) -> list[tuple[str, int]]:
        params = {"period_id": str(month), **params}
        answer = await api.get("/v1/behaviours", by=by, params=params)
        assert answer.status_code == 200, answer.text
        return [
            (row["employee_name"], len(row["missing_values"])) for row in answer.json()["items"]
        ]

    assert await listed(head) == [("Ani", 7), ("Budi", 0), ("Siti", 6)]
    assert await listed(head, missing="true") == [("Ani", 7), ("Siti", 6)]
    assert await listed(chief, missing="true") == [("Cici", 7)]
    assert await listed(world.mayor) == [("Kepala", 7)]
    for by in (clerk, world.agency, other_world.mayor):
        assert await listed(by) == []
    params: dict[str, Any] = {"period_id": str(month), "limit": 2}
    first = (await api.get("/v1/behaviours", by=head, params=params)).json()
    params["cursor"] = first["next_cursor"]
    rest = (await api.get("/v1/behaviours", by=head, params=params)).json()
    assert [row["employee_name"] for row in rest["items"]] == ["Siti"]
    assert "akuntabel" not in rest["items"][0]["missing_values"]
    assert (rest["items"][0]["unit_name"], rest["next_cursor"]) == ("Dinas", None)
    assert (await api.get("/v1/behaviours", by=head)).status_code == 422


async def test_a_rating_tells_who_rated(api: Api, world: World, pair: tuple[Person, Person]):
    head, clerk = pair
    month = await planning.period(world, planning.month_of(world.today))
    path = f"/v1/employees/{clerk.employee_id}/behaviours/{month}"
    await api.put(path, {"ratings": [GOOD]}, by=head)
    assert (await api.get(path, by=head)).json()["ratings"][0]["rated_by_name"] == "Kepala"
