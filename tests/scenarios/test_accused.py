"""An accused official tries every way to learn who reported him, and what; and fails.

Somebody reports that parking fees never reach the treasury, somebody else that he was shouted at.
The official heads the section, may later act for the complaints office, and knows the numbers of
both reports. Neither he, nor those below or above him, learns a word; the inspectorate examines,
he is heard and may appeal, and only what a third person confirms counts. Who reported is told once,
for a reason, and that is in the trail.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.factories.world import Person
from tests.plugins.service import Api
from tests.scenarios.city import Citizen, City, Quarter, found, indicator
from tests.scenarios.days import Days
from tests.scenarios.passers import REPORTS, Passer, answer, find, mail_to, public, step, verify

ROOT, OFFICE, SECTION, AUDIT = (
    "Pemerintah Kota Parepare", "Dinas Perhubungan", "Seksi Parkir", "Inspektorat",
)  # fmt: skip
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
READS = (
    "", "/events", "/segments", "/messages", "/clocks", "/external-link", "/disclosures",
)  # fmt: skip
SECRETS = (
    "Sulaeman Tahir", "0811 4477 2211", "sulaeman", "Setoran parkir", "dua ratus lembar karcis",
    "Pasar Lakessi", "Dibentak", "loket parkir", "berteriak", "Terlapor dikenal", "LAPOR-7788",
)  # fmt: skip
"""Words of the reports, of the reporter, and of those who work on them."""


@dataclass
class Case:
    """Two reports about one official, and those around him."""

    city: City
    superior: Citizen
    accused: Citizen
    subordinate: Citizen
    officer: Citizen
    finder: Citizen
    second: Citizen
    third: Citizen
    mayor: Citizen
    category: Any
    tip: Passer
    rude: Passer
    reports: list[Any] = field(default_factory=list)
    file: str = ""
    finding: str = ""

    @property
    def line(self) -> list[Citizen]:
        return [self.accused, self.subordinate, self.superior, self.mayor]


async def _case(api: Api, operator: Person, days: Days, today: dt.date) -> Case:
    city = await found(
        api, operator, code=f"parepare-{uuid.uuid4().hex[:8]}", name="Kota Parepare",
        today=today, zone="Asia/Makassar",
    )  # fmt: skip
    city.quarter = Quarter.after(today)
    days.turn(city.quarter.first, 7)
    await city.unit(ROOT, "government")
    await city.unit(OFFICE, "dinas", below=ROOT)
    await city.unit(SECTION, "seksi", below=OFFICE)
    await city.unit(AUDIT, "inspektorat", below=ROOT)
    await city.open_year("Peraturan Wali Kota Parepare 3/2026 Pasal 12")
    mayor = await city.employ("Wali Kota", "Wali Kota", ROOT, head=True)
    superior = await city.employ(
        "Muhtar Pabottingi", "Kepala Dinas", OFFICE, head=True, nip="196811081993031007"
    )
    accused = await city.employ(
        "Jufri Latongko", "Kepala Seksi Parkir", SECTION, head=True, nip="198003152005011008"
    )
    subordinate = await city.employ("Ridwan", "Juru Parkir", SECTION, nip="199702022022031009")
    finder = await city.employ(
        "Nirwana Sari", "Inspektur", AUDIT, head=True, nip="197412121999022010"
    )
    await city.grant(finder, "inspectorate")
    officer = await city.officer("Petugas Pengaduan", "complaints_officer")
    category = await officer.post(
        "/v1/report-categories",
        {"code": "PARKIR", "name": "Parkir", "kind": "pengaduan", "unit_id": city.units[SECTION]},
    )
    second = await city.officer("Auditor Muda", "inspectorate")
    third = await city.officer("Auditor Madya", "inspectorate")
    return Case(
        city, superior, accused, subordinate, officer, finder, second, third, mayor, category,
        Passer(city), Passer(city),
    )  # fmt: skip


async def _report(case: Case) -> None:
    """One tells what he saw, with his name and a paper; another complains and stays unknown."""
    sent = await case.tip.report(
        "Setoran parkir tidak masuk kas", "Tiap hari dua ratus lembar karcis tanpa nomor seri.",
        kind="pelaporan_pelanggaran", place="Pasar Lakessi blok C",
        contact={"name": "Sulaeman Tahir", "phone": "0811 4477 2211",
                 "email": f"sulaeman@{case.city.code}.example"},
    )  # fmt: skip
    assert sent["is_confidential"]
    case.file = (await case.tip.attach(PDF))["id"]
    await case.rude.report(
        "Dibentak di loket parkir", "Kepala seksinya berteriak kepada ibu saya.",
        category_id=case.category["id"], is_anonymous=True,
    )  # fmt: skip


async def _name(case: Case) -> None:
    """Whistle-blowing is the inspectorate's; in the complaint the office names the official."""
    accusation = {"employee_id": case.accused.employee_id, "reason": "Terlapor dikenal pelapor."}
    tip = await find(case.finder, case.tip.ticket)
    assert (tip["led_by"], tip["report_class"]) == ("inspectorate", "pelaporan_pelanggaran")
    assert (await case.officer.get(REPORTS, ticket=case.tip.ticket))["items"] == []
    category = await case.second.get("/v1/report-categories", kind="pengaduan")
    tip = await verify(
        case.finder, case.tip.ticket, category["items"][0], report_class="pelaporan_pelanggaran"
    )
    await step(case.finder, tip, "accused", **accusation)
    rude = await verify(case.officer, case.rude.ticket, case.category)
    await case.officer.put(f"{REPORTS}/{rude['id']}/external-link", {"external_id": "LAPOR-7788"})
    await step(case.officer, rude, "accused", **accusation)
    case.reports = [tip, rude]
    his_own = {"unit_id": case.city.units[SECTION]}
    refused = await case.officer.refusal("POST", f"{REPORTS}/{rude['id']}/assignments", his_own)
    assert refused == "conflict_of_interest"


async def _take_over(case: Case) -> None:
    """From now on the complaints office leads neither."""
    rude = case.reports[1]
    await step(case.second, rude, "take-overs", note="Terlapor kepala unit yang dituju.")
    assert await case.officer.refusal("GET", f"{REPORTS}/{rude['id']}") == "not_found"


async def _ask_everywhere(case: Case, who: Citizen, *, steps: bool = False) -> None:
    """Somebody of the line asks wherever he can; whatever answers, no secret is in it."""
    heard: list[str] = []
    for report, other in zip(case.reports, reversed(case.reports), strict=True):
        place = f"{REPORTS}/{report['id']}"
        reads = (*READS, f"/attachments/{case.file}")
        heard += [await _nothing(case, who, "GET", place + path) for path in reads]
        for path, body in _steps(case, other).items() if steps else ():
            heard.append(await _nothing(case, who, "POST", f"{place}/{path}", body))
    for path, params in _pages(case):
        answered = await case.city.send(who, "GET", path, params=params)
        assert answered.status_code < 500, (path, answered.text)
        heard.append(answered.text)
    for path, body in _writes(case):
        key = f"menyelidik-{uuid.uuid4()}"
        answered = await case.city.send(who, "POST", path, body, key=key)
        assert answered.status_code < 500, (path, answered.text)
        heard.append(answered.text)
    said = "\n".join(heard)
    assert [secret for secret in SECRETS if secret.lower() in said.lower()] == [], who.name
    listed = await who.get(REPORTS, limit=200)
    assert not {one["id"] for one in case.reports} & {one["id"] for one in listed["items"]}


async def _nothing(case: Case, who: Citizen, method: str, path: str, body: Any = None) -> str:
    answered = await case.city.send(who, method, path, body)
    assert answered.status_code in {403, 404}, (who.name, method, path, answered.text)
    return answered.text


def _steps(case: Case, other: Any) -> dict[str, Any]:
    """What is done to reports, as he could try it."""
    unit, note = case.city.units[SECTION], {"note": "Mohon dilihat."}
    return {
        "verifications": {"report_class": "aspirasi", "category_id": case.category["id"]},
        "assignments": {"unit_id": unit},
        "acceptances": {"plan": "Saya tangani sendiri."},
        "questions": {"text": "Siapa Anda?"},
        "messages": {"audience": "citizen", "body": "Siapa Anda?"},
        "first-replies": {"text": "Siapa Anda?"},
        "replies": {"body": "Sudah selesai."},
        "returns": {"reason": "Bukan unit kami."},
        "archivals": {"reason": "spam", "public_note": "Tidak benar."},
        "referrals": {"referred_to": "Kecamatan", "public_note": "Tidak benar."},
        "mergers": {"into": other["id"]},
        "publications": {"public_title": "Laporan", "public_body": "Laporan"},
        "confidentialities": note,
        "take-overs": note,
        "sign-offs": {},
        "class-proposals": {"report_class": "aspirasi", "note": "Ringan."},
        "accused": {"employee_id": case.subordinate.employee_id, "reason": "Dia saja."},
        "disclosures": {"reason": "Saya ingin tahu siapa yang melaporkan saya."},
        "findings": {"employee_id": case.accused.employee_id, "outcome": "tidak_terbukti",
                     "summary": "Tidak ada."},
    }  # fmt: skip


def _pages(case: Case) -> list[tuple[str, dict[str, Any]]]:
    """What he may open: lists with every filter he knows, boards, feeds, the trail, the public."""
    city = case.city
    unit, code, jurisdiction = city.units[SECTION], city.code, {"jurisdiction_id": city.code}
    days = {"first_day": str(city.quarter.first), "last_day": str(city.quarter.last)}
    tickets = [case.tip.ticket, case.rude.ticket]
    pages: list[tuple[str, dict[str, Any]]] = [
        (REPORTS, {}), (REPORTS, {"unit_id": unit}), (REPORTS, {"below_id": unit}),
        (REPORTS, {"waits_for_me": "true"}), (REPORTS, {"overdue": "true"}),
        (REPORTS, {"handler_id": case.accused.employee_id}), (REPORTS, {"led_by": "inspectorate"}),
        (REPORTS, {"category_id": case.category["id"]}),
        (f"{REPORTS}/figures", days), (f"{REPORTS}/figures", {**days, "unit_id": unit}),
        ("/v1/findings", {}), ("/v1/me", {}), ("/v1/me/notices", {"limit": 200}),
        ("/v1/audit-entries", {}), ("/v1/evaluations", {}), ("/v1/results", {}), ("/v1/logs", {}),
        (f"/v1/units/{unit}/live", {}), (f"/v1/units/{unit}/ratings", {"year": city.quarter.year}),
        (f"/v1/units/{unit}/rating-comments", {}), ("/v1/report-categories", {}),
        ("/v1/channels/national/links", {}), ("/v1/channels/national/runs", {}),
        (f"/v1/public/{code}/reports", {}), (f"/v1/public/{code}/reports", {"format": "csv"}),
        (f"/v1/public/{code}/musrenbang", {}), (f"/v1/public/{code}/reports/mine", {}),
        ("/open311/v2/requests.json", jurisdiction), ("/open311/v2/requests.xml", jurisdiction),
    ]  # fmt: skip
    for report, ticket in zip(case.reports, tickets, strict=True):
        pages += [
            (REPORTS, {"ticket": ticket}),
            ("/v1/audit-entries", {"subject_type": "citizen_report", "subject_id": report["id"]}),
            (f"/v1/public/{code}/reports/{ticket}", {}),
            (f"/open311/v2/requests/{ticket}.json", jurisdiction),
            (f"/open311/v2/requests/{ticket}.xml", jurisdiction),
        ]
    if case.finding:
        pages.append((f"/v1/findings/{case.finding}", {}))
    return pages


def _writes(case: Case) -> list[tuple[str, Any]]:
    """What may be written elsewhere and answers with reports."""
    return [
        ("/v1/channels/national/exports", {"everything": True}),
        (f"/v1/public/{case.city.code}/reports/candidates", {"title": "karcis parkir pasar"}),
        (f"/v1/public/{case.city.code}/reports/candidates", {"category_id": case.category["id"]}),
    ]


async def test_the_accused_his_people_and_his_superiors_learn_nothing(
    api: Api, operator: Person, days: Days, today: dt.date, app: Any
):
    case = await _case(api, operator, days, today)
    city, accused, quarter = case.city, case.accused, case.city.quarter
    plan = await city.plan(
        accused, case.superior,
        [{"kind": "utama", "title": "Parkir tertib", "indicators": [
            indicator("Temuan yang terbukti", "kualitas", "bobot", "0",
                      {city.periods[quarter.code]: "0"}, direction="lower",
                      source="substantiated_findings"),
        ]}],
    )  # fmt: skip

    # Two people report; the official is named, and the reports leave his line.
    days.turn(quarter.weekday(0))
    await _report(case)
    await _name(case)

    # He, those he leads and those who lead him know the numbers, and ask everywhere.
    for who in case.line:
        await _ask_everywhere(case, who, steps=who is accused)

    # A grant for the complaints office does not help him either, nor them.
    plotters = (accused, case.subordinate, case.superior)
    for who in plotters:
        await city.grant(who, "complaints_officer")
    days.turn(quarter.weekday(0), 13)
    for who in plotters:
        await _ask_everywhere(case, who, steps=who is accused)

    # Nor may he lay a report that he does see beside those: they are as unknown as any number.
    harmless = Passer(city)
    await harmless.report("Lampu padam", "Lampu jalan padam.", category_id=case.category["id"])
    seen = await verify(accused, harmless.ticket, case.category)
    place = f"{REPORTS}/{seen['id']}/mergers"
    for unknown in (case.reports[0]["id"], case.reports[1]["id"], str(uuid.uuid4())):
        assert await accused.refusal("POST", place, {"into": unknown}) == "unknown_reference"

    # The inspectorate takes the other case too, and reads what he may not.
    await _take_over(case)
    told = str(
        [
            await case.third.get(f"{REPORTS}/{report['id']}{part}")
            for report in case.reports
            for part in ("", "/events", "/messages")
        ]
    )
    assert {secret for secret in SECRETS if secret in told} >= {
        "Setoran parkir", "dua ratus lembar karcis", "Pasar Lakessi", "Dibentak", "berteriak",
        "Terlapor dikenal",
    }  # fmt: skip
    assert "Sulaeman" not in told

    # It examines, asks the reporter, and finds.
    tip = case.reports[0]
    await step(
        case.second, tip, "assignments", unit_id=city.units[AUDIT],
        handler_id=case.finder.employee_id,
    )  # fmt: skip
    await step(case.finder, tip, "acceptances", plan="Karcis dihitung ulang.")
    await step(case.finder, tip, "questions", text="Sejak kapan tanpa nomor seri?")
    asked = await case.tip.mine()
    assert (asked["unit_name"], asked["status"]) == (None, "awaiting_information")
    assert case.finder.name not in str(asked)
    await case.tip.do("answers", body="Sejak Februari, Sulaeman Tahir saksinya.")
    days.turn(quarter.weekday(1))
    made = await case.finder.post(
        f"{REPORTS}/{tip['id']}/findings",
        {"employee_id": accused.employee_id, "outcome": "terbukti", "severity": "sedang",
         "summary": "Retribusi tidak disetor penuh."},
    )  # fmt: skip
    case.finding = made["id"]
    place = f"/v1/findings/{case.finding}"

    # He hears that something was found, and not from whom; the others hear nothing.
    assert any(made["ref"] in text for text in await accused.feed())
    seen = await accused.get(place)
    assert (seen["report_id"], seen["allowed_actions"]) == (None, ["dispute"])
    for other in (case.subordinate, case.superior, case.mayor):
        assert await other.refusal("GET", place) == "not_found"

    # He disputes, loses, appeals, and loses before another; nobody decides twice.
    rejection = {"decision": "rejected", "reason": "Karcis dan buku kas tidak cocok."}
    await accused.post(f"{place}/disputes", {"statement": "Karcis habis, setoran menyusul."})
    own = await accused.refusal("POST", f"{place}/dispute-decisions", rejection)
    assert own == "permission_denied"
    own = await case.finder.refusal("POST", f"{place}/dispute-decisions", rejection)
    assert own == "second_person_needed"
    decided = await case.second.post(f"{place}/dispute-decisions", rejection)
    assert decided["status"] == "found"
    days.turn(quarter.weekday(1, 3))
    await accused.post(f"{place}/disputes", {"statement": "Banding: saya tidak diperiksa adil."})
    twice = await case.second.refusal("POST", f"{place}/dispute-decisions", rejection)
    assert twice == "second_person_needed"
    await case.third.post(f"{place}/dispute-decisions", rejection)
    late = await accused.refusal("POST", f"{place}/disputes", {"statement": "Sekali lagi."})
    assert late == "disputes_exhausted"

    # It counts for nothing until a third person confirms it, the day after.
    derive = f"/v1/indicators/{plan['targets'][0]['indicators'][0]['id']}/results"
    period = city.periods[quarter.code]
    assert (await accused.post(f"{derive}/{period}/derivations"))["value"] == "0.00"
    early = await case.third.refusal("POST", f"{place}/confirmations")
    assert early == "dispute_time_running"
    days.turn(quarter.weekday(1, 4))
    assert await case.finder.refusal("POST", f"{place}/confirmations") == "second_person_needed"
    confirmed = await case.third.post(f"{place}/confirmations")
    assert (confirmed["status"], confirmed["weight"]) == ("confirmed", "2.00")
    result = await accused.post(f"{derive}/{period}/derivations")
    figure = await case.superior.get(f"/v1/results/{result['id']}/figure")
    assert (figure["value"], figure["items"]) == ("2.00", [case.finding])

    # Who reported is told to one inspector, for a reason; the others are told that he asked.
    reason = {"reason": "Saksi dipanggil ke sidang majelis kode etik."}
    short = await case.third.refusal("POST", f"{REPORTS}/{tip['id']}/disclosures", {"reason": "Ya"})
    assert short == "invalid_request"
    told = await case.third.post(f"{REPORTS}/{tip['id']}/disclosures", reason)
    assert (told["name"], told["phone"]) == ("Sulaeman Tahir", "0811 4477 2211")
    nobody = await case.third.refusal(
        "POST", f"{REPORTS}/{case.reports[1]['id']}/disclosures", reason
    )
    assert nobody == "reporter_anonymous"
    (asked_by,) = (await case.second.get(f"{REPORTS}/{tip['id']}/disclosures"))["items"]
    assert (asked_by["account_name"], asked_by["reason"]) == ("Auditor Madya", reason["reason"])
    trail = await case.second.get(
        "/v1/audit-entries", subject_type="citizen_report", subject_id=tip["id"], limit=200
    )
    assert "reporter.disclosed" in {entry["action"] for entry in trail["items"]}
    assert "Sulaeman" not in str(trail)
    assert any(case.tip.ticket in text for text in await case.finder.feed())

    # The case takes long: whoever is reminded of it, none of the line is.
    for week in (2, 4):
        days.turn(quarter.weekday(week, 1))
        await city.work(app)
    assert any(case.tip.ticket in text for text in await case.finder.feed())
    for who in case.line:
        feed = "".join(await who.feed())
        assert case.tip.ticket not in feed
        assert case.rude.ticket not in feed

    # The reporter is answered without a name, no mail was ever sent, and the case is closed.
    await answer(case.finder, case.second, tip, "Pemeriksaan selesai, setoran ditagih.")
    await step(case.third, tip, "sign-offs", public_note="Terima kasih.")
    mine = await case.tip.mine()
    assert (mine["status"], mine["close_reason"]) == ("closed", "signed_off")
    assert not any(one.name in str(mine) for one in (accused, case.finder, case.second))
    await city.work(app)
    assert mail_to(app, f"sulaeman@{city.code}.example") == []
    assert (await public(city, "reports"))["items"] == []

    # At the end they try once more; his superior even as an inspector, who reads the trail.
    await city.grant(case.superior, "inspectorate")
    days.turn(quarter.weekday(5))
    await _ask_everywhere(case, case.superior, steps=True)
    await _ask_everywhere(case, accused)
