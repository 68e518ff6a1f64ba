"""The conflict guard: neither an accused official nor his line meets the report anywhere."""

import asyncio
import datetime as dt
import uuid
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from tests.complaints.offices import REPORTS, offices_of, seen, step
from tests.complaints.test_actions import bodies
from tests.factories.complaints import new_accused, new_attachment, new_report
from tests.factories.world import Person, World, place
from tests.plugins.service import Api

READS = ["", "/events", "/segments", "/messages"]


async def every_route(
    api: Api, world: World, by: Person, report: UUID, file: UUID, steps: dict[str, Any]
) -> set[int]:
    """Return the statuses of every staff route of the report."""
    place_of = f"{REPORTS}/{report}"
    reads = [api.get(place_of + path, by=by) for path in [*READS, f"/attachments/{file}"]]
    reply = str(uuid.uuid4())
    writes = [
        api.post(f"{place_of}/{path.format(reply=reply)}", body, by=by)
        for path, body in steps.values()
    ]
    answers = await asyncio.gather(*reads, *writes)
    listed = await api.get(REPORTS, by=by, params={"limit": 200})
    assert str(report) not in listed.text
    return {answer.status_code for answer in answers}


async def test_the_accused_and_his_line_meet_nothing_whatever_their_roles(
    api: Api, world: World, other_world: World
):
    staff = await offices_of(world)
    accused = await world.employee("Terlapor", unit=staff.unit)
    below = await world.employee("Bawahan", unit=staff.unit, superior=accused)
    above = await world.employee("Atasan", unit=await world.unit("Lain"))
    led = await world.employee("Dipimpin", unit=await world.unit("Jauh"), superior=above)
    report = await new_report(world, status="in_progress", unit=staff.unit, handler=staff.handler)
    file = await new_attachment(world, report, b"x" * 32)
    steps = bodies(world, staff, await new_report(world), led)
    await new_accused(world, report, accused)
    await new_accused(world, report, led)
    for person in (accused, below, above, led, staff.head, world.mayor):
        await world.grant(person, Role.INSPECTORATE)
        await world.grant(person, Role.COMPLAINTS_OFFICER)
    for person in (accused, below, above, led, staff.head, world.mayor):
        assert await every_route(api, world, person, report, file, steps) == {404}, person.name
    stranger = await other_world.officer("Inspektur lain", Role.INSPECTORATE)
    assert await every_route(api, world, stranger, report, file, steps) == {404}
    nobody = await world.employee("Pegawai", unit=await world.unit("Sekretariat"))
    assert await every_route(api, world, nobody, report, file, steps) == {403, 404}
    for person in (staff.officer, staff.inspector):
        found = await seen(api, person, report)
        assert {one["name"] for one in found["accused"]} == {"Terlapor", "Dipimpin"}
    assert (await seen(api, staff.handler, report))["accused"] is None


@pytest.mark.parametrize("how", ["moved away since", "head on the day of naming"])
async def test_who_was_in_the_line_when_he_was_named_stays_out(api: Api, world: World, how: str):
    unit, other = await world.unit("Dinas A"), await world.unit("Dinas B")
    yesterday = world.today - dt.timedelta(days=1)
    accused = await world.employee("Terlapor", unit=unit)
    head = await world.employee("Kepala Lama", unit=unit, head=True, until=yesterday)
    async with world.database.write(world.tenant_id) as writing:
        assert head.employee_id is not None
        await place(writing, head.employee_id, other, since=world.today)
    await world.grant(head, Role.INSPECTORATE)
    report = await new_report(world)
    named_on = yesterday if how == "head on the day of naming" else world.today
    await new_accused(world, report, accused, named_on=named_on)
    answer = await api.get(f"{REPORTS}/{report}", by=head)
    assert answer.status_code == (404 if named_on == yesterday else 200)


async def test_naming_an_official_takes_the_report_from_his_line(api: Api, world: World, sql: Any):
    staff = await offices_of(world)
    auditor = await world.employee("Auditor Muda", unit=await world.unit("Inspektorat"))
    await world.grant(auditor, Role.INSPECTORATE)
    report = await new_report(
        world, status="reply_proposed", unit=staff.unit, handler=staff.handler
    )
    given = {"employee_id": str(staff.handler.employee_id), "reason": "Disebut pelapor"}
    named = await step(api, staff.officer, report, "accused", given)
    assert named == {"id": str(report)}
    found = await seen(api, staff.inspector, report)
    assert (found["status"], found["led_by"], found["handler_id"]) == (
        "verified", "inspectorate", None,
    )  # fmt: skip
    for by in (staff.officer, staff.head, staff.handler, staff.colleague, world.mayor):
        assert (await api.get(f"{REPORTS}/{report}", by=by)).status_code == 404
    notices = (await api.get("/v1/me/notices", by=auditor)).json()["items"]
    assert [one["kind"] for one in notices] == ["report_taken_over"]
    events = (await api.get(f"{REPORTS}/{report}/events", by=staff.inspector)).json()["items"]
    assert [(one["event"], one["party"]) for one in events[-2:]] == [
        ("name_accused", "staff"), ("take_over", "system"),
    ]  # fmt: skip
    again = await step(api, staff.inspector, report, "accused", given, expect=409)
    assert again["code"] == "accused_named"


async def test_a_handler_outside_the_line_reads_no_name_and_no_naming(api: Api, world: World):
    staff = await offices_of(world)
    accused = await world.employee("Terlapor", unit=await world.unit("Dinas Lain"))
    report = await new_report(world, status="verified", led_by="inspectorate")
    given = {"employee_id": str(accused.employee_id), "reason": "Rahasia"}
    await step(api, staff.inspector, report, "accused", given)
    work = {"unit_id": str(staff.unit), "handler_id": str(staff.handler.employee_id)}
    await step(api, staff.inspector, report, "assignments", work)
    events = (await api.get(f"{REPORTS}/{report}/events", by=staff.handler)).text
    found = (await api.get(f"{REPORTS}/{report}", by=staff.handler)).text
    for text in (events, found):
        assert "Terlapor" not in text
        assert "Rahasia" not in text
        assert "name_accused" not in text


async def test_no_one_of_the_line_is_given_the_work(api: Api, world: World):
    staff = await offices_of(world)
    other = await world.unit("Dinas Lain")
    accused = await world.employee("Terlapor", unit=staff.unit)
    clerk = await world.employee("Petugas lain", unit=other, superior=accused)
    clean = await world.employee("Bersih", unit=other)
    report = await new_report(world, status="verified", led_by="inspectorate")
    await new_accused(world, report, accused)
    for unit, handler in [(staff.unit, staff.handler), (staff.unit, None), (other, clerk)]:
        given = {"unit_id": str(unit),
                 "handler_id": str(handler.employee_id) if handler else None}  # fmt: skip
        refused = await step(api, staff.inspector, report, "assignments", given, expect=409)
        assert refused["code"] == "conflict_of_interest"
    given = {"unit_id": str(other), "handler_id": str(clean.employee_id)}
    await step(api, staff.inspector, report, "assignments", given)


async def test_naming_and_a_step_of_the_named_at_once(api: Api, world: World, sql: Any):
    staff = await offices_of(world)
    for _ in range(3):
        report = await new_report(
            world, status="in_progress", unit=staff.unit, handler=staff.handler
        )
        given = {"employee_id": str(staff.handler.employee_id), "reason": "Disebut"}
        named, proposed = await asyncio.gather(
            api.post(f"{REPORTS}/{report}/accused", given, by=staff.officer),
            api.post(f"{REPORTS}/{report}/replies", {"body": "Tidak benar"}, by=staff.handler),
        )
        assert named.status_code == 201, named.text
        assert proposed.status_code in {201, 404}
        rows = await sql(
            "SELECT status, led_by, (SELECT count(*) FROM kinerja.report_segments s"
            " WHERE s.report_id = r.id AND s.ends_at IS NULL) AS running,"
            " (SELECT count(*) FROM kinerja.report_replies p"
            " WHERE p.report_id = r.id AND p.status = 'proposed') AS waiting"
            " FROM kinerja.citizen_reports r WHERE id = $1",
            report,
        )
        assert tuple(rows[0]) == ("verified", "inspectorate", 0, 0)


async def test_the_trail_hides_a_report_from_the_line_of_its_accused(api: Api, world: World):
    staff = await offices_of(world)
    accused = await world.employee("Terlapor", unit=staff.unit)
    hidden, open_to_all = await new_report(world), await new_report(world)
    body = {"report_class": "permintaan_informasi", "category_id": str(staff.category)}
    for report in (hidden, open_to_all):
        await step(api, staff.officer, report, "verifications", body)
    await new_accused(world, hidden, accused)
    await world.grant(staff.head, Role.INSPECTORATE)

    async def told(by: Person) -> set[str]:
        page = await api.get("/v1/audit-entries", by=by, params={"limit": 200})
        return {entry["subject_id"] for entry in page.json()["items"]}

    both = {str(hidden), str(open_to_all)}
    assert await told(staff.inspector) & both == both
    assert await told(staff.head) & both == {str(open_to_all)}
    params = {"subject_type": "citizen_report", "subject_id": str(hidden)}
    listed = await api.get("/v1/audit-entries", by=staff.inspector, params=params)
    entry = listed.json()["items"][0]["id"]
    assert (await api.get(f"/v1/audit-entries/{entry}", by=staff.inspector)).status_code == 200
    assert (await api.get(f"/v1/audit-entries/{entry}", by=staff.head)).status_code == 404


async def test_the_board_counts_only_what_its_reader_sees(api: Api, world: World):
    staff = await offices_of(world)
    accused = await world.employee("Terlapor", unit=staff.unit)
    await world.grant(accused, Role.COMPLAINTS_OFFICER)
    about_him = await new_report(world, status="verified")
    await new_accused(world, about_him, accused)
    await new_report(world, status="verified", led_by="inspectorate")
    await new_report(world, status="verified")
    days = {"first_day": str(world.today), "last_day": str(world.today)}

    async def verified(by: Person) -> int:
        board = await api.get(f"{REPORTS}/figures", by=by, params=days)
        return next(one["count"] for one in board.json()["statuses"] if one["status"] == "verified")

    assert await verified(accused) == 1
    assert await verified(staff.officer) == 2
    assert await verified(staff.inspector) == 3


async def test_the_inspectorate_assigns_within_its_office_although_that_has_no_head(
    api: Api, world: World
):
    staff = await offices_of(world)
    office = await world.unit("Inspektorat")
    auditor = await world.employee("Auditor", unit=office)
    accused = await world.employee("Terlapor", unit=staff.unit)
    report = await new_report(world, status="verified", led_by="inspectorate")
    await new_accused(world, report, accused)
    body = {"unit_id": str(office), "handler_id": str(auditor.employee_id)}
    assert (await step(api, staff.inspector, report, "assignments", body))["status"] == "assigned"


async def test_what_was_merged_is_hidden_with_the_report_that_it_went_into(api: Api, world: World):
    staff = await offices_of(world)
    await world.grant(world.mayor, Role.INSPECTORATE)
    into = await new_report(world, status="in_progress", unit=await world.unit("Dinas Lain"))
    merged = await new_report(world, status="in_progress", unit=staff.unit, handler=staff.handler)
    await step(api, staff.officer, merged, "mergers", {"into": str(into)})
    await seen(api, staff.head, merged)
    given = {"employee_id": str(staff.handler.employee_id), "reason": "Disebut pelapor"}
    await step(api, staff.officer, into, "accused", given)
    for by in (staff.handler, staff.head, world.mayor):
        for part in ("", "/events", "/messages", "/clocks"):
            answer = await api.get(f"{REPORTS}/{merged}{part}", by=by)
            assert answer.status_code == 404, (by.name, part)
        body = {"audience": "staff", "body": "Siapa pelapornya?"}
        await step(api, by, merged, "messages", body, expect=404)
        listed = (await api.get(REPORTS, by=by)).json()["items"]
        assert str(merged) not in [one["id"] for one in listed]
    await seen(api, staff.inspector, merged)
    page = await api.get("/v1/audit-entries", by=world.mayor, params={"limit": 200})
    assert str(merged) not in {entry["subject_id"] for entry in page.json()["items"]}
