"""Until when logs are entered, changed and decided; outages, late entries and late approvals."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.organisation.queries.norms import forget_norms
from kinerja_api.organisation.queries.outages import forget_outages
from kinerja_api.organisation.tables import norms, outages
from tests.factories.activities import add_log
from tests.factories.world import Person, World, place, put
from tests.plugins.service import Api

DAY = dt.timedelta(days=1)


async def set_norms(world: World, **values: object) -> None:
    now = clock.now()
    async with world.database.write(world.tenant_id) as writing:
        for key, value in values.items():
            await put(
                writing, norms, tenant_id=world.tenant_id, id=new_id(), key=key, value=value,
                basis="Perwal", starts_on=dt.date(2020, 1, 1), created_at=now, updated_at=now,
            )  # fmt: skip
    forget_norms(world.tenant_id)
    forget_outages(world.tenant_id)


async def add_outage(world: World, first: dt.date, last: dt.date) -> None:
    now = clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, outages, tenant_id=world.tenant_id, id=new_id(), starts_on=first,
            ends_on=last, reason="Gangguan pusat data", created_at=now, updated_at=now,
        )  # fmt: skip
    forget_outages(world.tenant_id)


def body(day: dt.date, **changes: Any) -> dict[str, Any]:
    return {
        "work_date": str(day),
        "starts_at": "08:00",
        "ends_at": "09:30",
        "description": "Melayani warga",
        **changes,
    }


async def team(world: World) -> tuple[Person, Person]:
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    return head, await world.employee("Siti", unit=unit)


async def test_a_late_log_needs_its_reason_and_then_its_window_too(api: Api, world: World):
    _, clerk = await team(world)
    await set_norms(world, log_days_back=3, late_entry_days=2)
    back = {n: world.today - n * DAY for n in range(7)}
    expected = [(3, None, 201), (4, None, "late_reason_missing"), (4, "Sakit", 201),
                (5, "Sakit", 201), (6, "Sakit", "log_window_passed")]  # fmt: skip
    for days, reason, outcome in expected:
        answer = await api.post("/v1/logs", body(back[days], late_reason=reason), by=clerk)
        found = 201 if answer.status_code == 201 else answer.json()["code"]
        assert found == outcome, (days, reason, answer.text)
        if outcome == 201:
            assert answer.json()["late_reason"] == reason
        else:
            assert answer.status_code == 422
    tomorrow = await api.post("/v1/logs", body(world.today + DAY, late_reason="x"), by=clerk)
    assert tomorrow.json()["code"] == "log_in_future"
    batch = await api.post(
        "/v1/logs/batches",
        {
            "atomic": False,
            "items": [
                body(back[4], starts_at="10:00", ends_at="11:00", client_ref="a"),
                body(back[4], starts_at="10:00", ends_at="11:00", client_ref="b", late_reason="x"),
                body(back[6], client_ref="c", late_reason="x"),
            ],
        },
        by=clerk,
    )
    codes = [(item["problem"] or {}).get("code") for item in batch.json()["items"]]
    assert codes == ["late_reason_missing", None, "log_window_passed"]


async def test_how_far_ahead_a_log_is_entered_is_a_norm(api: Api, world: World):
    head, clerk = await team(world)
    await set_norms(world, log_days_ahead=1)
    tomorrow = await api.post("/v1/logs", body(world.today + DAY, submit=True), by=clerk)
    assert tomorrow.status_code == 201, tomorrow.text
    later = await api.post("/v1/logs", body(world.today + 2 * DAY), by=clerk)
    assert (later.status_code, later.json()["code"]) == (422, "log_in_future")
    assert str(world.today + DAY) in later.json()["detail"]
    limits = (await api.get("/v1/me", by=clerk)).json()["norms"]
    assert limits["last_log_day"] == str(world.today + DAY)
    for person, params in ((clerk, {}), (head, {"waits_for_me": "true"})):
        listed = (await api.get("/v1/logs", by=person, params=params)).json()["items"]
        assert [log["id"] for log in listed] == [tomorrow.json()["id"]]


async def test_days_of_an_outage_are_not_counted(api: Api, world: World):
    _, clerk = await team(world)
    await set_norms(world, log_days_back=2)
    day = world.today - 5 * DAY
    assert (await api.post("/v1/logs", body(day), by=clerk)).json()["code"] == "log_window_passed"
    await add_outage(world, world.today - 3 * DAY, world.today - DAY)
    assert (await api.post("/v1/logs", body(day), by=clerk)).status_code == 201
    earlier = await api.post("/v1/logs", body(day - DAY), by=clerk)
    assert earlier.json()["code"] == "log_window_passed"


async def test_parallel_late_logs_are_refused_alike(api: Api, world: World):
    _, clerk = await team(world)
    await set_norms(world, log_days_back=0)
    answers = await asyncio.gather(
        *[api.post("/v1/logs", body(world.today - DAY), by=clerk) for _ in range(5)]
    )
    assert {answer.json()["code"] for answer in answers} == {"log_window_passed"}


async def test_limits_are_those_of_the_work_date(api: Api, world: World):
    _, clerk = await team(world)
    now, yesterday = clock.now(), world.today - DAY
    async with world.database.write(world.tenant_id) as writing:
        for value, starts_on, ends_on in (
            (60, dt.date(2020, 1, 1), yesterday),
            (90, world.today, None),
        ):
            await put(
                writing, norms, tenant_id=world.tenant_id, id=new_id(),
                key="daily_minutes_limit", value=value, basis="Perwal", starts_on=starts_on,
                ends_on=ends_on, created_at=now, updated_at=now,
            )  # fmt: skip
    forget_norms(world.tenant_id)
    refused = await api.post("/v1/logs", body(yesterday), by=clerk)
    assert refused.json()["params"]["limit_minutes"] == 60
    assert (await api.post("/v1/logs", body(world.today), by=clerk)).status_code == 201


async def test_a_draft_is_changed_and_submitted_within_the_window(api: Api, world: World):
    _, clerk = await team(world)
    await set_norms(world, log_days_back=3, late_entry_days=2)
    late = await add_log(world, clerk, on=world.today - 5 * DAY)
    over = await add_log(world, clerk, on=world.today - 6 * DAY)
    path = f"/v1/logs/{late}"
    sent = await api.post(f"{path}/submissions", by=clerk)
    assert (sent.status_code, sent.json()["code"]) == (422, "late_reason_missing")
    edit = await api.patch(path, {"description": "Baru"}, by=clerk, version=1)
    assert edit.json()["code"] == "late_reason_missing"
    edit = await api.patch(path, {"late_reason": "Tugas luar kota"}, by=clerk, version=1)
    assert (edit.status_code, edit.json()["late_reason"]) == (200, "Tugas luar kota")
    assert (await api.post(f"{path}/submissions", by=clerk)).status_code == 201
    path = f"/v1/logs/{over}"
    edit = await api.patch(path, {"late_reason": "Tugas"}, by=clerk, version=1)
    sent = await api.post(f"{path}/submissions", by=clerk)
    assert {edit.json()["code"], sent.json()["code"]} == {"log_window_passed"}
    assert (await api.delete(path, by=clerk, version=1)).status_code == 204


@pytest.mark.parametrize(("days", "outcome"), [(0, 201), (3, 201), (4, "log_window_passed")])
async def test_what_was_returned_has_the_window_again_from_that_day(
    api: Api, world: World, days: int, outcome: int | str
):
    head, clerk = await team(world)
    await set_norms(world, log_days_back=3)
    log = await add_log(
        world, clerk, on=world.today - 20 * DAY, status="returned",
        decided_at=clock.now() - days * DAY, decided_by_id=head.employee_id,
    )  # fmt: skip
    path = f"/v1/logs/{log}"
    edit = await api.patch(path, {"description": "Lengkap"}, by=clerk, version=1)
    sent = await api.post(f"{path}/submissions", by=clerk)
    if outcome == 201:
        assert (edit.status_code, sent.status_code) == (200, 201), sent.text
        assert (await api.post(f"{path}/approvals", {}, by=head)).status_code == 201
    else:
        assert {edit.json()["code"], sent.json()["code"]} == {outcome}


async def test_an_outage_prolongs_the_window_of_what_was_returned(api: Api, world: World):
    head, clerk = await team(world)
    await set_norms(world, log_days_back=3)
    await add_outage(world, world.today - DAY, world.today)
    log = await add_log(
        world, clerk, on=world.today - 20 * DAY, status="returned",
        decided_at=clock.now() - 5 * DAY, decided_by_id=head.employee_id,
    )  # fmt: skip
    assert (await api.post(f"/v1/logs/{log}/submissions", by=clerk)).status_code == 201


async def decided(api: Api, head: Person, log: object, verb: str, note: str | None) -> int | str:
    answer = await api.post(f"/v1/logs/{log}/{verb}", {"note": note} if note else {}, by=head)
    return answer.status_code if answer.status_code == 201 else answer.json()["code"]


async def test_deciding_is_free_then_with_a_note_then_over(api: Api, world: World):
    head, clerk = await team(world)
    await set_norms(world, approval_days=3, late_approval_days=2)
    cases = [
        (3, "approvals", None, 201), (3, "returns", "Ulangi", 201),
        (4, "approvals", None, "approval_note_missing"), (4, "approvals", "Cuti", 201),
        (5, "returns", "Ulangi", 201), (6, "approvals", "Cuti", "approval_window_passed"),
        (6, "returns", "Ulangi", "approval_window_passed"),
    ]  # fmt: skip
    for place_, (days, verb, note, outcome) in enumerate(cases):
        log = await add_log(
            world, clerk, on=world.today - 6 * DAY, starts=place_ * 60, ends=place_ * 60 + 30,
            status="submitted", submitted_at=clock.now() - days * DAY,
        )  # fmt: skip
        assert await decided(api, head, log, verb, note) == outcome, (days, verb, note)
    taken_back = await add_log(
        world, clerk, on=world.today - 6 * DAY, starts=600, ends=630, status="approved",
        submitted_at=clock.now() - 6 * DAY,
    )  # fmt: skip
    assert await decided(api, head, taken_back, "returns", "Keliru") == "approval_window_passed"


async def test_outages_prolong_the_time_to_decide(api: Api, world: World):
    head, clerk = await team(world)
    await set_norms(world, approval_days=3, late_approval_days=0)
    await add_outage(world, world.today - 2 * DAY, world.today - DAY)
    log = await add_log(
        world, clerk, on=world.today - 6 * DAY, status="submitted",
        submitted_at=clock.now() - 5 * DAY,
    )  # fmt: skip
    assert await decided(api, head, log, "approvals", None) == 201


async def test_of_many_each_has_its_own_window(api: Api, world: World, sql: Any):
    head, clerk = await team(world)
    await set_norms(world, approval_days=3, late_approval_days=2)
    logs = [
        await add_log(
            world, clerk, on=world.today - 6 * DAY, starts=days * 60, ends=days * 60 + 30,
            status="submitted", submitted_at=clock.now() - days * DAY,
        )
        for days in (0, 3, 4, 6)
    ]  # fmt: skip
    ids = [str(log) for log in logs]
    many = await api.post("/v1/logs/approvals", {"ids": ids}, by=head)
    items = many.json()["items"]
    assert [item["status"] for item in items] == [200, 200, 422, 409]
    codes = [item["problem"]["code"] for item in items[2:]]
    assert codes == ["approval_note_missing", "approval_window_passed"]
    late = await api.post("/v1/logs/approvals", {"ids": ids[2:], "note": "Cuti"}, by=head)
    assert [item["status"] for item in late.json()["items"]] == [200, 409]
    told = await sql("SELECT note FROM kinerja.notices WHERE subject_id = $1", logs[2])
    assert [row["note"] for row in told] == ["Cuti"]
    kept = await sql("SELECT decision_note FROM kinerja.activity_logs WHERE id = $1", logs[2])
    assert kept[0]["decision_note"] == "Cuti"


async def test_of_parallel_late_approvals_exactly_one_succeeds(api: Api, world: World):
    head, clerk = await team(world)
    await set_norms(world, approval_days=3)
    log = await add_log(
        world, clerk, on=world.today - 6 * DAY, status="submitted",
        submitted_at=clock.now() - 5 * DAY,
    )  # fmt: skip
    outcomes = await asyncio.gather(
        *[decided(api, head, log, "approvals", "Cuti" if n % 2 else None) for n in range(8)]
    )
    assert outcomes.count(201) == 1
    assert set(outcomes) <= {201, "transition_refused", "approval_note_missing"}


async def test_parallel_approvals_of_the_same_many_approve_each_once(
    api: Api, world: World, sql: Any
):
    head, clerk = await team(world)
    logs = [
        str(await add_log(world, clerk, starts=n * 20, ends=n * 20 + 10, status="submitted"))
        for n in range(20)
    ]
    answers = await asyncio.gather(
        *[
            api.post("/v1/logs/approvals", {"ids": order, "note": "Baik"}, by=head)
            for order in (logs, logs[::-1], logs[5:], logs[:15])
        ]
    )
    found = [item for answer in answers for item in answer.json()["items"]]
    assert sorted(item["id"] for item in found if item["status"] == 200) == sorted(logs)
    assert {item["status"] for item in found} == {200, 409}
    told = await sql(
        "SELECT count(*) FROM kinerja.notices WHERE employee_id = $1", clerk.employee_id
    )
    assert told[0]["count"] == 20


async def test_an_approval_meets_a_change_only_in_one_order(api: Api, world: World, sql: Any):
    head, clerk = await team(world)
    log = await add_log(world, clerk, status="returned", decided_at=clock.now())
    sent = await api.post(f"/v1/logs/{log}/submissions", by=clerk, version=1)
    assert sent.json()["version"] == 2
    stale = await api.post(f"/v1/logs/{log}/approvals", {}, by=head, version=1)
    assert (stale.status_code, stale.json()["code"]) == (412, "version_stale")
    both = await asyncio.gather(
        api.post(f"/v1/logs/{log}/returns", {"note": "Ulangi"}, by=head, version=2),
        api.post(f"/v1/logs/{log}/approvals", {}, by=head, version=2),
    )
    codes = sorted(answer.status_code for answer in both)
    # Returned first, the approval is refused; approved first, the return finds another version.
    assert codes in ([201, 409], [201, 412]), [answer.text for answer in both]
    rows = await sql("SELECT version FROM kinerja.activity_logs WHERE id = $1", log)
    assert rows[0]["version"] == 3


async def test_who_is_superior_while_acting_decides(api: Api, world: World):
    head, clerk = await team(world)
    log = await add_log(world, clerk, status="submitted")
    acting = await world.employee("Pelaksana Harian", unit=await world.unit("Lain"))
    assert acting.employee_id
    assert clerk.unit_id
    async with world.database.write(world.tenant_id) as writing:
        await place(
            writing, acting.employee_id, clerk.unit_id, head=True, kind="plh", since=world.today
        )
    assert await decided(api, head, log, "approvals", None) == "not_superior"
    assert await decided(api, acting, log, "approvals", None) == 201
