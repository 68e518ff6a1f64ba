"""Salatiga: from the city's goals down to each person, and from fair ratings to what follows.

Goals of the organisation are carried by targets of its people; indicators of quality, quantity
and time follow from the job. After the quarter it is plain who is recognised and who needs
coaching, and an employee who disagrees is heard by the superior's superior.
"""

import datetime as dt
import uuid
from typing import Any

from tests.factories.world import Person
from tests.plugins.service import Api
from tests.scenarios.city import Citizen, City, Quarter, found, indicator, rate, result
from tests.scenarios.days import Days
from tests.scenarios.passers import Passer
from tests.scenarios.test_cakranegara import ELEMENTS

OFFICE = "Dinas Penanaman Modal dan PTSP"
AS_EXPECTED, BELOW, ABOVE = "sesuai_ekspektasi", "di_bawah_ekspektasi", "di_atas_ekspektasi"


def _target(title: str, period: str, **link: Any) -> dict[str, Any]:
    return {
        "kind": "utama",
        "title": title,
        **link,
        "indicators": [
            indicator("Izin diterbitkan", "kuantitas", "izin", "400", {period: "100"},
                      weight_percent="40"),
            indicator("Izin tanpa kesalahan", "kualitas", "persen", "98", {period: "98"},
                      accumulation="average", weight_percent="30"),
            indicator("Lama proses", "waktu", "hari", "5", {period: "5"}, direction="lower",
                      accumulation="average", weight_percent="30"),
        ],
    }  # fmt: skip


async def _work(
    who: Citizen, head: Citizen, plan: Any, period: str, values: tuple[str, str, str]
) -> None:
    for one, value in zip(plan["targets"][0]["indicators"], values, strict=True):
        await result(who, head, one, period, value)


async def _decide(head: Citizen, who: Citizen, work: str, behaviour: str) -> Any:
    found = (await head.get("/v1/evaluations", employee_id=who.employee_id))["items"][0]
    return await head.post(
        f"/v1/evaluations/{found['id']}/decisions",
        {"work_rating": work, "behaviour_rating": behaviour},
    )


async def _city(api: Api, operator: Person, today: dt.date, days: Days | None = None) -> City:
    city = await found(
        api, operator, code=f"salatiga-{uuid.uuid4().hex[:8]}", name="Kota Salatiga", today=today
    )
    if days is not None:
        city.quarter = Quarter.after(today)
        days.turn(city.quarter.first, 7)
    await city.unit("Pemerintah Kota Salatiga", "government")
    await city.unit(OFFICE, "dinas", below="Pemerintah Kota Salatiga")
    await city.open_year("Peraturan Wali Kota Salatiga 21/2026 Pasal 9")
    return city


async def test_goals_reach_everybody_and_ratings_lead_to_recognition_and_coaching(
    api: Api, operator: Person, today: dt.date, app: Any
):
    city = await _city(api, operator, today)
    quarter, period = city.quarter, city.periods[city.quarter.code]
    office = city.units[OFFICE]
    mayor = await city.employ("Wali Kota", "Wali Kota", "Pemerintah Kota Salatiga", head=True)
    head = await city.employ(
        "Endang Wahyuni", "Kepala Dinas", OFFICE, head=True, nip="197012051995032003"
    )
    best, steady, weak = [
        await city.employ(name, "Pemroses Izin", OFFICE, nip=nip)
        for name, nip in (
            ("Tri Handayani", "199202142017082001"),
            ("Agus Prasetyo", "198511302010011004"),
            ("Bayu Kurniawan", "199407212019031002"),
        )
    ]

    # The city sets its goal, the head of the office the one that serves it.
    goal = await city.agency.post(
        "/v1/goals",
        {
            "unit_id": city.units["Pemerintah Kota Salatiga"],
            "year": quarter.year,
            "code": "SS-1",
            "title": "Pelayanan publik yang cepat dan akurat",
            "indicators": [
                {
                    "title": "Indeks pelayanan publik",
                    "unit": "indeks",
                    "direction": "higher",
                    "low": "4.50",
                }
            ],
        },
    )
    own_goal = await head.post(
        "/v1/goals",
        {
            "unit_id": office,
            "year": quarter.year,
            "code": "SS-1.1",
            "title": "Izin terbit tepat waktu tanpa kesalahan",
            "parent_goal_id": goal["id"],
        },
    )
    refused = await best.refusal(
        "POST", "/v1/goals",
        {"unit_id": office, "year": quarter.year, "code": "X", "title": "Sasaran sendiri"},
    )  # fmt: skip
    assert refused == "not_head_of_unit"

    # Each plan follows: the head carries the goal, the people carry the head's target.
    head_plan = await city.plan(
        head, mayor, [_target("Izin diproses tepat waktu", period, goal_id=own_goal["id"])]
    )
    above = {"superior_target_id": head_plan["targets"][0]["id"], "cascading": "direct"}
    plans = {
        who.name: await city.plan(who, head, [_target(f"Izin {who.name} tuntas", period, **above)])
        for who in (best, steady)
    }
    plans[weak.name] = await city.plan(weak, head, [_target("Arsip izin tertata", period)])

    # From the goal down to the people who carry it, and what carries no goal.
    tree = str(await head.get(f"/v1/goals/{goal['id']}/alignment"))
    assert all(who.name in tree for who in (head, best, steady))
    assert weak.name not in tree
    unlinked = await head.get("/v1/targets", below_id=office, year=quarter.year, aligned="false")
    assert [target["title"] for target in unlinked["items"]] == ["Arsip izin tertata"]

    # Reports, results and the superior's eye over the quarter; then it is closed.
    await _work(best, head, plans[best.name], period, ("112", "99.5", "4"))
    await _work(steady, head, plans[steady.name], period, ("97", "98", "5"))
    await _work(weak, head, plans[weak.name], period, ("61", "88", "8"))
    await _work(head, mayor, head_plan, period, ("100", "98", "5"))
    await rate(head, best, period, above=5)
    await rate(head, steady, period, above=1)
    await rate(head, weak, period, below=1)
    await rate(mayor, head, period)
    closing = await city.close(quarter.code, app)
    assert (closing["rated"], closing["unrated"]) == (4, 0)

    # The numbers show fast and accurate service; the head decides.
    tri = (await head.get("/v1/evaluations", employee_id=best.employee_id))["items"][0]
    assert tri["suggestion"]["work_result"] == "111.26"
    assert (await _decide(head, best, ABOVE, ABOVE))["predicate"] == "sangat_baik"
    assert (await _decide(head, steady, AS_EXPECTED, AS_EXPECTED))["predicate"] == "baik"
    judged = await _decide(head, weak, BELOW, AS_EXPECTED)
    assert judged["predicate"] == "butuh_perbaikan"

    # One disagrees: the superior's superior hears both sides and decides for good.
    path = f"/v1/evaluations/{judged['id']}"
    objection = await weak.post(
        f"{path}/objections", {"reasons": "Sistem perizinan padam dua minggu di bulan kedua."}
    )
    away = f"/v1/objections/{objection['id']}"
    kept = {"outcome": "kept", "reason": "Gangguan sudah diperhitungkan dalam target."}
    assert await head.refusal("POST", f"{away}/decisions", kept) == "not_objection_decider"
    await head.post(f"{away}/statements", {"statement": "Target sudah dikurangi setelah gangguan."})
    await mayor.post(f"{away}/decisions", kept)
    assert (await weak.get(path))["status"] == "final"

    # Who is recognised and who needs coaching is listed, with what to work on.
    lists = {"below_id": office, "period_id": period}
    recognised = await head.get("/v1/evaluations", predicate="sangat_baik", **lists)
    coached = await head.get("/v1/evaluations", predicate="butuh_perbaikan", **lists)
    assert [one["employee_name"] for one in recognised["items"]] == ["Tri Handayani"]
    assert [one["employee_name"] for one in coached["items"]] == ["Bayu Kurniawan"]
    gaps = str(await head.get(f"/v1/units/{office}/gaps", period_id=period))
    assert "Bayu Kurniawan" in gaps
    assert "Lama proses" in gaps
    summary = await head.get(f"/v1/units/{office}/evaluation-summary", period_id=period)
    assert summary["predicates"]["sangat_baik"] == 1
    assert summary["predicates"]["butuh_perbaikan"] == 1


async def test_fast_and_accurate_service_shows_beside_what_citizens_say(
    api: Api, operator: Person, days: Days, today: dt.date, app: Any
):
    city = await _city(api, operator, today, days)
    quarter, period, office = city.quarter, city.periods[city.quarter.code], city.units[OFFICE]
    await city.employ("Wali Kota", "Wali Kota", "Pemerintah Kota Salatiga", head=True)
    head = await city.employ(
        "Endang Wahyuni", "Kepala Dinas", OFFICE, head=True, nip="197012051995032003"
    )
    fast = await city.employ("Tri Handayani", "Pemroses Izin", OFFICE, nip="199202142017082001")
    slow = await city.employ("Bayu Kurniawan", "Pemroses Izin", OFFICE, nip="199407212019031002")
    service = await head.post(
        "/v1/services", {"unit_id": office, "code": "NIB", "name": "Izin usaha kecil"}
    )
    await head.post(
        f"/v1/services/{service['id']}/standards",
        {"requirements": "KTP", "procedure": "Loket 1", "processing_time": 3,
         "processing_unit": "working_days", "cost": "gratis", "product": "Izin",
         "complaint_handling": "Loket 4", "basis": "Kepdis 2/2026",
         "starts_on": str(quarter.first)},
    )  # fmt: skip

    # Three sources: the register (time), the direct superior (accuracy), the citizens (index).
    def target() -> dict[str, Any]:
        mean, own = {"accumulation": "average"}, {"source_scope": "own"}
        return {
            "kind": "utama",
            "title": "Izin cepat dan tepat",
            "indicators": [
                indicator("Lama proses", "waktu", "hari kerja", "3", {period: "3"},
                          direction="lower", source="processing_time_median", **mean, **own),
                indicator("Izin tepat waktu", "waktu", "persen", "100", {period: "100"},
                          source="processing_on_time_share", **mean, **own),
                indicator("Izin tanpa kesalahan", "kualitas", "persen", "98", {period: "98"},
                          **mean),
                indicator("Indeks kepuasan", "kualitas", "indeks", "80", {period: "80"},
                          source="survey_index", source_scope="service",
                          source_service_id=service["id"], **mean),
            ],
        }  # fmt: skip

    plans = {who.name: await city.plan(who, head, [target()]) for who in (fast, slow)}

    # Over the weeks the register tells who was fast; citizens answer once, for both together.
    days.turn(quarter.weekday(10, 4))
    for who, took in ((fast, 1), (slow, 4)):
        for week in range(10):
            monday = quarter.weekday(week)
            await who.post(
                "/v1/transactions",
                {"service_id": service["id"], "ref": f"{who.name[:3]}/{week}",
                 "received_at": f"{monday}T08:00:00+07:00",
                 "complete_at": f"{monday}T09:00:00+07:00",
                 "done_at": f"{monday + dt.timedelta(days=took)}T11:00:00+07:00",
                 "handler_id": who.employee_id},
            )  # fmt: skip
    await _ask(city, head, service)

    # The superior's eye: accuracy is entered and verified; the quarter is closed.
    for who, exact in ((fast, "99"), (slow, "90")):
        await result(who, head, plans[who.name]["targets"][0]["indicators"][2], period, exact)
        await rate(head, who, period)
    days.turn(quarter.last + dt.timedelta(days=1))
    await city.close(quarter.code, app)

    # The numbers tell them apart where they differ, and treat them alike where they do not.
    values = {who.name: await _values(head, who, period) for who in (fast, slow)}
    assert values[fast.name] == {
        "processing_time_median": "1.00", "processing_on_time_share": "100.00",
        "entered": "99.00", "survey_index": "94.44",
    }  # fmt: skip
    assert values[slow.name] == {
        "processing_time_median": "4.00", "processing_on_time_share": "0.00",
        "entered": "90.00", "survey_index": "94.44",
    }  # fmt: skip
    ratings = {
        who.name: (await head.get("/v1/evaluations", employee_id=who.employee_id))["items"][0]
        for who in (fast, slow)
    }
    assert ratings[fast.name]["suggestion"]["work_rating"] == ABOVE
    assert ratings[slow.name]["suggestion"]["work_rating"] == BELOW
    why = str(await head.get(f"/v1/evaluations/{ratings[slow.name]['id']}/explanation"))
    assert all(part in why for part in ("Lama proses", "Izin tanpa kesalahan", "94,44"))


async def _ask(city: City, head: Citizen, service: Any) -> None:
    """Eight people are asked: all marks are the best but for the time it took."""
    questions = [
        {"code": code, "text": f"Bagaimana {code}?", "labels": ["1", "2", "3", "4"]}
        for code in ELEMENTS
    ]
    form = await city.agency.post(
        "/v1/survey-forms", {"code": "SKM", "title": "Kuesioner", "questions": questions}
    )
    last = str(city.quarter.last)
    made = await head.post(
        "/v1/survey-campaigns",
        {"service_id": service["id"], "form_id": form["id"], "title": "SKM triwulan",
         "starts_on": str(city.quarter.first), "ends_on": last, "population": 8,
         "needs_token": False},
    )  # fmt: skip
    path = f"/v1/survey-campaigns/{made['id']}"
    await head.post(f"{path}/openings")
    marks = dict.fromkeys(ELEMENTS, 4) | {"waktu_penyelesaian": 2}
    for _ in range(8):
        await Passer(city).send(f"campaigns/{made['id']}/responses", answers=marks)
    await head.post(f"{path}/closings")


async def _values(head: Citizen, who: Citizen, period: str) -> dict[str, str]:
    results = await head.get("/v1/results", employee_id=who.employee_id, period_id=period)
    return {one["source"]: one["value"] for one in results["items"]}
