"""Pangkalpinang: a phone that was offline, an obstacle seen at once, gaps that show where to help.

An officer of the health office reports from the harbour, where there is no network. The phone
sends everything later, and again, because it never got the answer. The head watches running
work, acts on an obstacle within the minute, and after the quarter sees what to improve. Who serves
the public is rated by those who were served.
"""

import datetime as dt
import uuid
from typing import Any

from tests.factories.world import Person
from tests.plugins.service import Api
from tests.scenarios.city import Citizen, City, Quarter, found, indicator, rate, result
from tests.scenarios.days import Days
from tests.scenarios.passers import Passer

OFFICE = "Dinas Kesehatan"


async def _city(
    api: Api, operator: Person, today: dt.date, days: Days | None = None
) -> tuple[City, Citizen, Citizen]:
    city = await found(
        api, operator, code=f"pkp-{uuid.uuid4().hex[:8]}", name="Kota Pangkalpinang", today=today
    )
    if days is not None:
        city.quarter = Quarter.after(today)
        days.turn(city.quarter.first, 7)
    await city.unit("Pemerintah Kota Pangkalpinang", "government")
    await city.unit(OFFICE, "dinas", below="Pemerintah Kota Pangkalpinang")
    await city.employ("Wali Kota", "Wali Kota", "Pemerintah Kota Pangkalpinang", head=True)
    head = await city.employ(
        "Yusnita Hasan", "Kepala Dinas", OFFICE, head=True, nip="197409172000032002"
    )
    officer = await city.employ(
        "Rudi Gunawan", "Petugas Kesehatan Pelabuhan", OFFICE, nip="199104032016031001"
    )
    await city.open_year("Peraturan Wali Kota Pangkalpinang 8/2026 Pasal 6")
    return city, head, officer


def _log(client_ref: str, day: dt.date, starts: str, ends: str, **more: Any) -> dict[str, Any]:
    return {
        "client_ref": client_ref,
        "work_date": str(day),
        "starts_at": starts,
        "ends_at": ends,
        "description": "Pemeriksaan kapal dan penumpang di pelabuhan",
        "submit": True,
        **more,
    }


async def test_work_is_reported_from_the_harbour_and_the_head_acts_at_once(
    api: Api, operator: Person, today: dt.date, app: Any
):
    city, head, officer = await _city(api, operator, today)
    quarter, period = city.quarter, city.periods[city.quarter.code]
    office = city.units[OFFICE]

    # Everybody has clear targets.
    mayor_target = {
        "kind": "utama",
        "title": "Pemeriksaan kapal tuntas dan tercatat",
        "indicators": [
            indicator("Kapal diperiksa", "kuantitas", "kapal", "200", {period: "50"},
                      source="approved_volume"),
            indicator("Laporan tepat waktu", "waktu", "persen", "100", {period: "100"},
                      accumulation="average"),
        ],
    }  # fmt: skip
    plan = await city.plan(officer, head, [mayor_target])
    target = plan["targets"][0]
    ships, reports = target["indicators"]
    me = await officer.get("/v1/me")
    assert me["employee"]["id"] == officer.employee_id
    await officer.put(
        f"/v1/plans/{plan['id']}/periods/{period}/actions",
        {
            "actions": [
                {"target_id": target["id"], "title": "Jadwal pemeriksaan harian dengan syahbandar"}
            ]
        },
    )

    # The phone was offline: it sends all days at once. One log overlaps; the rest is not lost.
    link = {"target_id": target["id"], "indicator_id": ships["id"], "volume_unit": "kapal"}
    week = [
        _log("hp-1", quarter.day(0, 8), "08:00", "12:00", volume="12", **link),
        _log("hp-2", quarter.day(0, 8), "11:00", "13:00", volume="3", **link),
        _log("hp-3", quarter.day(0, 9), "22:00", "04:00", volume="20", **link),
        _log("hp-4", quarter.day(1, 10), "08:00", "12:00", volume="8", **link),
    ]
    sent = await officer.post(
        "/v1/logs/batches", {"atomic": False, "items": week}, key="hp-rudi-kiriman-pertama-1"
    )
    assert [item["status"] for item in sent["items"]] == [201, 409, 201, 201]
    assert sent["items"][1]["problem"]["code"] == "log_overlaps"

    # The answer was lost: the phone repeats itself, first with the same key, then with another
    # one and the mistake mended. Nothing is doubled, and only the mended log is new.
    again = await officer.post(
        "/v1/logs/batches", {"atomic": False, "items": week}, key="hp-rudi-kiriman-pertama-1"
    )
    assert again == sent
    week[1] = _log("hp-2", quarter.day(0, 8), "13:00", "15:00", volume="3", **link)
    mended = await officer.post(
        "/v1/logs/batches", {"atomic": False, "items": week}, key="hp-rudi-kiriman-kedua-002"
    )
    assert [item["status"] for item in mended["items"]] == [200, 201, 200, 200]
    days = {"work_date_from": str(quarter.first), "work_date_to": str(quarter.last)}
    logs = (await officer.get("/v1/logs", **days))["items"]
    assert len(logs) == len(week)

    # An obstacle: the head sees it in the feed and the live view, answers, and it is resolved.
    raised = await officer.post(
        "/v1/obstacles",
        {
            "title": "Alat suhu rusak",
            "description": "Termometer inframerah tidak menyala, antrean penumpang panjang.",
            "target_id": target["id"],
        },
    )
    assert any("Alat suhu rusak" in text for text in await head.feed())
    live = await head.get(f"/v1/units/{office}/live")
    assert live["total"]["open_obstacle_count"] == 1
    assert "Alat suhu rusak" in str(live["obstacles"])
    answered = await head.post(
        f"/v1/obstacles/{raised['id']}/answers",
        {"answer": "Alat cadangan diantar kurir siang ini dari gudang farmasi."},
    )
    assert answered["status"] == "answered"
    assert any("Alat suhu rusak" in text for text in await officer.feed())
    done = await officer.post(f"/v1/obstacles/{raised['id']}/resolutions")
    assert done["status"] == "resolved"
    assert (await head.get(f"/v1/units/{office}/live"))["total"]["open_obstacle_count"] == 0

    # The head approves the week in one go and says a word about the night shift.
    waiting = (await head.get("/v1/logs", waits_for_me="true", **days))["items"]
    approved = await head.post("/v1/logs/approvals", {"ids": [log["id"] for log in waiting]})
    assert [item["status"] for item in approved["items"]] == [200] * len(week)
    night = next(log for log in waiting if log["starts_at"] == "22:00")
    await head.post(
        f"/v1/employees/{officer.employee_id}/notes",
        {
            "subject_type": "log",
            "subject_id": night["id"],
            "text": "Sigap sampai subuh, terima kasih.",
        },
    )
    notes = [notice["note"] for notice in (await officer.get("/v1/me/notices"))["items"]]
    assert "Sigap sampai subuh, terima kasih." in notes

    # The quarter is closed: 43 of 50 ships, counted from the approved logs, and late reports.
    await result(officer, head, reports, period, "70")
    await rate(head, officer, period, above=1)
    await city.close(quarter.code, app)
    evaluation = (await head.get("/v1/evaluations", employee_id=officer.employee_id))["items"][0]
    assert evaluation["suggestion"]["work_rating"] == "di_bawah_ekspektasi"

    # What to improve is listed, for the head to act on.
    gaps = await head.get(f"/v1/units/{office}/gaps", period_id=period)
    told = str(gaps)
    assert "Rudi Gunawan" in told
    assert "Laporan tepat waktu" in told
    assert "Kapal diperiksa" in told


async def test_who_serves_the_public_is_rated_by_those_who_were_served(
    api: Api, operator: Person, days: Days, today: dt.date, app: Any
):
    city, head, officer = await _city(api, operator, today, days)
    quarter, period, office = city.quarter, city.periods[city.quarter.code], city.units[OFFICE]
    mine, other = [
        await head.post("/v1/services", {"unit_id": office, "code": code, "name": name})
        for code, name in (("VAKSIN", "Vaksinasi penumpang"), ("ARSIP", "Salinan rekam medis"))
    ]
    stars = indicator(
        "Kepuasan penumpang", "kualitas", "bintang", "4.50", {period: "4.50"},
        accumulation="average", source="handling_satisfaction", source_scope="service",
        source_service_id=mine["id"], weight_percent="60",
    )  # fmt: skip
    ships = indicator(
        "Kapal diperiksa", "kuantitas", "kapal", "200", {period: "50"}, weight_percent="40"
    )
    target = {"kind": "utama", "title": "Penumpang terlayani", "indicators": [stars, ships]}
    plan = await city.plan(officer, head, [target])
    first, second = plan["targets"][0]["indicators"]

    # Codes are printed for the waiting room; twelve passengers use theirs, some for the archive.
    days.turn(quarter.day(0, 10))
    for service, marks in ((mine, [5] * 8 + [4] * 3 + [2]), (other, [3] * 10)):
        printed = await head.post(
            f"/v1/services/{service['id']}/tokens",
            {"count": len(marks), "expires_on": str(quarter.day(1, 1))},
            key=f"kode-ruang-tunggu-{service['code']}",
        )
        for token, given in zip(printed["tokens"], marks, strict=True):
            words = "Sabar sekali, terima kasih." if given == 5 else None
            await Passer(city).send("ratings", token=token, treatment=given, comment=words)
    refused = await officer.refusal(
        "POST", f"/v1/services/{mine['id']}/tokens",
        {"count": 1, "expires_on": str(quarter.day(1, 1))},
    )  # fmt: skip
    assert refused == "not_service_keeper"

    # While the month runs nothing is told, lest the newest rating be known; then both see it.
    path = f"/v1/indicators/{first['id']}/results/{period}/derivations"
    running = await officer.post(path)
    assert (running["value"], running["sample"]) == (None, 0)
    days.turn(quarter.day(1, 2))
    told = await officer.post(path)
    assert (told["value"], told["sample"], told["minimum"]) == ("4.19", 12, 10)
    months = (await head.get(f"/v1/units/{office}/ratings", year=quarter.year))["months"]
    assert {(one["service_name"], one["treatment"]) for one in months} == {
        ("Vaksinasi penumpang", "4.50"), ("Salinan rekam medis", "3.00"),
    }  # fmt: skip
    comments = await head.get(f"/v1/units/{office}/rating-comments")
    assert {one["comment"] for one in comments["items"]} == {"Sabar sekali, terima kasih."}

    # At the close the stars count beside what was entered; the officer reads how.
    await result(officer, head, second, period, "50")
    await rate(head, officer, period, above=1)
    days.turn(quarter.last + dt.timedelta(days=1))
    await city.close(quarter.code, app)
    figure = await head.get(f"/v1/results/{told['id']}/figure")
    assert (figure["value"], figure["subject_name"]) == ("4.19", "Vaksinasi penumpang")
    assert (figure["items"], figure["item_type"]) == ([], None)
    evaluation = (await head.get("/v1/evaluations", employee_id=officer.employee_id))["items"][0]
    why = str(await head.get(f"/v1/evaluations/{evaluation['id']}/explanation"))
    assert "4.19" in why
    assert "Kepuasan penumpang" in why
    assert evaluation["suggestion"]["work_result"] == "95.87"
