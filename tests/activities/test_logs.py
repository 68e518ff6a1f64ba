"""Daily logs: entering, the day's time, changing, who sees and decides."""

import asyncio
import datetime as dt
from typing import Any

import asyncpg
import pytest
from pydantic import TypeAdapter
from sqlalchemy import select

from kinerja_api.access.rules import Role
from kinerja_api.activities import errors
from kinerja_api.activities.queries.logs import has_status
from kinerja_api.activities.rules import LogStatus
from kinerja_api.activities.schemas.logs import EnteredLogOut
from kinerja_api.activities.tables import activity_logs
from kinerja_api.core.db import BoundConnection
from kinerja_api.core.i18n import has_text
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import Problem
from kinerja_api.core.sql import Statement
from kinerja_api.organisation.queries.norms import forget_norms
from kinerja_api.organisation.tables import norms
from tests.factories.activities import add_log, add_month, add_target
from tests.factories.world import Person, World, place, put
from tests.plugins.database import server_url
from tests.plugins.service import Api


def body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "work_date": str(world.today),
        "starts_at": "08:00",
        "ends_at": "09:30",
        "description": "Melayani warga",
        **changes,
    }


async def set_norm(world: World, key: str, value: object) -> None:
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, norms, tenant_id=world.tenant_id, id=new_id(), key=key,
            value=value, basis="Perwal", starts_on=dt.date(2020, 1, 1),
            created_at=dt.datetime.now(dt.UTC), updated_at=dt.datetime.now(dt.UTC),
        )  # fmt: skip
    forget_norms(world.tenant_id)


async def ledger(sql: Any, person: Person) -> list[tuple[dt.date, int, str]]:
    rows = await sql(
        "SELECT work_date, minutes, slots::text FROM kinerja.day_ledgers WHERE employee_id = $1"
        " ORDER BY work_date",
        person.employee_id,
    )
    return [tuple(row) for row in rows]


async def test_the_answer_is_the_schema_s_own_and_get_adds_the_names(api: Api, world: World):
    clerk = await world.employee("Siti")
    target_id, indicator_id = await add_target(world, clerk)
    made = await api.post(
        "/v1/logs",
        body(
            world, target_id=str(target_id), indicator_id=str(indicator_id), volume="12.5",
            volume_unit="berkas", progress_percent="40", submit=True,
        ),
        by=clerk,
    )  # fmt: skip
    assert made.status_code == 201, made.text
    adapter = TypeAdapter(EnteredLogOut)
    assert adapter.dump_json(adapter.validate_json(made.content)) == made.content
    assert (made.json()["volume"], made.json()["progress_percent"]) == ("12.50", "40.00")
    assert made.json()["allowed_actions"] == ["attach"]
    assert made.headers["ETag"] == '"1"'
    read = await api.get(made.headers["Location"], by=clerk)
    names = {
        "employee_name": "Siti",
        "unit_name": (await api.get(f"/v1/units/{world.root}", by=clerk)).json()["name"],
        "target_title": "Pelayanan",
    }
    assert (read.json(), read.headers["ETag"]) == ({**made.json(), **names}, '"1"')
    listed = await api.get("/v1/logs", by=clerk)
    assert listed.json()["items"] == [read.json()]


async def test_forty_parallel_overlapping_logs_leave_exactly_one(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    answers = await asyncio.gather(
        *[
            api.post(
                "/v1/logs",
                body(world, starts_at=f"08:{number:02d}", ends_at=f"09:{number:02d}"),
                by=clerk,
            )
            for number in range(40)
        ]
    )
    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [201] + [409] * 39
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"log_overlaps"}
    assert [row[1] for row in await ledger(sql, clerk)] == [60]


async def test_parallel_logs_never_pass_the_daily_limit(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    answers = await asyncio.gather(
        *[
            api.post(
                "/v1/logs",
                body(world, starts_at=f"{hour:02d}:00", ends_at=f"{hour + 1:02d}:00"),
                by=clerk,
            )
            for hour in range(20)
        ]
    )
    entered = [answer for answer in answers if answer.status_code == 201]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert (len(entered), len(refused)) == (7, 13)
    assert {problem["code"] for problem in refused} == {"daily_limit_exceeded"}
    assert refused[0]["params"]["minutes_left"] == 450 - 420
    assert [row[1] for row in await ledger(sql, clerk)] == [420]


async def test_the_same_key_twice_at_once_enters_one_log_with_the_same_bytes(
    api: Api, world: World, sql: Any, fresh_key: str
):
    clerk = await world.employee("Siti")
    answers = await asyncio.gather(
        *[api.post("/v1/logs", body(world), by=clerk, key=fresh_key) for _ in range(8)]
    )
    good = [answer for answer in answers if answer.status_code == 201]
    busy = [answer.json()["code"] for answer in answers if answer.status_code != 201]
    assert set(busy) <= {"idempotency_key_in_use"}
    assert len({answer.content for answer in good}) == 1
    assert len({answer.headers["Location"] for answer in good}) == 1
    rows = await sql("SELECT id FROM kinerja.activity_logs WHERE tenant_id = $1", world.tenant_id)
    assert len(rows) == 1


@pytest.mark.parametrize("overlap", [False, True])
async def test_a_repeat_after_the_fact_gets_the_stored_answer(
    api: Api, world: World, fresh_key: str, overlap: bool
):
    clerk = await world.employee("Siti")
    if overlap:
        await set_norm(world, "log_overlap_allowed", True)
    first = await api.post("/v1/logs", body(world), by=clerk, key=fresh_key)
    again = await api.post("/v1/logs", body(world), by=clerk, key=fresh_key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_log_is_one_statement_and_a_list_too(
    api: Api, world: World, database: Any, monkeypatch: pytest.MonkeyPatch
):
    clerk = await world.employee("Siti")
    await api.post("/v1/logs", body(world), by=clerk)
    seen: list[str] = []
    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        original = getattr(BoundConnection, name)

        def spy(self: Any, query: str, *args: Any, _original: Any = original, **more: Any) -> Any:
            if "set_config" not in query:
                seen.append(query)
            return _original(self, query, *args, **more)

        monkeypatch.setattr(BoundConnection, name, spy)
    made = await api.post(
        "/v1/logs", body(world, starts_at="10:00", ends_at="11:00"), by=clerk, key="k" * 20
    )
    assert (made.status_code, len(seen)) == (201, 1), seen
    seen.clear()
    page = await api.get("/v1/logs", by=clerk)
    assert (len(page.json()["items"]), len(seen)) == (2, 1), seen
    seen.clear()
    page = await api.get("/v1/logs", by=world.mayor, params={"below_id": str(world.root)})
    assert len(page.json()["items"]) == 2
    assert len([query for query in seen if "activity_logs" in query]) == 1


async def test_the_trail_and_the_event_are_written_with_the_log(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    made = (await api.post("/v1/logs", body(world), by=clerk)).json()
    entries = await sql(
        "SELECT action, account_id FROM kinerja.audit_entries WHERE subject_id = $1", made["id"]
    )
    assert [tuple(row) for row in entries] == [("log.created", clerk.account_id)]
    events = await sql("SELECT type FROM kinerja.events WHERE subject_id = $1", made["id"])
    assert [row["type"] for row in events] == ["log.created"]


async def test_a_shift_past_midnight_takes_both_days(api: Api, world: World, sql: Any):
    nurse = await world.employee("Ani")
    before = world.today - dt.timedelta(days=1)
    night = body(world, work_date=str(before), starts_at="22:00", ends_at="04:00")
    made = await api.post("/v1/logs", night, by=nurse, key="n" * 20)
    assert (made.status_code, made.json()["minutes"]) == (201, 360)
    assert made.headers["Location"] == f"/v1/logs/{made.json()['id']}"
    assert [row[1:] for row in await ledger(sql, nurse)] == [
        (120, "{[1320,1440)}"),
        (240, "{[0,240)}"),
    ]
    early = await api.post("/v1/logs", body(world, starts_at="03:00", ends_at="05:00"), by=nurse)
    assert early.json()["code"] == "log_overlaps"
    assert early.json()["params"]["ends_at"] == "04:00"
    again = await api.post("/v1/logs", night, by=nurse, key="n" * 20)
    assert again.content == made.content
    long = await api.post("/v1/logs", body(world, starts_at="08:00", ends_at="07:00"), by=nurse)
    assert (long.status_code, long.json()["code"]) == (422, "log_too_long")


async def test_refusals_name_their_reason(api: Api, world: World, other_world: World):
    clerk = await world.employee("Siti")
    gone = await world.employee("Budi", until=world.today - dt.timedelta(days=2))
    stranger_target, _ = await add_target(other_world, await other_world.employee("Lain"))
    own_target, own_indicator = await add_target(world, clerk)
    colleague = await world.employee("Rina")
    their_target, their_indicator = await add_target(world, colleague)
    later, past = world.today + dt.timedelta(days=1), world.today - dt.timedelta(days=8)
    cases: list[tuple[Person, dict[str, Any], int, str]] = [
        (clerk, {"work_date": str(later)}, 422, "log_in_future"),
        (clerk, {"work_date": str(past)}, 422, "log_window_passed"),
        (gone, {}, 422, "no_placement"),
        (clerk, {"target_id": str(stranger_target)}, 422, "unknown_reference"),
        (clerk, {"target_id": str(their_target)}, 422, "unknown_reference"),
        (
            clerk,
            {"target_id": str(own_target), "indicator_id": str(their_indicator)},
            422,
            "unknown_reference",
        ),
        (clerk, {"indicator_id": str(own_indicator)}, 422, "indicator_without_target"),
        (clerk, {"volume": "3"}, 422, "volume_incomplete"),
        (clerk, {"progress_percent": "3"}, 422, "progress_without_target"),
        (
            clerk,
            {"target_id": str(own_target), "progress_percent": "100.01"},
            422,
            "invalid_request",
        ),
        (clerk, {"late_reason": " "}, 422, "invalid_request"),
        (clerk, {"volume": "0", "volume_unit": "x"}, 422, "invalid_request"),
        (clerk, {"starts_at": "24:00"}, 422, "invalid_request"),
        (clerk, {"starts_at": "08:00\n"}, 422, "invalid_request"),
        (clerk, {"work_date": "2026-02-30"}, 422, "invalid_request"),
        (clerk, {"submit": "true"}, 422, "invalid_request"),
        (clerk, {"surprise": 1}, 422, "invalid_request"),
        (clerk, {"description": "\u0000"}, 422, "invalid_request"),
        (clerk, {"starts_at": "00:00", "ends_at": "08:00"}, 409, "daily_limit_exceeded"),
        (world.agency, {}, 403, "permission_denied"),
    ]
    for person, changes, status, code in cases:
        answer = await api.post("/v1/logs", body(world, **changes), by=person)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (changes, answer.text)


async def test_a_closed_period_takes_no_log(api: Api, world: World):
    clerk, day = await world.employee("Siti"), world.today
    await add_month(world, day, status="closed")
    answer = await api.post("/v1/logs", body(world), by=clerk)
    assert (answer.status_code, answer.json()["code"]) == (409, "period_closed")
    log = await add_log(world, clerk, status="submitted")
    for path, asked, by in [
        (f"/v1/logs/{log}/approvals", {}, world.mayor),
        (f"/v1/logs/{log}/returns", {"note": "Ulangi"}, world.mayor),
    ]:
        refused = await api.post(path, asked, by=by)
        assert refused.json()["code"] == "period_closed", refused.text
    many = await api.post("/v1/logs/approvals", {"ids": [str(log)]}, by=world.mayor)
    assert many.json()["items"][0]["problem"]["code"] == "period_closed"
    draft = await add_log(world, clerk, starts=600, ends=660)
    answers = [
        await api.patch(f"/v1/logs/{draft}", {"description": "Baru"}, by=clerk, version=1),
        await api.delete(f"/v1/logs/{draft}", by=clerk, version=1),
        await api.post(f"/v1/logs/{draft}/submissions", by=clerk),
    ]
    assert {answer.json()["code"] for answer in answers} == {"period_closed"}


async def test_a_close_under_way_is_waited_for(
    api: Api, world: World, sql: Any, database_name: str
):
    clerk = await world.employee("Siti")
    period = await add_month(world, world.today)
    closing = await asyncpg.connect(server_url("postgres", database_name))
    async with closing.transaction():
        await closing.execute("UPDATE kinerja.periods SET status = 'closed' WHERE id = $1", period)
        entering = asyncio.create_task(api.post("/v1/logs", body(world), by=clerk))
        blocked = (
            "SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = any(pg_blocking_pids(pid))"
        )
        while not await closing.fetchval(blocked):
            assert not entering.done()
            await asyncio.sleep(0.01)
    await closing.close()
    refused = await entering
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
    assert await ledger(sql, clerk) == []


async def test_a_disabled_account_enters_nothing(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    assert (await api.get("/v1/logs", by=clerk)).status_code == 200
    await sql(
        "UPDATE kinerja.principals SET is_active = false, access_version = 2 WHERE id = $1",
        clerk.account_id,
    )
    refused = await api.post("/v1/logs", body(world), by=clerk)
    assert refused.status_code == 401
    assert await ledger(sql, clerk) == []


async def test_overlap_is_allowed_where_the_norm_says_so(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    await set_norm(world, "log_overlap_allowed", True)
    first = await api.post("/v1/logs", body(world), by=clerk)
    second = await api.post("/v1/logs", body(world), by=clerk)
    assert (first.status_code, second.status_code) == (201, 201)
    assert [row[1:] for row in await ledger(sql, clerk)] == [(180, "{[480,570)}")]
    path = f"/v1/logs/{second.json()['id']}"
    assert (await api.delete(path, by=clerk, version=1)).status_code == 204
    assert [row[1:] for row in await ledger(sql, clerk)] == [(90, "{[480,570)}")]


async def test_moving_a_draft_moves_its_time(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    first = (await api.post("/v1/logs", body(world), by=clerk)).json()
    await api.post("/v1/logs", body(world, starts_at="10:00", ends_at="11:00"), by=clerk)
    path = f"/v1/logs/{first['id']}"
    onto = await api.patch(path, {"ends_at": "10:30"}, by=clerk, version=1)
    assert (onto.status_code, onto.json()["code"]) == (409, "log_overlaps")
    moved = await api.patch(
        path, {"starts_at": "08:30", "ends_at": "10:00", "volume": "2", "volume_unit": "berkas"},
        by=clerk, version=1,
    )  # fmt: skip
    assert (moved.status_code, moved.json()["minutes"], moved.json()["version"]) == (200, 90, 2)
    assert moved.json()["volume"] == "2.00"
    assert [row[1:] for row in await ledger(sql, clerk)] == [(150, "{[510,660)}")]
    stale = await api.patch(path, {"description": "x"}, by=clerk, version=1)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    assert (await api.patch(path, {"description": "x"}, by=clerk)).status_code == 428
    await api.delete(path, by=clerk, version=2)
    assert [row[1:] for row in await ledger(sql, clerk)] == [(60, "{[600,660)}")]


async def test_a_returned_log_frees_its_time_and_may_lose_it(api: Api, world: World, sql: Any):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    log = (await api.post("/v1/logs", body(world, submit=True), by=clerk)).json()
    path = f"/v1/logs/{log['id']}"
    assert (await api.post(f"{path}/returns", {}, by=head)).status_code == 422
    back = await api.post(f"{path}/returns", {"note": "Lengkapi"}, by=head)
    assert (back.status_code, back.json()["status"]) == (201, "returned"), back.text
    assert back.json()["decision_note"] == "Lengkapi"
    assert [row[1:] for row in await ledger(sql, clerk)] == [(0, "{}")]
    told = await sql(
        "SELECT kind, note FROM kinerja.notices WHERE employee_id = $1", clerk.employee_id
    )
    assert [tuple(row) for row in told] == [("log_returned", "Lengkapi")]
    other = (await api.post("/v1/logs", body(world), by=clerk)).json()
    taken = await api.post(f"{path}/submissions", by=clerk)
    assert (taken.status_code, taken.json()["code"]) == (409, "log_overlaps")
    await api.delete(f"/v1/logs/{other['id']}", by=clerk, version=1)
    again = await api.post(f"{path}/submissions", by=clerk)
    assert (again.status_code, again.json()["status"]) == (201, "submitted"), again.text
    assert [row[1] for row in await ledger(sql, clerk)] == [90]


async def test_only_the_superior_decides(api: Api, world: World, other_world: World, sql: Any):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    colleague = await world.employee("Rina", unit=unit)
    log = await add_log(world, clerk, status="submitted")
    path = f"/v1/logs/{log}"
    seen = await api.get(path, by=head)
    assert seen.json()["allowed_actions"] == ["approve", "return"]
    assert (await api.get(path, by=world.mayor)).json()["allowed_actions"] == []
    expected = {
        colleague: (404, "not_found"),
        other_world.mayor: (404, "not_found"),
        clerk: (403, "not_superior"),
        world.mayor: (403, "not_superior"),
        world.agency: (403, "permission_denied"),
    }
    for person, outcome in expected.items():
        refused = await api.post(f"{path}/approvals", {}, by=person)
        assert (refused.status_code, refused.json()["code"]) == outcome
    mine = await api.patch(path, {"description": "x"}, by=head, version=1)
    assert (mine.status_code, mine.json()["code"]) == (403, "not_own_log")
    both = await asyncio.gather(
        api.post(f"{path}/approvals", {"note": "Bagus"}, by=head),
        api.post(f"{path}/returns", {"note": "Ulangi"}, by=head, version=1),
    )
    statuses = [answer.status_code for answer in both]
    assert statuses in ([201, 412], [409, 201]), [answer.text for answer in both]


async def test_many_are_approved_each_by_itself(api: Api, world: World, sql: Any):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    good = [
        await add_log(world, clerk, starts=n * 60, ends=n * 60 + 30, status="submitted")
        for n in range(5)
    ]
    draft = await add_log(world, clerk, starts=900, ends=930)
    own = await add_log(world, head, status="submitted")
    ids = [str(log) for log in (*good, draft, own, world.root)]
    answer = await api.post("/v1/logs/approvals", {"ids": ids}, by=head)
    assert answer.status_code == 207, answer.text
    statuses = [item["status"] for item in answer.json()["items"]]
    assert statuses == [200] * 5 + [409, 403, 404]
    entries = await sql(
        "SELECT count(*) FROM kinerja.audit_entries WHERE tenant_id = $1 AND action = $2",
        world.tenant_id,
        "log.approved",
    )
    assert entries[0]["count"] == 5
    too_many = {"ids": [str(world.root)] * 501}
    assert (await api.post("/v1/logs/approvals", too_many, by=head)).status_code == 422


async def government(world: World) -> tuple[list[Person], Person, Any, Any]:
    dinas = await world.unit("Dinas")
    bidang = await world.unit("Bidang", parent=dinas)
    head = await world.employee("Kepala", unit=dinas, head=True)
    people = [await world.employee(f"P{n}", unit=[dinas, bidang][n % 2]) for n in range(4)]
    outside = await world.employee("Luar")
    for person in (*people, outside, head):
        for back in range(3):
            await add_log(world, person, on=world.today - dt.timedelta(days=back))
    return people, head, dinas, bidang


async def test_lists_show_own_logs_or_those_of_units_in_scope(
    api: Api, world: World, other_world: World
):
    people, head, dinas, bidang = await government(world)

    async def listed(by: Person, **params: Any) -> list[dict[str, Any]]:
        answer = await api.get("/v1/logs", by=by, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    own = await listed(people[0])
    assert {item["employee_id"] for item in own} == {str(people[0].employee_id)}
    dates = [item["work_date"] for item in own]
    assert dates == sorted(dates, reverse=True)
    assert len(await listed(world.agency)) == 18
    nothing = await listed(people[0], below_id=str(dinas))
    assert {item["employee_id"] for item in nothing} == {str(people[0].employee_id)}
    assert await listed(people[0], employee_id=str(people[1].employee_id)) == []
    assert len(await listed(head, employee_id=str(people[1].employee_id))) == 3
    unit_agency = await world.officer("Sub", Role.PERSONNEL_AGENCY, unit=bidang)
    assert len(await listed(unit_agency)) == 6
    assert await listed(other_world.agency) == []
    filters = {
        "work_date_from": str(world.today),
        "status": "draft",
        "updated_since": "2020-01-01T00:00:00Z",
        "unit_id": str(dinas),
    }
    assert len(await listed(head, **filters)) == 3
    for hostile in ({"limit": "201"}, {"status": "x"}, {"sort": "id"}, {"cursor": "x"}, {"a": "b"}):
        assert (await api.get("/v1/logs", by=head, params=hostile)).status_code in (400, 422)


async def test_pages_of_a_subtree_hold_every_log_once_in_both_directions(api: Api, world: World):
    _, head, dinas, _ = await government(world)
    seen: list[tuple[str, str]] = []
    params: dict[str, Any] = {"below_id": str(dinas), "limit": 4}
    while True:
        page = (await api.get("/v1/logs", by=head, params=params)).json()
        seen += [(item["work_date"], item["id"]) for item in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 15
    assert seen == sorted(seen, reverse=True)
    params["cursor"] = page["prev_cursor"]
    back = (await api.get("/v1/logs", by=head, params=params)).json()
    assert [item["id"] for item in back["items"]] == [log for _, log in seen[8:12]]
    rising = {"below_id": str(dinas), "sort": "work_date"}
    up = (await api.get("/v1/logs", by=head, params=rising)).json()["items"]
    assert [(item["work_date"], item["id"]) for item in up] == sorted(seen)


def test_every_problem_of_the_domain_has_its_texts():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = [
        kind.code
        for kind in kinds
        if issubclass(kind, Problem) and kind.__module__ == errors.__name__
    ]
    assert codes
    assert [code for code in codes if not has_text("problems", code)] == []


def test_a_list_by_status_names_it_in_the_text_as_the_partial_index_needs():
    wanted = select(activity_logs.c.id).where(has_status(activity_logs, LogStatus.SUBMITTED))
    assert "status = 'submitted'" in Statement(wanted).text


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_an_instant_beyond_all_calendars_is_refused(api: Api, world: World, since: str):
    refused = await api.get("/v1/logs", by=world.mayor, params={"updated_since": since})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_what_was_left_undecided_at_a_transfer_is_for_the_new_superior(
    api: Api, world: World
):
    yesterday = world.today - dt.timedelta(days=1)
    before, after = await world.unit("Dinas Lama"), await world.unit("Dinas Baru")
    old = await world.employee("Kepala Lama", unit=before, head=True)
    new = await world.employee("Kepala Baru", unit=after, head=True)
    clerk = await world.employee("Siti", unit=before, until=yesterday)
    colleague = await world.employee("Budi", unit=before)
    async with world.database.write(world.tenant_id) as writing:
        assert clerk.employee_id
        await place(writing, clerk.employee_id, after, since=world.today)
    left = f"/v1/logs/{await add_log(world, clerk, on=yesterday, status='submitted')}"
    other = f"/v1/logs/{await add_log(world, colleague, status='submitted')}"
    assert (await api.post(f"{left}/approvals", {}, by=old)).status_code == 403
    assert (await api.post(f"{other}/approvals", {}, by=new)).status_code == 404
    approved = await api.post(f"{left}/approvals", {}, by=new)
    assert approved.status_code == 201, approved.text
    found = await api.get("/v1/logs", by=new, params={"employee_id": str(clerk.employee_id)})
    assert [row["status"] for row in found.json()["items"]] == ["approved"]
