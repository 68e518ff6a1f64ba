"""Outages: days that count against nobody, and who says so."""

import datetime as dt
from typing import Any

import pytest

from kinerja_api.organisation.queries.outages import windows_on
from kinerja_api.organisation.rules import Norms, Windows, windows_of
from tests.factories.world import World
from tests.plugins.service import Api

OUTAGES = "/v1/outages"
OUTAGE = {"starts_on": "2026-03-09", "ends_on": "2026-03-10", "reason": "Pusat data padam"}
DAY = dt.date(2026, 3, 12)


async def windows(world: World, day: dt.date = DAY) -> Windows:
    async with world.database.read(world.tenant_id) as reading:
        return await windows_on(reading, day)


async def test_outage_days_are_not_counted_going_back(api: Api, world: World):
    assert await windows(world) == windows_of(DAY, Norms(), [])
    made = await api.post(OUTAGES, OUTAGE, by=world.agency)
    assert made.status_code == 201, made.text
    over = {**OUTAGE, "starts_on": "2026-03-10", "ends_on": "2026-03-11"}
    assert (await api.post(OUTAGES, over, by=world.agency)).status_code == 201
    assert (await windows(world)).first_entry_day == DAY - dt.timedelta(days=7 + 3)
    assert (await windows(world)).first_approval_day == DAY - dt.timedelta(days=31 + 3)
    norm = {"key": "log_days_back", "value": 1, "basis": "Perwali", "starts_on": "2026-01-01"}
    assert (await api.post("/v1/norms", norm, by=world.agency)).status_code == 201
    assert (await windows(world)).first_entry_day == dt.date(2026, 3, 8)
    before = dt.date(2026, 3, 8)
    assert (await windows(world, before)).first_entry_day == dt.date(2026, 3, 7)


async def test_an_outage_is_corrected_and_taken_back_and_the_trail_keeps_it(
    api: Api, world: World, sql: Any
):
    path = (await api.post(OUTAGES, OUTAGE, by=world.agency)).headers["Location"]
    assert (await api.patch(path, {"ends_on": "2026-03-11"}, by=world.agency)).status_code == 428
    longer = await api.patch(path, {"ends_on": "2026-03-11"}, by=world.agency, version=1)
    assert (longer.status_code, longer.json()["version"]) == (200, 2)
    assert (await windows(world)).first_entry_day == DAY - dt.timedelta(days=7 + 3)
    same = await api.patch(path, OUTAGE | {"ends_on": "2026-03-11"}, by=world.agency, version=2)
    assert (same.status_code, same.json()["version"]) == (200, 2)
    early = await api.patch(path, {"ends_on": "2026-03-08"}, by=world.agency, version=2)
    assert (early.status_code, early.json()["code"]) == (422, "ends_before_start")
    assert (await api.delete(path, by=world.agency, version=1)).status_code == 412
    assert (await api.delete(path, by=world.agency, version=2)).status_code == 204
    assert (await api.delete(path, by=world.agency, version=2)).status_code == 404
    assert await windows(world) == windows_of(DAY, Norms(), [])
    entries = await sql(
        "SELECT action FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND subject_type = 'outage' ORDER BY at",
        world.tenant_id,
    )
    assert [row["action"] for row in entries] == [
        "outage.created", "outage.changed", "outage.removed",
    ]  # fmt: skip


async def test_everybody_reads_outages_and_the_agency_alone_sets_them(
    api: Api, world: World, other_world: World
):
    clerk = await world.employee("Siti")
    made = await api.post(OUTAGES, OUTAGE, by=world.agency)
    path = made.headers["Location"]
    assert (await api.get(path, by=clerk)).json() == made.json()
    listed = await api.get(OUTAGES, by=clerk, params={"on": "2026-03-10"})
    assert listed.json()["items"] == [made.json()]
    none = await api.get(OUTAGES, by=clerk, params={"on": "2026-03-11"})
    assert none.json()["items"] == []
    for person in (clerk, world.mayor, world.admin):
        assert (await api.post(OUTAGES, OUTAGE, by=person)).status_code == 403
        assert (await api.delete(path, by=person, version=1)).status_code == 403
    assert (await api.get(path, by=other_world.agency)).status_code == 404
    assert (await api.delete(path, by=other_world.agency, version=1)).status_code == 404
    assert await windows(other_world) == windows_of(DAY, Norms(), [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": "2026-03-08"}, "ends_before_start"),
        ({"ends_on": "2027-03-10"}, "range_too_long"),
        ({"ends_on": None}, "date_type"),
        ({"reason": "   "}, "blank_text"),
        ({"reason": "a\x00b"}, "invalid_text"),
        ({"starts_on": "2026-02-30"}, "date_from_datetime_parsing"),
    ],
)
async def test_refuses_an_outage_that_makes_no_sense(
    api: Api, world: World, changes: dict[str, Any], code: str
):
    refused = await api.post(OUTAGES, {**OUTAGE, **changes}, by=world.agency)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["code"] in {code, "invalid_date"}
