"""Reports about the same matter: merged, never in a chain, and what parallel merging leaves."""

import asyncio
import itertools
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.one_time import new_public_token
from kinerja_api.core import clock
from tests.complaints.offices import REPORTS, offices_of, seen, step
from tests.factories.complaints import NOBODY, new_accused, new_report
from tests.factories.world import World
from tests.plugins.service import Api


async def family(sql: Any, world: World) -> dict[UUID, UUID | None]:
    rows = await sql(
        "SELECT id, parent_id FROM kinerja.citizen_reports WHERE tenant_id = $1", world.tenant_id
    )
    return {row["id"]: row["parent_id"] for row in rows}


async def told(sql: Any, report: UUID) -> list[str]:
    rows = await sql(
        "SELECT public_note FROM kinerja.report_events WHERE report_id = $1 AND event = 'merge'"
        " ORDER BY number",
        report,
    )
    return [row["public_note"] for row in rows]


async def test_those_merged_before_go_along_and_are_told_no_hidden_number(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    first, second, third = [await new_report(world) for _ in range(3)]
    texts: dict[str, Any] = {
        "public_title": "Jalan",
        "public_body": "Rusak",
        "published_at": clock.now(),
    }
    open_one = await new_report(world, status="verified", ticket="ABCD-1234", **texts)
    merged = await step(api, staff.officer, first, "mergers", {"into": str(second)})
    assert (merged["status"], merged["parent_id"]) == ("merged", str(second))
    assert (await seen(api, staff.officer, second))["merged_count"] == 1
    await step(api, staff.officer, third, "mergers", {"into": str(second), "note": "Sama"})
    await step(api, staff.officer, second, "mergers", {"into": str(open_one)})
    assert await family(sql, world) == {
        first: open_one, second: open_one, third: open_one, open_one: None,
    }  # fmt: skip
    assert (await seen(api, staff.officer, open_one))["merged_count"] == 3
    notes = await told(sql, first)
    assert "ABCD-1234" not in notes[0]
    assert "ABCD-1234" in notes[1]
    numbers = await sql(
        "SELECT max(e.number) AS last, r.events FROM kinerja.report_events e"
        " JOIN kinerja.citizen_reports r ON r.id = e.report_id"
        " WHERE r.tenant_id = $1 GROUP BY r.id, r.events",
        world.tenant_id,
    )
    assert all(row["last"] == row["events"] for row in numbers)


async def test_into_what_a_report_cannot_go(api: Api, world: World):
    staff = await offices_of(world)
    accused = await world.employee("Terlapor", unit=await world.unit("Dinas Lain"))
    report = await new_report(world)
    closed = await new_report(world, status="closed", unit=staff.unit)
    inspected = await new_report(world, led_by="inspectorate")
    for into, by, reason in [
        (report, staff.officer, "itself"),
        (closed, staff.officer, "ended"),
        (inspected, staff.inspector, "other_lead"),
    ]:
        refused = await step(api, by, report, "mergers", {"into": str(into)}, expect=409)
        assert (refused["code"], refused["params"]["reason"]) == ("merge_refused", reason)
    for into in (NOBODY, inspected):
        unseen = await step(api, staff.officer, report, "mergers", {"into": str(into)}, expect=422)
        assert unseen["errors"][0]["pointer"] == "/into"
    other = await new_report(world)
    await new_accused(world, other, accused)
    refused = await step(api, staff.officer, other, "mergers", {"into": str(report)}, expect=409)
    assert refused["params"]["reason"] == "other_accused"
    await new_accused(world, report, accused)
    await step(api, staff.officer, other, "mergers", {"into": str(report)})
    again = await step(api, staff.officer, other, "mergers", {"into": str(report)}, expect=409)
    assert again["code"] == "transition_refused"


async def test_a_merged_report_frees_its_handler_and_its_proposal(api: Api, world: World, sql: Any):
    staff = await offices_of(world)
    into = await new_report(world)
    report = await new_report(
        world, status="reply_proposed", unit=staff.unit, handler=staff.handler
    )
    await step(api, staff.officer, report, "mergers", {"into": str(into)})
    left = await sql(
        "SELECT (SELECT status FROM kinerja.report_replies WHERE report_id = $1),"
        " (SELECT ended_by FROM kinerja.report_segments WHERE report_id = $1)",
        report,
    )
    assert tuple(left[0]) == ("dropped", "ended")


async def test_two_reports_merged_into_each_other_at_once_leave_one(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    for _ in range(3):
        one, two = await new_report(world), await new_report(world)
        child = await new_report(world, status="merged", parent=one)
        both = await asyncio.gather(
            api.post(f"{REPORTS}/{one}/mergers", {"into": str(two)}, by=staff.officer),
            api.post(f"{REPORTS}/{two}/mergers", {"into": str(one)}, by=staff.second),
        )
        assert sorted(answer.status_code for answer in both) == [201, 409]
        parents = await family(sql, world)
        stays = two if both[0].status_code == 201 else one
        assert parents[stays] is None
        assert parents[child] == stays


async def test_a_row_of_reports_merged_at_once_ends_without_a_chain(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    row = [await new_report(world) for _ in range(5)]
    both = await asyncio.gather(*[
        api.post(f"{REPORTS}/{one}/mergers", {"into": str(next_one)}, by=staff.officer)
        for one, next_one in itertools.pairwise(row)
    ])  # fmt: skip
    assert {answer.status_code for answer in both} <= {201, 409}
    parents = await family(sql, world)
    for parent in parents.values():
        assert parent is None or parents[parent] is None


async def test_a_merger_and_a_reply_at_once_leave_one_of_both(api: Api, world: World, sql: Any):
    staff = await offices_of(world)
    into = await new_report(world)
    report = await new_report(
        world, status="reply_proposed", unit=staff.unit, handler=staff.handler
    )
    reply = (await seen(api, staff.head, report))["proposal"]["id"]
    merged, approved = await asyncio.gather(
        api.post(f"{REPORTS}/{report}/mergers", {"into": str(into)}, by=staff.officer),
        api.post(f"{REPORTS}/{report}/replies/{reply}/approvals", by=staff.head),
    )
    assert sorted([merged.status_code, approved.status_code]) == [201, 409]
    rows = await sql(
        "SELECT count(*) FROM kinerja.report_segments WHERE report_id = $1 AND ends_at IS NULL",
        report,
    )
    assert rows[0]["count"] == 0


async def test_what_citizen_and_office_do_at_once_leaves_a_sound_report(
    api: Api, world: World, sql: Any
):
    staff = await offices_of(world)
    mine = f"/v1/public/{world.code}/reports/mine"
    receipt = new_public_token(world.code)
    header = {"X-Receipt": receipt}
    report = await new_report(
        world, status="reply_proposed", unit=staff.unit, handler=staff.handler, receipt=receipt
    )
    reply = (await seen(api, staff.head, report))["proposal"]["id"]
    approved, withdrawn = await asyncio.gather(
        api.post(f"{REPORTS}/{report}/replies/{reply}/approvals", by=staff.head),
        api.post(f"{mine}/withdrawals", {}, headers=header),
    )
    assert sorted([approved.status_code, withdrawn.status_code]) == [201, 409]
    other = new_public_token(world.code)
    into = await new_report(
        world, status="answered", unit=staff.unit, handler=staff.handler, receipt=other
    )
    child = await new_report(world)
    merged, reopened = await asyncio.gather(
        api.post(f"{REPORTS}/{child}/mergers", {"into": str(into)}, by=staff.officer),
        api.post(f"{mine}/reopenings", {"reason": "Masih padam"}, headers={"X-Receipt": other}),
    )
    assert (merged.status_code, reopened.status_code) == (201, 201), reopened.text
    assert (await family(sql, world))[child] == into
    await check_invariants(sql, world)


async def check_invariants(sql: Any, world: World) -> None:
    """At most one segment and pause under way, none overlapping, the log as long as counted."""
    wrong = await sql(
        """
        SELECT r.id FROM kinerja.citizen_reports r
         WHERE r.tenant_id = $1
           AND (r.events <> (SELECT count(*) FROM kinerja.report_events e
                              WHERE e.report_id = r.id)
             OR (r.status IN ('assigned', 'in_progress', 'reply_proposed')) <>
                EXISTS (SELECT 1 FROM kinerja.report_segments s
                         WHERE s.report_id = r.id AND s.ends_at IS NULL)
             OR EXISTS (SELECT 1 FROM kinerja.report_segments a
                          JOIN kinerja.report_segments b
                            ON b.report_id = a.report_id AND b.number = a.number + 1
                         WHERE a.report_id = r.id AND b.starts_at < a.ends_at)
             OR EXISTS (SELECT 1 FROM kinerja.report_pauses a
                          JOIN kinerja.report_pauses b
                            ON b.report_id = a.report_id AND b.id > a.id
                         WHERE a.report_id = r.id
                           AND tstzrange(a.starts_at, a.ends_at)
                               && tstzrange(b.starts_at, b.ends_at)))
        """,
        world.tenant_id,
    )
    assert wrong == []


@pytest.mark.parametrize("status", ["received", "in_progress"])
async def test_who_withdraws_does_not_end_the_matter_of_those_merged_with_him(
    api: Api, world: World, status: str
):
    staff = await offices_of(world)
    receipt = new_public_token(world.code)
    parent = await new_report(
        world, status=status, unit=staff.unit, handler=staff.handler, receipt=receipt
    )
    await new_report(world, status="merged", parent=parent)
    mine = f"/v1/public/{world.code}/reports/mine"
    answer = await api.post(f"{mine}/withdrawals", {}, headers={"X-Receipt": receipt})
    assert answer.status_code == 201, answer.text
    gone = await api.get(mine, headers={"X-Receipt": receipt})
    assert gone.json()["status"] == "withdrawn"
    going_on = await seen(api, staff.officer, parent)
    assert (going_on["status"], going_on["led_by"]) == (status, "officer")
