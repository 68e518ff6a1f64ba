"""Units with a working week of their own: whose days they are, and who sets them."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Date, bindparam, select

from kinerja_api.access.rules import Role
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Statement
from kinerja_api.organisation.queries.schedules import calendar_of, works_on
from kinerja_api.organisation.rules import is_working_day
from kinerja_api.organisation.tables import units
from tests.factories.world import Person, World
from tests.plugins.service import Api

SCHEDULES, DAYS = "/v1/unit-schedules", "/v1/calendar/working-days"
SIX = [1, 2, 3, 4, 5, 6]
BODY = {"working_week": SIX, "basis": "Kepwal 800/21", "starts_on": "2026-01-01"}
MONDAY, SUNDAY = "2026-06-15", "2026-06-21"


async def give(api: Api, by: Person, unit: UUID, **changes: Any) -> Any:
    return await api.post(SCHEDULES, {**BODY, "unit_id": str(unit), **changes}, by=by)


async def counted(api: Api, world: World, unit: UUID | None) -> int:
    params = {"from": MONDAY, "to": SUNDAY, **({"unit_id": str(unit)} if unit else {})}
    answer = await api.get(DAYS, by=world.mayor, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["working_days"]


async def test_the_nearest_schedule_upwards_holds_on_its_days(api: Api, world: World):
    hospital = await world.unit("RSUD", kind="rsud")
    ward = await world.unit("IGD", parent=hospital, kind="seksi")
    desk = await world.unit("Loket", parent=ward, kind="seksi")
    assert (await give(api, world.agency, hospital)).status_code == 201
    shifts = {"working_week": [1, 2, 3, 4, 5, 6, 7], "observes_holidays": False}
    until = {"starts_on": "2026-06-17", "ends_on": "2026-06-18"}
    assert (await give(api, world.agency, ward, **shifts, **until)).status_code == 201
    holiday = {"kind": "holiday", "name": "Libur"}
    for day in ("2026-06-16", "2026-06-17"):
        await api.put(f"/v1/calendar/days/{day}", holiday, by=world.agency)
    assert [await counted(api, world, unit) for unit in (None, world.root)] == [3, 3]
    assert await counted(api, world, hospital) == 4
    assert [await counted(api, world, unit) for unit in (ward, desk)] == [5, 5]


async def test_a_working_day_of_the_calendar_holds_where_holidays_are_observed(
    api: Api, world: World
):
    office, brigade = await world.unit("Dinas"), await world.unit("Damkar")
    await give(api, world.agency, office)
    await give(api, world.agency, brigade, working_week=[1], observes_holidays=False)
    await api.put(
        f"/v1/calendar/days/{SUNDAY}", {"kind": "working_day", "name": "Ganti"}, by=world.agency
    )
    assert [await counted(api, world, unit) for unit in (None, office, brigade)] == [6, 7, 1]


async def test_tells_the_day_so_many_working_days_after(api: Api, world: World):
    unit = await world.unit("Dinas")
    await give(api, world.agency, unit)
    await api.put(
        "/v1/calendar/days/2026-06-16", {"kind": "holiday", "name": "Libur"}, by=world.agency
    )

    async def after(count: int, **params: str) -> str:
        asked = {"from": MONDAY, "count": count, **params}
        answer = await api.get(f"{DAYS}/after", by=world.mayor, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["day"]

    assert [await after(count) for count in (0, 1, 4, -1)] == [
        MONDAY, "2026-06-17", "2026-06-22", "2026-06-12",
    ]  # fmt: skip
    assert [await after(count, unit_id=str(unit)) for count in (4, -1)] == [
        "2026-06-20", "2026-06-13",
    ]  # fmt: skip
    params = {"from": MONDAY, "count": 367}
    assert (await api.get(f"{DAYS}/after", by=world.mayor, params=params)).status_code == 422


async def test_the_condition_in_sql_says_the_same_as_the_rule(api: Api, world: World):
    hospital = await world.unit("RSUD", kind="rsud")
    ward = await world.unit("IGD", parent=hospital, kind="seksi")
    plain = await world.unit("Dinas")
    await give(api, world.agency, hospital, ends_on="2026-06-18")
    await give(api, world.agency, hospital, starts_on="2026-06-20", working_week=[1, 7])
    await give(api, world.agency, ward, working_week=[2, 6], observes_holidays=False,
               starts_on="2026-06-17")  # fmt: skip
    for day, kind in [("16", "holiday"), ("18", "joint_leave"), ("20", "working_day")]:
        name = {"kind": kind, "name": "Hari khusus"}
        await api.put(f"/v1/calendar/days/2026-06-{day}", name, by=world.agency)
    week = {"key": "working_week", "value": [1, 3], "basis": "X", "starts_on": "2026-06-19"}
    assert (await api.post("/v1/norms", week, by=world.agency)).status_code == 201
    day = bindparam("day", type_=Date)
    asked = Statement(
        select(units.c.id, works_on(units.c.id, day).label("works")).where(
            units.c.tenant_id == bindparam("tenant_id")
        )
    )
    first = dt.date(2026, 6, 10)
    async with world.database.read(world.tenant_id) as reading:
        calendars = {
            unit: await calendar_of(reading, unit, first, first + dt.timedelta(days=30))
            for unit in (world.root, plain, hospital, ward)
        }
        for n in range(30):
            date = first + dt.timedelta(days=n)
            rows = await reading.rows(asked, dict[str, Any], day=date)
            told = {row["id"]: row["works"] for row in rows}
            assert told == {u: is_working_day(date, c) for u, c in calendars.items()}, date


async def test_of_overlapping_schedules_of_a_unit_at_once_one_is_kept(api: Api, world: World):
    units = [await world.unit(f"Dinas {n}") for n in range(4)]
    starts = [f"2026-0{n}-01" for n in range(1, 5)]
    made = await asyncio.gather(
        *[give(api, world.agency, unit, starts_on=start) for start in starts for unit in units]
    )
    assert sorted(answer.status_code for answer in made) == [201] * 4 + [409] * 12
    assert {a.json()["code"] for a in made if a.status_code == 409} == {"schedule_overlaps"}
    kept = [answer.json()["unit_id"] for answer in made if answer.status_code == 201]
    assert sorted(kept) == sorted(map(str, units))


async def test_of_two_changes_that_would_meet_at_once_one_is_kept(api: Api, world: World):
    changes: list[Any] = []
    for n in range(6):
        unit = await world.unit(f"Dinas {n}")
        first = await give(api, world.agency, unit, ends_on="2026-01-31")
        second = await give(api, world.agency, unit, starts_on="2026-03-01")
        changes += [
            (first.headers["Location"], {"ends_on": "2026-02-20"}),
            (second.headers["Location"], {"starts_on": "2026-02-10"}),
        ]
    made = await asyncio.gather(
        *[api.patch(path, body, by=world.agency, version=1) for path, body in changes]
    )
    assert sorted(answer.status_code for answer in made) == [200] * 6 + [409] * 6


async def test_a_schedule_is_changed_ended_and_followed(api: Api, world: World, sql: Any):
    unit = await world.unit("Dinas")
    made = await give(api, world.agency, unit)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    path = made.headers["Location"]
    assert (await api.get(path, by=world.mayor)).json() == made.json()
    assert (await api.patch(path, {}, by=world.agency)).status_code == 428
    same = await api.patch(path, {"working_week": SIX}, by=world.agency, version=1)
    assert (same.status_code, same.json()["version"]) == (200, 1)
    ended = await api.patch(
        path, {"working_week": [1, 2], "ends_on": "2026-06-30"}, by=world.agency, version=1
    )
    assert (ended.status_code, ended.json()["version"]) == (200, 2)
    assert (await api.patch(path, {"basis": "X"}, by=world.agency, version=1)).status_code == 412
    following = await give(api, world.agency, unit, starts_on="2026-07-01")
    assert following.status_code == 201, following.text
    reopened = await api.patch(path, {"ends_on": None}, by=world.agency, version=2)
    assert (reopened.status_code, reopened.json()["code"]) == (409, "schedule_overlaps")
    early = await api.patch(path, {"ends_on": "2025-12-31"}, by=world.agency, version=2)
    assert (early.status_code, early.json()["code"]) == (422, "ends_before_start")

    async def found(**params: str) -> list[str]:
        page = await api.get(SCHEDULES, by=world.mayor, params=params)
        return [row["starts_on"] for row in page.json()["items"]]

    assert await found() == ["2026-01-01", "2026-07-01"]
    assert await found(on="2026-07-01", unit_id=str(unit)) == ["2026-07-01"]
    assert await found(unit_id=str(world.root)) == []
    entries = await sql(
        "SELECT before, after FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND action = 'unit_schedule.changed'",
        world.tenant_id,
    )
    assert len(entries) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"working_week": []}, "too_short"),
        ({"working_week": [2, 1]}, "invalid_week"),
        ({"working_week": [1, 1]}, "invalid_week"),
        ({"working_week": [0]}, "greater_than_equal"),
        ({"working_week": [8]}, "less_than_equal"),
        ({"working_week": [True]}, "int_type"),
        ({"basis": "a\x00b"}, "invalid_text"),
        ({"ends_on": "2025-12-31"}, "ends_before_start"),
        ({"unit_id": str(new_id())}, "unknown_reference"),
    ],
)
async def test_refuses_a_schedule_that_makes_no_sense(
    api: Api, world: World, changes: dict[str, Any], code: str
):
    refused = await give(api, world.agency, world.root, **changes)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


async def test_an_agency_sets_the_weeks_of_its_units_only(
    api: Api, world: World, other_world: World
):
    mine, other = await world.unit("Dinas"), await world.unit("Lain")
    officer = await world.officer("Kepegawaian Dinas", Role.PERSONNEL_AGENCY, unit=mine)
    kept = await give(api, world.agency, other)
    path = kept.headers["Location"]
    below = await world.unit("Bidang", parent=mine)
    assert (await give(api, officer, below)).status_code == 201
    for by in (officer, world.admin, world.mayor):
        assert (await give(api, by, other, starts_on="2020-01-01")).status_code == 403
        assert (await api.patch(path, {"basis": "X"}, by=by, version=1)).status_code == 403
    assert (await api.get(path, by=other_world.agency)).status_code == 404
    patched = await api.patch(path, {"basis": "X"}, by=other_world.agency, version=1)
    assert patched.status_code == 404
    params = {"from": MONDAY, "to": SUNDAY, "unit_id": str(mine)}
    assert (await api.get(DAYS, by=other_world.mayor, params=params)).status_code == 404
