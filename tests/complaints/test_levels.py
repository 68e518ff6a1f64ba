"""Service levels: one on a day for class and stage, defaults beside them, open clocks follow."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from kinerja_api.access.rules import Role
from kinerja_api.complaints.jobs import HANDLERS, SUBSCRIBERS, refresh_dues
from kinerja_api.core.jobs import run_jobs
from kinerja_api.core.relay import deliver_events
from tests.factories.complaints import new_report
from tests.factories.world import World
from tests.plugins.service import Api

LEVELS = "/v1/service-levels"
LEVEL = {
    "report_class": "pengaduan_tidak_berkadar_pengawasan", "stage": "verification", "days": 1,
    "start_event": "received", "basis": "Perwali 7/2026", "starts_on": "2026-01-01",
}  # fmt: skip


async def test_the_complaints_office_sets_levels_and_everybody_reads_them(api: Api, world: World):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    clerk = await world.employee("Siti")
    inspector = await world.officer("Inspektur", Role.INSPECTORATE)
    made = await api.post(LEVELS, LEVEL, by=officer)
    assert made.status_code == 201, made.text
    path = made.headers["Location"]
    for by in (clerk, inspector, world.agency):
        assert (await api.post(LEVELS, LEVEL, by=by)).status_code == 403
        assert (await api.patch(path, {"days": 2}, by=by, version=1)).status_code == 403
        assert (await api.delete(path, by=by, version=1)).status_code == 403
    assert (await api.get(path, by=clerk)).json()["days"] == 1
    assert (await api.patch(path, {"days": 2}, by=officer, version=9)).status_code == 412
    changed = await api.patch(path, {"days": 2}, by=officer, version=1)
    assert (changed.json()["days"], changed.json()["version"]) == (2, 2)
    same = await api.patch(path, {"days": 2}, by=officer, version=2)
    assert same.json()["version"] == 2
    back = await api.patch(path, {"ends_on": "2025-01-01"}, by=officer, version=2)
    assert (back.status_code, back.json()["code"]) == (422, "ends_before_start")
    listed = await api.get(LEVELS, by=clerk, params={"on": "2026-02-01", "stage": "verification"})
    assert [item["id"] for item in listed.json()["items"]] == [made.json()["id"]]
    effective = (await api.get(f"{LEVELS}/effective", by=clerk, params={"on": "2026-02-01"})).json()
    assert len(effective["items"]) == 36
    own = [item for item in effective["items"] if not item["is_default"]]
    assert [(item["stage"], item["days"]) for item in own] == [("verification", 2)]
    assert (await api.delete(path, by=officer, version=2)).status_code == 204
    assert (await api.get(path, by=officer)).status_code == 404


async def test_a_class_and_stage_have_one_level_on_a_day(api: Api, world: World):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    first = await api.post(LEVELS, {**LEVEL, "ends_on": "2026-06-30"}, by=officer)
    assert first.status_code == 201
    clash = await api.post(LEVELS, {**LEVEL, "starts_on": "2026-06-30"}, by=officer)
    assert (clash.status_code, clash.json()["code"]) == (409, "level_overlaps")
    later = {**LEVEL, "starts_on": "2026-07-01"}
    answers = await asyncio.gather(*[api.post(LEVELS, later, by=officer) for _ in range(8)])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    longer = await api.patch(first.headers["Location"], {"ends_on": None}, by=officer, version=1)
    assert (longer.status_code, longer.json()["code"]) == (409, "level_overlaps")
    other = {**LEVEL, "stage": "first_reply", "start_event": "verified"}
    assert (await api.post(LEVELS, other, by=officer)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"start_event": "answered"}, "start_event_refused"), ({"days": -1}, "invalid_request"),
     ({"days": "3"}, "invalid_request"), ({"days": 367}, "invalid_request"),
     ({"stage": "sleeping"}, "invalid_request"), ({"basis": " "}, "invalid_request"),
     ({"basis": "a\u0000b"}, "invalid_request"), ({"extra": 1}, "invalid_request"),
     ({"ends_on": "2025-12-31"}, "ends_before_start")],
)  # fmt: skip
async def test_a_hostile_level_is_refused(
    api: Api, world: World, changes: dict[str, Any], code: str
):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    answer = await api.post(LEVELS, {**LEVEL, **changes}, by=officer)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_levels_belong_to_their_government(api: Api, world: World, other_world: World):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    stranger = await other_world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    made = await api.post(LEVELS, LEVEL, by=officer)
    path = made.headers["Location"]
    answers = [
        await api.get(path, by=stranger),
        await api.patch(path, {"days": 2}, by=stranger, version=1),
        await api.delete(path, by=stranger, version=1),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    effective = (await api.get(f"{LEVELS}/effective", by=stranger)).json()["items"]
    assert all(item["is_default"] for item in effective)


async def due_of(sql: Any, report: Any) -> tuple[dt.date | None, str | None]:
    (row,) = await sql(
        "SELECT due_on, due_stage FROM kinerja.citizen_reports WHERE id = $1", report
    )
    return row["due_on"], row["due_stage"]


async def test_open_clocks_follow_a_changed_calendar_and_level(api: Api, world: World, sql: Any):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    monday = dt.datetime(2026, 8, 3, 3, tzinfo=dt.UTC)
    report = await new_report(world, received_at=monday)
    closed = await new_report(world, received_at=monday, status="withdrawn")
    await refresh_dues(world.database, world.tenant_id)
    assert await due_of(sql, report) == (dt.date(2026, 8, 6), "verification")
    assert await due_of(sql, closed) == (None, None)

    async def worker() -> int:
        await deliver_events(world.database, world.tenant_id, SUBSCRIBERS, limit=50)
        return await run_jobs(world.database, world.tenant_id, HANDLERS, limit=50)

    await worker()
    for day in ("2026-08-04", "2026-08-05"):
        holiday = {"kind": "holiday", "name": "Hari jadi kota"}
        answer = await api.put(f"/v1/calendar/days/{day}", holiday, by=world.agency)
        assert answer.status_code in {200, 201}, answer.text
    assert await worker() == 1, "two changes are one computation"
    assert await due_of(sql, report) == (dt.date(2026, 8, 10), "verification")
    await api.post(LEVELS, LEVEL, by=officer)
    await worker()
    assert await due_of(sql, report) == (dt.date(2026, 8, 6), "verification")
