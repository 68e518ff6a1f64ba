"""No list asks the database more often because it has more rows; made from the document."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, TypeGuard

import asyncpg
import httpx
import pytest
from sqlalchemy import Constraint, Table, UniqueConstraint

from kinerja_api.access.rules import Role
from kinerja_api.core.db import Database
from kinerja_api.core.openapi import build_openapi
from kinerja_api.core.tables import SCHEMA
from kinerja_api.schema import metadata
from tests.contract.requests import Operation, operations_of
from tests.contract.rows import one_row_of_each_table
from tests.contract.test_matrix import SEGMENTS
from tests.factories.world import Person, World, new_world
from tests.plugins.statements import sent_statements

MORE = 29
MOST_STATEMENTS = 3
"""The rows; where the list belongs to something, whether that is there; what is cached."""


@dataclass(frozen=True)
class Cost:
    items: int
    statements: int


@pytest.mark.timeout(180)
async def test_a_list_sends_as_many_statements_for_thirty_rows_as_for_one(
    app: Any, database: Database, administrator: asyncpg.Connection
):
    world = await new_world(app, database)
    people, ids = await _furnished(world, administrator)
    lists = [one for one in operations_of(build_openapi(app)) if _is_list(one)]
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        few = {one.name: await _costs(client, one, ids, people, world.code) for one in lists}
        await _multiply(administrator, world.tenant_id)
        many = {one.name: await _costs(client, one, ids, people, world.code) for one in lists}
    dearer = {name: (few[name], many[name]) for name in few if _is_dearer(few[name], many[name])}
    assert dearer == {}, "\n".join(f"{name}: {costs}" for name, costs in dearer.items())
    grown = [name for name in few if _most(many[name]) > max(1, _most(few[name]))]
    still = sorted(set(few) - set(grown))
    assert len(grown) > len(few) * 2 / 3, f"no more rows in {still}"


def _is_list(operation: Operation) -> bool:
    parameters = {one["name"] for one in operation.definition.get("parameters", [])}
    return operation.method == "GET" and {"limit", "cursor"} <= parameters


def _is_dearer(few: list[Cost], many: list[Cost]) -> bool:
    return any(
        after.statements > min(before.statements, MOST_STATEMENTS)
        for before, after in zip(few, many, strict=True)
    )


def _most(costs: list[Cost]) -> int:
    return max(cost.items for cost in costs)


async def _furnished(
    world: World, administrator: asyncpg.Connection
) -> tuple[list[Person], dict[str, uuid.UUID]]:
    """Put a row into every table, about somebody who is among the people returned."""
    worker = await world.employee("Pegawai")
    assert worker.employee_id
    rows = await one_row_of_each_table(
        administrator,
        world.tenant_id,
        {
            "units": world.root,
            "employees": worker.employee_id,
            "accounts": worker.account_id,
            "principals": worker.account_id,
            "unit_closure": world.root,
        },
    )
    # The log has no foreign keys, so nothing tells whose it is.
    await administrator.execute(
        f"UPDATE {SCHEMA}.activity_logs SET employee_id = $2, unit_id = $3 WHERE tenant_id = $1",
        world.tenant_id, worker.employee_id, world.root,
    )  # fmt: skip
    ids = {name.replace("_", "-"): row_id for name, row_id in rows.items()}
    ids |= {segment: rows[table] for segment, table in SEGMENTS.items() if table in rows}
    roles = (Role.INSPECTORATE, Role.COMPLAINTS_OFFICER, Role.SYSTEM_OPERATOR)
    officers = [await world.officer(role, role) for role in roles]
    return [worker, world.mayor, world.agency, world.admin, *officers], ids


async def _costs(
    client: httpx.AsyncClient,
    operation: Operation,
    ids: dict[str, uuid.UUID],
    people: list[Person],
    tenant: str,
) -> list[Cost]:
    """Return the cost for each who is let in, once what is cached for seconds is known."""
    costs: list[Cost] = []
    for person in people:
        sent = operation.request(ids, tenant=tenant)
        sent["params"] = {**sent["params"], "limit": 200}
        sent["headers"]["Authorization"] = f"Bearer {person.token}"
        counted: list[int] = []
        items = 0
        for _ in range(2):
            with sent_statements() as statements:
                answer = await client.get(**sent)
            counted.append(len(statements))
            items = len(answer.json()["items"]) if answer.is_success else 0
        costs.append(Cost(items, min(counted)))
    return costs


async def _multiply(connection: asyncpg.Connection, tenant_id: uuid.UUID) -> None:
    """Repeat a row of every table, with other keys, as far as the table's checks allow."""
    made: dict[str, list[uuid.UUID]] = {}
    for table in metadata.sorted_tables:
        if table.info.get("reference") or "tenant_id" not in table.c:
            continue
        row = await connection.fetchrow(
            f"SELECT * FROM {SCHEMA}.{table.name} WHERE tenant_id = $1"
            f" ORDER BY {'id' if 'id' in table.c else 'tenant_id'} DESC LIMIT 1",
            tenant_id,
        )
        given = {name: value for name, value in dict(row or {}).items() if _is_given(table, name)}
        for number in range(MORE) if row else ():
            values = {**given, **_other_keys(table, given, number, made)}
            names = ", ".join(f'"{name}"' for name in values)
            places = ", ".join(f"${at}" for at in range(1, len(values) + 1))
            try:
                await connection.execute(
                    f"INSERT INTO {SCHEMA}.{table.name} ({names}) VALUES ({places})",
                    *values.values(),
                )
            except asyncpg.IntegrityConstraintViolationError:
                break
            own = "id" if "id" in values else table.primary_key.columns.keys()[1]
            if isinstance(values[own], uuid.UUID):
                made.setdefault(table.name, []).append(values[own])


def _other_keys(
    table: Table, row: dict[str, Any], number: int, made: dict[str, list[uuid.UUID]]
) -> dict[str, Any]:
    """Return new values of the columns that make a row unique; parents are copies, too."""
    parents = {
        element.parent.name: element.column.table.name
        for key in table.foreign_key_constraints
        for element in key.elements
    }
    keys = [
        {column.name for column in key.columns}
        for key in (table.primary_key, *(one for one in table.constraints if _is_key(one)))
    ]
    keys += [{one.name for one in index.columns} for index in table.indexes if index.unique]
    ids = {name for name, value in row.items() if isinstance(value, uuid.UUID)}
    fresh = ids - parents.keys() - {"tenant_id"}
    values: dict[str, Any] = {}
    for key in keys:
        for name in key & row.keys() - {"tenant_id"}:
            if name in parents:
                copies = made.get(parents[name], ())
                values |= {name: copies[number]} if number < len(copies) else {}
            elif name in fresh or not key & fresh:
                values[name] = _other(row[name], number + 1)
    return values


def _is_given(table: Table, column: str) -> bool:
    return table.c[column].computed is None


def _is_key(constraint: Constraint) -> TypeGuard[UniqueConstraint]:
    return isinstance(constraint, UniqueConstraint)


def _other(value: Any, number: int) -> Any:
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, bool):
        return value
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=number)
    if isinstance(value, int):
        return value + number
    if isinstance(value, bytes):
        return value + bytes([number])
    return f"{value}{number}" if isinstance(value, str) else value
