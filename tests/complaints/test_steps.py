"""The steps of staff, from the receipt to the answer: their conditions and what follows."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from tests.complaints.offices import REPORTS, Offices, offices_of, seen, step
from tests.factories.complaints import NOBODY, new_category, new_report
from tests.factories.services import add_service
from tests.factories.world import Person, World
from tests.plugins.service import Api

SIMPLE = "pengaduan_tidak_berkadar_pengawasan"
GRAVE = "pengaduan_berkadar_pengawasan"


async def notices_of(api: Api, by: Person) -> list[str]:
    answer = await api.get("/v1/me/notices", by=by)
    assert answer.status_code == 200, answer.text
    return [item["kind"] for item in answer.json()["items"]]


async def test_a_report_goes_from_the_counter_to_the_approved_reply(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    body = {
        "kind": "pengaduan", "channel": "counter", "category_id": str(staff.category),
        "title": "Jalan berlubang", "body": "Lubang besar di Jalan Melati.",
        "contact": {"name": "Wati", "phone": "0812 3456 7890"},
    }  # fmt: skip
    entered = await api.post(REPORTS, body, by=staff.officer)
    assert entered.status_code == 201, entered.text
    assert entered.json()["receipt"].startswith(world.code)
    report = entered.json()["id"]
    found = await seen(api, staff.officer, report)
    assert "Wati" not in str(found)
    assert "receipt" not in str(found)
    verification = {"report_class": SIMPLE, "category_id": str(staff.category), "note": "Jelas"}
    assert (await step(api, staff.officer, report, "verifications", verification))["status"] == (
        "verified"
    )
    given = {"unit_id": str(staff.unit), "note": "Mohon ditangani"}
    assert (await step(api, staff.officer, report, "assignments", given))["unit_name"] == (
        "Dinas Pekerjaan Umum"
    )
    assert await notices_of(api, staff.head) == ["report_came"]
    named = {"plan": "Ditambal pekan ini", "handler_id": str(staff.handler.employee_id),
             "promised_on": str(world.today + dt.timedelta(days=3))}  # fmt: skip
    taken = await step(api, staff.head, report, "acceptances", named)
    assert (taken["status"], taken["handler_name"]) == ("in_progress", "Petugas Jalan")
    assert await notices_of(api, staff.handler) == ["report_assigned"]
    await step(api, staff.handler, report, "first-replies", {"text": "Petugas sudah ke lokasi."})
    proposed = await step(api, staff.handler, report, "replies", {"body": "Sudah ditambal."})
    reply = proposed["proposal"]["id"]
    assert "approve_reply" not in proposed["allowed_actions"]
    await reject_and_approve(api, staff, report, reply)
    await check_course(api, staff, report)
    for table in ("notices", "audit_entries", "events"):
        rows = await sql(f"SELECT * FROM kinerja.{table} WHERE tenant_id = $1", world.tenant_id)
        assert rows, table
        assert "berlubang" not in str(rows), table
        assert "Wati" not in str(rows), table


async def reject_and_approve(api: Api, staff: Offices, report: str, reply: str) -> None:
    rejected = await step(
        api, staff.head, report, f"replies/{reply}/rejections", {"note": "Sebutkan tanggalnya"}
    )
    assert (rejected["status"], rejected["proposal"]) == ("in_progress", None)
    assert await notices_of(api, staff.handler) == ["report_reply_rejected", "report_assigned"]
    better = {"body": "Sudah ditambal pada 20 November."}
    proposed = await step(api, staff.handler, report, "replies", better)
    second = proposed["proposal"]["id"]
    answered = await step(api, staff.head, report, f"replies/{second}/approvals")
    assert (answered["status"], answered["reply"]) == ("answered", better["body"])


async def check_course(api: Api, staff: Offices, report: str) -> None:
    events = (await api.get(f"{REPORTS}/{report}/events", by=staff.handler)).json()["items"]
    assert [event["event"] for event in events] == [
        "receive", "verify", "assign", "accept", "answer_first", "propose_reply", "reject_reply",
        "propose_reply", "approve_reply",
    ]  # fmt: skip
    assert [event["number"] for event in events] == list(range(1, 10))
    assert events[1]["staff_name"] == "Petugas Pengaduan"
    segments = (await api.get(f"{REPORTS}/{report}/segments", by=staff.officer)).json()["items"]
    assert [(one["handler_name"], one["ended_by"]) for one in segments] == [
        ("Petugas Jalan", "answered")
    ]


async def test_a_verification_names_category_and_service_and_some_go_to_the_inspectorate(
    api: Api, world: World
):
    staff = await offices_of(world)
    service = await add_service(world, staff.unit)
    secret = await new_category(world, is_confidential=True, service_id=service)
    report = await new_report(world)
    given = {"report_class": SIMPLE, "category_id": str(secret)}
    unknown = {**given, "category_id": str(NOBODY)}
    refused = await step(api, staff.officer, report, "verifications", unknown, expect=422)
    assert refused["errors"][0]["pointer"] == "/category_id"
    found = await step(api, staff.officer, report, "verifications", given)
    assert (found["is_confidential"], found["service_id"]) == (True, str(service))
    whistle = await new_report(world)
    given = {"report_class": "pelaporan_pelanggaran", "category_id": str(staff.category)}
    handed = await step(api, staff.officer, whistle, "verifications", given)
    assert (handed["led_by"], handed["allowed_actions"]) == ("inspectorate", [])
    assert handed["is_confidential"]
    gone = await api.get(f"{REPORTS}/{whistle}", by=staff.officer)
    assert gone.status_code == 404
    assert "assign" in (await seen(api, staff.inspector, whistle))["allowed_actions"]


async def test_a_question_stops_the_clocks_for_a_limited_time(api: Api, world: World, sql: Any):
    staff = await offices_of(world)
    report = await new_report(world)
    asked = await step(api, staff.officer, report, "questions", {"text": "Di jalan apa?"})
    assert (asked["status"], asked["asked_in"], asked["due_stage"]) == (
        "awaiting_information", "received", "file_completion",
    )  # fmt: skip
    assert asked["pause"]["reason"] == "awaiting_citizen"
    assert asked["pause"]["due_on"] == asked["due_on"] > str(world.today + dt.timedelta(days=9))
    (message,) = (await api.get(f"{REPORTS}/{report}/messages", by=staff.officer)).json()["items"]
    assert (message["body"], message["is_question"], message["audience"]) == (
        "Di jalan apa?", True, "citizen",
    )  # fmt: skip


async def test_a_wait_has_a_reason_and_a_cap(api: Api, world: World):
    staff = await offices_of(world)
    report = await new_report(world, status="in_progress", unit=staff.unit, handler=staff.handler)
    given = {"reason": "awaiting_other_agency", "note": "Menunggu PLN",
             "until": str(world.today + dt.timedelta(days=2))}  # fmt: skip
    for wrong in (
        {"until": str(world.today)},
        {"until": str(world.today + dt.timedelta(days=90))},
        {"reason": "awaiting_citizen"},
    ):
        await step(api, staff.officer, report, "waits", {**given, **wrong}, expect=422)
    await step(api, staff.handler, report, "waits", given, expect=403)
    assert (await step(api, staff.officer, report, "waits", given))["pause"]["due_on"] == (
        given["until"]
    )
    resumed = await step(api, staff.handler, report, "resumptions", {"note": "PLN menjawab"})
    assert (resumed["status"], resumed["pause"]) == ("in_progress", None)


async def test_a_handler_works_in_the_unit_and_a_head_passes_on_inside_his_own(
    api: Api, world: World
):
    staff = await offices_of(world)
    elsewhere = await world.unit("Dinas Kesehatan")
    doctor = await world.employee("Dokter", unit=elsewhere)
    report = await new_report(world, status="verified")
    outsider = {"unit_id": str(staff.unit), "handler_id": str(doctor.employee_id)}
    refused = await step(api, staff.officer, report, "assignments", outsider, expect=422)
    assert refused["code"] == "handler_not_of_unit"
    nowhere = await step(
        api, staff.officer, report, "assignments", {"unit_id": str(NOBODY)}, expect=422
    )
    assert nowhere["code"] == "unknown_reference"
    given = {"unit_id": str(staff.unit), "handler_id": str(staff.handler.employee_id)}
    await step(api, staff.officer, report, "assignments", given)
    returned = await step(api, staff.handler, report, "returns", {"reason": "Jalan provinsi"})
    assert (returned["status"], returned["unit_id"], returned["allowed_actions"]) == (
        "verified", None, [],
    )  # fmt: skip
    assert (await api.get(f"{REPORTS}/{report}", by=staff.handler)).status_code == 404
    await step(api, staff.officer, report, "assignments", given)
    await step(api, staff.colleague, report, "acceptances", {"plan": "Saya saja"}, expect=404)
    await step(api, staff.handler, report, "acceptances", {"plan": "Ditambal"})
    away = {"unit_id": str(elsewhere)}
    assert (await step(api, staff.head, report, "assignments", away, expect=403))["code"] == (
        "not_your_part"
    )
    other = {"unit_id": str(staff.unit), "handler_id": str(staff.colleague.employee_id)}
    passed = await step(api, staff.head, report, "assignments", other)
    assert (passed["status"], passed["handler_name"]) == ("assigned", "Rekan")
    segments = (await api.get(f"{REPORTS}/{report}/segments", by=staff.officer)).json()["items"]
    assert [one["ended_by"] for one in segments] == ["returned", "reassigned", None]


async def test_more_time_by_class_needs_a_second_person(api: Api, world: World):
    staff = await offices_of(world)
    report = await new_report(world, status="assigned", unit=staff.unit)
    given = {"report_class": GRAVE, "note": "Ada dugaan pungutan"}
    proposed = await step(api, staff.officer, report, "class-proposals", given)
    assert (proposed["report_class"], proposed["proposed_class"]) == (SIMPLE, GRAVE)
    assert "reclassify" not in proposed["allowed_actions"]
    own = await step(api, staff.officer, report, "class-decisions", {"accept": True}, expect=403)
    assert own["code"] == "second_person_needed"
    again = await step(api, staff.second, report, "class-proposals", given, expect=409)
    assert (again["code"], again["params"]["reason"]) == ("step_refused", "class_waits")
    decided = await step(api, staff.second, report, "class-decisions", {"accept": False})
    assert (decided["report_class"], decided["proposed_class"]) == (SIMPLE, None)
    await step(api, staff.officer, report, "class-proposals", given)
    decided = await step(api, staff.second, report, "class-decisions", {"accept": True})
    assert decided["report_class"] == GRAVE
    shorter = {"report_class": SIMPLE, "note": "Tidak ada"}
    at_once = await step(api, staff.officer, report, "class-proposals", shorter)
    assert (at_once["report_class"], at_once["proposed_class"]) == (SIMPLE, None)
    same = await step(api, staff.officer, report, "class-proposals", shorter, expect=409)
    assert same["params"]["reason"] == "same_class"


async def test_an_extension_is_short_and_tells_the_citizen_where_else_to_turn(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    report = await new_report(
        world, status="in_progress", unit=staff.unit, handler=staff.handler,
        report_class="permintaan_informasi",
    )  # fmt: skip
    given = {"days": 6, "reason": "Arsip lama"}
    refused = await step(api, staff.head, report, "extensions", given, expect=422)
    assert refused["errors"][0]["params"]["most"] == 5
    await step(api, staff.head, report, "extensions", {**given, "days": 11}, expect=422)
    done = await step(api, staff.head, report, "extensions", {**given, "days": 5})
    assert done["extended_days"] == 5
    again = await step(api, staff.officer, report, "extensions", {**given, "days": 1}, expect=409)
    assert again["params"]["reason"] == "extended"
    told = await sql(
        "SELECT public_note FROM kinerja.report_events WHERE report_id = $1 AND event = 'extend'",
        report,
    )
    assert "Arsip lama" in told[0]["public_note"]
    assert "Ombudsman" in told[0]["public_note"]


async def test_reports_end_without_an_answer_for_a_reason_the_citizen_reads(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    spam, foreign = await new_report(world), await new_report(world)
    await step(api, staff.officer, spam, "archivals", {"reason": "spam"}, expect=422)
    given = {"reason": "spam", "public_note": "Bukan laporan."}
    archived = await step(api, staff.officer, spam, "archivals", given)
    assert (archived["status"], archived["archive_reason"]) == ("archived", "spam")
    given = {"referred_to": "Pemerintah Provinsi", "public_note": "Jalan provinsi."}
    referred = await step(api, staff.officer, foreign, "referrals", given)
    assert (referred["status"], referred["referred_to"]) == (
        "out_of_jurisdiction", "Pemerintah Provinsi",
    )  # fmt: skip
    notes = await sql(
        "SELECT public_note FROM kinerja.report_events WHERE report_id = ANY($1)"
        " AND public_note IS NOT NULL ORDER BY public_note",
        [spam, foreign],
    )
    assert [row["public_note"] for row in notes] == ["Bukan laporan.", "Jalan provinsi."]


async def test_only_open_reports_of_the_office_are_published_and_numbers_are_masked(
    api: Api, world: World
):
    staff = await offices_of(world)
    report = await new_report(world, status="verified")
    texts = {"public_title": "Jalan berlubang", "public_body": "Hubungi 0812-3456-7890 saja"}
    shown = await step(api, staff.officer, report, "publications", texts)
    assert "7890" not in shown["public_body"]
    assert shown["published_at"] is not None
    hidden = await step(api, staff.officer, report, "unpublications", {"note": "Diminta"})
    assert (hidden["public_title"], hidden["published_at"]) == (None, None)
    await step(api, staff.officer, report, "publications", texts)
    raised = await step(api, staff.officer, report, "confidentialities", {})
    assert (raised["is_confidential"], raised["published_at"]) == (True, None)
    refused = await step(api, staff.officer, report, "publications", texts, expect=409)
    assert refused["params"]["reason"] == "hidden"
    again = await step(api, staff.officer, report, "confidentialities", {}, expect=409)
    assert again["params"]["reason"] == "confidential"
    retaliation = await new_report(world, status="verified", report_class="pembalasan")
    await step(api, staff.inspector, retaliation, "publications", texts, expect=409)


async def test_a_take_over_begins_the_work_anew_and_drops_what_was_proposed(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    report = await new_report(
        world, status="reply_proposed", unit=staff.unit, handler=staff.handler
    )
    await step(api, staff.officer, report, "take-overs", {}, expect=403)
    taken = await step(api, staff.inspector, report, "take-overs", {"note": "Diperiksa"})
    assert (taken["status"], taken["led_by"], taken["unit_id"], taken["proposal"]) == (
        "verified", "inspectorate", None, None,
    )  # fmt: skip
    for by in (staff.officer, staff.head, staff.handler):
        assert (await api.get(f"{REPORTS}/{report}", by=by)).status_code == 404
    given = {"unit_id": str(staff.unit), "handler_id": str(staff.handler.employee_id)}
    await step(api, staff.inspector, report, "assignments", given)
    await step(api, staff.handler, report, "acceptances", {"plan": "Dijelaskan"})
    proposed = await step(api, staff.handler, report, "replies", {"body": "Penjelasan"})
    reply = proposed["proposal"]["id"]
    assert (await api.get(f"{REPORTS}/{report}", by=staff.head)).status_code == 404
    answered = await step(api, staff.inspector, report, f"replies/{reply}/approvals")
    assert answered["status"] == "answered"
    statuses = await sql(
        "SELECT status FROM kinerja.report_replies WHERE report_id = $1 ORDER BY number", report
    )
    assert [row["status"] for row in statuses] == ["dropped", "approved"]
    again = await step(api, staff.examiner, report, "take-overs", {}, expect=409)
    assert again["params"]["reason"] == "taken_over"


async def test_silence_never_closes_what_the_inspectorate_examines(api: Api, world: World):
    staff = await offices_of(world)
    grave = await new_report(world, status="answered", unit=staff.unit, report_class=GRAVE)
    simple = await new_report(world, status="answered", unit=staff.unit)
    closed = await step(api, staff.inspector, grave, "sign-offs", {})
    assert (closed["status"], closed["close_reason"]) == ("closed", "signed_off")
    refused = await step(api, staff.inspector, simple, "sign-offs", {}, expect=409)
    assert refused["params"]["reason"] == "not_supervisory"


async def test_messages_go_to_the_citizen_or_stay_among_staff(api: Api, world: World, sql: Any):
    staff = await offices_of(world)
    report = await new_report(world, status="in_progress", unit=staff.unit, handler=staff.handler)
    before = (await seen(api, staff.handler, report))["version"]
    remark = {"audience": "staff", "body": "Sudah dicek?"}
    assert (await step(api, staff.officer, report, "messages", remark))["version"] == before
    said = await step(api, staff.head, report, "messages", {**remark, "audience": "citizen"})
    assert said["version"] == before + 1
    found = (await api.get(f"{REPORTS}/{report}/messages", by=staff.handler)).json()["items"]
    assert [(one["audience"], one["staff_name"]) for one in found] == [
        ("staff", "Petugas Pengaduan"), ("citizen", "Kepala Dinas"),
    ]  # fmt: skip


async def test_a_proposer_decides_on_nothing_of_his_own(api: Api, world: World):
    staff = await offices_of(world)
    report = await new_report(world, status="in_progress", unit=staff.unit, handler=staff.head)
    proposed = await step(api, staff.head, report, "replies", {"body": "Selesai"})
    reply = proposed["proposal"]["id"]
    assert not {"approve_reply", "reject_reply"} & set(proposed["allowed_actions"])
    for path, sent in (("approvals", None), ("rejections", {"note": "x"})):
        refused = await step(api, staff.head, report, f"replies/{reply}/{path}", sent, expect=403)
        assert refused["code"] == "second_person_needed"
    assert (await step(api, world.mayor, report, f"replies/{reply}/approvals"))[
        "reply"
    ] == "Selesai"
    unknown = await new_report(world, status="reply_proposed", unit=staff.unit)
    await step(api, staff.head, unknown, f"replies/{reply}/approvals", expect=404)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("archivals", {"reason": "spam", "public_note": "\u0000"}),
        ("archivals", {"reason": "because", "public_note": "x"}),
        ("referrals", {"referred_to": "a\nb", "public_note": "x"}),
        ("referrals", {"referred_to": "a\u202eb", "public_note": "x"}),
        ("messages", {"audience": "world", "body": "x"}),
        ("messages", {"audience": "staff", "body": " "}),
        ("messages", {"audience": "staff", "body": "x" * 4001}),
        ("verifications", {"report_class": SIMPLE}),
        ("mergers", {"into": "1"}),
        ("confidentialities", {"is_confidential": False}),
    ],
)
async def test_hostile_content_is_refused(api: Api, world: World, path: str, body: dict[str, Any]):
    staff = await offices_of(world)
    report = await new_report(world)
    await step(api, staff.officer, report, path, body, expect=422)


async def test_a_stale_version_and_a_repeated_key(api: Api, world: World, fresh_key: str):
    staff = await offices_of(world)
    report = await new_report(world)
    path, given = f"{REPORTS}/{report}/referrals", {"referred_to": "PLN", "public_note": "Listrik"}
    assert (await api.post(path, given, by=staff.officer, version=7)).status_code == 412
    first = await api.post(path, given, by=staff.officer, version=1, key=fresh_key)
    again = await api.post(path, given, by=staff.officer, version=1, key=fresh_key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    entry = {"kind": "aspirasi", "channel": "musrenbang", "title": "Taman", "body": "Taman baru"}
    one = await api.post(REPORTS, entry, by=staff.officer, key=fresh_key + "-entry")
    two = await api.post(REPORTS, entry, by=staff.officer, key=fresh_key + "-entry")
    assert one.json()["receipt"] == two.json()["receipt"]


async def counts(sql: Any, report: UUID) -> dict[str, int]:
    row = await sql(
        """SELECT (SELECT count(*) FROM kinerja.report_segments
                    WHERE report_id = $1 AND ends_at IS NULL) AS segments,
                  (SELECT count(*) FROM kinerja.report_pauses
                    WHERE report_id = $1 AND ends_at IS NULL) AS pauses,
                  (SELECT count(*) FROM kinerja.report_events WHERE report_id = $1) AS events,
                  (SELECT events FROM kinerja.citizen_reports WHERE id = $1) AS counted""",
        report,
    )
    return dict(row[0])


async def test_of_parallel_dispositions_and_decisions_one_happens(api: Api, world: World, sql: Any):
    staff = await offices_of(world)
    report = await new_report(world, status="verified")
    given = {"unit_id": str(staff.unit)}
    path = f"{REPORTS}/{report}/assignments"
    both = await asyncio.gather(*[
        api.post(path, given, by=by) for by in (staff.officer, staff.second, staff.inspector)
    ])  # fmt: skip
    assert sorted(answer.status_code for answer in both) == [201, 409, 409]
    assert await counts(sql, report) == {"segments": 1, "pauses": 0, "events": 3, "counted": 3}
    proposed = await new_report(
        world, status="reply_proposed", unit=staff.unit, handler=staff.handler
    )
    reply = (await seen(api, staff.head, proposed))["proposal"]["id"]
    path = f"{REPORTS}/{proposed}/replies/{reply}"
    both = await asyncio.gather(
        api.post(f"{path}/approvals", by=staff.head),
        api.post(f"{path}/approvals", by=world.mayor),
        api.post(f"{path}/rejections", {"note": "Lengkapi"}, by=staff.head),
    )
    assert sorted(answer.status_code for answer in both) == [201, 409, 409]
    found = await counts(sql, proposed)
    assert found["events"] == found["counted"] == 6
    assert found["segments"] == (1 if both[2].status_code == 201 else 0)


async def test_who_is_told_of_what(api: Api, world: World):
    staff = await offices_of(world)
    lead = await world.employee("Koordinator Pengaduan")
    await world.grant(lead, Role.COMPLAINTS_OFFICER)
    auditor = await world.employee("Auditor Muda")
    await world.grant(auditor, Role.INSPECTORATE)
    report = await new_report(world, status="assigned", unit=staff.unit, handler=staff.handler)
    await step(api, staff.handler, report, "returns", {"reason": "Bukan kami"})
    given = {"report_class": GRAVE, "note": "Pungutan"}
    await step(api, staff.officer, report, "class-proposals", given)
    assert await notices_of(api, lead) == ["report_class_proposed", "report_returned"]
    await step(api, staff.inspector, report, "take-overs", {})
    assert await notices_of(api, auditor) == ["report_taken_over"]
    other = await new_report(world, status="in_progress", unit=staff.unit, handler=staff.handler)
    await step(api, staff.handler, other, "replies", {"body": "Selesai"})
    assert await notices_of(api, staff.head) == ["report_reply_proposed"]
