"""Ratings of services with one-time tokens."""

import asyncio
import datetime as dt
from decimal import Decimal
from typing import Any

from kinerja_api.surveys.queries.figures import handling_satisfaction, survey_index
from tests.factories.services import add_service
from tests.factories.surveys import make_campaign, make_rating, make_token
from tests.factories.world import World
from tests.plugins.service import Api

STARS = {"treatment": 5, "outcome": 3}


async def test_a_token_rates_once_even_twice_at_the_same_moment(
    api: Api, world: World, sql: Any, fresh_key: str
):
    unit = await world.unit("Puskesmas")
    token = await make_token(world, await add_service(world, unit), unit)
    path, body = f"/v1/public/{world.code}/ratings", {**STARS, "comment": "a@b.id ramah"}
    sent = await asyncio.gather(*[api.post(path, {**body, "token": token}) for _ in range(3)])
    assert sorted(one.status_code for one in sent) == [201, 409, 409]
    rows = await sql("SELECT * FROM kinerja.service_ratings WHERE tenant_id = $1", world.tenant_id)
    assert [(row["treatment"], row["outcome"], row["comment"]) for row in rows] == [
        (5, 3, "[…] ramah")
    ]
    assert not [value for value in rows[0].values() if isinstance(value, dt.datetime)]
    for wrong in ({"treatment": 6}, {"treatment": 0}, {"treatment": "5"}, {"outcome": 9}):
        refused = await api.post(path, {**STARS, "token": token, **wrong})
        assert refused.status_code == 422
    assert (await api.post(path, {**STARS, "token": "tidak-ada"})).status_code == 409


async def test_a_token_of_another_government_is_unknown(api: Api, world: World, other_world: World):
    token = await make_token(world, await add_service(world, world.root), world.root)
    sent = await api.post(f"/v1/public/{other_world.code}/ratings", {**STARS, "token": token})
    assert sent.status_code == 409
    sent = await api.post(f"/v1/public/{world.code}/ratings", {**STARS, "token": token})
    assert sent.status_code == 201


async def test_months_that_are_over_are_told_from_five_ratings_on(api: Api, world: World):
    unit, other = await world.unit("Dinas A"), await world.unit("Dinas B")
    head = await world.employee("Kepala", unit=unit, head=True)
    neighbour = await world.employee("Tetangga", unit=other, head=True)
    many, few = (
        await add_service(world, unit, name="Banyak"),
        await add_service(world, unit, name="Sedikit"),
    )
    month = (world.today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    for stars in (5, 5, 4, 4, 3):
        await make_rating(world, many, unit, month, stars, comment="terima kasih")
    await make_rating(world, few, unit, month, 1)
    for _ in range(6):
        await make_rating(world, many, unit, world.today, 1, comment="bulan ini")
    path = f"/v1/units/{unit}/ratings"
    seen = (await api.get(path, by=head, params={"year": month.year})).json()["months"]
    told = {row["service_name"]: (row["ratings"], row["treatment"]) for row in seen}
    assert told == {"Banyak": (5, "4.20"), "Sedikit": (None, None)}
    above = await api.get(
        f"/v1/units/{world.root}/ratings", by=world.mayor, params={"year": month.year}
    )
    assert above.json()["months"] == seen
    assert (await api.get(path, by=neighbour, params={"year": month.year})).status_code == 404
    notes = (await api.get(f"/v1/units/{unit}/rating-comments", by=head)).json()["items"]
    assert [note["comment"] for note in notes] == ["terima kasih"] * 5
    assert (await api.get(f"/v1/units/{unit}/rating-comments", by=neighbour)).status_code == 404


async def test_figures_say_when_there_is_not_enough(api: Api, world: World, database: Any):
    unit, other = await world.unit("Dinas A"), await world.unit("Dinas B")
    service, rest = await add_service(world, unit), await add_service(world, other)
    campaign = await make_campaign(api, world, service, population=100)
    await api.post(f"/v1/survey-campaigns/{campaign['id']}/closings", by=world.agency)
    for _ in range(10):
        await make_rating(world, service, unit, world.today, 5)
        await make_rating(world, rest, other, world.today, 3)
    async with database.read(world.tenant_id) as reading:
        days = (world.today, world.today)
        figure = await handling_satisfaction(reading, unit, None, *days)
        assert (figure.value, figure.sample) == (Decimal("4.50"), 10)
        assert len(figure.items) == 10
        assert await handling_satisfaction(reading, other, service, *days) == figure
        none = await handling_satisfaction(reading, world.root, None, *days)
        assert (none.value, none.sample, none.minimum) == (None, 0, 10)
        index = await survey_index(reading, unit, None, *days)
        assert (index.value, index.sample, index.minimum) == (None, 0, 80)
