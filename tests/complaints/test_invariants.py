"""What no code can break: rules of fairness, tried at the database as the service's own role."""

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Statement
from tests.factories.complaints import new_report
from tests.factories.findings import Case, new_case
from tests.factories.world import World
from tests.plugins.service import Api

EFFECT = (
    "INSERT INTO kinerja.finding_effects (tenant_id, id, finding_id, finding_status, report_id,"
    " employee_id, rule_version, weight, counts_on)"
    " VALUES (:tenant_id, :id, :finding_id, 'confirmed', :report_id, :employee_id, :rule, 2,"
    " '2026-11-20')"
)
DISPUTE = (
    "INSERT INTO kinerja.finding_disputes (tenant_id, id, finding_id, open_status, number,"
    " statement, status, filed_at, due_on, created_at, updated_at)"
    " VALUES (:tenant_id, :id, :finding_id, 'disputed', :number, 'Tidak.', 'open', now(),"
    " '2027-01-01', now(), now())"
)
SET_DISPUTED = "UPDATE kinerja.report_findings SET status = 'disputed' WHERE id = :finding_id"
CONFIRM = (
    "UPDATE kinerja.report_findings SET status = 'confirmed', confirmed_by = :by,"
    " confirmed_at = now(), confirmed_on = CAST(:day AS date) WHERE id = :finding_id"
)
CLEAR = (
    "UPDATE kinerja.report_findings SET confirmed_by = NULL, confirmed_at = NULL,"
    " confirmed_on = NULL WHERE id = :finding_id"
)


async def run(writing: Writing, statement: str, **values: object) -> int:
    return await writing.execute(Statement(text(statement)), **values)


async def attempt(world: World, *steps: tuple[str, Mapping[str, object]]) -> None:
    """Run the statements in one transaction and commit it."""
    async with world.database.write(world.tenant_id) as writing:
        for statement, values in steps:
            await run(writing, statement, **values)


async def refused(world: World, name: str, *steps: tuple[str, Mapping[str, object]]) -> None:
    """Prove that the database refuses the statements, by the named constraint."""
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as error:
        await attempt(world, *steps)
    assert error.value.constraint_name == name


@pytest.fixture
async def case(api: Api, world: World) -> Case:
    return await new_case(api, world)


async def found(case: Case) -> dict[str, Any]:
    """A finding, as the values of the statements above."""
    made = await case.find()
    until = dt.date.fromisoformat(made["dispute_until"])
    return {
        "finding_id": UUID(made["id"]),
        "report_id": case.report,
        "employee_id": case.accused.employee_id,
        "by": case.second.account_id,
        "rule": "temuan-1",
        "until": until,
        "day": until + dt.timedelta(days=1),
    }


async def test_an_effect_stands_on_a_confirmed_finding_only(world: World, case: Case):
    values = await found(case)
    effect = (EFFECT, {**values, "id": new_id()})
    await refused(world, "finding_effects_confirmed_fkey", effect)
    disputed = (SET_DISPUTED, values)
    dispute = (DISPUTE, {**values, "id": new_id(), "number": 1})
    await refused(world, "finding_effects_confirmed_fkey", disputed, dispute, effect)
    await attempt(world, (CONFIRM, values), effect)
    for status in ("found", "disputed"):
        left = f"UPDATE kinerja.report_findings SET status = '{status}' WHERE id = :finding_id"
        clear = [(CLEAR, values)] if status == "found" else []
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await attempt(world, (left, values), *clear)
    gone = (
        "UPDATE kinerja.report_findings SET status = 'reversed', reversed_at = now(),"
        " reversal_reason = 'x' WHERE id = :finding_id"
    )
    await refused(world, "finding_effects_confirmed_fkey", (gone, values))
    back = (
        "UPDATE kinerja.finding_effects SET finding_status = NULL, taken_back_at = now()"
        " WHERE finding_id = :finding_id"
    )
    await attempt(world, (back, values), (gone, values))
    half = "UPDATE kinerja.finding_effects SET finding_status = 'confirmed', taken_back_at = NULL"
    await refused(world, "finding_effects_confirmed_fkey", (half, {}))


@pytest.mark.parametrize("half", ["finding_status = NULL", "taken_back_at = now()"])
async def test_an_effect_is_taken_back_wholly(world: World, case: Case, half: str):
    values = await found(case)
    await attempt(world, (CONFIRM, values), (EFFECT, {**values, "id": new_id()}))
    change = f"UPDATE kinerja.finding_effects SET {half}"
    await refused(world, "finding_effects_standing_check", (change, {}))


async def test_an_effect_is_about_the_person_and_report_of_its_finding(world: World, case: Case):
    values = await found(case)
    await attempt(world, (CONFIRM, values))
    other = await new_report(world)
    for wrong in ({"employee_id": case.head.employee_id}, {"report_id": other}):
        effect = (EFFECT, {**values, **wrong, "id": new_id()})
        await refused(world, "finding_effects_whose_fkey", effect)


async def test_one_effect_stands_for_a_report_person_and_rule(world: World, case: Case):
    values = await found(case)
    await attempt(world, (CONFIRM, values), (EFFECT, {**values, "id": new_id()}))
    again = (EFFECT, {**values, "id": new_id()})
    await refused(world, "finding_effects_standing_key", again)
    await attempt(world, (EFFECT, {**values, "id": new_id(), "rule": "temuan-2"}))


async def test_no_order_of_statements_confirms_under_an_open_dispute(world: World, case: Case):
    values = await found(case)
    steps = {
        "disputed": (SET_DISPUTED, values),
        "dispute": (DISPUTE, {**values, "id": new_id(), "number": 1}),
        "confirm": (CONFIRM, values),
    }
    for order in (*itertools.permutations(steps), *itertools.permutations(["dispute", "confirm"])):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await attempt(world, *[steps[name] for name in order])
    await attempt(world, steps["disputed"], steps["dispute"])
    await refused(world, "finding_disputes_open_fkey", steps["confirm"])
    closed_in_name = "UPDATE kinerja.finding_disputes SET open_status = NULL"
    await refused(world, "finding_disputes_open_status_check", (closed_in_name, {}))


async def test_nobody_confirms_before_the_time_is_over_or_what_he_found(world: World, case: Case):
    values = await found(case)
    name = "report_findings_confirmation_check"
    await refused(world, name, (CONFIRM, {**values, "day": values["until"]}))
    await refused(world, name, (CONFIRM, {**values, "by": case.finder.account_id}))
    bare = "UPDATE kinerja.report_findings SET status = 'confirmed' WHERE id = :finding_id"
    await refused(world, name, (bare, values))
    await attempt(world, (CONFIRM, values))


async def test_what_is_not_substantiated_is_never_confirmed(world: World, case: Case):
    made = await case.find(outcome="tidak_terbukti", severity=None)
    values = {"finding_id": UUID(made["id"]), "by": case.second.account_id}
    day = dt.date.fromisoformat(made["dispute_until"]) + dt.timedelta(days=1)
    await refused(world, "report_findings_confirmation_check", (CONFIRM, {**values, "day": day}))
    graver = "UPDATE kinerja.report_findings SET severity = 'berat' WHERE id = :finding_id"
    await refused(world, "report_findings_gravity_check", (graver, values))


async def test_a_finding_is_about_an_accused(world: World, case: Case):
    values = await found(case)
    moved = "UPDATE kinerja.report_findings SET employee_id = :other WHERE id = :finding_id"
    other = {**values, "other": case.head.employee_id}
    await refused(world, "report_findings_accused_fkey", (moved, other))


CONFIDENTIALITY = (
    "INSERT INTO kinerja.report_confidentialities VALUES (:tenant_id, :report_id, 2, :secret, :by,"
    " now())"
)
FOLLOW = (
    "UPDATE kinerja.citizen_reports SET is_confidential = :secret, confidentiality_number = 2"
    " WHERE id = :report_id"
)


async def test_staff_raise_confidentiality_and_never_lower_it(world: World):
    report_id = await new_report(world, is_confidential=True)
    lower = {"report_id": report_id, "secret": False}
    for party in ("staff", "system"):
        step = (CONFIDENTIALITY, {**lower, "by": party})
        await refused(world, "report_confidentialities_lowered_check", step)
    bare = "UPDATE kinerja.citizen_reports SET is_confidential = false WHERE id = :report_id"
    await refused(world, "citizen_reports_confidentiality_fkey", (bare, lower))
    await attempt(world, (CONFIDENTIALITY, {**lower, "by": "citizen"}), (FOLLOW, lower))
    raised = {"report_id": await new_report(world), "secret": True}
    await attempt(world, (CONFIDENTIALITY, {**raised, "by": "staff"}), (FOLLOW, raised))


async def test_a_confidential_report_is_never_public(world: World):
    report_id = await new_report(world, status="verified", is_confidential=True)
    publish = (
        "UPDATE kinerja.citizen_reports SET public_title = 'a', public_body = 'b',"
        " published_at = now() WHERE id = :report_id"
    )
    values = {"report_id": report_id}
    await refused(world, "citizen_reports_published_check", (publish, values))
    is_open = await new_report(world, status="verified")
    await attempt(world, (publish, {"report_id": is_open}))
    raised = {"report_id": is_open, "secret": True}
    staff = (CONFIDENTIALITY, {**raised, "by": "staff"})
    await refused(world, "citizen_reports_published_check", staff, (FOLLOW, raised))


async def test_one_segment_and_one_pause_are_open(world: World):
    report_id = await new_report(world, status="awaiting_other_party")
    values = {"report_id": report_id, "id": new_id(), "unit_id": world.root}
    segment = (
        "INSERT INTO kinerja.report_segments (tenant_id, id, report_id, number, unit_id, starts_at)"
        " VALUES (:tenant_id, :id, :report_id, 2, :unit_id, now())"
    )
    pause = (
        "INSERT INTO kinerja.report_pauses (tenant_id, id, report_id, reason, starts_at, due_on)"
        " VALUES (:tenant_id, :id, :report_id, 'force_majeure', now(), '2027-01-01')"
    )
    await refused(world, "report_segments_open_key", (segment, values))
    await refused(world, "report_pauses_open_key", (pause, values))
    end_segment = (
        "UPDATE kinerja.report_segments SET ends_at = now(), ended_by = 'reassigned'"
        " WHERE report_id = :report_id"
    )
    end_pause = "UPDATE kinerja.report_pauses SET ends_at = now() WHERE report_id = :report_id"
    await attempt(world, (end_segment, values), (segment, values))
    await attempt(world, (end_pause, values), (pause, values))


async def test_mergers_make_no_chain_and_no_circle(world: World):
    merge = (
        "UPDATE kinerja.citizen_reports SET status = 'merged', ended_at = now(), parent_id = :into,"
        " parent_is_merged = false WHERE id = :report_id"
    )
    first, second, third = [await new_report(world) for _ in range(3)]
    own = {"report_id": first, "into": first}
    await refused(world, "citizen_reports_parent_check", (merge, own))
    await attempt(world, (merge, {"report_id": first, "into": second}))
    chain = {"report_id": second, "into": third}
    await refused(world, "citizen_reports_parent_fkey", (merge, chain))
    deep = {"report_id": third, "into": first}
    await refused(world, "citizen_reports_parent_fkey", (merge, deep))
    lie = merge.replace("parent_is_merged = false", "parent_is_merged = true")
    await refused(world, "citizen_reports_parent_check", (lie, deep))


async def test_who_proposes_a_reply_never_decides_it(world: World, case: Case):
    person = case.head.account_id
    report_id = await new_report(world, status="reply_proposed", proposed_by=person)
    decide = (
        "UPDATE kinerja.report_replies SET status = 'approved', decided_by = :by,"
        " decided_at = now() WHERE report_id = :report_id"
    )
    values = {"report_id": report_id, "by": person}
    await refused(world, "report_replies_four_eyes_check", (decide, values))
    await attempt(world, (decide, {**values, "by": case.second.account_id}))


@pytest.mark.parametrize(
    "table",
    [
        "report_events", "report_confidentialities", "report_messages", "report_accused",
        "report_reminders", "audit_entries",
    ],
)  # fmt: skip
@pytest.mark.parametrize("change", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"])
async def test_what_happened_is_never_changed_or_removed(world: World, table: str, change: str):
    await new_report(world, status="awaiting_information")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await attempt(world, (change.format(f"kinerja.{table}"), {}))
