"""Who is whose superior on a day, and why; and whose people a head sees."""

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import Date, Uuid, column, select, table

from kinerja_api.core.sql import Statement
from kinerja_api.organisation.queries.scope import superior_of, superior_on
from tests.factories.world import Person, World, place
from tests.plugins.service import Api

DAY = dt.timedelta(days=1)


async def superior(
    api: Api, world: World, person: Person, on: dt.date | None = None
) -> tuple[str | None, str, int | None]:
    """Name, reason and units up; the explanation and the look-up have to agree."""
    day = on or world.today
    assert person.employee_id is not None
    path = f"/v1/employees/{person.employee_id}/superior"
    told = (await api.get(path, by=world.agency, params={"on": str(day)})).json()
    async with world.database.read(world.tenant_id) as reading:
        found = await superior_on(reading, person.employee_id, day)
    assert told["superior_id"] == (str(found) if found else None)
    return told["superior_name"], told["reason"], told["units_up"]


async def also(world: World, person: Person, **placement: Any) -> None:
    """Give an employee one more placement."""
    assert person.employee_id is not None
    async with world.database.write(world.tenant_id) as writing:
        await place(writing, person.employee_id, placement.pop("unit"), **placement)


async def test_acting_daily_goes_before_acting_before_definitive(api: Api, world: World):
    unit = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=unit)
    await world.employee("Kepala", unit=unit, head=True)
    assert await superior(api, world, clerk) == ("Kepala", "definitive", 0)
    await world.employee("Plt", unit=unit, head=True, kind="plt")
    assert await superior(api, world, clerk) == ("Plt", "plt", 0)
    await world.employee("Plh", unit=unit, head=True, kind="plh")
    assert await superior(api, world, clerk) == ("Plh", "plh", 0)


async def test_a_vacant_head_falls_to_the_next_unit_up(api: Api, world: World):
    unit = await world.unit("Dinas")
    below = await world.unit("Bidang", parent=await world.unit("Kosong", parent=unit))
    clerk = await world.employee("Siti", unit=below)
    assert await superior(api, world, clerk) == ("Wali Kota", "definitive", 3)
    await world.employee("Kepala", unit=unit, head=True)
    assert await superior(api, world, clerk) == ("Kepala", "definitive", 2)


async def test_a_head_answers_to_the_unit_above_also_while_somebody_acts_for_him(
    api: Api, world: World
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    assert await superior(api, world, head) == ("Wali Kota", "definitive", 1)
    await world.employee("Plh", unit=unit, head=True, kind="plh")
    assert await superior(api, world, head) == ("Wali Kota", "definitive", 1)


async def test_who_acts_as_head_does_not_answer_to_the_head_he_stands_in_for(
    api: Api, world: World
):
    unit = await world.unit("Dinas")
    await world.employee("Kepala", unit=unit, head=True)
    deputy = await world.employee("Wakil", unit=unit)
    await also(world, deputy, unit=unit, head=True, kind="plh", since=world.today)
    assert await superior(api, world, deputy) == ("Wali Kota", "definitive", 1)
    assert await superior(api, world, deputy, world.today - DAY) == ("Kepala", "definitive", 0)


async def test_a_named_superior_goes_before_every_head(api: Api, world: World):
    unit = await world.unit("Dinas")
    await world.employee("Kepala", unit=unit, head=True)
    named = await world.employee("Koordinator")
    clerk = await world.employee("Siti", unit=unit, superior=named)
    assert await superior(api, world, clerk) == ("Koordinator", "named", None)


async def test_a_transfer_counts_from_its_first_day(api: Api, world: World):
    old, new = await world.unit("Lama"), await world.unit("Baru")
    await world.employee("Kepala Lama", unit=old, head=True)
    await world.employee("Kepala Baru", unit=new, head=True)
    clerk = await world.employee("Siti", unit=old, until=world.today)
    await also(world, clerk, unit=new, since=world.today + DAY)
    assert await superior(api, world, clerk) == ("Kepala Lama", "definitive", 0)
    assert await superior(api, world, clerk, world.today + DAY) == ("Kepala Baru", "definitive", 0)


async def test_the_definitive_placement_counts_and_acting_counts_on_its_days(
    api: Api, world: World
):
    unit = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=unit)
    day = world.today + DAY
    await world.employee("Plt", unit=unit, head=True, kind="plt", since=day, until=day)
    assert await superior(api, world, clerk, day - DAY) == ("Wali Kota", "definitive", 1)
    assert await superior(api, world, clerk, day) == ("Plt", "plt", 0)
    assert await superior(api, world, clerk, day + DAY) == ("Wali Kota", "definitive", 1)


async def test_the_mayor_has_none_and_who_is_not_placed_has_none(api: Api, world: World):
    assert await superior(api, world, world.mayor) == (None, "nobody", None)
    gone = await world.employee("Siti", until=world.today - DAY)
    assert await superior(api, world, gone) == (None, "not_placed", None)


async def names(api: Api, by: Person) -> set[str]:
    page = (await api.get("/v1/employees", by=by)).json()
    return {row["name"] for row in page["items"]}


async def test_a_head_sees_his_subtree_and_a_clerk_himself(api: Api, world: World):
    unit, other = await world.unit("Dinas"), await world.unit("Lain")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=await world.unit("Bidang", parent=unit))
    sibling = await world.employee("Tetangga", unit=other, head=True)
    assert await names(api, head) == {"Kepala", "Siti"}
    assert await names(api, clerk) == {"Siti"}
    assert await names(api, world.mayor) == {"Wali Kota", "Kepala", "Siti", "Tetangga"}
    assert await names(api, world.agency) == await names(api, world.mayor)
    path = f"/v1/employees/{clerk.employee_id}"
    assert (await api.get(path, by=head)).status_code == 200
    for address in (path, f"{path}/superior", f"{path}/placements"):
        assert (await api.get(address, by=sibling)).status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "sees"), [(0, 0, True), (-1, 1, True), (1, 2, False), (-2, -1, False)]
)
async def test_an_acting_head_sees_from_his_first_day_to_his_last(
    api: Api, world: World, first: int, last: int, sees: bool
):
    unit = await world.unit("Dinas")
    await world.employee("Siti", unit=unit)
    acting = await world.employee("Plt")
    await also(
        world, acting, unit=unit, head=True, kind="plt",
        since=world.today + first * DAY, until=world.today + last * DAY,
    )  # fmt: skip
    assert ("Siti" in await names(api, acting)) is sees


async def test_a_named_superior_sees_his_people_wherever_they_are(api: Api, world: World):
    named = await world.employee("Koordinator")
    await world.employee("Siti", unit=await world.unit("Dinas"), superior=named)
    assert await names(api, named) == {"Koordinator", "Siti"}


def test_the_day_may_be_a_column_of_the_row_asked_about():
    asked = table("asked", column("employee_id", Uuid), column("day", Date))
    made = Statement(select(superior_of(asked.c.employee_id, asked.c.day)).select_from(asked))
    assert len(re.findall(r"(FROM|,) asked\b", made.text)) == 1, made.text
