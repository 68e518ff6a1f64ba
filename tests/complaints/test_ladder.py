"""Deadlines keep themselves: pauses and windows end, reminders climb, each thing once."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from kinerja_api.complaints import jobs
from kinerja_api.complaints.jobs import keep_deadlines
from kinerja_api.complaints.rules import PauseReason
from tests.complaints.days import Calendar, at
from tests.complaints.days import days as days  # noqa: PLC0414 - a fixture
from tests.factories.complaints import new_accused
from tests.factories.world import Person, World
from tests.plugins.service import Api

COMPLAINT = "pengaduan_tidak_berkadar_pengawasan"


async def column(sql: Any, report: UUID, name: str) -> Any:
    (row,) = await sql(f"SELECT {name} FROM kinerja.citizen_reports WHERE id = $1", report)
    return row[name]


async def told(sql: Any, person: Person) -> list[str]:
    rows = await sql(
        "SELECT kind FROM kinerja.notices WHERE employee_id = $1 ORDER BY created_at, id",
        person.employee_id,
    )
    return [row["kind"] for row in rows]


async def kept(world: World) -> int:
    return await keep_deadlines(world.database, world.tenant_id)


async def test_a_question_that_nobody_answers_ends_after_its_cap_and_not_before(
    world: World, sql: Any, days: Calendar
):
    report = await days.received(world, at(8, 3))
    await days.ask(world, report, at(8, 4), dt.date(2026, 8, 18))
    assert await column(sql, report, "due_stage") == "file_completion"
    assert await column(sql, report, "due_on") == dt.date(2026, 8, 18)
    days.turn(at(8, 18, 23))
    assert await kept(world) == 0
    days.turn(at(8, 19, 0))
    assert await kept(world) == 1
    assert await kept(world) == 0
    assert await column(sql, report, "status") == "archived"
    assert await column(sql, report, "archive_reason") == "incomplete"
    assert await column(sql, report, "due_on") is None


async def test_a_wait_for_another_party_goes_on_by_itself(world: World, sql: Any, days: Calendar):
    unit = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=unit)
    report = await days.assigned(world, at(8, 3), unit, clerk)
    await days.happen(world, report, "accept", at(8, 3), handler_id=clerk.employee_id)
    pause = (PauseReason.AWAITING_OTHER_AGENCY, dt.date(2026, 8, 10))
    await days.happen(world, report, "wait", at(8, 4), pause=pause)
    assert await column(sql, report, "due_on") is None
    days.turn(at(8, 11, 3))
    assert await kept(world) == 1
    assert await column(sql, report, "status") == "in_progress"
    assert await column(sql, report, "due_on") == dt.date(2026, 8, 17)
    assert await told(sql, clerk) == ["report_wait_over"]


@pytest.mark.parametrize(
    ("values", "closes"),
    [({}, True), ({"report_class": "pengaduan_berkadar_pengawasan"}, False),
     ({"led_by": "inspectorate"}, False)],
)  # fmt: skip
async def test_silence_closes_what_is_not_examined(
    world: World, sql: Any, days: Calendar, values: dict[str, Any], closes: bool
):
    unit = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=unit)
    report = await days.assigned(world, at(8, 3), unit, clerk, **values)
    await days.happen(world, report, "accept", at(8, 3), handler_id=clerk.employee_id)
    await days.answer(world, report, at(8, 5))
    assert await column(sql, report, "due_stage") == "citizen_window"
    days.turn(at(8, 19, 23))
    assert await kept(world) == 0
    days.turn(at(8, 20, 0))
    assert await kept(world) == int(closes)
    assert await column(sql, report, "status") == ("closed" if closes else "answered")
    assert await column(sql, report, "close_reason") == ("silence" if closes else None)


async def office(world: World) -> tuple[UUID, Person, Person, Person, Person]:
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    lead = await world.employee("Petugas", unit=await world.unit("Diskominfo"))
    await world.grant(lead, Role.COMPLAINTS_OFFICER)
    inspector = await world.employee("Inspektur", unit=await world.unit("Inspektorat"))
    await world.grant(inspector, Role.INSPECTORATE)
    return unit, head, clerk, lead, inspector


async def test_the_ladder_tells_each_party_once_on_working_days_in_office_hours(
    world: World, sql: Any, days: Calendar
):
    unit, head, clerk, lead, inspector = await office(world)
    report = await days.assigned(world, at(8, 3), unit, clerk)
    await days.happen(world, report, "accept", at(8, 3), handler_id=clerk.employee_id)
    await days.happen(world, report, "answer_first", at(8, 4))
    assert await column(sql, report, "due_on") == dt.date(2026, 8, 21)
    steps: list[tuple[dt.datetime, int]] = [
        (at(8, 12), 0),  # six of fourteen days are over
        (at(8, 13, 7), 0),  # half, but before eight
        (at(8, 13, 16), 0),  # after four
        (at(8, 13, 9), 1),
        (at(8, 14), 0),
        (at(8, 19), 0),  # twelve days are over in the evening
        (at(8, 20, 8), 1),
        (at(8, 21, 15), 0),  # the last day in time
        (at(8, 22), 0),  # overdue, on a Saturday
        (at(8, 24), 1),
        (at(8, 28), 0),  # the fifth day over
        (at(8, 31), 1),
        (at(9, 30), 0),
    ]
    for when, expected in steps:
        days.turn(when)
        assert await kept(world) == expected, when
    assert await told(sql, clerk) == ["report_half_time"]
    assert await told(sql, head) == ["report_time_short", "report_overdue"]
    assert await told(sql, lead) == ["report_overdue"]
    assert await told(sql, inspector) == ["report_far_overdue"]
    assert await column(sql, report, "is_escalated") is True
    rows = await sql(
        "SELECT step, stage FROM kinerja.report_reminders WHERE report_id = $1 ORDER BY sent_at",
        report,
    )
    assert [(row["step"], row["stage"]) for row in rows] == [
        (step, "resolution") for step in (50, 80, 100, 105)
    ]


async def test_what_nobody_is_assigned_to_is_the_leads_and_a_late_start_tells_the_breach(
    world: World, sql: Any, days: Calendar
):
    _, head, clerk, lead, inspector = await office(world)
    report = await days.received(world, at(8, 3))
    days.turn(at(8, 17))
    assert await kept(world) == 2
    assert await told(sql, lead) == ["report_overdue"]
    assert await told(sql, inspector) == ["report_far_overdue"]
    assert await told(sql, head) == await told(sql, clerk) == []
    inspected = await days.received(world, at(8, 3), led_by="inspectorate")
    days.turn(at(8, 17))
    assert await kept(world) == 2
    assert await told(sql, lead) == ["report_overdue"]
    assert len(await told(sql, inspector)) == 3
    del report, inspected


async def test_who_stands_in_the_line_of_an_accused_hears_nothing(
    world: World, sql: Any, days: Calendar
):
    unit, head, clerk, lead, _ = await office(world)
    report = await days.assigned(world, at(8, 3), unit, clerk)
    await new_accused(world, report, clerk)
    days.turn(at(8, 25))
    assert await kept(world) > 0
    assert await told(sql, head) == await told(sql, clerk) == []
    assert "report_overdue" in await told(sql, lead)


async def test_two_workers_at_once_do_each_thing_once(world: World, sql: Any, days: Calendar):
    unit, _, clerk, lead, inspector = await office(world)
    for _ in range(6):
        await days.assigned(world, at(8, 3), unit, clerk)
        asked = await days.received(world, at(8, 3))
        await days.ask(world, asked, at(8, 4), dt.date(2026, 8, 11))
    days.turn(at(8, 12))
    await asyncio.gather(*[kept(world) for _ in range(4)])
    await kept(world)
    rows = await sql(
        "SELECT event, count(*), count(DISTINCT report_id) AS reports FROM kinerja.report_events"
        " WHERE tenant_id = $1 AND event IN ('remind', 'lapse_information') GROUP BY event",
        world.tenant_id,
    )
    assert {row["event"]: (row["count"], row["reports"]) for row in rows} == {
        "remind": (6, 6), "lapse_information": (6, 6),
    }  # fmt: skip
    assert await told(sql, lead) == ["report_overdue"] * 6
    assert await told(sql, inspector) == []


async def test_a_report_that_somebody_changes_is_passed_over(
    world: World, sql: Any, days: Calendar, administrator: Any, monkeypatch: pytest.MonkeyPatch
):
    faults: list[object] = []
    monkeypatch.setattr(jobs.log, "error", lambda *said, **_: faults.append(said))
    report = await days.received(world, at(8, 3))
    await days.ask(world, report, at(8, 4), dt.date(2026, 8, 11))
    days.turn(at(8, 12))
    async with administrator.transaction():
        await sql("SELECT FROM kinerja.citizen_reports WHERE id = $1 FOR UPDATE", report)
        assert await kept(world) == 0
    assert faults == [], "nobody waits for the lock"
    assert await kept(world) == 1


async def test_many_are_kept_in_batches(
    world: World, days: Calendar, monkeypatch: pytest.MonkeyPatch
):
    for _ in range(5):
        report = await days.received(world, at(8, 3))
        await days.ask(world, report, at(8, 4), dt.date(2026, 8, 11))
    monkeypatch.setattr(jobs, "BATCH", 2)
    days.turn(at(8, 12))
    assert await kept(world) == 5


async def test_a_clock_is_explained_to_those_who_see_the_report(
    api: Api, world: World, other_world: World, sql: Any, days: Calendar,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    unit, head, clerk, lead, inspector = await office(world)
    stranger = await world.employee("Tamu", unit=await world.unit("Dinkes"))
    holiday = {"kind": "holiday", "name": "Hari Kemerdekaan"}
    await api.put("/v1/calendar/days/2026-08-17", holiday, by=world.agency)
    report = await days.assigned(world, at(8, 3), unit, clerk)
    await days.happen(world, report, "accept", at(8, 3), handler_id=clerk.employee_id)
    await days.ask(world, report, at(8, 5), dt.date(2026, 8, 20))
    await days.happen(world, report, "inform", at(8, 7))
    extended = {"extended_days": 5}
    await days.happen(world, report, "extend", at(8, 7), changes=extended)
    assert await column(sql, report, "due_on") == dt.date(2026, 8, 12)
    await days.happen(world, report, "answer_first", at(8, 12))
    assert await column(sql, report, "due_on") == dt.date(2026, 9, 2)
    monkeypatch.undo()
    path = f"/v1/citizen-reports/{report}/clocks"
    for by in (clerk, head, lead, inspector, world.mayor):
        answer = await api.get(path, by=by)
        assert answer.status_code == 200, answer.text
    for by in (stranger, other_world.agency, other_world.mayor, world.admin):
        assert (await api.get(path, by=by)).status_code in {403, 404}
    assert (await api.get(path, by=stranger)).status_code == 404
    items = {item["stage"]: item for item in answer.json()["items"]}
    assert (items["verification"]["is_met"], items["first_reply"]["is_met"]) == (True, True)
    resolution = items["resolution"]
    assert (resolution["due_on"], resolution["extended_days"]) == ("2026-09-02", 5)
    assert resolution["pauses"] == [
        {"reason": "awaiting_citizen", "from_day": "2026-08-05", "to_day": "2026-08-06",
         "working_days": 2}
    ]  # fmt: skip
    assert resolution["holidays"] == [{"day": "2026-08-17", "name": "Hari Kemerdekaan"}]
    english, indonesian = resolution["explanation"]["en"], resolution["explanation"]["id"]
    for said in ("2026-08-03", "14 working days", "2 working days", "by 5", "Hari Kemerdekaan"):
        assert said in english, said
    assert "disposisi" in indonesian
    assert "2026-09-02" in indonesian


async def test_an_ended_stage_keeps_its_due_date_and_level(
    api: Api, world: World, sql: Any, days: Calendar, monkeypatch: pytest.MonkeyPatch
):
    unit, _, clerk, lead, _ = await office(world)
    report = await days.assigned(world, at(8, 3), unit, clerk)
    await days.happen(world, report, "accept", at(8, 3), handler_id=clerk.employee_id)
    await days.answer(world, report, at(8, 10))
    monkeypatch.undo()
    path = f"/v1/citizen-reports/{report}/clocks"
    before = {item["stage"]: item for item in (await api.get(path, by=lead)).json()["items"]}
    for day in ("2026-08-04", "2026-08-05", "2026-08-06", "2026-08-11"):
        holiday = {"kind": "holiday", "name": "Libur"}
        await api.put(f"/v1/calendar/days/{day}", holiday, by=world.agency)
    level = {
        "report_class": COMPLAINT, "stage": "resolution", "days": 1, "basis": "X",
        "start_event": "assigned", "starts_on": "2026-01-01",
    }  # fmt: skip
    made = await api.post("/v1/service-levels", level, by=lead)
    assert made.status_code == 201, made.text
    after = {item["stage"]: item for item in (await api.get(path, by=lead)).json()["items"]}
    for stage in ("verification", "first_reply", "resolution"):
        for name in ("due_on", "is_met", "days", "basis"):
            assert after[stage][name] == before[stage][name], (stage, name)
    assert after["citizen_window"]["due_on"] != before["citizen_window"]["due_on"]
