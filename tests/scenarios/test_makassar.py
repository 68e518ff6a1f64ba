"""Makassar: complaints answered in time become numbers, and patients say how they were treated.

Citizens complain about the registration of a health office: with an address for news, in
confidence, without a name, or at the counter. Each report goes through the hands of the complaints
office, a handler and his head, and comes back to the citizen. What it took becomes indicators of
the handler and of the head, with every report behind the number; so do the stars that patients
give with a token from their receipt. A suggestion reaches the official who is responsible.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from tests.factories.world import Person
from tests.plugins.service import Api
from tests.scenarios.city import Citizen, City, Quarter, found, indicator, rate
from tests.scenarios.days import Days
from tests.scenarios.passers import (
    REPORTS,
    Passer,
    answer,
    find,
    mail_to,
    public,
    step,
    table,
    verify,
)

OFFICE = "Dinas Kesehatan"
COUNTER = 11
"""The one of the twelve complaints that came to the counter."""
TOPICS = ("Antrean pendaftaran sejak subuh", "Rujukan BPJS tertahan di loket")


@dataclass
class Makassar:
    city: City
    mayor: Citizen
    head: Citizen
    handler: Citizen
    planner: Citizen
    officer: Citizen
    service: Any
    category: Any
    ideas: Any

    @property
    def names(self) -> list[str]:
        """Names that no page for everybody may hold."""
        staff = (self.head, self.handler, self.planner, self.officer)
        return [*[one.name for one in staff], "Daeng Rani", "Pak Baso"]


async def _makassar(api: Api, operator: Person, days: Days, today: dt.date) -> Makassar:
    city = await found(
        api, operator, code=f"makassar-{uuid.uuid4().hex[:8]}", name="Kota Makassar", today=today,
        zone="Asia/Makassar",
    )  # fmt: skip
    city.quarter = Quarter.after(today)
    days.turn(city.quarter.first, 7)
    await city.unit("Pemerintah Kota Makassar", "government")
    await city.unit(OFFICE, "dinas", below="Pemerintah Kota Makassar")
    await city.open_year("Peraturan Wali Kota Makassar 31/2026 Pasal 5")
    mayor = await city.employ("Wali Kota", "Wali Kota", "Pemerintah Kota Makassar", head=True)
    head = await city.employ(
        "Nursaidah Sirajuddin", "Kepala Dinas", OFFICE, head=True, nip="196909091994032006"
    )
    handler = await city.employ(
        "Andi Rahmatullah", "Petugas Pendaftaran", OFFICE, nip="199001122014021003"
    )
    planner = await city.employ(
        "Hasnah Latif", "Perencana Kesehatan", OFFICE, nip="198806302011012007"
    )
    officer = await city.officer("Petugas Pengaduan", "complaints_officer")
    unit = city.units[OFFICE]
    service = await head.post(
        "/v1/services", {"unit_id": unit, "code": "RJ-1", "name": "Pendaftaran rawat jalan"}
    )
    category = await officer.post(
        "/v1/report-categories",
        {"code": "RAWAT-JALAN", "name": "Rawat jalan", "kind": "pengaduan", "unit_id": unit,
         "service_id": service["id"]},
    )  # fmt: skip
    ideas = await officer.post(
        "/v1/report-categories",
        {"code": "USUL-SEHAT", "name": "Usulan kesehatan", "kind": "aspirasi", "unit_id": unit},
    )
    return Makassar(city, mayor, head, handler, planner, officer, service, category, ideas)


def _time(period: str, scope: str, **more: Any) -> dict[str, Any]:
    return indicator(
        "Waktu tanggap pengaduan", "waktu", "hari kerja", "3", {period: "3"}, direction="lower",
        accumulation="average", source="response_time_median", source_scope=scope, **more,
    )  # fmt: skip


def _share(period: str, scope: str, **more: Any) -> dict[str, Any]:
    return indicator(
        "Tahap pengaduan tepat waktu", "kualitas", "persen", "100", {period: "100"},
        accumulation="average", source="on_time_share", source_scope=scope, **more,
    )  # fmt: skip


def _stars(period: str, scope: str, **more: Any) -> dict[str, Any]:
    return indicator(
        "Kepuasan atas penanganan", "kualitas", "bintang", "4.50", {period: "4.50"},
        accumulation="average", source="handling_satisfaction", source_scope=scope, **more,
    )  # fmt: skip


async def _agree_plans(makassar: Makassar, period: str) -> tuple[Any, Any]:
    """Both are measured by what citizens meet: his own cases, her unit, the service."""
    of_service = {"source_service_id": makassar.service["id"]}
    plan = makassar.city.plan
    head = await plan(
        makassar.head, makassar.mayor,
        [{"kind": "utama", "title": "Pengaduan kesehatan ditanggapi cepat", "indicators": [
            _time(period, "unit"), _share(period, "service", **of_service), _stars(period, "unit"),
        ]}],
    )  # fmt: skip
    handler = await plan(
        makassar.handler, makassar.head,
        [{"kind": "utama", "title": "Pendaftaran tertib dan ramah", "indicators": [
            _time(period, "own"), _share(period, "own"), _stars(period, "service", **of_service),
        ]}],
    )  # fmt: skip
    return head, handler


async def _complain(makassar: Makassar) -> list[Passer]:
    """Twelve people complain, each in his own way, within the hour."""
    city, category = makassar.city, makassar.category["id"]
    people = [Passer(city) for _ in range(COUNTER + 1)]
    open_one, secret_one, *others, at_counter = people
    contact = {"name": "Daeng Rani", "email": f"rani@{city.code}.example"}
    made = await open_one.report(
        TOPICS[0], "Nomor antrean habis pukul enam pagi.", category_id=category, contact=contact
    )
    assert (made["status"], made["is_anonymous"]) == ("received", False)
    made = await secret_one.report(
        TOPICS[1], "Petugas menolak rujukan istri saya.", category_id=category,
        contact={"name": "Pak Baso", "email": f"baso@{city.code}.example"}, is_confidential=True,
    )  # fmt: skip
    assert made["is_confidential"]
    for number, one in enumerate(others):
        made = await one.report(
            f"Loket pendaftaran {number + 1} kosong", "Menunggu dua jam tanpa kabar.",
            category_id=category, is_anonymous=True,
        )  # fmt: skip
        assert made["is_anonymous"]
    entered = await makassar.officer.post(
        REPORTS,
        {"kind": "pengaduan", "channel": "counter", "category_id": category,
         "title": "Kursi roda tidak tersedia", "body": "Ibu saya digendong ke ruang tunggu."},
    )  # fmt: skip
    at_counter.ticket, at_counter.receipt = entered["ticket"], entered["receipt"]
    assert len({one.receipt for one in people}) == len(people)
    return people


async def _take_in(makassar: Makassar, people: list[Passer]) -> list[Any]:
    """The complaints office verifies each, and assigns it to the unit and the handler."""
    unit, handler = makassar.city.units[OFFICE], makassar.handler.employee_id
    taken: list[Any] = []
    for one in people:
        report = await verify(makassar.officer, one.ticket, makassar.category)
        taken.append(
            await step(
                makassar.officer, report, "assignments", unit_id=unit, handler_id=handler
            )
        )  # fmt: skip
    waiting = await makassar.handler.get(REPORTS, waits_for_me="true")
    assert len(waiting["items"]) == len(people)
    return taken


async def _begin(makassar: Makassar, reports: list[Any]) -> None:
    """The handler accepts each and sends a first answer the same day."""
    for report in reports:
        await step(makassar.handler, report, "acceptances", plan="Menambah petugas loket pagi.")
        await step(
            makassar.handler, report, "first-replies", text="Kami sedang memeriksa loket Anda."
        )


async def test_complaints_become_numbers_that_name_every_report_behind_them(
    api: Api, operator: Person, days: Days, today: dt.date, app: Any
):
    makassar = await _makassar(api, operator, days, today)
    city, head, handler = makassar.city, makassar.head, makassar.handler
    quarter, period, unit = city.quarter, city.periods[city.quarter.code], city.units[OFFICE]
    head_plan, handler_plan = await _agree_plans(makassar, period)

    # Monday: twelve complaints come in, and all are with the handler by noon.
    days.turn(quarter.weekday(0))
    people = await _complain(makassar)
    reports = await _take_in(makassar, people)
    mine = await people[2].mine()
    assert (mine["status"], mine["unit_name"]) == ("assigned", OFFICE)
    assert mine["due"]["stage"] == "first_reply"
    assert handler.name not in str(mine)

    # Eight are answered on Tuesday, three on Thursday; the head is told of the one left over.
    days.turn(quarter.weekday(0, 1))
    await _begin(makassar, reports[:8])
    days.turn(quarter.weekday(0, 3))
    await _begin(makassar, reports[8:11])
    days.turn(quarter.weekday(1, 1))
    await city.work(app)
    board = await head.get(
        f"{REPORTS}/figures", first_day=quarter.first, last_day=quarter.last, unit_id=unit
    )
    assert board["overdue_count"] == 1
    assert any(people[COUNTER].ticket in text for text in await head.feed())
    days.turn(quarter.weekday(1, 2))
    await _begin(makassar, reports[11:])

    # Thursday of the second week: replies are proposed, the head sends them; one goes back first.
    days.turn(quarter.weekday(1, 3))
    weak = await step(handler, reports[0], "replies", body="Harap maklum.")
    refused = await handler.refusal(
        "POST", f"{REPORTS}/{weak['id']}/replies/{weak['proposal']['id']}/approvals"
    )
    assert refused == "not_your_part"
    await step(
        head, weak, f"replies/{weak['proposal']['id']}/rejections", note="Sebutkan jam bukanya."
    )
    for report in reports:
        done = await answer(handler, head, report, "Mulai Senin loket dibuka pukul 05.30.")
        assert done["status"] == "answered"

    # The citizens read the answer with their receipts: eight are content, one is not.
    days.turn(quarter.weekday(1, 4))
    tokens = [
        (await one.do("confirmations", body="Terima kasih."))["rating_token"] for one in people[:8]
    ]
    assert (await people[0].mine())["status"] == "closed"
    again = people[COUNTER]
    assert (await again.mine())["reply"] == "Mulai Senin loket dibuka pukul 05.30."
    reopened = await again.do("reopenings", reason="Kursi rodanya tetap tidak ada.")
    assert (reopened["status"], reopened["reopenings_left"]) == ("in_progress", 1)
    assert any(again.ticket in text for text in await handler.feed())
    days.turn(quarter.weekday(2, 1))
    await answer(handler, head, reports[COUNTER], "Dua kursi roda tersedia di pintu timur.")
    tokens.append((await again.do("confirmations"))["rating_token"])
    assert await again.refused("messages/none") == "not_found"

    # News by mail: what happened, and of the confidential report not a word more.
    await city.work(app)
    news = mail_to(app, f"rani@{city.code}.example")
    assert len(news) >= 4
    assert all(people[0].ticket in mail for mail in news)
    assert any(TOPICS[0] in mail for mail in news)
    quiet = mail_to(app, f"baso@{city.code}.example")
    assert len(quiet) >= 4
    for told in (TOPICS[1], "rujukan istri", "05.30", "Menambah petugas", "Rawat jalan"):
        assert told not in "".join(quiet)
    receipts = [people[0].receipt, people[1].receipt]
    assert not any(receipt in mail for receipt in receipts for mail in [*news, *quiet])

    # Patients rate: with the token on the slip of their registration, and after a complaint.
    tokens += await _served(makassar, quarter.weekday(2))
    for number, token in enumerate(tokens):
        stars = {"treatment": 5 if number % 3 else 4, "outcome": 4}
        await Passer(city).send("ratings", token=token, **stars)
    twice = await city.send(
        None, "POST", f"/v1/public/{city.code}/ratings", {"token": tokens[0], "treatment": 1}
    )
    assert twice.json()["code"] == "rating_token_refused"

    # Who says nothing is taken to be content after ten working days.
    days.turn(quarter.weekday(4))
    await city.work(app)
    silent = await people[9].mine()
    assert (silent["status"], silent["close_reason"]) == ("closed", "silence")

    # The quarter is over, and closed: nobody has entered any of these numbers. Of 25 stages one
    # came too late, and one answer settled nothing: 23 of 25 are 92 percent.
    days.turn(quarter.last + dt.timedelta(days=3))
    await rate(head, handler, period, above=4)
    await rate(makassar.mayor, head, period)
    closing = await city.close(quarter.code, app)
    assert closing["rated"] == 2
    ids = {report["id"] for report in reports}
    own = await _figures(handler, handler, handler_plan, period)
    assert own["response_time_median"]["value"] == "1.00"
    assert own["on_time_share"]["value"] == "92.00"
    assert own["handling_satisfaction"]["value"] == "4.67"
    for source in ("response_time_median", "on_time_share"):
        assert set(own[source]["items"]) == ids
        assert own[source]["item_type"] == "complaint"
    assert "hari kerja, dihitung dari 12" in own["response_time_median"]["text"]
    assert own["handling_satisfaction"]["items"] == []

    # The superior sees his, the leader sees hers, and the boards say the same.
    assert await _figures(head, handler, handler_plan, period) == own
    hers = await _figures(makassar.mayor, head, head_plan, period)
    assert {hers[one]["scope"] for one in hers} == {"unit", "service"}
    assert hers["response_time_median"]["value"] == "1.00"
    for leader in (head, makassar.mayor):
        board = await leader.get(
            f"{REPORTS}/figures", first_day=quarter.first, last_day=quarter.last, unit_id=unit
        )
        assert board["response_time_median"] == {"value": "1.00", "sample": 12, "minimum": 10}
        assert (board["on_time_share"]["value"], board["overdue_count"]) == ("92.00", 0)
        seen = await leader.get(f"/v1/units/{unit}/dashboard", year=quarter.year)
        assert seen["unit_id"] == unit
    refused = await handler.refusal(
        "GET", f"{REPORTS}/figures",
        params={"first_day": str(quarter.first), "last_day": str(quarter.last), "unit_id": unit},
    )  # fmt: skip
    assert refused == "not_your_board"
    one = (await head.get("/v1/evaluations", employee_id=handler.employee_id))["items"][0]
    why = str(await head.get(f"/v1/evaluations/{one['id']}/explanation"))
    assert all(told in why for told in ("Waktu tanggap pengaduan", "92", "4,67"))

    # Everybody reads the figures of the office, and no name with them.
    told = await public(city, f"units/{unit}/figures", period=quarter.code)
    assert told["reports"]["response_median"]["value"] == "1.00"
    assert told["satisfaction"]["handling"]["value"] == "4.67"
    rows = await table(city, "figures", period=quarter.code)
    row = next(row for row in rows if row["unit_id"] == unit)
    assert row["reports_on_time_share_value"] == "92.00"
    assert not any(name in f"{told} {rows}" for name in makassar.names)


async def _served(makassar: Makassar, day: dt.date) -> list[str]:
    """Six patients are registered, and get a token with their slip."""
    tokens: list[str] = []
    for number in range(6):
        begun = f"{day}T08:{number:02}:00+08:00"
        made = await makassar.handler.post(
            "/v1/transactions",
            {"service_id": makassar.service["id"], "ref": f"RJ/{number}", "received_at": begun,
             "complete_at": begun, "handler_id": makassar.handler.employee_id},
        )  # fmt: skip
        ended = await makassar.handler.post(
            f"/v1/transactions/{made['id']}/endings",
            {"at": f"{day}T08:{number + 20}:00+08:00", "rating_token": True},
        )
        tokens.append(ended["rating_token"])
    return tokens


async def _figures(reader: Citizen, who: Citizen, plan: Any, period: str) -> dict[str, Any]:
    """Read the figures behind somebody's results of the period, by their source."""
    results = await reader.get("/v1/results", employee_id=who.employee_id, period_id=period)
    assert len(results["items"]) == len(plan["targets"][0]["indicators"])
    found = [await reader.get(f"/v1/results/{one['id']}/figure") for one in results["items"]]
    return {one["source"]: one for one in found}


async def test_a_suggestion_reaches_the_responsible_official_and_everybody_reads_the_answer(
    api: Api, operator: Person, days: Days, today: dt.date, app: Any
):
    makassar = await _makassar(api, operator, days, today)
    city, head, planner, officer = (
        makassar.city, makassar.head, makassar.planner, makassar.officer,
    )  # fmt: skip
    quarter = city.quarter

    # A citizen suggests something, with his name and number in the text.
    days.turn(quarter.weekday(0))
    citizen = Passer(city)
    categories = await public(city, "report-categories", kind="aspirasi")
    await citizen.report(
        "Puskesmas keliling untuk pulau", "Usul kapal kesehatan. Daeng Rani, 0812 3456 7890",
        kind="aspirasi", category_id=categories["items"][0]["id"],
        contact={"name": "Daeng Rani", "email": f"rani@{city.code}.example"},
    )  # fmt: skip

    # The office leaves to the head who is responsible; she names the planner, who hears of it.
    report = await verify(officer, citizen.ticket, makassar.ideas, report_class="aspirasi")
    await step(officer, report, "assignments", unit_id=city.units[OFFICE])
    assert any(citizen.ticket in text for text in await head.feed())
    days.turn(quarter.weekday(0, 2))
    await step(
        head, report, "acceptances", plan="Kami hitung biayanya.",
        handler_id=planner.employee_id, promised_on=str(quarter.weekday(2)),
    )  # fmt: skip
    assert any(citizen.ticket in text for text in await planner.feed())
    asked = await step(planner, report, "questions", text="Pulau mana yang Bapak maksud?")
    assert asked["status"] == "awaiting_information"
    told = await citizen.do("answers", body="Barrang Lompo dan Kodingareng.")
    assert told["status"] == "in_progress"
    days.turn(quarter.weekday(1))
    reply = "Kapal kesehatan masuk rencana kerja tahun depan, mulai Barrang Lompo."
    await answer(planner, head, report, reply)
    refused = await planner.refusal("POST", f"{REPORTS}/{report['id']}/publications", {})
    assert refused == "permission_denied"

    # The office publishes it in moderated words; everybody follows it, and nobody is named.
    assert (await public(city, "reports"))["items"] == []
    await step(
        officer, report, "publications", public_title="Puskesmas keliling untuk pulau",
        public_body="Usul kapal kesehatan, hubungi 0812 3456 7890.", public_reply=reply,
    )  # fmt: skip
    await citizen.do("confirmations")
    (shown,) = (await public(city, "reports", kind="aspirasi"))["items"]
    assert (shown["reply"], shown["status"]) == (reply, "closed")
    state = await public(city, f"reports/{citizen.ticket}")
    rows = await table(city, "reports")
    everything = f"{shown} {state} {rows}"
    assert reply in everything
    assert "0812" not in everything
    assert not any(name in everything for name in makassar.names)
    await city.work(app)
    assert any("Puskesmas keliling" in mail for mail in mail_to(app, f"rani@{city.code}.example"))
    found_again = await find(officer, citizen.ticket)
    assert (found_again["handler_name"], found_again["status"]) == (planner.name, "closed")
