"""Transactions: entered by staff of the unit, advanced through their states, never a citizen."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from tests.factories.services import add_service, add_standard
from tests.factories.world import Person, World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements

PATH = "/v1/transactions"
START = dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)  # a Monday
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def at(instant: dt.datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def body(service: UUID, ref: str = "470/1/2026", **changes: Any) -> dict[str, Any]:
    return {"service_id": str(service), "ref": ref, "received_at": at(START), **changes}


async def entered(api: Api, by: Person, service: UUID, **changes: Any) -> str:
    answer = await api.post(PATH, body(service, **changes), by=by)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def office_with(world: World) -> tuple[UUID, UUID, Person]:
    office = await world.unit("Disdukcapil")
    desk = await world.unit("Loket", parent=office, kind="seksi")
    return office, await add_service(world, office), await world.employee("Siti", unit=desk)


async def test_a_document_on_its_way_from_the_desk_to_its_end(api: Api, world: World):
    _, service, clerk = await office_with(world)
    await add_standard(world, service, time=3)
    path = await entered(api, clerk, service, handler_id=str(clerk.employee_id))
    steps = [
        ("completions", {"at": at(START + HOUR)}, "processing"),
        ("pauses", {"at": at(START + DAY), "reason": "citizen_data", "note": "KK"}, "paused"),
        ("resumptions", {"at": at(START + 2 * DAY)}, "processing"),
    ]
    for step, sent, status in steps:
        answer = await api.post(f"{path}/{step}", sent, by=clerk)
        assert (answer.status_code, answer.json()["status"]) == (201, status), answer.text
    seen = (await api.get(path, by=clerk)).json()
    assert seen["allowed_actions"] == ["edit", "pause", "finish", "cancel"]
    assert (seen["handler_name"], seen["pauses"][0]["reason"]) == ("Siti", "citizen_data")
    clock = (await api.get(f"{path}/clock", by=clerk)).json()
    assert (clock["due_at"], clock["processing_time"]) == ("2026-03-06T23:59:59+07:00", 3)
    assert clock["is_in_time"] is False
    done = await api.post(f"{path}/endings", {"at": at(START + 4 * DAY)}, by=clerk)
    assert (done.json()["status"], done.json()["rating_token"]) == ("done", None)
    clock = (await api.get(f"{path}/clock", by=clerk)).json()
    assert (clock["took"], clock["is_in_time"]) == ("3", True)
    again = await api.post(f"{path}/endings", {}, by=clerk)
    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")


async def test_times_stand_in_their_order_and_not_in_the_future(api: Api, world: World):
    _, service, clerk = await office_with(world)
    path = await entered(api, clerk, service)
    early = await api.post(f"{path}/completions", {"at": at(START - HOUR)}, by=clerk)
    assert (early.status_code, early.json()["code"]) == (422, "times_out_of_order")
    ahead = dt.datetime.now(dt.UTC) + DAY
    late = await api.post(f"{path}/completions", {"at": at(ahead)}, by=clerk)
    assert (late.status_code, late.json()["code"]) == (422, "time_in_future")
    bad = body(service, complete_at=at(START), done_at=at(START - HOUR))
    refused = await api.post(PATH, bad, by=clerk)
    assert refused.json()["errors"][0]["pointer"] == "/done_at"
    reasonless = await api.post(PATH, body(service, cancelled_at=at(START)), by=clerk)
    assert reasonless.json()["code"] == "cancel_reason_missing"
    cancelled = await api.post(f"{path}/cancellations", {"reason": "Ditarik"}, by=clerk)
    assert (cancelled.json()["status"], cancelled.json()["cancel_reason"]) == (
        "cancelled", "Ditarik",
    )  # fmt: skip


async def test_who_cancels_a_paused_document_ends_its_pause(api: Api, world: World, sql: Any):
    _, service, clerk = await office_with(world)
    path = await entered(
        api, clerk, service, complete_at=at(START),
        pauses=[{"reason": "other_agency", "starts_at": at(START + HOUR)}],
    )  # fmt: skip
    sent = {"reason": "Ditarik", "at": at(START + DAY)}
    answer = await api.post(f"{path}/cancellations", sent, by=clerk)
    assert answer.status_code == 201, answer.text
    assert dt.datetime.fromisoformat(answer.json()["pauses"][0]["ends_at"]) == START + DAY


async def test_only_people_of_the_unit_and_its_heads_keep_and_see_them(
    api: Api, world: World, other_world: World
):
    office, service, clerk = await office_with(world)
    path = await entered(api, clerk, service)
    head = await world.employee("Kepala", unit=office, head=True)
    stranger = await world.employee("Tamu", unit=await world.unit("Dinkes"), head=True)
    for by in (head, world.mayor):
        assert (await api.get(path, by=by)).json()["allowed_actions"] != []
    read = await api.get(path, by=world.agency)
    assert (read.status_code, read.json()["allowed_actions"]) == (200, [])
    assert (await api.post(f"{path}/completions", {}, by=world.agency)).status_code == 403
    for by in (stranger, other_world.mayor):
        calls = [
            api.get(path, by=by),
            api.get(f"{path}/clock", by=by),
            api.patch(path, {"ref": "X"}, by=by, version=1),
            *[
                api.post(f"{path}/{step}", sent, by=by)
                for step, sent in [
                    ("completions", {}), ("pauses", {"reason": "legal_process"}),
                    ("resumptions", {}), ("endings", {}), ("cancellations", {"reason": "X"}),
                ]
            ],
        ]  # fmt: skip
        assert [answer.status_code for answer in await asyncio.gather(*calls)] == [404] * 8
        assert (await api.get(PATH, by=by)).json()["items"] == []
    refused = await api.post(PATH, body(service), by=stranger)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_service_staff")
    unknown = await api.post(PATH, body(service), by=other_world.mayor)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_reference")
    closed = await add_service(world, office, is_active=False)
    inactive = await api.post(PATH, body(closed), by=clerk)
    assert (inactive.status_code, inactive.json()["code"]) == (409, "service_inactive")


@pytest.mark.parametrize(
    "changes",
    [{"ref": "NIK 3171234567890123"}, {"ref": "3171 2345 6789 0123"}, {"ref": ""},
     {"client_ref": "3171234567890123"}, {"ref": "a\u202eb"}, {"received_at": "2026-03-02"},
     {"applicant_name": "Budi"}, {"pauses": [{"reason": "lunch", "starts_at": at(START)}]},
     {"cancelled_at": at(START), "cancel_reason": "NIK 3171234567890123"}],
)  # fmt: skip
async def test_hostile_content_and_personal_numbers_are_refused(
    api: Api, world: World, changes: dict[str, Any]
):
    _, service, clerk = await office_with(world)
    answer = await api.post(PATH, body(service, **changes), by=clerk)
    assert answer.status_code == 422, answer.text


async def test_the_number_and_the_handler_change_with_a_version(
    api: Api, world: World, other_world: World
):
    _, service, clerk = await office_with(world)
    path = await entered(api, clerk, service)
    assert (await api.patch(path, {"ref": "X"}, by=clerk)).status_code == 428
    assert (await api.patch(path, {"ref": "X"}, by=clerk, version=9)).status_code == 412
    handler = {"handler_id": str(clerk.employee_id)}
    changed = await api.patch(path, handler, by=clerk, version=1)
    assert (changed.json()["handler_name"], changed.json()["version"]) == ("Siti", 2)
    stranger = {"handler_id": str(other_world.mayor.employee_id)}
    unknown = await api.patch(path, stranger, by=clerk, version=2)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_reference")
    cleared = await api.patch(path, {"handler_id": None}, by=clerk, version=2)
    assert cleared.json()["handler_id"] is None


async def test_of_parallel_events_one_happens(api: Api, world: World, sql: Any):
    _, service, clerk = await office_with(world)
    path = await entered(api, clerk, service, complete_at=at(START))
    both = await asyncio.gather(
        *[api.post(f"{path}/pauses", {"reason": "legal_process"}, by=clerk) for _ in range(4)]
    )
    assert sorted(answer.status_code for answer in both) == [201, 409, 409, 409]
    ends = await asyncio.gather(
        api.post(f"{path}/cancellations", {"reason": "X"}, by=clerk),
        api.post(f"{path}/resumptions", {}, by=clerk),
    )
    assert ends[0].status_code == 201 or ends[1].status_code == 201
    rows = await sql(
        "SELECT count(*) FROM kinerja.transaction_pauses WHERE transaction_id = $1",
        UUID(path.rsplit("/", 1)[1]),
    )
    assert rows[0]["count"] == 1


async def test_a_client_ref_makes_it_repeatable(api: Api, world: World, sql: Any):
    _, service, clerk = await office_with(world)
    sent = body(service, client_ref="loket-1")
    both = await asyncio.gather(*[api.post(PATH, sent, by=clerk) for _ in range(4)])
    assert sorted(answer.status_code for answer in both) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in both}) == 1
    other = await api.post(PATH, {**sent, "ref": "470/2"}, by=clerk)
    assert (other.status_code, other.json()["code"]) == (409, "transaction_name_taken")


async def test_a_batch_is_all_or_nothing_or_each_by_itself(api: Api, world: World, sql: Any):
    _, service, clerk = await office_with(world)
    items = [body(service, f"470/{n}", client_ref=f"r{n}", complete_at=at(START),
                  pauses=[{"reason": "citizen_data", "starts_at": at(START),
                           "ends_at": at(START + HOUR)}], done_at=at(START + DAY))
             for n in range(3)]  # fmt: skip
    wrong = body(service, client_ref="bad", done_at=at(START))
    path = f"{PATH}/batches"
    refused = await api.post(path, {"items": [*items, wrong]}, by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "transactions_refused")
    assert refused.json()["errors"][0]["pointer"] == "/items/3/complete_at"
    assert (await api.get(PATH, by=clerk)).json()["items"] == []
    each = await api.post(path, {"atomic": False, "items": [wrong, *items]}, by=clerk)
    assert each.status_code == 207, each.text
    assert [item["status"] for item in each.json()["items"]] == [422, 201, 201, 201]
    again = await api.post(path, {"items": items}, by=clerk)
    assert again.status_code == 201
    assert [item["status"] for item in again.json()["items"]] == [200] * 3
    twice = await api.post(path, {"items": [items[0], items[0]]}, by=clerk)
    assert twice.json()["code"] == "transaction_name_repeated"
    fresh = [body(service, f"471/{n}", client_ref=f"p{n}") for n in range(20)]
    sent = [{"items": fresh}, {"items": fresh[::-1]}]
    both = await asyncio.gather(*[api.post(path, one, by=clerk) for one in sent])
    assert [answer.status_code for answer in both] == [201, 201]
    counted = await sql(
        "SELECT count(*) FROM kinerja.transactions WHERE tenant_id = $1", world.tenant_id
    )
    assert counted[0]["count"] == 23


async def listed(api: Api, by: Person, **params: Any) -> list[str]:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await api.get(PATH, by=by, params={"limit": 2, **params, **cursor})
        assert page.status_code == 200, page.text
        found += [item["ref"] for item in page.json()["items"]]
        if page.json()["next_cursor"] is None:
            return found
        cursor = {"cursor": page.json()["next_cursor"]}


async def test_lists_page_by_their_filters_in_one_statement(api: Api, world: World):
    office, service, clerk = await office_with(world)
    other = await world.unit("Dinkes")
    second = await add_service(world, other)
    doctor = await world.employee("Dokter", unit=other)
    for n in range(3):
        await entered(api, clerk, service, ref=f"a{n}", received_at=at(START + n * HOUR))
        await entered(api, doctor, second, ref=f"b{n}", received_at=at(START + n * HOUR))

    async def refs(by: Person, **params: Any) -> list[str]:
        return await listed(api, by, **params)

    assert await refs(clerk) == ["a2", "a1", "a0"]
    assert await refs(doctor, sort="received_at") == ["b0", "b1", "b2"]
    every = await refs(world.agency)
    assert sorted(every) == ["a0", "a1", "a2", "b0", "b1", "b2"]
    assert [ref[1] for ref in every] == ["2", "2", "1", "1", "0", "0"]
    assert await refs(world.mayor, below_id=str(office)) == ["a2", "a1", "a0"]
    assert await refs(world.mayor, service_id=str(second)) == ["b2", "b1", "b0"]
    assert await refs(world.mayor, ref="b1", unit_id=str(other)) == ["b1"]
    assert await refs(world.mayor, ref="b1", below_id=str(office)) == []
    assert await refs(clerk, service_id=str(second)) == []
    assert await refs(clerk, status="done") == []
    assert await refs(clerk, received_from=at(START + HOUR), status="received") == ["a2", "a1"]
    assert await refs(clerk, received_to=at(START + HOUR), unit_id=str(office)) == ["a0"]
    await api.get(PATH, by=world.mayor)
    with sent_statements() as statements:
        await api.get(PATH, by=world.mayor)
    assert len(statements) <= 2, statements
