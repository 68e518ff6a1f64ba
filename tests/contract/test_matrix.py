"""Role × route: who is let in where, for every route of the document.

What each role may do, and what each route demands, is written down in ``permissions.json``;
a change of either shows there and is reviewed by a human. Made anew by
``python -m tests.contract.permissions``.
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from kinerja_api.access.rules import Permission, Role
from kinerja_api.core.db import Database
from kinerja_api.core.openapi import build_openapi
from tests.contract.permissions import FILE, permissions_of
from tests.contract.requests import Operation, operations_of
from tests.contract.rows import one_row_of_each_table
from tests.factories.world import Person, World, new_world

STANDING = {
    "employee": Role.EMPLOYEE,
    "superior": Role.EMPLOYEE,
    "head_of_unit": Role.EMPLOYEE,
    "personnel_agency": Role.PERSONNEL_AGENCY,
    "complaints_officer": Role.COMPLAINTS_OFFICER,
    "inspectorate": Role.INSPECTORATE,
    "objection_official": Role.OBJECTION_OFFICIAL,
    "tenant_administrator": Role.TENANT_ADMINISTRATOR,
    "system_operator": Role.SYSTEM_OPERATOR,
}
"""Who is tried, and whose permissions they hold: superior and head follow from placements."""

SEGMENTS = {
    "findings": "report_findings",
    "attachments": "report_attachments",
    "actions": "plan_actions",
    "logs": "activity_logs",
    "runs": "channel_runs",
}
"""Segments of addresses whose table has another name."""

NOT_REACHED = {
    "evaluations_explanation": "needs frozen scores that fit together",
    "units_evaluation_summary": "needs a closed period",
    "units_list_gaps": "needs a closing with its snapshot",
    "units_gap_totals": "the same",
    "results_get": "needs a result in the period of its indicator",
    "results_figure": "the same",
    "results_list_evidence": "the same",
    "behaviours_get": "needs ratings of all values",
}
"""Reads whose answer one row in each table does not make; their domains' tests do."""

_FURTHER = ("inspectorate", "complaints_officer", "system_operator")

OF_ALL_TENANTS = "tenants.manage"
"""The operators' permission: it alone reaches beyond one government."""


@dataclass
class Cast:
    world: World
    other: World
    ids: dict[str, uuid.UUID]

    async def person(self, standing: str) -> Person:
        """Somebody new of the government with this standing."""
        role = STANDING[standing]
        if role is not Role.EMPLOYEE:
            return await self.world.officer(standing, role)
        unit = await self.world.unit(f"Bagian {uuid.uuid4().hex[:6]}", kind="bagian")
        person = await self.world.employee(standing, unit=unit, head=standing != "employee")
        if standing == "superior":
            await self.world.employee("Bawahan", unit=unit)
        return person

    async def stranger(self, permission: str) -> Person:
        """Somebody of another government who holds the permission there."""
        for role, held in json.loads(FILE.read_text("utf-8"))["roles"].items():
            if permission in held and role != Role.EMPLOYEE:
                return await self.other.officer("Orang luar", Role(role))
        return await self.other.employee("Orang luar")


@pytest.fixture(scope="module")
def operations(app: Any) -> list[Operation]:
    return operations_of(build_openapi(app))


@pytest.fixture(scope="module")
async def cast(app: Any, database: Database, administrator: asyncpg.Connection) -> Cast:
    """A government whose roles may change and delete what they are let in to."""
    return await _cast(app, database, administrator)


@pytest.fixture(scope="module")
async def untouched(app: Any, database: Database, administrator: asyncpg.Connection) -> Cast:
    """A government in which everything stays."""
    return await _cast(app, database, administrator)


async def _cast(app: Any, database: Database, administrator: asyncpg.Connection) -> Cast:
    world, other = await new_world(app, database), await new_world(app, database)
    worker = await world.employee("Pegawai")
    assert worker.employee_id
    known = {
        "units": world.root,
        "employees": worker.employee_id,
        "accounts": worker.account_id,
        "principals": worker.account_id,
        "unit_closure": world.root,
    }
    rows = await one_row_of_each_table(administrator, world.tenant_id, known)
    ids = {name.replace("_", "-"): row_id for name, row_id in rows.items()}
    ids |= {segment: rows[table] for segment, table in SEGMENTS.items() if table in rows}
    # Not the cast's own: the operator is let in to switch it off.
    ids["tenants"] = (await new_world(app, database)).tenant_id
    return Cast(world, other, ids)


@pytest.fixture(scope="module")
async def client(app: Any) -> Any:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as caller:
        yield caller


async def send(
    client: httpx.AsyncClient, operation: Operation, cast: Cast, by: Person | None
) -> httpx.Response:
    sent = operation.request(cast.ids)
    if by is not None:
        sent["headers"]["Authorization"] = f"Bearer {by.token}"
    return await client.request(operation.method, **sent)


def told(answer: httpx.Response) -> tuple[int, str | None]:
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else None


def test_the_permissions_are_those_that_were_reviewed(app: Any):
    assert json.loads(FILE.read_text("utf-8")) == permissions_of(app), (
        "review the change, then: python -m tests.contract.permissions"
    )


async def test_nobody_gets_in_without_a_token(
    client: httpx.AsyncClient, operations: list[Operation], cast: Cast
):
    open_doors = [
        (operation.name, told(answer))
        for operation in operations
        if operation.permission != "public"
        and (answer := await send(client, operation, cast, None)).status_code != 401
    ]
    assert open_doors == [], "\n".join(map(str, open_doors))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("standing", STANDING)
async def test_a_role_is_let_in_where_the_table_says_so_and_nowhere_else(
    client: httpx.AsyncClient, operations: list[Operation], cast: Cast, standing: str
):
    held = json.loads(FILE.read_text("utf-8"))["roles"][STANDING[standing]]
    wrong: list[tuple[str, Any]] = []
    person = await cast.person(standing)
    for operation in operations:
        answer = await send(client, operation, cast, person)
        outcome = told(answer)
        if operation.permission == Permission.ME and operation.method != "GET":
            person = await cast.person(standing)  # the former may have signed out
        if operation.permission == "public":
            is_right = outcome[0] < 500
        elif operation.permission in held:
            is_right = outcome[1] not in {"permission_denied", "unidentified", "internal_error"}
        else:
            is_right = outcome == (403, "permission_denied")
        if not is_right:
            wrong.append((operation.name, outcome))
    assert wrong == [], "\n".join(map(str, wrong))


async def test_strangers_find_nothing_under_the_ids_of_another_government(
    client: httpx.AsyncClient, operations: list[Operation], untouched: Cast
):
    strangers: dict[str, Person] = {}
    found: list[tuple[str, Any]] = []
    for operation in operations:
        if not operation.has_id or operation.permission in ("public", OF_ALL_TENANTS):
            continue
        if operation.permission not in strangers:
            strangers[operation.permission] = await untouched.stranger(operation.permission)
        answer = await send(client, operation, untouched, strangers[operation.permission])
        if answer.status_code != 404:
            found.append((operation.name, told(answer)))
    assert found == [], "\n".join(map(str, found))


async def test_the_ids_are_of_real_rows(
    client: httpx.AsyncClient, operations: list[Operation], untouched: Cast
):
    """Without this a stranger's 404 would prove nothing; 503: the row is, its file is not."""
    people = [untouched.world.mayor, untouched.world.agency, untouched.world.admin]
    people += [await untouched.person(standing) for standing in _FURTHER]
    unreal: list[str] = []
    for operation in operations:
        if not operation.has_id or operation.method != "GET" or operation.permission == "public":
            continue
        statuses = {
            (await send(client, operation, untouched, person)).status_code for person in people
        }
        if not statuses & {200, 503} and operation.name not in NOT_REACHED:
            unreal.append(f"{operation.name}: {sorted(statuses)}")
    assert unreal == [], "\n".join(map(str, unreal))
