"""Naming an assessor where nobody can decide; the agency names, it decides nothing."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from tests.factories import scoring as factory
from tests.factories.evaluations import AGREED, Closed, of
from tests.factories.world import Person, World
from tests.plugins.service import Api

DECISION = {**AGREED, "reason": "SKP belum disusun"}


def naming(person: Person, **extra: Any) -> dict[str, Any]:
    return {"employee_id": str(person.employee_id), "reason": "Jabatan kosong", **extra}


@pytest.fixture
async def orphan(api: Api, world: World, sql: Any) -> dict[str, Any]:
    """An evaluation without a superior: nobody headed anything when the period was closed."""
    period = await factory.period(world, "2026-10")
    clerk = await world.employee("Siti", unit=await world.unit("Dinas"))
    await sql(
        "UPDATE kinerja.placements SET ends_on = starts_on WHERE employee_id = $1",
        world.mayor.employee_id,
    )
    await factory.close(api, world, period)
    (evaluation,) = await of(api, clerk, by=world.agency)
    assert evaluation["superior_id"] is None
    return {**evaluation, "path": f"/v1/evaluations/{evaluation['id']}", "clerk": clerk}


async def test_the_agency_names_an_assessor_and_he_decides(
    api: Api, world: World, orphan: dict[str, Any], sql: Any
):
    named = await world.employee("Pejabat yang ditunjuk")
    assert orphan["allowed_actions"] == ["assign"]
    assert (await api.get(orphan["path"], by=named)).status_code == 404
    done = await api.post(f"{orphan['path']}/assessors", naming(named), by=world.agency)
    assert done.status_code == 201, done.text
    assert (done.json()["superior_name"], done.json()["status"]) == (named.name, "opened")
    assert done.json()["allowed_actions"] == []
    decision = await api.post(f"{orphan['path']}/decisions", DECISION, by=world.agency)
    assert (decision.status_code, decision.json()["code"]) == (403, "permission_denied")
    again = await api.post(f"{orphan['path']}/assessors", naming(named), by=world.agency)
    assert (again.status_code, again.json()["code"]) == (409, "assessor_in_place")
    decided = await api.post(f"{orphan['path']}/decisions", DECISION, by=named)
    assert (decided.status_code, decided.json()["decided_by_name"]) == (201, named.name)
    late = await api.post(f"{orphan['path']}/assessors", naming(named), by=world.agency)
    assert (late.status_code, late.json()["code"]) == (409, "transition_refused")
    (entry,) = await sql(
        "SELECT reason FROM kinerja.audit_entries WHERE subject_id = $1"
        " AND action = 'evaluation.assigned'",
        UUID(orphan["id"]),
    )
    assert entry["reason"] == "Jabatan kosong"
    kinds = await sql("SELECT kind FROM kinerja.notices WHERE employee_id = $1", named.employee_id)
    assert [row["kind"] for row in kinds] == ["evaluation_assigned"]


async def test_who_is_named_is_in_office_and_neither_the_employee_nor_the_caller(
    api: Api, world: World, other_world: World, orphan: dict[str, Any], sql: Any
):
    gone = await world.employee("Pensiun")
    await sql("UPDATE kinerja.employees SET status = 'left' WHERE id = $1", gone.employee_id)
    unplaced = world.mayor
    agent = await world.employee("Kepala BKPSDM")
    await world.grant(agent, Role.PERSONNEL_AGENCY)
    for unsuitable in (gone, unplaced, orphan["clerk"], other_world.mayor, agent):
        refused = await api.post(f"{orphan['path']}/assessors", naming(unsuitable), by=agent)
        assert (refused.status_code, refused.json()["code"]) == (422, "assessor_unsuitable")
        assert refused.json()["errors"][0]["pointer"] == "/employee_id"
    for body in ({}, naming(agent, reason=" "), {"employee_id": str(agent.employee_id)}):
        refused = await api.post(f"{orphan['path']}/assessors", body, by=world.agency)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_an_assessor_in_office_is_not_replaced_and_one_who_left_is(
    api: Api, world: World, closed: Closed, sql: Any
):
    path = f"{closed.path}/assessors"
    kept = await api.post(path, naming(world.mayor), by=world.agency)
    assert (kept.status_code, kept.json()["code"]) == (409, "assessor_in_place")
    await sql(
        "UPDATE kinerja.placements SET ends_on = starts_on WHERE employee_id = $1",
        closed.head.employee_id,
    )
    for other in (closed.head, world.admin):
        refused = await api.post(path, naming(world.mayor), by=other)
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    stale = await api.post(path, naming(world.mayor), by=world.agency, version=5)
    assert stale.status_code == 412
    done = await api.post(path, naming(world.mayor), by=world.agency, version=1)
    assert done.status_code == 201
    former = await api.post(f"{closed.path}/decisions", AGREED, by=closed.head)
    assert former.status_code == 404
    assert (await api.post(f"{closed.path}/decisions", AGREED, by=world.mayor)).status_code == 201


async def test_an_agency_of_one_unit_names_assessors_there_only(
    api: Api, world: World, orphan: dict[str, Any]
):
    named = await world.employee("Pejabat yang ditunjuk")
    elsewhere = await world.officer(
        "Kepegawaian lain", Role.PERSONNEL_AGENCY, unit=await world.unit("Lain")
    )
    there = await world.officer("Kepegawaian", Role.PERSONNEL_AGENCY, unit=UUID(orphan["unit_id"]))
    path = f"{orphan['path']}/assessors"
    assert (await api.post(path, naming(named), by=elsewhere)).status_code == 404
    assert (await api.post(path, naming(named), by=there)).status_code == 201


async def test_two_parallel_namings_are_one(api: Api, world: World, orphan: dict[str, Any]):
    people = [await world.employee(f"Calon {n}") for n in range(2)]
    answers = await asyncio.gather(
        *[
            api.post(f"{orphan['path']}/assessors", naming(person), by=world.agency)
            for person in people
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_nobody_is_rated_by_his_own_subordinate(
    api: Api, world: World, orphan: dict[str, Any]
):
    led = await world.employee("Bawahan", superior=orphan["clerk"])
    refused = await api.post(f"{orphan['path']}/assessors", naming(led), by=world.agency)
    assert (refused.status_code, refused.json()["code"]) == (422, "assessor_unsuitable")
