"""Sums of months: true after every kind of write, folded or not, and mended where they were not."""

import asyncio
import datetime as dt
import random
from typing import Any

from sqlalchemy import Date, Uuid, bindparam, column, func
from sqlalchemy.dialects.postgresql import ARRAY

from kinerja_api.activities.commands.loading import load_logs
from kinerja_api.activities.jobs import check_months, fold_months
from kinerja_api.activities.queries.months import month_sums
from kinerja_api.activities.rules import LogRow
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Statement
from tests.factories.activities import add_log
from tests.factories.world import Person, World
from tests.plugins.service import Api

Sums = dict[tuple[str, dt.date, str], tuple[int, int]]

_UNITS = (
    func.unnest(bindparam("unit_ids", type_=ARRAY(Uuid)))
    .table_valued(column("unit_id", Uuid))
    .render_derived(name="asked_units")
)
_SUMS = Statement(month_sums(_UNITS, bindparam("first", type_=Date), bindparam("last", type_=Date)))


async def raw_sums(sql: Any, world: World) -> Sums:
    rows = await sql(
        "SELECT unit_id, date_trunc('month', work_date)::date AS month, status, count(*),"
        " sum(ends_minute - starts_minute) FROM kinerja.activity_logs WHERE tenant_id = $1"
        " GROUP BY 1, 2, 3",
        world.tenant_id,
    )
    return {(str(row[0]), row[1], row[2]): (row[3], row[4]) for row in rows}


async def kept_sums(world: World, sql: Any) -> Sums:
    units = await sql("SELECT id FROM kinerja.units WHERE tenant_id = $1", world.tenant_id)
    async with world.database.read(world.tenant_id) as reading:
        rows = await reading.rows(
            _SUMS, dict[str, Any], unit_ids=[unit["id"] for unit in units],
            first=dt.date(2000, 1, 1), last=dt.date(2100, 1, 1),
        )  # fmt: skip
    return {
        (str(row["unit_id"]), row["month"], row["status"]): (row["logs"], row["minutes"])
        for row in rows
    }


async def differences(sql: Any, world: World) -> list[Any]:
    """Return where logs and sums differ at one moment."""
    return await sql(
        "SELECT unit_id, month, status, sum(logs), sum(minutes) FROM ("
        " SELECT unit_id, date_trunc('month', work_date)::date AS month, status, 1 AS logs,"
        " ends_minute - starts_minute AS minutes FROM kinerja.activity_logs WHERE tenant_id = $1"
        " UNION ALL SELECT unit_id, month, status, -logs, -minutes FROM kinerja.month_deltas"
        " WHERE tenant_id = $1) AS counted GROUP BY 1, 2, 3"
        " HAVING sum(logs) <> 0 OR sum(minutes) <> 0",
        world.tenant_id,
    )


async def delta_rows(sql: Any, world: World) -> list[tuple[Any, ...]]:
    rows = await sql(
        "SELECT unit_id, month, status FROM kinerja.month_deltas WHERE tenant_id = $1",
        world.tenant_id,
    )
    return [tuple(row) for row in rows]


class Clerk:
    """Somebody who writes at random, and the head who decides on it at random."""

    def __init__(self, api: Api, world: World, person: Person, head: Person, seed: int) -> None:
        self._api, self._world, self._person, self._head = api, world, person, head
        self._random = random.Random(seed)
        self._logs: list[str] = []

    async def act(self) -> None:
        acts = (self._enter, self._enter, self._batch, self._change, self._submit, self._decide,
                self._decide_many, self._remove)  # fmt: skip
        await self._random.choice(acts)()

    def _body(self, **more: Any) -> dict[str, Any]:
        hour, minutes = self._random.randrange(24), self._random.choice((15, 30, 45))
        day = self._world.today - dt.timedelta(days=self._random.randrange(8))
        return {
            "work_date": str(day), "starts_at": f"{hour:02d}:{minutes:02d}",
            "ends_at": f"{(hour + 1) % 24:02d}:{minutes:02d}", "description": "Melayani warga",
            "submit": self._random.random() < 0.5, **more,
        }  # fmt: skip

    async def _enter(self) -> None:
        answer = await self._api.post("/v1/logs", self._body(), by=self._person)
        if answer.status_code == 201:
            self._logs.append(answer.json()["id"])

    async def _batch(self) -> None:
        items = [self._body(client_ref=str(new_id())) for _ in range(3)]
        answer = await self._api.post(
            "/v1/logs/batches",
            {"items": items, "atomic": self._random.random() < 0.5},
            by=self._person,
        )
        made = answer.json().get("items", [])
        self._logs += [item["id"] for item in made if item["status"] == 201]

    async def _change(self) -> None:
        if self._logs:
            log = self._random.choice(self._logs)
            version = (await self._api.get(f"/v1/logs/{log}", by=self._person)).json()["version"]
            await self._api.patch(
                f"/v1/logs/{log}", {"starts_at": "05:00", "ends_at": "05:40"}, by=self._person,
                version=version,
            )  # fmt: skip

    async def _submit(self) -> None:
        if self._logs:
            log = self._random.choice(self._logs)
            await self._api.post(f"/v1/logs/{log}/submissions", by=self._person)

    async def _decide(self) -> None:
        if self._logs:
            verb = self._random.choice(("approvals", "returns"))
            path = f"/v1/logs/{self._random.choice(self._logs)}/{verb}"
            await self._api.post(path, {"note": "Ya"}, by=self._head)

    async def _decide_many(self) -> None:
        if self._logs:
            ids = self._random.choices(self._logs, k=3)
            await self._api.post("/v1/logs/approvals", {"ids": ids}, by=self._head)

    async def _remove(self) -> None:
        if self._logs:
            log = self._random.choice(self._logs)
            answer = await self._api.delete(f"/v1/logs/{log}", by=self._person, version=1)
            if answer.status_code == 204:
                self._logs.remove(log)


async def staff(api: Api, world: World) -> list[Clerk]:
    unit = await world.unit("Dinas")
    below = await world.unit("Bidang", parent=unit)
    head = await world.employee("Kepala", unit=unit, head=True)
    return [
        Clerk(
            api, world, await world.employee(f"P{n}", unit=unit if n % 2 else below), head, seed=n
        )
        for n in range(4)
    ]


async def test_sums_equal_the_logs_after_any_mix_of_parallel_writes(
    api: Api, world: World, sql: Any
):
    clerks = await staff(api, world)

    writing = True

    async def write(clerk: Clerk) -> None:
        for _ in range(25):
            await clerk.act()

    async def fold() -> None:
        while writing:
            await fold_months(world.database, world.tenant_id)
            await asyncio.sleep(0.01)

    async def watch() -> None:
        while writing:
            assert await differences(sql, world) == []
            await asyncio.sleep(0.01)

    others = asyncio.gather(fold(), fold(), watch())
    await asyncio.gather(*[write(clerk) for clerk in clerks])
    writing = False
    await others
    raw = await raw_sums(sql, world)
    assert {status for _, _, status in raw} == {"draft", "submitted", "approved", "returned"}
    assert await kept_sums(world, sql) == raw
    await asyncio.gather(*[fold_months(world.database, world.tenant_id) for _ in range(2)])
    await fold_months(world.database, world.tenant_id)
    assert await kept_sums(world, sql) == raw
    rows = await delta_rows(sql, world)
    assert len(rows) == len(set(rows)) == len(raw)
    assert await check_months(world.database, world.tenant_id) == 0


async def test_a_file_is_counted_with_one_row_for_all_its_logs_of_a_month(world: World, sql: Any):
    clerk = await world.employee("Siti")
    found = await sql("SELECT ref FROM kinerja.employees WHERE id = $1", clerk.employee_id)
    rows = [
        LogRow(
            line=n, ref=f"L{n}", person_ref=found[0]["ref"], work_date=dt.date(2026, 3, 1 + n),
            starts_at=480, ends_at=540, description="Melayani", target_no=None,
            indicator_no=None, volume=None, unit=None, status="approved",
        )
        for n in range(20)
    ]  # fmt: skip
    async with world.database.write(world.tenant_id) as writing:
        assert await load_logs(writing, rows) == []
    assert await kept_sums(world, sql) == await raw_sums(sql, world)
    assert len(await delta_rows(sql, world)) == 1


async def test_what_differs_is_mended_once_and_told_in_the_trail(world: World, sql: Any):
    clerk = await world.employee("Siti")
    for n in range(3):
        await add_log(world, clerk, starts=n * 60, ends=n * 60 + 30, status="submitted")
    empty = await world.unit("Tanpa catatan")
    await sql("DELETE FROM kinerja.month_deltas WHERE tenant_id = $1", world.tenant_id)
    await sql(
        "INSERT INTO kinerja.month_deltas VALUES ($1, $2, $3, $4, 'approved', 5, 300)",
        world.tenant_id, new_id(), empty, dt.date(2026, 1, 1),
    )  # fmt: skip
    mended = await asyncio.gather(
        *[check_months(world.database, world.tenant_id) for _ in range(3)]
    )
    assert sum(mended) == 2
    assert await kept_sums(world, sql) == await raw_sums(sql, world)
    assert await check_months(world.database, world.tenant_id) == 0
    entries = await sql(
        "SELECT subject_id, after FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND action = 'month_sums.mended'",
        world.tenant_id,
    )
    assert {row["subject_id"] for row in entries} == {world.root, empty}
    await fold_months(world.database, world.tenant_id)
    assert len(await delta_rows(sql, world)) == 1


async def test_a_fold_of_many_rows_takes_several_small_turns(world: World, sql: Any):
    clerk = await world.employee("Siti")
    await sql(
        "INSERT INTO kinerja.month_deltas SELECT $1, gen_random_uuid(), $2, '2026-01-01', 'draft',"
        " 1, 30 FROM generate_series(1, 4500)",
        world.tenant_id, clerk.unit_id,
    )  # fmt: skip
    await asyncio.gather(*[fold_months(world.database, world.tenant_id) for _ in range(2)])
    await fold_months(world.database, world.tenant_id)
    sums = await kept_sums(world, sql)
    assert list(sums.values()) == [(4500, 135_000)]
    assert len(await delta_rows(sql, world)) == 1
