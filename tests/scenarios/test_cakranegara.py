"""Cakranegara: how long a document takes, what people say of it, and what became of their input.

The registry enters when a file was complete and when the document was done. Twice a year it asks
those who were served; results, plan of improvement and trend are public. What the assembly of the
neighbourhoods (musrenbang) asked for is written down, answered, and shown to everybody.
"""

import datetime as dt
import uuid
from typing import Any

from tests.factories.world import Person
from tests.plugins.service import Api
from tests.scenarios.city import Citizen, City, Quarter, found, indicator, rate
from tests.scenarios.days import Days
from tests.scenarios.passers import Passer, answer, find, public, step, table, verify

ROOT, REGISTRY = "Pemerintah Kota Cakranegara", "Dinas Kependudukan dan Pencatatan Sipil"
BASIS = "Peraturan Wali Kota Cakranegara 14/2026 Pasal 7"
ELEMENTS = (
    "persyaratan",
    "sistem_mekanisme_prosedur",
    "waktu_penyelesaian",
    "biaya_tarif",
    "produk_spesifikasi",
    "kompetensi_pelaksana",
    "perilaku_pelaksana",
    "penanganan_pengaduan",
    "sarana_prasarana",
)
PEOPLE = 10
"""Who were served by the small service: all of them are asked."""


async def _city(
    api: Api, operator: Person, today: dt.date, days: Days | None = None
) -> tuple[City, Citizen, Citizen, Citizen]:
    city = await found(
        api, operator, code=f"cakranegara-{uuid.uuid4().hex[:8]}", name="Kota Cakranegara",
        today=today, zone="Asia/Makassar",
    )  # fmt: skip
    if days is not None:
        city.quarter = Quarter.after(today)
        days.turn(city.quarter.first, 7)
    await city.unit(ROOT, "government")
    await city.unit(REGISTRY, "dinas", below=ROOT)
    await city.open_year(BASIS)
    mayor = await city.employ("Wali Kota", "Wali Kota", ROOT, head=True)
    head = await city.employ(
        "I Wayan Sudiarta", "Kepala Dinas", REGISTRY, head=True, nip="197105171996031004"
    )
    clerk = await city.employ(
        "Baiq Rohana", "Operator Akta", REGISTRY, nip="199309242018012002"
    )  # fmt: skip
    return city, mayor, head, clerk


async def _service(city: City, head: Citizen) -> Any:
    """The head offers a service and publishes its standard: three working days."""
    service = await head.post(
        "/v1/services",
        {"unit_id": city.units[REGISTRY], "code": "AKTA", "name": "Akta kelahiran"},
    )
    await head.post(
        f"/v1/services/{service['id']}/standards",
        {"requirements": "Surat keterangan lahir, kartu keluarga", "procedure": "Loket 2",
         "processing_time": 3, "processing_unit": "working_days", "cost": "gratis",
         "product": "Akta kelahiran", "complaint_handling": "Loket 5 atau laman pengaduan",
         "basis": "Keputusan Kepala Dinas 4/2026", "starts_on": f"{city.quarter.year}-01-01"},
    )  # fmt: skip
    return service


def _figure(title: str, aspect: str, unit: str, period: str, low: str, **more: Any) -> Any:
    return indicator(
        title, aspect, unit, low, {period: low}, accumulation="average", **more
    )  # fmt: skip


def _documents(service: Any, quarter: Quarter, who: Citizen, count: int) -> list[dict[str, Any]]:
    """Documents of Mondays: two days each, two of five; one waits a week for the citizen."""
    items: list[dict[str, Any]] = []
    for number in range(count):
        monday = quarter.weekday(number % 10)
        took = 7 if number in {3, 8} else 2  # a Monday's second working day is Wednesday
        one: dict[str, Any] = {
            "client_ref": f"{who.name[:4]}-{number}", "service_id": service["id"],
            "ref": f"AK/{who.name[:4]}/{number}", "received_at": f"{monday}T08:00:00+08:00",
            "complete_at": f"{monday}T09:00:00+08:00", "handler_id": who.employee_id,
            "done_at": f"{monday + dt.timedelta(days=took)}T14:00:00+08:00",
        }  # fmt: skip
        if number == 3:
            one["pauses"] = [
                {"reason": "citizen_data", "starts_at": f"{monday}T15:00:00+08:00",
                 "ends_at": f"{monday + dt.timedelta(days=4)}T10:00:00+08:00"}
            ]  # fmt: skip
        items.append(one)
    return items


async def test_document_times_become_numbers_and_too_few_say_so(
    api: Api, operator: Person, today: dt.date, app: Any
):
    # Three months at the counter: twelve documents of one clerk, three of the other.
    city, mayor, head, clerk = await _city(api, operator, today)
    second = await city.employ("Lalu Hamdi", "Operator Akta", REGISTRY, nip="199511302020121005")
    quarter, period, unit = city.quarter, city.periods[city.quarter.code], city.units[REGISTRY]
    service = await _service(city, head)
    for who, count in ((clerk, 12), (second, 3)):
        sent = await who.post(
            "/v1/transactions/batches", {"items": _documents(service, quarter, who, count)},
            key=f"rekap-triwulan-{who.name[:4].lower()}",
        )  # fmt: skip
        assert [item["status"] for item in sent["items"]] == [201] * count
    waited = (await clerk.get("/v1/transactions", ref="AK/Baiq/3"))["items"][0]
    clock = await clerk.get(f"/v1/transactions/{waited['id']}/clock")
    assert (clock["took"], clock["is_in_time"]) == ("2", True)

    # Each is measured by the own documents, by those of the office, and by what is entered.
    def target() -> dict[str, Any]:
        return {
            "kind": "utama",
            "title": "Akta terbit tepat waktu",
            "indicators": [
                _figure("Lama proses akta", "waktu", "hari kerja", period, "3",
                        direction="lower", source="processing_time_median", weight_percent="50"),
                _figure("Akta tepat waktu", "kualitas", "persen", period, "100",
                        source="processing_on_time_share", source_scope="own",
                        weight_percent="30"),
                _figure("Kepuasan pemohon", "kualitas", "bintang", period, "4.50",
                        source="handling_satisfaction", source_scope="service",
                        source_service_id=service["id"], weight_percent="20"),
            ],
        }  # fmt: skip

    for who in (clerk, second):
        await city.plan(who, head, [target()])
        await rate(head, who, period, above=2)
    checks = await city.agency.get(f"/v1/periods/{period}/close-checks")
    assert checks["is_over"]
    await city.close(quarter.code, app)

    # Twelve documents are enough, three are not; nobody rated, and that is no nought.
    of_clerk, of_second = [await _figures(head, who, period) for who in (clerk, second)]
    assert of_clerk["processing_time_median"] == of_second["processing_time_median"]
    median = of_clerk["processing_time_median"]
    assert (median["value"], median["sample"], median["item_total"]) == ("2.00", 15, 15)
    share = of_clerk["processing_on_time_share"]
    assert (share["value"], share["sample"]) == ("91.67", 12)
    few = of_second["processing_on_time_share"]
    assert (few["value"], few["sample"], few["minimum"], few["is_enough"]) == (None, 3, 10, False)
    assert "belum cukup data, 3 dari paling sedikit 10" in few["text"]
    assert of_clerk["handling_satisfaction"]["is_enough"] is False

    # What says nothing is left out, and the rest weighs more: (50 x 120 + 30 x 91.67) / 80.
    one, other = [
        (await head.get("/v1/evaluations", employee_id=who.employee_id))["items"][0]
        for who in (clerk, second)
    ]
    why = str(await head.get(f"/v1/evaluations/{one['id']}/explanation"))
    assert "Belum cukup data: 0 dari paling sedikit 10" in why
    assert "jumlah bobot 80,00 = 109,38%" in why
    why = str(await head.get(f"/v1/evaluations/{other['id']}/explanation"))
    assert "Belum cukup data: 3 dari paling sedikit 10" in why
    assert "jumlah bobot 50,00 = 120,00%" in why
    assert other["suggestion"]["work_result"] == "120.00"

    # Everybody reads how long it takes, of the office and never of a clerk.
    told = await public(city, f"units/{unit}/figures", period=quarter.code)
    assert told["documents"]["median"]["value"] == "2.00"
    assert told["documents"]["on_time_share"]["sample"] == 15
    offer = (await public(city, "services"))["items"][0]
    assert offer["standard"]["complaint_handling"] == "Loket 5 atau laman pengaduan"
    assert not any(who.name in f"{told} {offer}" for who in (mayor, head, clerk, second))


async def _figures(reader: Citizen, who: Citizen, period: str) -> dict[str, Any]:
    results = await reader.get("/v1/results", employee_id=who.employee_id, period_id=period)
    found = [await reader.get(f"/v1/results/{one['id']}/figure") for one in results["items"]]
    kept = ("source", "value", "sample", "minimum", "is_enough", "item_total", "text")
    return {one["source"]: {name: one[name] for name in kept} for one in found}


async def _ask(
    city: City, head: Citizen, service: Any, form: Any, month: int, marks: int
) -> dict[str, Any]:
    """The head asks all ten who were served in a month, closes, and publishes with a plan."""
    first = city.quarter.day(month, 1)
    made = await head.post(
        "/v1/survey-campaigns",
        {"service_id": service["id"], "form_id": form["id"], "title": f"SKM {first:%Y-%m}",
         "starts_on": str(first), "ends_on": str(city.quarter.day(month, 28)),
         "population": PEOPLE, "needs_token": False},
    )  # fmt: skip
    path = f"/v1/survey-campaigns/{made['id']}"
    await head.post(f"{path}/openings")
    open_now = (await public(city, "campaigns"))["items"]
    assert [one["id"] for one in open_now] == [made["id"]]
    assert len(open_now[0]["questions"]) == len(ELEMENTS) + 1
    for number in range(PEOPLE):
        answers = dict.fromkeys(ELEMENTS, marks) | {"kebersihan": 4}
        answers["waktu_penyelesaian"] = marks if number % 2 else marks - 1
        await Passer(city).send(
            f"campaigns/{made['id']}/responses", answers=answers,
            profile={"sex": "female" if number % 2 else "male"},
            comment="Ramah, hubungi saya 0812 3456 7890." if number == 0 else None,
        )  # fmt: skip
    assert (await head.get(f"{path}/results"))["index"] is None
    closed = await head.post(f"{path}/closings")
    assert (closed["respondents"], closed["is_sample_met"]) == (PEOPLE, True)
    if closed["band"] in {"C", "D"}:
        refused = await head.refusal("POST", f"{path}/publications", {})
        assert refused == "follow_up_required"
    plan = "Loket ketiga dibuka, antrean daring mulai bulan depan."
    return await head.post(f"{path}/publications", {"follow_up_plan": plan})


async def test_surveys_complaints_and_musrenbang_are_public_and_count(
    api: Api, operator: Person, days: Days, today: dt.date, app: Any
):
    city, mayor, head, clerk = await _city(api, operator, today, days)
    quarter, unit = city.quarter, city.units[REGISTRY]
    period = city.periods[quarter.code]
    service = await _service(city, head)
    officer = await city.officer("Petugas Pengaduan", "complaints_officer")
    await city.plan(
        clerk, head,
        [{"kind": "utama", "title": "Pemohon puas", "indicators": [
            _figure("Indeks kepuasan", "kualitas", "indeks", period, "80",
                    source="survey_index", weight_percent="60"),
            _figure("Waktu tanggap", "waktu", "hari kerja", period, "3", direction="lower",
                    source="response_time_median", weight_percent="40"),
        ]}],
    )  # fmt: skip

    # A form with the nine elements of the regulation, and one question of the office's own.
    form = await city.agency.post("/v1/survey-forms", _form())
    refused = await city.agency.refusal(
        "POST", "/v1/survey-forms", {**_form(), "code": "X", "questions": _form()["questions"][1:]}
    )
    assert refused == "invalid_request"

    # Month by month all who were served are asked; the second result is better.
    days.turn(quarter.day(0, 15))
    first = await _ask(city, head, service, form, 0, 3)
    assert (first["index"], first["band"]) == ("73.61", "C")
    days.turn(quarter.day(1, 15))
    second = await _ask(city, head, service, form, 1, 4)
    assert (second["index"], second["band"]) == ("98.61", "A")

    # The complaint mechanism: one complaint, answered the next day, too few for a number.
    await _complain(city, officer, head, clerk, service, days)

    # The assembly's input is written down by the officer, answered, and shown to everybody.
    await _musrenbang(city, officer, head, clerk, days)

    # The trend is everybody's, with the plan of improvement, and no comment and no name in it.
    trend = await public(city, f"units/{unit}/survey-trend")
    assert [point["index"] for point in trend["points"]] == ["73.61", "98.61"]
    published = (await public(city, "surveys", sort="ends_on"))["items"]
    assert [one["band"] for one in published] == ["C", "A"]
    whole = await public(city, f"surveys/{first['id']}")
    assert whole["follow_up_plan"].startswith("Loket ketiga dibuka")
    waiting = next(one for one in whole["elements"] if one["code"] == "waktu_penyelesaian")
    assert waiting["mean"] == "2.5000"
    assert [one["code"] for one in whole["additions"]] == ["kebersihan"]
    days.turn(quarter.last + dt.timedelta(days=2))
    values: list[str] = []
    for code in quarter.months[:2]:
        rows = await table(city, "figures", period=code, below_id=unit)
        values.append(rows[0]["satisfaction_survey_index_value"])
    assert values == ["73.61", "98.61"]
    for shown in (trend, published, whole):
        assert "Ramah" not in str(shown)
        assert not any(who.name in str(shown) for who in (head, clerk))

    # At the close the index counts, from both campaigns; two answers in time are not enough.
    await rate(head, clerk, period)
    await city.close(quarter.code, app)
    figures = await _figures(clerk, clerk, period)
    index = figures["survey_index"]
    assert (index["value"], index["sample"], index["item_total"]) == ("86.11", 2 * PEOPLE, 2)
    times = figures["response_time_median"]
    assert (times["value"], times["sample"]) == (None, 2)
    evaluation = (await head.get("/v1/evaluations", employee_id=clerk.employee_id))["items"][0]
    why = str(await head.get(f"/v1/evaluations/{evaluation['id']}/explanation"))
    assert "Belum cukup data: 2 dari paling sedikit 10" in why
    assert "86,11" in why
    assert (await mayor.get(f"/v1/units/{unit}/survey-trend"))["points"] == [
        {**point, "is_published": True} for point in trend["points"]
    ]


def _form() -> dict[str, Any]:
    labels = ["Tidak baik", "Kurang baik", "Baik", "Sangat baik"]
    codes = (*ELEMENTS, "kebersihan")
    questions = [
        {"code": code, "text": f"Bagaimana {code.replace('_', ' ')}?", "labels": labels}
        for code in codes
    ]
    return {
        "code": "SKM-CAKRA", "title": "Survei Kepuasan Masyarakat", "questions": questions,
        "profile_fields": ["sex"],
    }  # fmt: skip


async def _complain(
    city: City, officer: Citizen, head: Citizen, clerk: Citizen, service: Any, days: Days
) -> None:
    unit, quarter = city.units[REGISTRY], city.quarter
    category = await officer.post(
        "/v1/report-categories",
        {"code": "AKTA", "name": "Akta", "kind": "pengaduan", "unit_id": unit,
         "service_id": service["id"]},
    )  # fmt: skip
    days.turn(quarter.weekday(8))
    citizen = Passer(city)
    await citizen.report("Nama anak salah", "Akta salah satu huruf.", category_id=category["id"])
    report = await verify(officer, citizen.ticket, category)
    handler = {"unit_id": unit, "handler_id": clerk.employee_id}
    await step(officer, report, "assignments", **handler)
    days.turn(quarter.weekday(8, 1))
    await step(clerk, report, "acceptances", plan="Akta dicetak ulang.")
    await answer(clerk, head, report, "Akta yang benar dapat diambil di loket 2.")
    await step(
        officer, report, "publications", public_title="Nama anak salah",
        public_body="Akta salah satu huruf.", public_reply="Akta yang benar sudah dicetak.",
    )  # fmt: skip
    similar = await Passer(city).send(
        "reports/candidates", category_id=category["id"], title="Nama anak salah di akta"
    )
    assert [one["ticket"] for one in similar["items"]] == [citizen.ticket]
    board = await head.get(
        "/v1/citizen-reports/figures", first_day=quarter.first, last_day=quarter.last, unit_id=unit
    )
    assert board["response_time_median"] == {"value": None, "sample": 1, "minimum": 10}


async def _musrenbang(
    city: City, officer: Citizen, head: Citizen, clerk: Citizen, days: Days
) -> None:
    unit, quarter = city.units[REGISTRY], city.quarter
    category = await officer.post(
        "/v1/report-categories",
        {"code": "MUSRENBANG", "name": "Usulan musrenbang", "kind": "aspirasi", "unit_id": unit},
    )
    entered: list[Any] = []
    for number, title in enumerate(("Layanan akta keliling", "Loket ramah difabel")):
        given = {
            "kind": "aspirasi", "channel": "musrenbang", "external_ref": f"MSR-{number}",
            "category_id": category["id"], "title": title, "body": f"{title} di tiap lingkungan.",
            "contact": {"name": "Ketua Lingkungan Karang Jangkong"},
        }  # fmt: skip
        entered.append(await officer.post("/v1/citizen-reports", given))
        report = await verify(officer, entered[-1]["ticket"], category, report_class="aspirasi")
        await step(
            officer, report, "publications", public_title=title, public_body=given["body"]
        )  # fmt: skip
    days.turn(quarter.weekday(9))
    report = await find(officer, entered[0]["ticket"])
    handler = {"unit_id": unit, "handler_id": clerk.employee_id}
    await step(officer, report, "assignments", **handler)
    await step(clerk, report, "acceptances", plan="Jadwal keliling disusun.")
    reply = "Akta keliling berjalan tiap Jumat, mulai Karang Jangkong."
    await answer(clerk, head, report, reply)
    await step(
        officer, report, "publications", public_title="Layanan akta keliling",
        public_body="Layanan akta keliling di tiap lingkungan.", public_reply=reply,
    )  # fmt: skip
    shown = {one["ticket"]: one for one in (await public(city, "musrenbang"))["items"]}
    done, waiting = [shown[one["ticket"]] for one in entered]
    assert (done["reply"], done["days"]) == (reply, 6)
    assert (waiting["reply"], waiting["status"]) == (None, "open")
    rows = {row["ticket"]: row for row in await table(city, "musrenbang", year=quarter.year)}
    assert rows[entered[0]["ticket"]]["reply"] == reply
    assert "Ketua Lingkungan" not in f"{shown} {rows}"
    totals = await public(city, "musrenbang/totals", year=quarter.year)
    assert totals["received"] is None
