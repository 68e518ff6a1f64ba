"""The dashboard: the months of a year, equal to what the logs themselves add up to."""

import datetime as dt
from typing import Any
from uuid import UUID

from kinerja_api.access.rules import Role
from tests.factories.activities import add_log
from tests.factories.world import Person, World
from tests.plugins.service import Api


async def dashboard(api: Api, unit: UUID, by: Person, year: int) -> dict[str, Any]:
    answer = await api.get(f"/v1/units/{unit}/dashboard", by=by, params={"year": year})
    assert answer.status_code == 200, answer.text
    return answer.json()


def some(months: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the sums that are not zero."""
    return {
        (month["month"][5:7], status): (value["logs"], value["minutes"])
        for month in months
        for status, value in month.items()
        if status != "month" and value["logs"]
    }


async def test_months_of_a_unit_and_each_unit_below_it(api: Api, world: World, other_world: World):
    dinas = await world.unit("Dinas")
    bidang = await world.unit("Bidang", parent=dinas, kind="bidang")
    seksi = await world.unit("Seksi", parent=bidang, kind="seksi")
    empty = await world.unit("Kosong", parent=dinas)
    head = await world.employee("Kepala", unit=dinas, head=True)
    chief = await world.employee("Ani", unit=bidang, head=True)
    clerk = await world.employee("Siti", unit=seksi)
    await add_log(world, head, on=dt.date(2025, 1, 31), status="approved")
    await add_log(world, chief, on=dt.date(2025, 1, 2), status="approved", ends=600)
    await add_log(world, clerk, on=dt.date(2025, 1, 3), status="approved")
    await add_log(world, clerk, on=dt.date(2025, 12, 31), status="returned")
    await add_log(world, clerk, on=dt.date(2026, 1, 1), status="approved")
    await add_log(world, clerk, on=dt.date(2024, 12, 31), status="approved")
    await add_log(other_world, other_world.mayor, on=dt.date(2025, 1, 3), status="approved")

    view = await dashboard(api, dinas, head, 2025)
    assert (view["unit_id"], view["year"], len(view["total"])) == (str(dinas), 2025, 12)
    assert view["total"][0]["month"] == "2025-01-01"
    assert some(view["total"]) == {("01", "approved"): (3, 240), ("12", "returned"): (1, 60)}
    assert [unit["unit_id"] for unit in view["units"]] == [str(dinas), str(bidang), str(empty)]
    own, below, none = (some(unit["months"]) for unit in view["units"])
    assert own == {("01", "approved"): (1, 60)}
    assert below == {("01", "approved"): (2, 180), ("12", "returned"): (1, 60)}
    assert none == {}
    assert some((await dashboard(api, seksi, world.mayor, 2026))["total"]) == {
        ("01", "approved"): (1, 60)
    }


async def test_it_follows_every_change_of_a_log(api: Api, world: World):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    day, month = world.today, f"{world.today:%m}"
    body = {"work_date": str(day), "starts_at": "08:00", "ends_at": "09:00", "description": "Rapat"}

    async def told() -> dict[tuple[str, str], tuple[int, int]]:
        return some((await dashboard(api, unit, head, day.year))["total"])

    made = await api.post("/v1/logs", body, by=clerk)
    assert await told() == {(month, "draft"): (1, 60)}
    path = f"/v1/logs/{made.json()['id']}"
    await api.patch(path, {"ends_at": "09:30"}, by=clerk, version=1)
    assert await told() == {(month, "draft"): (1, 90)}
    await api.post(f"{path}/submissions", by=clerk)
    await api.post(f"{path}/approvals", {}, by=head)
    assert await told() == {(month, "approved"): (1, 90)}


async def test_only_those_above_see_it(api: Api, world: World, other_world: World):
    dinas, other = await world.unit("Dinas"), await world.unit("Dinas lain")
    head = await world.employee("Kepala", unit=dinas, head=True)
    neighbour = await world.employee("Kepala lain", unit=other, head=True)
    clerk = await world.employee("Siti", unit=dinas)
    granted = await world.officer("Kepegawaian dinas", Role.PERSONNEL_AGENCY, unit=dinas)
    path = f"/v1/units/{dinas}/dashboard"
    for by in (head, world.mayor, world.agency, granted):
        assert (await api.get(path, by=by, params={"year": 2026})).status_code == 200
    for by in (clerk, neighbour, other_world.mayor, other_world.agency):
        assert (await api.get(path, by=by, params={"year": 2026})).status_code == 404
    assert (await api.get(path, by=world.admin, params={"year": 2026})).status_code == 403
    for year in ("", "abc", 2013, 2201, "2026.5"):
        assert (await api.get(path, by=head, params={"year": year})).status_code == 422
    assert (await api.get(path, by=head)).status_code == 422
