"""Medan: indicators that fit the job, quick feedback, and behaviour that counts beside results.

Over a quarter a clerk at the civil registry reaches 92 percent of her target and is friendly
beyond what is expected: she is rated Baik, and everyone concerned can see why. A teacher is
measured by other indicators. The head watches the work as it happens.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from tests.factories.world import Person
from tests.plugins.service import Api
from tests.scenarios.city import Citizen, City, found, indicator, rate, result

REGISTRY, SCHOOLS = "Dinas Dukcapil", "Dinas Pendidikan"


@dataclass
class Medan:
    """The city and the people of the story."""

    city: City
    mayor: Citizen
    head: Citizen
    clerk: Citizen
    school_head: Citizen
    teacher: Citizen


async def _medan(api: Api, operator: Person, today: dt.date) -> Medan:
    city = await found(
        api, operator, code=f"medan-{uuid.uuid4().hex[:8]}", name="Kota Medan", today=today
    )
    await city.unit("Pemerintah Kota Medan", "government")
    await city.unit(REGISTRY, "dinas", below="Pemerintah Kota Medan")
    await city.unit(SCHOOLS, "dinas", below="Pemerintah Kota Medan")
    await city.open_year("Peraturan Wali Kota Medan 12/2026 Pasal 7")
    return Medan(
        city,
        await city.employ("Wali Kota", "Wali Kota", "Pemerintah Kota Medan", head=True),
        await city.employ(
            "Sahat Simanjuntak", "Kepala Dinas", REGISTRY, head=True, nip="197203141998031004"
        ),
        await city.employ("Butet Nasution", "Petugas Loket", REGISTRY, nip="199005122015042003"),
        await city.employ(
            "Rosmaida Siregar", "Kepala Dinas", SCHOOLS, head=True, nip="197511022000122001"
        ),
        await city.employ("Andi Lubis", "Guru Matematika", SCHOOLS, nip="198807072012011002"),
    )


async def _agree_plans(medan: Medan) -> tuple[Any, Any]:
    """Each plan is agreed, and the clerk's follows from her head's."""
    city = medan.city
    months = [city.periods[code] for code in city.quarter.months]
    quarter = city.periods[city.quarter.code]
    above = await city.plan(
        medan.head,
        medan.mayor,
        [
            {
                "kind": "utama",
                "title": "Dokumen kependudukan terbit tepat waktu",
                "indicators": [
                    indicator("Dokumen terbit", "kuantitas", "dokumen", "12000", {quarter: "3000"})
                ],
            }
        ],
    )
    served = {**dict.fromkeys(months, "100"), quarter: "300"}
    clerk = await city.plan(
        medan.clerk,
        medan.head,
        [
            {
                "kind": "utama",
                "title": "Permohonan di loket terlayani",
                "superior_target_id": above["targets"][0]["id"],
                "cascading": "direct",
                "indicators": [
                    indicator("Permohonan dilayani", "kuantitas", "berkas", "1200", served)
                ],
            }
        ],
    )
    teacher = await city.plan(
        medan.teacher,
        medan.school_head,
        [
            {
                "kind": "utama",
                "title": "Pembelajaran matematika terlaksana",
                "indicators": [
                    indicator(
                        "Nilai rata-rata kelas", "kualitas", "nilai", "75",
                        dict.fromkeys([*months, quarter], "75"), accumulation="average",
                    ),
                    indicator(
                        "Keterlambatan rapor", "waktu", "hari", "2",
                        dict.fromkeys([*months, quarter], "2"),
                        accumulation="latest", direction="lower",
                    ),
                ],
            }
        ],
    )  # fmt: skip
    assert clerk["status"] == "approved"
    assert clerk["targets"][0]["superior_target_title"] == above["targets"][0]["title"]
    assert all(behaviour["expectation"] for behaviour in clerk["behaviours"])
    aspects = {one["aspect"] for one in teacher["targets"][0]["indicators"]}
    assert aspects == {"kualitas", "waktu"}
    return clerk, teacher


async def _today_at_the_counter(medan: Medan, target_id: str, today: dt.date) -> None:
    """The clerk logs her day; the head sees it at once and answers quickly."""
    office = medan.city.units[REGISTRY]
    log = await medan.clerk.post(
        "/v1/logs",
        {
            "work_date": str(today),
            "starts_at": "08:00",
            "ends_at": "10:00",
            "description": "Melayani permohonan kartu keluarga",
            "submit": True,
        },
        key="hari-ini-loket-tiga-0001",
    )
    live = await medan.head.get(f"/v1/units/{office}/live")
    assert "Butet Nasution" not in str(live["not_logged"])
    assert live["total"]["waiting"]["logs"] == 1
    await medan.head.post(f"/v1/logs/{log['id']}/approvals", {"note": "Ramah dan cepat, teruskan!"})
    await medan.head.post(
        f"/v1/employees/{medan.clerk.employee_id}/notes",
        {"subject_type": "target", "subject_id": target_id, "text": "Warga berterima kasih."},
    )
    notices = (await medan.clerk.get("/v1/me/notices"))["items"]
    assert {"Ramah dan cepat, teruskan!", "Warga berterima kasih."} <= {
        notice["note"] for notice in notices
    }


async def _a_month_at_the_counter(medan: Medan, number: int, target_id: str) -> None:
    """The clerk writes up two days of a month; one is returned, mended and approved."""
    quarter = medan.city.quarter
    day = {"starts_at": "08:00", "ends_at": "15:00", "target_id": target_id, "submit": True}
    logs = [
        await medan.clerk.post(
            "/v1/logs",
            {**day, "work_date": str(quarter.day(number, date)), "description": "Melayani loket 3"},
            key=f"loket-tiga-bulan-{number}-tanggal-{date:02}",
        )
        for date in (5, 20)
    ]
    back = f"/v1/logs/{logs[0]['id']}"
    await medan.head.post(f"{back}/returns", {"note": "Sebutkan layanan yang diberikan."})
    returned = await medan.clerk.get(back)
    await medan.clerk.patch(
        back, {"description": "Melayani 41 akta kelahiran"}, version=returned["version"]
    )
    await medan.clerk.post(f"{back}/submissions")
    approved = await medan.head.post("/v1/logs/approvals", {"ids": [log["id"] for log in logs]})
    assert [item["status"] for item in approved["items"]] == [200, 200]


async def test_the_friendly_clerk_is_rated_baik_and_everyone_can_see_why(
    api: Api, operator: Person, today: dt.date, app: Any
):
    # The city is set up by its own people; the thresholds are stated before anybody is judged.
    medan = await _medan(api, operator, today)
    city, head, clerk = medan.city, medan.head, medan.clerk
    quarter, office = city.periods[city.quarter.code], city.units[REGISTRY]
    await city.norm("work_as_from", "90", "Peraturan Wali Kota Medan 12/2026 Pasal 4")
    stated = (await clerk.get("/v1/norms", key="work_as_from"))["items"][0]
    assert stated["basis"] == "Peraturan Wali Kota Medan 12/2026 Pasal 4"
    clerk_plan, teacher_plan = await _agree_plans(medan)
    target = clerk_plan["targets"][0]

    # Work over the quarter, and today, with feedback at once.
    for number in range(len(city.quarter.months)):
        await _a_month_at_the_counter(medan, number, target["id"])
    await _today_at_the_counter(medan, target["id"], today)

    # Results come in month by month, each with the superior's verification.
    for code, served, marks, late in zip(
        city.quarter.months, ("95", "88", "93"), ("76", "79", "79"), ("3", "2", "2"), strict=True
    ):
        await result(clerk, head, target["indicators"][0], city.periods[code], served)
        for one, value in zip(teacher_plan["targets"][0]["indicators"], (marks, late), strict=True):
            await result(medan.teacher, medan.school_head, one, city.periods[code], value)
    await rate(head, clerk, quarter, above=5)
    await rate(medan.school_head, medan.teacher, quarter, above=2)

    # The agency closes the quarter; nobody else may, and what is closed stays as it was.
    assert await head.refusal("POST", f"/v1/periods/{quarter}/closings", {}) == "permission_denied"
    await city.close(city.quarter.code, app)
    month = city.periods[city.quarter.months[0]]
    path = f"/v1/indicators/{target['indicators'][0]['id']}/results/{month}"
    late_news = {"value": "100", "note": "Terlambat"}
    assert await clerk.refusal("PUT", path, late_news, version=2) == "period_closed"

    # The suggestion is the head's to see first; the decision is his alone.
    assert (await clerk.get("/v1/evaluations"))["items"] == []
    evaluation = (await head.get("/v1/evaluations", employee_id=clerk.employee_id))["items"][0]
    suggestion = evaluation["suggestion"]
    assert suggestion["work_result"] == "92.00"
    assert suggestion["work_rating"] == "sesuai_ekspektasi"
    assert suggestion["behaviour_rating"] == "di_atas_ekspektasi"
    assert suggestion["predicate"] == "baik"
    path = f"/v1/evaluations/{evaluation['id']}"
    decision = {"work_rating": "sesuai_ekspektasi", "behaviour_rating": "di_atas_ekspektasi"}
    stranger = await medan.school_head.refusal("POST", f"{path}/decisions", decision)
    assert stranger == "not_found"
    other = {**decision, "work_rating": "di_atas_ekspektasi"}
    assert await head.refusal("POST", f"{path}/decisions", other) == "reason_required"
    decided = await head.post(f"{path}/decisions", decision)
    assert (decided["status"], decided["predicate"]) == ("decided", "baik")

    # The clerk sees what was decided and every step behind it: 95 + 88 + 93 = 276 of 300.
    why = str(await clerk.get(f"{path}/explanation"))
    assert "276" in why
    assert "92" in why
    assert "Peraturan Wali Kota Medan 12/2026" in why
    assert "PermenPANRB 6/2022" in why
    final = await clerk.post(f"{path}/acknowledgements", {"note": "Terima kasih."})
    assert (final["status"], final["predicate"]) == ("final", "baik")
    assert await head.refusal("POST", f"{path}/decisions", decision) == "transition_refused"

    # The head's view shows where the office stands; the teacher was judged by his own measure.
    summary = await head.get(f"/v1/units/{office}/evaluation-summary", period_id=quarter)
    assert summary["predicates"]["baik"] == 1
    measured = await medan.school_head.get(
        "/v1/evaluations", employee_id=medan.teacher.employee_id, period_id=quarter
    )
    assert measured["items"][0]["suggestion"]["work_rating"] == "di_atas_ekspektasi"
