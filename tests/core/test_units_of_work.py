"""The unit of work: one effect for one key, repeats where they are safe, nothing half done."""

import asyncio
import uuid
from typing import Any

import asyncpg
import pytest
from sqlalchemy import insert

from kinerja_api.access.rules import Role
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.jobs import Job, StoredEvent, Subscriber, enqueue
from kinerja_api.core.principal import principals
from kinerja_api.core.sql import Statement
from kinerja_api.worker import SCHEDULE, Worker
from tests.factories.world import World
from tests.plugins.service import Api


def unit(world: World, code: str = "1.01") -> dict[str, str]:
    return {"code": code, "name": "Dinas", "kind": "dinas", "parent_id": str(world.root)}


async def units_of(sql: Any, world: World) -> int:
    rows = await sql("SELECT count(*) FROM kinerja.units WHERE tenant_id = $1", world.tenant_id)
    return rows[0]["count"] - 1


async def test_parallel_requests_with_one_key_have_one_effect(
    api: Api, world: World, sql: Any, fresh_key: str
):
    answers = await asyncio.gather(
        *[api.post("/v1/units", unit(world), by=world.agency, key=fresh_key) for _ in range(6)]
    )
    statuses = {answer.status_code for answer in answers}
    assert 201 in statuses
    assert statuses <= {201, 409}
    refused = [answer for answer in answers if answer.status_code == 409]
    assert {answer.json()["code"] for answer in refused} <= {"idempotency_key_in_use"}
    assert all(answer.headers["Retry-After"] == "1" for answer in refused)
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await units_of(sql, world) == 1


async def test_a_key_under_way_is_refused_at_once_and_later_gets_the_same_answer(
    api: Api, world: World, sql: Any, fresh_key: str, monkeypatch: pytest.MonkeyPatch
):
    real, arrived, go_on = Writing.commit, asyncio.Event(), asyncio.Event()

    async def waiting(self: Writing, *args: Any, **kwargs: Any) -> None:
        arrived.set()
        await go_on.wait()
        await real(self, *args, **kwargs)

    def ask() -> Any:
        return api.post("/v1/units", unit(world), by=world.agency, key=fresh_key)

    with monkeypatch.context() as patch:
        patch.setattr(Writing, "commit", waiting)
        first = asyncio.create_task(ask())
        await arrived.wait()
        refused = await asyncio.wait_for(ask(), 10)  # it waits for nobody
        go_on.set()
        made = await first
    repeated = await ask()
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_in_use")
    assert refused.json()["retryable"] is True
    assert (made.status_code, repeated.status_code) == (201, 201)
    assert repeated.content == made.content
    assert repeated.headers["ETag"] == made.headers["ETag"]
    assert repeated.headers["Idempotency-Replayed"] == "true"
    assert await units_of(sql, world) == 1


async def test_a_key_belongs_to_its_content_and_its_caller(
    api: Api, world: World, sql: Any, fresh_key: str
):
    made = await api.post("/v1/units", unit(world), by=world.agency, key=fresh_key)
    other = await api.post("/v1/units", unit(world, "1.02"), by=world.agency, key=fresh_key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    turned = dict(reversed(unit(world).items()))
    again = await api.post("/v1/units", turned, by=world.agency, key=fresh_key)
    assert again.content == made.content
    colleague = await world.officer("Rekan", Role.PERSONNEL_AGENCY)
    own = await api.post("/v1/units", unit(world, "1.03"), by=colleague, key=fresh_key)
    assert own.status_code == 201
    assert await units_of(sql, world) == 2


@pytest.mark.parametrize("key", ["short", "x" * 256, "tab\tinside-the-key-here"])
async def test_a_key_that_is_none_is_refused(api: Api, world: World, key: str):
    answer = await api.post("/v1/units", unit(world), by=world.agency, key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


async def test_a_refusal_is_not_stored(api: Api, world: World, fresh_key: str):
    wrong = {**unit(world), "parent_id": str(uuid.uuid4())}
    assert (await api.post("/v1/units", wrong, by=world.agency, key=fresh_key)).is_client_error
    right = await api.post("/v1/units", unit(world), by=world.agency, key=fresh_key)
    assert right.status_code == 201


@pytest.mark.parametrize(
    "fault", [asyncpg.SerializationError, asyncpg.DeadlockDetectedError, ConnectionResetError]
)
async def test_a_passing_fault_before_the_commit_is_repeated_whole(
    api: Api, world: World, sql: Any, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
):
    real, calls = Writing.commit, 0

    async def failing(self: Writing, *args: Any, **kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise fault
        await real(self, *args, **kwargs)

    monkeypatch.setattr(Writing, "commit", failing)
    answer = await api.post("/v1/units", unit(world), by=world.agency)
    assert (answer.status_code, calls) == (201, 2)
    assert await units_of(sql, world) == 1


async def test_a_lasting_fault_is_told_and_leaves_nothing(
    api: Api, world: World, sql: Any, monkeypatch: pytest.MonkeyPatch
):
    async def failing(self: Writing, *args: Any, **kwargs: Any) -> None:
        raise asyncpg.SerializationError

    with monkeypatch.context() as patch:
        patch.setattr(Writing, "commit", failing)
        answer = await api.post("/v1/units", unit(world), by=world.agency)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_busy")
    assert answer.json()["retryable"] is True
    assert await units_of(sql, world) == 0


async def test_killed_connections_cost_no_request(
    api: Api, world: World, administrator: asyncpg.Connection
):
    for number in range(3):
        await administrator.execute(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'kinerja_api'"
        )
        read = await api.get("/v1/units", by=world.agency)
        made = await api.post("/v1/units", unit(world, f"1.{number}"), by=world.agency)
        assert (read.status_code, made.status_code) == (200, 201)


async def test_a_copy_goes_with_its_transaction(database: Database):
    tenant_id = new_id()
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - all of it is one transaction
        async with database.write(tenant_id) as writing:
            await writing.script("CREATE TEMPORARY TABLE loaded (id uuid)")
            await writing.copy_rows("loaded", ["id"], [(new_id(),)])
            raise ZeroDivisionError
    async with database.write(tenant_id) as writing:
        await writing.script("CREATE TEMPORARY TABLE loaded (id uuid) ON COMMIT DROP")


async def test_a_reading_cannot_write(database: Database):
    async with database.read(new_id()) as reading:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reading.value(
                Statement(insert(principals).values(tenant_id=new_id(), id=new_id()))
            )


async def test_a_cursor_is_bound_to_its_list_its_filters_and_its_government(
    api: Api, world: World, other_world: World
):
    for number in range(3):
        await world.unit(f"Bagian {number}", kind="bagian")
    params: dict[str, Any] = {"limit": 1, "kind": "bagian"}
    page = (await api.get("/v1/units", by=world.agency, params=params)).json()
    cursor = page["next_cursor"]
    forged = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for by, changed in (
        (world.agency, {"cursor": forged}),
        (world.agency, {"cursor": cursor, "kind": "dinas"}),
        (world.agency, {"cursor": cursor, "sort": "-code"}),
        (world.agency, {"cursor": "%%%"}),
        (world.agency, {"cursor": "é"}),
        (other_world.agency, {"cursor": cursor}),
    ):
        answer = await api.get("/v1/units", by=by, params={**params, **changed})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), changed
    good = await api.get("/v1/units", by=world.agency, params={**params, "cursor": cursor})
    assert good.status_code == 200


async def test_unknown_parameters_and_large_pages_are_refused(api: Api, world: World):
    for params in ({"colour": "red"}, {"limit": 201}, {"limit": 0}, {"sort": "name;drop"}):
        answer = await api.get("/v1/units", by=world.agency, params=params)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
        assert answer.json()["errors"][0]["parameter"] in params


async def test_the_worker_serves_a_government_until_it_is_stopped(database: Database, world: World):
    heard, ran = asyncio.Event(), asyncio.Event()

    async def hear(writing: Writing, event: StoredEvent) -> None:
        heard.set()

    async def work(pools: Database, job: Job) -> None:
        ran.set()

    async with database.write(world.tenant_id) as writing:
        writing.emit("thing.made", ("thing", new_id()))
        await enqueue(writing, "tests.work", subject_id=None, payload={})
    worker = Worker(
        database,
        handlers={"tests.work": work},
        subscribers=[Subscriber("tests.worker", frozenset({"thing.made"}), hear)],
    )
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(asyncio.gather(heard.wait(), ran.wait()), 30)
    worker.stop()
    await asyncio.wait_for(running, 10)


async def test_the_schedule_forgets_old_keys_only(
    api: Api, database: Database, world: World, sql: Any
):
    for code in ("1.1", "1.2"):
        key = f"key-{uuid.uuid4()}"
        await api.post("/v1/units", unit(world, code), by=world.agency, key=key)
    count = "SELECT count(*) FROM kinerja.idempotency_keys WHERE tenant_id = $1"
    await sql(
        "UPDATE kinerja.idempotency_keys SET created_at = now() - interval '49 hours'"
        " WHERE scope = (SELECT min(scope::text)::bytea FROM kinerja.idempotency_keys"
        " WHERE tenant_id = $1)",
        world.tenant_id,
    )
    for entry in SCHEDULE:
        await entry.run(database, world.tenant_id)
    assert (await sql(count, world.tenant_id))[0]["count"] == 1
