"""Findings about accused officials: found, disputed, decided, confirmed, reversed."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from kinerja_api.core.ids import new_id
from kinerja_api.organisation.rules import WorkingCalendar, add_working_days
from tests.factories.complaints import new_accused, new_report
from tests.factories.findings import FOUND, SUMMARY, Case, new_case
from tests.factories.world import World
from tests.plugins.service import Api

EFFECTS = "SELECT * FROM kinerja.finding_effects WHERE tenant_id = $1 AND taken_back_at IS NULL"
EVENTS = (
    "SELECT type, data FROM kinerja.events WHERE tenant_id = $1 AND subject_id = $2 ORDER BY id"
)


@pytest.fixture
async def case(api: Api, world: World) -> Case:
    return await new_case(api, world)


async def disputed(case: Case) -> dict[str, Any]:
    found = await case.find()
    filed = await case.act(found["id"], "disputes", case.accused, {"statement": "Tidak benar."})
    assert filed.status_code == 201, filed.text
    return filed.json()


async def test_the_accused_is_told_the_finding_and_nothing_of_the_report(api: Api, case: Case):
    found = await case.find(summary=f"{SUMMARY} Hubungi 081234567890.")
    assert found["summary"] == f"{SUMMARY} Hubungi […]."
    assert found["report_id"] == str(case.report)
    assert found["status"] == "found"
    due = add_working_days(case.world.today, 5, WorkingCalendar())
    assert found["dispute_until"] == due.isoformat()
    seen = (await api.get(f"/v1/findings/{found['id']}", by=case.accused)).json()
    assert (seen["report_id"], seen["ref"]) == (None, found["ref"])
    assert seen["allowed_actions"] == ["dispute"]
    listed = (await api.get("/v1/findings", by=case.accused)).json()["items"]
    assert [(row["id"], row["report_id"]) for row in listed] == [(found["id"], None)]
    (notice,) = (await api.get("/v1/me/notices", by=case.accused)).json()["items"]
    assert (notice["kind"], notice["subject_id"]) == ("finding_made", found["id"])
    assert (notice["from_id"], notice["note"]) == (None, None)
    assert found["ref"] in notice["text"]
    assert found["dispute_until"] in notice["text"]


async def test_who_may_find_what_about_whom(api: Api, world: World, other_world: World, case: Case):
    path = f"/v1/citizen-reports/{case.report}/findings"
    body = {"employee_id": str(case.accused.employee_id), **FOUND}
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    for person in (case.accused, case.head, officer, world.admin, world.agency, world.mayor):
        assert (await api.post(path, body, by=person)).status_code == 403
    stranger = await other_world.officer("Auditor", Role.INSPECTORATE)
    assert (await api.post(path, body, by=stranger)).status_code == 404
    assert (await api.post(path, body)).status_code == 401
    other = {**body, "employee_id": str(case.head.employee_id)}
    refused = await api.post(path, other, by=case.finder)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_accused")
    for wrong in ({"severity": None}, {"outcome": "tidak_terbukti"}):
        refused = await api.post(path, {**body, **wrong}, by=case.finder)
        assert (refused.status_code, refused.json()["code"]) == (422, "severity_mismatch")
    await case.find()
    again = await api.post(path, body, by=case.second)
    assert (again.status_code, again.json()["code"]) == (409, "finding_exists")


async def test_an_inspector_of_the_accused_persons_line_neither_finds_nor_decides(
    api: Api, world: World, case: Case
):
    await world.grant(case.head, Role.INSPECTORATE)
    await world.grant(case.accused, Role.INSPECTORATE)
    path = f"/v1/citizen-reports/{case.report}/findings"
    body = {"employee_id": str(case.accused.employee_id), **FOUND}
    for person in (case.head, case.accused):
        assert (await api.post(path, body, by=person)).status_code == 404
    found = await disputed(case)
    decision = {"decision": "accepted", "reason": "Tidak cukup bukti."}
    for person in (case.head, case.accused):
        seen = (await api.get(f"/v1/findings/{found['id']}", by=person)).json()
        assert (seen["report_id"], seen["allowed_actions"]) == (None, [])
        for what, given in (
            ("dispute-decisions", decision),
            ("confirmations", None),
            ("reversals", {"reason": "Keliru."}),
        ):
            refused = await case.act(found["id"], what, person, given)
            assert (refused.status_code, refused.json()["code"]) == (409, "conflict_of_interest")


async def test_findings_are_made_only_in_what_the_inspectorate_examines(api: Api, world: World):
    plain = await new_case(api, world, report_class="pengaduan_tidak_berkadar_pengawasan")
    path = f"/v1/citizen-reports/{plain.report}/findings"
    body = {"employee_id": str(plain.accused.employee_id), **FOUND}
    refused = await api.post(path, body, by=plain.finder)
    assert (refused.status_code, refused.json()["code"]) == (409, "report_not_examined")
    led = await new_report(world, status="in_progress", led_by="inspectorate")
    await new_accused(world, led, plain.accused)
    made = await api.post(f"/v1/citizen-reports/{led}/findings", body, by=plain.finder)
    assert made.status_code == 201


async def test_a_finding_counts_once_a_second_person_has_confirmed_it(
    api: Api, sql: Any, case: Case
):
    found = await case.find()
    early = await case.act(found["id"], "confirmations", case.second)
    assert (early.status_code, early.json()["code"]) == (409, "dispute_time_running")
    await case.let_time_pass(sql, found["id"])
    own = await case.act(found["id"], "confirmations", case.finder)
    assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
    late = await case.act(found["id"], "disputes", case.accused, {"statement": "Tidak."})
    assert (late.status_code, late.json()["code"]) == (409, "dispute_too_late")
    sent = await asyncio.gather(
        *[case.act(found["id"], "confirmations", who) for who in (case.second, case.third)]
    )
    assert sorted(one.status_code for one in sent) == [201, 409]
    (effect,) = await sql(EFFECTS, case.world.tenant_id)
    assert (effect["employee_id"], effect["weight"]) == (case.accused.employee_id, 2)
    assert (effect["counts_on"], effect["rule_version"]) == (case.world.today, "temuan-1")
    seen = (await api.get(f"/v1/findings/{found['id']}", by=case.accused)).json()
    assert (seen["status"], seen["weight"]) == ("confirmed", "2.00")
    assert seen["counts_on"] == case.world.today.isoformat()
    told = await sql(EVENTS, case.world.tenant_id, UUID(found["id"]))
    assert told[-1]["type"] == "finding.confirmed"


async def test_a_reversal_takes_the_effect_back_and_tells_whose_day_it_was(
    api: Api, sql: Any, case: Case
):
    found = await case.find()
    await case.let_time_pass(sql, found["id"])
    await case.act(found["id"], "confirmations", case.second)
    body = {"reason": "Bukti baru dari nomor 081234567890."}
    sent = await asyncio.gather(
        *[case.act(found["id"], "reversals", who, body) for who in (case.third, case.second)]
    )
    assert sorted(one.status_code for one in sent) == [201, 409]
    (made,) = [one.json() for one in sent if one.status_code == 201]
    assert (made["status"], made["weight"], made["counts_on"]) == ("reversed", None, None)
    assert made["reversal_reason"] == "Bukti baru dari nomor […]."
    assert await sql(EFFECTS, case.world.tenant_id) == []
    told = await sql(EVENTS, case.world.tenant_id, UUID(found["id"]))
    assert [row["type"] for row in told] == [
        "finding.found", "finding.confirmed", "finding.reversed",
    ]  # fmt: skip
    reversed_ = told[-1]["data"]
    assert str(case.accused.employee_id) in str(reversed_)
    assert case.world.today.isoformat() in str(reversed_)
    for what, given in (("confirmations", None), ("reversals", body)):
        refused = await case.act(found["id"], what, case.third, given)
        assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused")


async def test_a_dispute_is_decided_by_another_and_appealed_once(sql: Any, case: Case):
    found = await disputed(case)
    assert (found["status"], [one["number"] for one in found["disputes"]]) == ("disputed", [1])
    due = add_working_days(case.world.today, 10, WorkingCalendar())
    assert found["disputes"][0]["due_on"] == due.isoformat()
    await case.let_time_pass(sql, found["id"])
    confirmed = await case.act(found["id"], "confirmations", case.second)
    assert (confirmed.status_code, confirmed.json()["code"]) == (409, "transition_refused")
    rejection = {"decision": "rejected", "reason": "Bukti cukup."}
    own = await case.act(found["id"], "dispute-decisions", case.finder, rejection)
    assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
    first = await case.act(found["id"], "dispute-decisions", case.second, rejection)
    assert (first.status_code, first.json()["status"]) == (201, "found")
    until = add_working_days(case.world.today, 5, WorkingCalendar()).isoformat()
    assert first.json()["dispute_until"] == until
    appeal = await case.act(found["id"], "disputes", case.accused, {"statement": "Banding."})
    assert [one["number"] for one in appeal.json()["disputes"]] == [1, 2]
    again = await case.act(found["id"], "dispute-decisions", case.second, rejection)
    assert (again.status_code, again.json()["code"]) == (403, "second_person_needed")
    last = await case.act(found["id"], "dispute-decisions", case.third, rejection)
    assert (last.status_code, last.json()["status"]) == (201, "found")
    assert last.json()["dispute_until"] == case.world.today.isoformat()
    third = await case.act(found["id"], "disputes", case.accused, {"statement": "Lagi."})
    assert (third.status_code, third.json()["code"]) == (409, "disputes_exhausted")


async def test_an_accepted_dispute_reverses_and_a_partly_accepted_lessens(case: Case):
    found = await disputed(case)
    path, who = (found["id"], "dispute-decisions"), case.second
    for wrong in (
        {"decision": "partly_accepted", "reason": "x"},
        {"decision": "partly_accepted", "severity": "berat", "reason": "x"},
        {"decision": "rejected", "severity": "ringan", "reason": "x"},
    ):
        refused = await case.act(*path, who, wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "finding_not_lessened")
    refused = await case.act(
        *path, who, {"decision": "partly_accepted", "outcome": "terbukti", "reason": "x"}
    )
    assert refused.status_code == 422
    partly = {"decision": "partly_accepted", "severity": "ringan", "reason": "Hanya sebagian."}
    made = await case.act(*path, who, partly)
    assert (made.json()["severity"], made.json()["status"]) == ("ringan", "found")
    await case.act(found["id"], "disputes", case.accused, {"statement": "Banding."})
    accepted = {"decision": "accepted", "reason": "Tidak cukup bukti."}
    ended = (await case.act(found["id"], "dispute-decisions", case.third, accepted)).json()
    assert (ended["status"], ended["reversal_reason"]) == ("reversed", "Tidak cukup bukti.")
    assert [one["status"] for one in ended["disputes"]] == ["partly_accepted", "accepted"]


async def test_two_decisions_and_two_disputes_at_once_are_one(case: Case):
    found = await case.find()
    bodies = [{"statement": f"Sanggahan {n}"} for n in range(3)]
    sent = await asyncio.gather(
        *[case.act(found["id"], "disputes", case.accused, body) for body in bodies]
    )
    assert sorted(one.status_code for one in sent) == [201, 409, 409]
    sent = await asyncio.gather(
        case.act(
            found["id"], "dispute-decisions", case.second,
            {"decision": "accepted", "reason": "Diterima."},
        ),
        case.act(
            found["id"], "dispute-decisions", case.third,
            {"decision": "rejected", "reason": "Ditolak."},
        ),
    )  # fmt: skip
    assert sorted(one.status_code for one in sent) == [201, 409]


async def test_confirming_and_disputing_at_once_never_both_happen(sql: Any, case: Case):
    found = await case.find()
    await case.let_time_pass(sql, found["id"])
    sent = await asyncio.gather(
        case.act(found["id"], "confirmations", case.second),
        case.act(found["id"], "disputes", case.accused, {"statement": "Tidak benar."}),
        case.act(found["id"], "reversals", case.third, {"reason": "Keliru."}),
    )
    assert sent[1].status_code == 409
    assert 201 in {sent[0].status_code, sent[2].status_code}
    effects = await sql(EFFECTS, case.world.tenant_id)
    seen = (await case.api.get(f"/v1/findings/{found['id']}", by=case.finder)).json()
    assert len(effects) == (1 if seen["status"] == "confirmed" else 0)


async def test_only_the_official_himself_disputes_and_only_what_is_substantiated(
    api: Api, world: World, other_world: World, case: Case
):
    found = await case.find(outcome="tidak_terbukti", severity=None)
    body = {"statement": "Tidak."}
    refused = await case.act(found["id"], "disputes", case.accused, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "finding_not_substantiated")
    refused = await case.act(found["id"], "disputes", case.finder, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_own_finding")
    stranger = await other_world.employee("Orang lain")
    for person in (case.head, stranger):
        assert (await case.act(found["id"], "disputes", person, body)).status_code == 404
        assert (await api.get(f"/v1/findings/{found['id']}", by=person)).status_code == 404
    for what in ("confirmations", "reversals", "dispute-decisions"):
        assert (await case.act(found["id"], what, case.accused, {})).status_code in {403, 422}
    assert (await api.get("/v1/findings", by=case.head)).json()["items"] == []
    assert (await api.get(f"/v1/findings/{new_id()}", by=case.finder)).status_code == 404


async def test_a_stale_version_is_refused_and_a_repeat_is_the_same(
    api: Api, case: Case, fresh_key: str
):
    found = await case.find()
    path = f"/v1/findings/{found['id']}/disputes"
    body = {"statement": "Tidak benar.\n\nLihat kuitansi <b>"}
    stale = await api.post(path, body, by=case.accused, version=found["version"] + 1)
    assert stale.status_code == 412
    sent = [await api.post(path, body, by=case.accused, key=fresh_key) for _ in range(2)]
    assert [one.status_code for one in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    assert sent[0].json()["disputes"][0]["statement"] == body["statement"]
    blank = await api.post(path, {"statement": " \n "}, by=case.accused)
    assert blank.status_code == 422


async def test_the_list_is_filtered_and_paged(api: Api, world: World, case: Case):
    first = await case.find()
    other = await new_report(world, status="in_progress", report_class="pembalasan")
    await new_accused(world, other, case.head)
    body = {"employee_id": str(case.head.employee_id), **FOUND}
    made = await api.post(f"/v1/citizen-reports/{other}/findings", body, by=case.second)
    second = made.json()
    get = api.get
    page = (await get("/v1/findings", by=case.third, params={"limit": 1})).json()
    assert [row["id"] for row in page["items"]] == [second["id"]]
    rest = {"limit": 1, "cursor": page["next_cursor"]}
    page = (await get("/v1/findings", by=case.third, params=rest)).json()
    assert [row["id"] for row in page["items"]] == [first["id"]]
    for filters, wanted in (
        ({"employee_id": str(case.accused.employee_id)}, [first["id"]]),
        ({"status": "found"}, [second["id"], first["id"]]),
        ({"status": "confirmed"}, []),
    ):
        rows = (await get("/v1/findings", by=case.third, params=filters)).json()["items"]
        assert [row["id"] for row in rows] == wanted
    refused = await get("/v1/findings", by=case.accused, params={"report_id": str(case.report)})
    assert refused.status_code == 422


async def test_days_off_do_not_count_for_a_dispute(api: Api, world: World, sql: Any):
    days = [world.today + dt.timedelta(days=n) for n in range(1, 8)]
    for day in days:
        await sql(
            "INSERT INTO kinerja.calendar_days (tenant_id, day, kind, name, created_at,"
            " updated_at) VALUES ($1, $2, 'holiday', 'Libur', now(), now())",
            world.tenant_id,
            day,
        )
    case = await new_case(api, world)
    found = await case.find()
    assert found["dispute_until"] == add_working_days(days[-1], 5, WorkingCalendar()).isoformat()
