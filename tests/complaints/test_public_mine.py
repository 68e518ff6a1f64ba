"""What a citizen does with his report, by its receipt."""

import asyncio
import datetime as dt
from typing import Any

import httpx
import pytest

from kinerja_api.access.one_time import new_public_token
from kinerja_api.access.rules import Role
from kinerja_api.core import clock
from tests.factories.complaints import new_category, new_report
from tests.factories.services import add_service
from tests.factories.world import Person, World
from tests.plugins.service import Api

REASON = {"reason": "Lampunya padam lagi."}


class Citizen:
    """The holder of a receipt."""

    def __init__(self, api: Api, world: World) -> None:
        self.receipt = new_public_token(world.code)
        self._api, self._path = api, f"/v1/public/{world.code}/reports/mine"

    async def sees(self, **headers: str) -> dict[str, Any]:
        seen = await self._api.get(self._path, headers={"X-Receipt": self.receipt, **headers})
        assert seen.status_code == 200, seen.text
        return seen.json()

    async def does(self, what: str, body: Any = None, key: str | None = None) -> httpx.Response:
        own = {"X-Receipt": self.receipt}
        return await self._api.post(
            f"{self._path}/{what}", body if body is not None else {}, headers=own, key=key
        )


@pytest.fixture
def citizen(api: Api, world: World) -> Citizen:
    return Citizen(api, world)


async def handler_of(world: World) -> Person:
    return await world.employee("Petugas", unit=world.root)


async def column(sql: Any, report_id: Any, name: str) -> Any:
    rows = await sql(f"SELECT {name} FROM kinerja.citizen_reports WHERE id = $1", report_id)
    return rows[0][0]


async def notices_of(sql: Any, person: Person) -> list[str]:
    rows = await sql("SELECT kind FROM kinerja.notices WHERE employee_id = $1", person.employee_id)
    return [row["kind"] for row in rows]


async def test_a_wrong_receipt_is_like_none_everywhere(
    api: Api, world: World, other_world: World, citizen: Citizen
):
    await new_report(world, receipt=citizen.receipt)
    mine = f"/v1/public/{world.code}/reports/mine"
    wrong = ["", "x", "é", new_public_token(world.code), citizen.receipt[:-1], "9" * 5000]
    told: set[str] = set()
    for receipt in wrong:
        headers: dict[str, Any] = {"X-Receipt": receipt.encode()} if receipt else {}
        for method, path, body in (
            ("GET", mine, None),
            ("GET", f"{mine}/attachments/00000000-0000-7000-8000-000000000000", None),
            ("POST", f"{mine}/messages", {"body": "x"}),
            ("POST", f"{mine}/reopenings", REASON),
        ):
            refused = await api.call(method, path, body, headers=headers)
            assert refused.status_code == 404, (receipt, path)
            told.add(str({**refused.json(), "instance": ""}))
    assert len(told) == 1
    other = f"/v1/public/{other_world.code}/reports/mine"
    assert (await api.get(other, headers={"X-Receipt": citizen.receipt})).status_code == 404
    typed = citizen.receipt.lower().replace("-", " ")
    assert (await api.get(mine, headers={"X-Receipt": typed})).status_code == 200


async def test_wrong_receipts_of_an_address_range_come_to_an_end(
    api: Api, world: World, citizen: Citizen, sql: Any
):
    await new_report(world, receipt=citizen.receipt)
    mine = f"/v1/public/{world.code}/reports/mine"
    codes = [
        (await api.get(mine, headers={"X-Receipt": f"salah-{number}"})).status_code
        for number in range(101)
    ]
    assert codes == [404] * 100 + [429]
    body = {"body": "x"}
    refused = await api.post(f"{mine}/messages", body, headers={"X-Receipt": "salah"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert (await citizen.sees())["status"] == "received"


async def test_a_key_replays_nothing_to_another_receipt(
    api: Api, world: World, citizen: Citizen, fresh_key: str
):
    await new_report(world, receipt=citizen.receipt)
    first = await citizen.does("messages", {"body": "Halo"}, fresh_key)
    again = await citizen.does("messages", {"body": "Halo"}, fresh_key)
    assert (first.status_code, again.json()) == (201, first.json())
    assert len(first.json()["messages"]) == 1
    path = f"/v1/public/{world.code}/reports/mine/messages"
    for headers in ({}, {"X-Receipt": new_public_token(world.code)}):
        refused = await api.post(path, {"body": "Halo"}, headers=headers, key=fresh_key)
        assert refused.status_code == 422
        assert refused.json()["code"] == "idempotency_key_reused"


async def test_the_citizen_reads_his_report_and_nobodys_name(
    api: Api, world: World, citizen: Citizen
):
    handler = await handler_of(world)
    await new_report(world, status="reply_proposed", handler=handler, receipt=citizen.receipt)
    seen = await citizen.sees()
    assert seen["status"] == "in_progress"
    assert seen["reply"] is None
    assert seen["unit_name"]
    assert [one["event"] for one in seen["timeline"]] == ["receive", "verify", "assign", "accept"]
    assert handler.name not in str(seen)
    assert str(handler.employee_id) not in str(seen)
    assert "menyala" not in str(seen)
    assert seen["allowed_actions"] == ["message", "withdraw", "raise_confidentiality"]
    english = await citizen.sees(**{"Accept-Language": "en"})
    assert english["status_label"] != seen["status_label"]


async def test_what_the_inspectorate_leads_names_no_unit(api: Api, world: World, citizen: Citizen):
    await new_report(
        world, status="in_progress", receipt=citizen.receipt, led_by="inspectorate",
        report_class="pengaduan_berkadar_pengawasan", is_confidential=True,
    )  # fmt: skip
    seen = await citizen.sees()
    assert seen["unit_name"] is None
    assert "disown" in seen["allowed_actions"]


async def test_a_question_is_answered_once_and_the_clocks_run_again(
    api: Api, world: World, citizen: Citizen, sql: Any
):
    handler = await handler_of(world)
    report = await new_report(
        world, status="awaiting_information", asked_in="in_progress", handler=handler,
        unit=world.root, receipt=citizen.receipt,
    )  # fmt: skip
    assert "inform" in (await citizen.sees())["allowed_actions"]
    both = await asyncio.gather(*[citizen.does("answers", {"body": "Jl. A"}) for _ in range(2)])
    assert sorted(one.status_code for one in both) == [201, 409]
    seen = await citizen.sees()
    assert seen["status"] == "in_progress"
    assert [(one["party"], one["is_question"]) for one in seen["messages"]] == [
        ("staff", True), ("citizen", False),
    ]  # fmt: skip
    pauses = await sql("SELECT ends_at FROM kinerja.report_pauses WHERE report_id = $1", report)
    assert pauses[0]["ends_at"] is not None
    assert await notices_of(sql, handler) == ["report_citizen_answered"]


async def test_a_message_reaches_the_officers_before_there_is_a_handler(
    api: Api, world: World, citizen: Citizen, sql: Any
):
    officer = await world.employee("Petugas pengaduan")
    await world.grant(officer, Role.COMPLAINTS_OFFICER)
    await new_report(world, receipt=citizen.receipt)
    assert (await citizen.does("messages", {"body": "Ada kabar?"})).status_code == 201
    assert await notices_of(sql, officer) == ["report_citizen_wrote"]


async def test_nobody_is_mailed_his_own_message(api: Api, world: World, citizen: Citizen, sql: Any):
    report = await new_report(world, receipt=citizen.receipt, is_anonymous=False, sends_news=True)
    assert (await citizen.does("messages", {"body": "Ada kabar?"})).status_code == 201
    assert await sql("SELECT 1 FROM kinerja.jobs WHERE subject_id = $1", report) == []


async def test_a_confirmation_closes_and_gives_a_token_for_the_service(
    api: Api, world: World, citizen: Citizen, sql: Any, fresh_key: str
):
    service = await add_service(world, world.root)
    await new_report(world, status="answered", receipt=citizen.receipt, service_id=service)
    done = await citizen.does("confirmations", {"body": "Terima kasih"}, fresh_key)
    assert done.status_code == 201
    assert (done.json()["report"]["status"], done.json()["report"]["close_reason"]) == (
        "closed", "confirmed",
    )  # fmt: skip
    token = done.json()["rating_token"]
    assert (await citizen.does("confirmations", {"body": "Terima kasih"}, fresh_key)).json() == (
        done.json()
    )
    stored = await sql("SELECT body FROM kinerja.idempotency_keys WHERE is_sealed")
    assert all(token.encode() not in row["body"] for row in stored)
    path = f"/v1/public/{world.code}/ratings"
    rated = [await api.post(path, {"token": token, "treatment": 5}) for _ in range(2)]
    assert [one.status_code for one in rated] == [201, 409]
    assert (await citizen.does("confirmations")).status_code == 409


async def test_without_a_service_there_is_nothing_to_rate(api: Api, world: World, citizen: Citizen):
    await new_report(world, status="answered", receipt=citizen.receipt)
    assert (await citizen.does("confirmations")).json()["rating_token"] is None


async def test_two_reopenings_at_once_count_once(
    api: Api, world: World, citizen: Citizen, sql: Any
):
    handler = await handler_of(world)
    report = await new_report(world, status="answered", handler=handler, receipt=citizen.receipt)
    both = await asyncio.gather(*[citizen.does("reopenings", REASON) for _ in range(2)])
    assert sorted(one.status_code for one in both) == [201, 409]
    assert await column(sql, report, "reopenings") == 1
    segments = await sql(
        "SELECT count(*) FROM kinerja.report_segments WHERE report_id = $1 AND ends_at IS NULL",
        report,
    )
    assert segments[0][0] == 1
    assert await notices_of(sql, handler) == ["report_reopened"]


async def test_a_confirmation_and_a_reopening_at_once_leave_one_story(
    api: Api, world: World, citizen: Citizen, sql: Any
):
    report = await new_report(world, status="answered", receipt=citizen.receipt)
    confirmed, reopened = await asyncio.gather(
        citizen.does("confirmations"), citizen.does("reopenings", REASON)
    )
    assert reopened.status_code == 201
    assert confirmed.status_code in {201, 409}
    assert await column(sql, report, "status") == "in_progress"
    assert await column(sql, report, "close_reason") is None
    log = await sql(
        "SELECT number, event FROM kinerja.report_events WHERE report_id = $1 ORDER BY number",
        report,
    )
    assert [row["number"] for row in log] == list(range(1, len(log) + 1))


async def test_the_third_reopening_goes_up_once(api: Api, world: World, citizen: Citizen, sql: Any):
    inspector = await world.employee("Auditor")
    await world.grant(inspector, Role.INSPECTORATE)
    report = await new_report(world, status="closed", receipt=citizen.receipt, reopenings=2)
    assert (await citizen.sees())["allowed_actions"] == [
        "message", "escalate", "raise_confidentiality",
    ]  # fmt: skip
    both = await asyncio.gather(*[citizen.does("reopenings", REASON) for _ in range(2)])
    assert sorted(one.status_code for one in both) == [201, 409]
    made = next(one for one in both if one.status_code == 201).json()
    assert (made["status"], made["is_escalated"], made["reopenings_left"]) == ("closed", True, 0)
    assert "Ombudsman" in made["advice"]
    refused = next(one for one in both if one.status_code == 409).json()
    assert refused["code"] == "reopenings_exhausted"
    assert await column(sql, report, "reopenings") == 2
    assert await notices_of(sql, inspector) == ["report_escalated"]


@pytest.mark.parametrize(("days", "expected"), [(13, 201), (40, 409)])
async def test_reopening_has_its_time(
    api: Api, world: World, citizen: Citizen, days: int, expected: int
):
    answered = clock.now() - dt.timedelta(days=days)
    await new_report(
        world, status="answered", receipt=citizen.receipt,
        received_at=answered - dt.timedelta(days=2), times={"approve_reply": answered},
    )  # fmt: skip
    offered = "reopen" in (await citizen.sees())["allowed_actions"]
    assert offered == (expected == 201)
    sent = await citizen.does("reopenings", REASON)
    assert sent.status_code == expected
    if expected == 409:
        assert sent.json()["code"] == "reopening_too_late"


async def test_an_archived_report_is_taken_out_once(
    api: Api, world: World, citizen: Citizen, sql: Any
):
    report = await new_report(world, status="archived", receipt=citizen.receipt)
    assert (await citizen.sees())["archive_reason"] == "unclear"
    both = await asyncio.gather(*[citizen.does("appeals", REASON) for _ in range(2)])
    assert sorted(one.status_code for one in both) == [201, 409]
    assert await column(sql, report, "status") == "received"
    assert await column(sql, report, "archive_reason") is None
    other = Citizen(api, world)
    await new_report(world, status="archived", receipt=other.receipt, appeals=1)
    assert "appeal" not in (await other.sees())["allowed_actions"]
    assert (await other.does("appeals", REASON)).json()["code"] == "appeals_exhausted"


PUBLISHED: dict[str, Any] = {"public_title": "Lampu", "public_body": "Padam", "ticket": "7K3Q-A9XW"}


@pytest.mark.parametrize(
    "report_class", ["pengaduan_berkadar_pengawasan", "pengaduan_tidak_berkadar_pengawasan"]
)
async def test_nobody_can_tell_a_withdrawn_report_from_one_that_goes_on(
    api: Api, world: World, citizen: Citizen, report_class: str
):
    await new_report(
        world, status="in_progress", receipt=citizen.receipt, report_class=report_class,
        published_at=clock.now(), **PUBLISHED,
    )  # fmt: skip
    path = f"/v1/public/{world.code}/reports"
    assert (await api.get(f"{path}/7K3Q-A9XW")).status_code == 200
    assert not (await citizen.does("withdrawals")).json()["is_published"]
    assert (await api.get(f"{path}/7K3Q-A9XW")).status_code == 404
    assert (await api.get(path)).json()["items"] == []


async def test_what_the_inspectorate_keeps_is_not_public_by_any_way(
    api: Api, world: World, citizen: Citizen
):
    await new_report(
        world, status="in_progress", receipt=citizen.receipt, is_ex_officio=True,
        led_by="inspectorate", published_at=clock.now(), **PUBLISHED,
    )  # fmt: skip
    path = f"/v1/public/{world.code}/reports"
    assert (await api.get(f"{path}/7K3Q-A9XW")).status_code == 404
    assert (await api.get(path)).json()["items"] == []
    assert (await api.post(f"{path}/candidates", {"title": "Lampu"})).json()["items"] == []


async def test_a_text_that_is_too_long_is_called_a_text(api: Api, world: World, citizen: Citizen):
    await new_report(world, status="in_progress", receipt=citizen.receipt)
    refused = await citizen.does("withdrawals", {"reason": "a" * 2001})
    assert refused.json()["errors"][0]["code"] == "string_too_long"
    assert "2000 karakter" in refused.json()["errors"][0]["message"]


async def test_a_withdrawal_ends_an_ordinary_report(api: Api, world: World, citizen: Citizen):
    await new_report(world, status="in_progress", receipt=citizen.receipt)
    done = (await citizen.does("withdrawals", REASON)).json()
    assert (done["status"], done["timeline"][-1]["event"]) == ("withdrawn", "withdraw")
    assert (await citizen.does("withdrawals")).status_code == 409
    answered = Citizen(api, world)
    await new_report(world, status="answered", receipt=answered.receipt)
    assert (await answered.does("withdrawals")).status_code == 409


@pytest.mark.parametrize("status", ["verified", "in_progress", "awaiting_information"])
async def test_what_must_be_supervised_goes_on_without_the_citizen(
    api: Api, world: World, citizen: Citizen, sql: Any, status: str
):
    inspector = await world.employee("Auditor")
    await world.grant(inspector, Role.INSPECTORATE)
    report = await new_report(
        world, status=status, receipt=citizen.receipt,
        asked_in="in_progress" if status == "awaiting_information" else None,
        report_class="pengaduan_berkadar_pengawasan",
    )  # fmt: skip
    done = (await citizen.does("withdrawals")).json()
    assert (done["status"], done["allowed_actions"], done["due"]) == ("withdrawn", [], None)
    assert await column(sql, report, "is_ex_officio")
    assert await column(sql, report, "led_by") == "inspectorate"
    assert await column(sql, report, "status") != "withdrawn"
    assert await column(sql, report, "status") != "awaiting_information"
    assert await notices_of(sql, inspector) == ["report_disowned"]
    for what, body in (("messages", {"body": "x"}), ("withdrawals", {}), ("reopenings", REASON)):
        assert (await citizen.does(what, body)).status_code == 409


@pytest.mark.parametrize("status", ["received", "awaiting_information"])
async def test_what_was_not_looked_at_yet_is_withdrawn_whole(
    api: Api, world: World, citizen: Citizen, sql: Any, status: str
):
    report = await new_report(
        world, status=status, receipt=citizen.receipt,
        report_class="pengaduan_berkadar_pengawasan",
    )  # fmt: skip
    assert "withdraw" in (await citizen.sees())["allowed_actions"]
    assert (await citizen.does("withdrawals")).json()["timeline"][-1]["event"] == "withdraw"
    assert await column(sql, report, "status") == "withdrawn"


async def test_confidentiality_is_raised_and_lowered_by_the_citizen(
    api: Api, world: World, citizen: Citizen, sql: Any
):
    report = await new_report(
        world, status="answered", receipt=citizen.receipt, public_title="Lampu",
        public_body="Padam", published_at=clock.now(),
    )  # fmt: skip
    assert (await citizen.sees())["is_published"]
    raised = (await citizen.does("confidentialities", {"is_confidential": True})).json()
    assert (raised["is_confidential"], raised["is_published"]) == (True, False)
    assert await column(sql, report, "public_title") is None
    assert (await citizen.does("confidentialities", {"is_confidential": True})).status_code == 201
    lowered = (await citizen.does("confidentialities", {"is_confidential": False})).json()
    assert not lowered["is_confidential"]
    rows = await sql(
        "SELECT number, is_confidential, set_by FROM kinerja.report_confidentialities"
        " WHERE report_id = $1 ORDER BY number",
        report,
    )
    assert [tuple(row) for row in rows] == [
        (1, False, "citizen"), (2, True, "citizen"), (3, False, "citizen"),
    ]  # fmt: skip


async def test_what_demands_confidentiality_stays_confidential(api: Api, world: World):
    secret = await new_category(world, is_confidential=True)
    demanding: list[dict[str, Any]] = [
        {"category_id": secret},
        {"kind": "pelaporan_pelanggaran", "led_by": "inspectorate"},
        {"report_class": "pembalasan", "led_by": "inspectorate"},
    ]
    for values in demanding:
        citizen = Citizen(api, world)
        await new_report(world, receipt=citizen.receipt, is_confidential=True, **values)
        assert "lower_confidentiality" not in (await citizen.sees())["allowed_actions"]
        refused = await citizen.does("confidentialities", {"is_confidential": False})
        assert refused.json()["code"] == "confidentiality_demanded"


async def test_the_contact_is_erased_on_request(api: Api, world: World, citizen: Citizen, sql: Any):
    report = await new_report(world, receipt=citizen.receipt, is_anonymous=False, sends_news=True)
    done = await citizen.does("contact-erasures")
    assert (done.status_code, done.json()["sends_news"]) == (202, False)
    assert not await column(sql, report, "sends_news")
    jobs = await sql("SELECT kind FROM kinerja.jobs WHERE subject_id = $1", report)
    assert [row["kind"] for row in jobs] == ["erase_reporter"]


async def test_a_merged_report_names_the_other_only_where_it_is_public(
    api: Api, world: World, citizen: Citizen
):
    parent = await new_report(
        world, status="verified", ticket="7K3Q-A9XW", public_title="Lampu", public_body="Padam",
        published_at=clock.now(),
    )  # fmt: skip
    await new_report(world, status="merged", parent=parent, receipt=citizen.receipt)
    assert (await citizen.sees())["merged_into"] == "7K3Q-A9XW"
    other = Citizen(api, world)
    await new_report(world, status="merged", receipt=other.receipt)
    assert (await other.sees())["merged_into"] is None


@pytest.mark.parametrize(
    ("status", "values", "told"),
    [
        ("verified", {}, "verified"),
        ("reply_proposed", {}, "in_progress"),
        ("closed", {}, "closed"),
        ("in_progress", {"is_ex_officio": True, "led_by": "inspectorate"}, "withdrawn"),
    ],
)
async def test_whose_report_was_merged_follows_the_other(
    api: Api, world: World, citizen: Citizen, status: str, values: dict[str, Any], told: str
):
    parent = await new_report(world, status=status, **values)
    await new_report(world, status="merged", parent=parent, receipt=citizen.receipt)
    seen = await citizen.sees()
    assert (seen["status"], seen["merged_status"]) == ("merged", told)
    assert seen["merged_status_label"]
    other = Citizen(api, world)
    await new_report(world, status="verified", receipt=other.receipt)
    assert (await other.sees())["merged_status"] is None


async def test_bodies_are_bounded(api: Api, world: World, citizen: Citizen):
    await new_report(world, status="answered", receipt=citizen.receipt)
    for what, body in (
        ("messages", {"body": "x" * 4001}),
        ("messages", {"body": "a\x00b"}),
        ("messages", {}),
        ("reopenings", {"reason": " "}),
        ("confidentialities", {"is_confidential": "true"}),
        ("confirmations", {"stars": 5}),
    ):
        assert (await citizen.does(what, body)).status_code == 422
    assert (await citizen.does("messages", {"body": "x" * 11_000_000})).status_code == 413
