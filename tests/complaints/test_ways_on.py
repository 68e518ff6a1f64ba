"""No report gets stuck, and none falls back to whom it was taken from."""

import datetime as dt
from typing import Any
from uuid import UUID

from kinerja_api.access.one_time import new_public_token
from kinerja_api.access.rules import Role
from kinerja_api.complaints.jobs import keep_deadlines, refresh_dues
from kinerja_api.complaints.rules import CloseReason, Lead
from kinerja_api.core import clock
from tests.complaints.days import Calendar, at
from tests.complaints.days import days as days  # noqa: PLC0414 - a fixture
from tests.complaints.offices import offices_of, seen, step
from tests.factories.complaints import new_accused, new_report
from tests.factories.world import Person, World
from tests.plugins.service import Api

REASON = {"reason": "Lampunya padam lagi."}
GRAVE = "pengaduan_berkadar_pengawasan"


async def reopened(api: Api, world: World, receipt: str) -> int:
    path = f"/v1/public/{world.code}/reports/mine/reopenings"
    answer = await api.post(path, REASON, headers={"X-Receipt": receipt})
    return answer.status_code


async def notices_of(sql: Any, person: Person) -> list[str]:
    rows = await sql(
        "SELECT kind FROM kinerja.notices WHERE employee_id = $1 ORDER BY id", person.employee_id
    )
    return [row["kind"] for row in rows]


async def column(sql: Any, report: UUID, name: str) -> Any:
    rows = await sql(f"SELECT {name} FROM kinerja.citizen_reports WHERE id = $1", report)
    return rows[0][0]


async def test_what_was_far_overdue_can_be_reopened_like_any_other(
    api: Api, world: World, sql: Any, days: Calendar
):
    unit = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=unit)
    receipt = new_public_token(world.code)
    report = await days.assigned(world, at(8, 3), unit, clerk, receipt=receipt)
    await days.happen(world, report, "accept", at(8, 3), handler_id=clerk.employee_id)
    days.turn(at(9, 30))
    await keep_deadlines(world.database, world.tenant_id)
    assert await column(sql, report, "is_escalated") is True
    await days.answer(world, report, at(10, 1))
    assert await column(sql, report, "is_escalated") is False
    assert await reopened(api, world, receipt) == 201
    assert await column(sql, report, "status") == "in_progress"


async def test_what_the_inspectorate_leads_it_signs_off_whatever_its_class(api: Api, world: World):
    staff = await offices_of(world)
    report = await new_report(world, status="answered", led_by=Lead.INSPECTORATE)
    assert "sign_off" in (await seen(api, staff.inspector, report))["allowed_actions"]
    closed = await step(api, staff.inspector, report, "sign-offs", {})
    assert (closed["status"], closed["close_reason"]) == ("closed", CloseReason.SIGNED_OFF)


async def test_silence_does_not_close_what_a_citizen_carried_up(
    api: Api, world: World, sql: Any, days: Calendar
):
    staff, today = await offices_of(world), clock.now()
    report = await days.assigned(world, at(8, 3), staff.unit, staff.handler)
    await days.happen(world, report, "accept", at(8, 3), handler_id=staff.handler.employee_id)
    await days.answer(world, report, at(8, 5))
    await days.happen(world, report, "escalate", at(8, 6), changes={"is_escalated": True})
    days.turn(at(8, 28))
    assert await keep_deadlines(world.database, world.tenant_id) == 0
    days.turn(today)
    assert (await step(api, staff.inspector, report, "sign-offs", {}))["status"] == "closed"


async def test_a_reopened_report_does_not_go_back_to_the_handler_who_is_accused(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    receipt = new_public_token(world.code)
    report = await new_report(
        world, status="answered", unit=staff.unit, handler=staff.handler, receipt=receipt
    )
    await new_accused(world, report, staff.handler)
    await step(api, staff.inspector, report, "take-overs", {})
    assert await reopened(api, world, receipt) == 201
    rows = await sql(
        "SELECT handler_id FROM kinerja.report_segments WHERE report_id = $1 ORDER BY number",
        report,
    )
    assert [row["handler_id"] for row in rows] == [staff.handler.employee_id]
    found = await seen(api, staff.inspector, report)
    assert (found["status"], found["unit_id"], found["handler_id"]) == ("in_progress", None, None)
    office = await world.unit("Inspektorat")
    auditor = await world.employee("Auditor Muda", unit=office)
    given = {"unit_id": str(office), "handler_id": str(auditor.employee_id)}
    assert (await step(api, staff.inspector, report, "assignments", given))["status"] == "assigned"


async def test_a_reply_of_the_head_himself_is_told_to_the_next_head_up(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    report = await new_report(world, status="in_progress", unit=staff.unit, handler=staff.head)
    made = await step(api, staff.head, report, "replies", {"body": "Selesai"})
    assert await notices_of(sql, staff.head) == []
    assert await notices_of(sql, world.mayor) == ["report_reply_proposed"]
    approval = f"replies/{made['proposal']['id']}/approvals"
    assert (await step(api, world.mayor, report, approval))["status"] == "answered"


async def cap(sql: Any, report: UUID) -> dt.date:
    rows = await sql("SELECT due_on FROM kinerja.report_pauses WHERE report_id = $1", report)
    return rows[0]["due_on"]


async def test_a_question_lapses_on_the_day_that_the_citizen_was_told(
    api: Api, world: World, sql: Any, days: Calendar
):
    today = clock.now()
    report = await days.received(world, at(8, 3))
    await days.ask(world, report, at(8, 4), dt.date(2026, 8, 18))
    days.turn(today)
    holiday = {"kind": "holiday", "name": "Hari Kemerdekaan"}
    await api.put("/v1/calendar/days/2026-08-17", holiday, by=world.agency)
    await refresh_dues(world.database, world.tenant_id)
    assert await column(sql, report, "due_on") == dt.date(2026, 8, 19)
    assert await cap(sql, report) == dt.date(2026, 8, 19)
    days.turn(at(8, 19))
    assert await keep_deadlines(world.database, world.tenant_id) == 0
    days.turn(at(8, 20))
    assert await keep_deadlines(world.database, world.tenant_id) == 1


async def test_another_class_changes_by_when_an_open_question_is_answered(
    api: Api, world: World, sql: Any, days: Calendar
):
    officer = await world.officer("Petugas Pengaduan", Role.COMPLAINTS_OFFICER)
    level = {
        "report_class": GRAVE, "stage": "file_completion", "days": 3, "start_event": "asked",
        "basis": "Perwali", "starts_on": "2026-01-01",
    }  # fmt: skip
    made = await api.post("/v1/service-levels", level, by=officer)
    assert made.status_code == 201, made.text
    report = await days.received(world, at(8, 3))
    await days.ask(world, report, at(8, 4), dt.date(2026, 8, 18))
    changes = {"report_class": GRAVE}
    await days.happen(world, report, "reclassify", at(8, 5), changes=changes)
    assert await column(sql, report, "due_on") == await cap(sql, report) == dt.date(2026, 8, 7)


async def test_nobody_is_asked_who_has_withdrawn(api: Api, world: World):
    staff = await offices_of(world)
    report = await new_report(
        world, status="in_progress", led_by=Lead.INSPECTORATE, is_ex_officio=True
    )
    found = await seen(api, staff.inspector, report)
    assert "ask" not in found["allowed_actions"]
    refused = await step(api, staff.inspector, report, "questions", {"text": "Kapan?"}, expect=409)
    assert refused["params"]["reason"] == "disowned"


async def test_what_is_late_already_is_not_extended_into_time(api: Api, world: World):
    staff = await offices_of(world)
    long_ago = clock.now() - dt.timedelta(days=60)
    given: dict[str, Any] = {
        "status": "in_progress", "unit": staff.unit, "handler": staff.handler
    }  # fmt: skip
    late = await new_report(world, **given, received_at=long_ago)
    more = {"days": 5, "reason": "Menunggu suku cadang"}
    refused = await step(api, staff.head, late, "extensions", more, expect=409)
    assert refused["params"]["reason"] == "overdue"
    fresh = await new_report(world, **given)
    assert (await step(api, staff.head, fresh, "extensions", more))["extended_days"] == 5
