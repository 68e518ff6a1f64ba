"""Published reports that may be about the same, shown before sending."""

import datetime as dt
from typing import Any

from kinerja_api.core import clock
from tests.factories.complaints import new_category, new_report
from tests.factories.world import World
from tests.plugins.service import Api

HERE = {"latitude": "-5.147665", "longitude": "119.432731"}


async def published(world: World, title: str, **values: Any) -> None:
    """Create a published report."""
    given: dict[str, Any] = {
        "status": "in_progress",
        "latitude": -5.147665,
        "longitude": 119.432731,
        **values,
    }
    await new_report(world, public_title=title, public_body="…", published_at=clock.now(), **given)


async def found(api: Api, world: World, **given: Any) -> list[str]:
    path = f"/v1/public/{world.code}/reports/candidates"
    sent = await api.post(path, given)
    assert sent.status_code == 200, sent.text
    return [one["title"] for one in sent.json()["items"]]


async def test_the_alike_and_near_come_first_and_nothing_far(
    api: Api, world: World, other_world: World
):
    await published(world, "Lampu jalan padam")
    await published(world, "Sampah menumpuk")
    await published(world, "Lampu taman padam", latitude=-5.20)
    await published(world, "Jalan berlubang", latitude=-5.20)
    await published(other_world, "Lampu jalan padam")
    assert await found(api, world, **HERE) == ["Sampah menumpuk", "Lampu jalan padam"]
    both = await found(api, world, title="LAMPU jalan!", **HERE)
    assert both[0] == "Lampu jalan padam"
    assert set(both) == {
        "Lampu jalan padam", "Sampah menumpuk", "Lampu taman padam", "Jalan berlubang",
    }  # fmt: skip
    assert await found(api, world, title="sampah") == ["Sampah menumpuk"]
    assert await found(api, world) == []
    assert await found(api, world, title="a") == []


async def test_only_what_is_public_and_open_or_ended_lately(api: Api, world: World):
    category = await new_category(world, duplicate_days=10, duplicate_radius_m=500)
    await new_report(world, title="Lampu", latitude=-5.147665, longitude=119.432731)
    await published(world, "Lampu dicuri atasan", report_class="pembalasan")
    now = clock.now()
    for days, title in ((5, "Lampu lama"), (11, "Lampu kuno")):
        ended = now - dt.timedelta(days=days)
        await published(
            world, title, status="closed", category_id=category,
            received_at=ended - dt.timedelta(days=9), times={"confirm": ended},
        )  # fmt: skip
    assert await found(api, world, title="lampu") == ["Lampu lama"]
    assert await found(api, world, category_id=str(category)) == ["Lampu lama"]
    assert await found(api, world, **HERE) == ["Lampu lama"]
    other = await new_category(world)
    assert await found(api, world, title="lampu", category_id=str(other)) == []


async def test_the_radius_is_the_categorys_and_no_place_is_exact(api: Api, world: World):
    wide = await new_category(world, duplicate_radius_m=800, name="Lampu")
    await published(world, "Lampu di utara", latitude=-5.1360, category_id=wide)
    await published(world, "Sampah di utara", latitude=-5.1360)
    assert await found(api, world, **HERE) == ["Lampu di utara"]
    path = f"/v1/public/{world.code}/reports/candidates"
    (one,) = (await api.post(path, HERE)).json()["items"]
    assert (one["latitude"], one["longitude"], one["distance_m"]) == ("-5.14", "119.43", 910)
    assert one["category_name"] == "Lampu"
    assert one["received_on"] == str(world.today)
    exact = {"latitude": "-5.136000", "longitude": "119.432731"}
    assert (await api.post(path, exact)).json()["items"][0]["distance_m"] == 540


async def test_hostile_words_search_for_nothing_else(api: Api, world: World):
    await published(world, "Lampu jalan padam")
    assert await found(api, world, title="'; DROP TABLE x; -- & | ! lampu:* <->") == [
        "Lampu jalan padam"
    ]
    assert await found(api, world, title="... !!! &&&") == []
    path = f"/v1/public/{world.code}/reports/candidates"
    for wrong in ({"latitude": "1"}, {"latitude": 1, "longitude": 2}, {"title": "a\x00"}):
        assert (await api.post(path, wrong)).status_code == 422


async def test_the_nearest_of_many_are_shown(api: Api, world: World):
    for _ in range(7):
        await published(world, "Lampu")
    assert await found(api, world, **HERE) == ["Lampu"] * 5
