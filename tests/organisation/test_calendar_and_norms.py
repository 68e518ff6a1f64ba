"""The working calendar and norms: dates, overlaps, and who may set them."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.organisation.rules import NormKey, Norms
from tests.factories.world import World
from tests.plugins.service import Api

NORM = {
    "key": "log_days_back", "value": 3, "basis": "Perwali 1/2026", "starts_on": "2026-01-01",
}  # fmt: skip


async def test_a_seeded_year_keeps_what_was_set_and_counts(api: Api, world: World):
    day = "/v1/calendar/days/2026-08-17"
    own = {"kind": "working_day", "name": "Upacara"}
    assert (await api.put(day, own, by=world.agency)).status_code == 200
    seeded = await api.post("/v1/calendar/seedings", {"year": 2026}, by=world.agency)
    assert seeded.status_code == 201, seeded.text
    told = seeded.json()
    assert told["added"] == told["holidays"] + told["joint_leave_days"] - 1
    assert told["joint_leave_days"] > 0
    again = await api.post("/v1/calendar/seedings", {"year": 2026}, by=world.agency)
    assert again.json()["added"] == 0
    params = {"from_year": 2026, "to_year": 2026, "limit": 200}
    listed = (await api.get("/v1/calendar/days", by=world.mayor, params=params)).json()["items"]
    assert len(listed) == told["added"] + 1
    assert {row["day"]: row["name"] for row in listed}["2026-08-17"] == "Upacara"


async def test_working_days_follow_calendar_and_week(api: Api, world: World):
    async def count(first: str, last: str) -> int:
        params = {"from": first, "to": last}
        answer = await api.get("/v1/calendar/working-days", by=world.mayor, params=params)
        return answer.json()["working_days"]

    assert await count("2026-06-15", "2026-06-21") == 5
    holiday = {"kind": "holiday", "name": "Libur"}
    made = await api.put("/v1/calendar/days/2026-06-16", holiday, by=world.agency)
    assert made.headers["ETag"] == '"1"'
    assert await count("2026-06-15", "2026-06-21") == 4
    week = {**NORM, "key": "working_week", "value": [1, 2, 3, 4, 5, 6], "starts_on": "2026-06-20"}
    assert (await api.post("/v1/norms", week, by=world.agency)).status_code == 201
    assert await count("2026-06-15", "2026-06-28") == 4 + 1 + 6
    gone = await api.delete("/v1/calendar/days/2026-06-16", by=world.agency, version=1)
    assert gone.status_code == 204
    assert await count("2026-06-15", "2026-06-19") == 5
    again = await api.delete("/v1/calendar/days/2026-06-16", by=world.agency)
    assert again.status_code == 404
    params = {"from": "2020-01-01", "to": "2030-01-01"}
    long = await api.get("/v1/calendar/working-days", by=world.mayor, params=params)
    assert (long.status_code, long.json()["code"]) == (422, "range_too_long")


async def test_a_day_set_by_two_keeps_the_version(api: Api, world: World):
    path, body = "/v1/calendar/days/2026-06-16", {"kind": "holiday", "name": "Libur"}
    await api.put(path, body, by=world.agency)
    changed = await api.put(path, {**body, "name": "Lain"}, by=world.agency, version=1)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = await api.put(path, body, by=world.agency, version=1)
    assert stale.status_code == 412


async def test_a_norm_holds_on_its_days_and_elsewhere_the_default(api: Api, world: World):
    async def effective(on: str) -> int:
        answer = await api.get("/v1/norms/effective", by=world.mayor, params={"on": on})
        assert answer.status_code == 200, answer.text
        return answer.json()["log_days_back"]

    assert await effective("2026-03-01") == Norms().log_days_back
    made = await api.post("/v1/norms", NORM, by=world.agency)
    assert made.status_code == 201, made.text
    assert await effective("2026-03-01") == 3
    assert await effective("2025-12-31") == Norms().log_days_back
    ended = await api.patch(
        made.headers["Location"], {"ends_on": "2026-02-28"}, by=world.agency, version=1
    )
    assert ended.status_code == 200, ended.text
    assert await effective("2026-03-01") == Norms().log_days_back
    follower = {**NORM, "value": 5, "starts_on": "2026-03-01"}
    assert (await api.post("/v1/norms", follower, by=world.agency)).status_code == 201
    assert await effective("2026-03-01") == 5
    reopened = await api.patch(
        made.headers["Location"], {"ends_on": None}, by=world.agency, version=2
    )
    assert (reopened.status_code, reopened.json()["code"]) == (409, "norm_overlaps")


async def test_all_norms_go_out_and_percentages_with_two_decimals(api: Api, world: World):
    norms = {"alignment_required": True, "late_entry_days": 5, "score_cap_percent": "110.5"}
    for key, value in norms.items():
        made = await api.post("/v1/norms", {**NORM, "key": key, "value": value}, by=world.agency)
        assert made.status_code == 201, made.text
    params = {"on": "2026-03-01"}
    told = (await api.get("/v1/norms/effective", by=world.mayor, params=params)).json()
    expected = {
        "late_entry_days": 5, "approval_days": 31, "late_approval_days": 335,
        "alignment_required": True, "score_cap_percent": "110.50", "work_above_over": "100.00",
        "work_as_from": "90.00", "working_week": [1, 2, 3, 4, 5],
    }  # fmt: skip
    assert told == told | expected
    assert set(told) == {"on", *NormKey}


async def test_of_two_changes_that_would_meet_one_is_kept(api: Api, world: World):
    first = await api.post("/v1/norms", {**NORM, "ends_on": "2026-01-31"}, by=world.agency)
    later = {**NORM, "starts_on": "2026-03-01"}
    made = await asyncio.gather(
        api.patch(first.headers["Location"], {"ends_on": None}, by=world.agency, version=1),
        api.post("/v1/norms", later, by=world.agency),
    )
    assert sorted(answer.status_code for answer in made) in ([200, 409], [201, 409])


async def test_of_two_norms_of_a_key_at_once_one_is_kept(api: Api, world: World):
    bodies = [{**NORM, "starts_on": f"2026-0{month}-01"} for month in range(1, 5)]
    made = await asyncio.gather(*[api.post("/v1/norms", body, by=world.agency) for body in bodies])
    assert sorted(answer.status_code for answer in made) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    "changes",
    [
        {"value": True}, {"value": "3"}, {"value": 3.0}, {"value": None}, {"value": {"a": 1}},
        {"key": "tpp"}, {"ends_on": "2025-12-31"}, {"basis": ""}, {"starts_on": "2026-1-1"},
    ],
)  # fmt: skip
async def test_refuses_a_norm_that_makes_no_sense(api: Api, world: World, changes: dict[str, Any]):
    refused = await api.post("/v1/norms", {**NORM, **changes}, by=world.agency)
    assert refused.status_code == 422, refused.text


async def test_strangers_and_clerks_set_nothing(api: Api, world: World, other_world: World):
    path = (await api.post("/v1/norms", NORM, by=world.agency)).headers["Location"]
    assert (await api.get(path, by=other_world.agency)).status_code == 404
    for person in (world.mayor, world.admin):
        assert (await api.post("/v1/norms", NORM, by=person)).status_code == 403
        day = await api.put(
            "/v1/calendar/days/2026-06-16", {"kind": "holiday", "name": "X"}, by=person
        )
        assert day.status_code == 403
    async with other_world.database.read(other_world.tenant_id) as reading:
        assert await norms_on(reading, dt.date(2026, 3, 1)) == Norms()
