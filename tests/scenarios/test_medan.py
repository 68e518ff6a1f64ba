"""Medan: indicators that fit the job, quick feedback, and behaviour that counts beside results.

A clerk at the civil registry reaches 92 percent of her target and is friendly beyond what is
expected: she is rated Baik, and everyone concerned can see why. A teacher is measured by other
indicators. The head watches the work as it happens.
"""

import datetime as dt
import uuid
from typing import Any

from kinerja_api.core.jobs import run_pending
from kinerja_api.worker import HANDLERS, SUBSCRIBERS
from tests.factories.world import Person
from tests.plugins.service import Api
from tests.scenarios.city import BEHAVIOURS, Citizen, found


def _indicator(
    title: str, aspect: str, unit: str, month: str, low: str, **more: Any
) -> dict[str, Any]:
    return {
        "aspect": aspect,
        "title": title,
        "unit": unit,
        "direction": "higher",
        "annual_low": low,
        "accumulation": "sum",
        "period_targets": [{"period_id": month, "low": low}],
        **more,
    }


async def _rate(head: Citizen, person: Citizen, month: str, above: int) -> None:
    ratings = [
        {
            "value": value,
            "rating": "di_atas_ekspektasi" if number < above else "sesuai_ekspektasi",
            "note": "Diamati sepanjang bulan di loket.",
        }
        for number, value in enumerate(BEHAVIOURS)
    ]
    await head.put(f"/v1/employees/{person.employee_id}/behaviours/{month}", {"ratings": ratings})


async def test_the_friendly_clerk_is_rated_baik_and_everyone_can_see_why(
    api: Api, operator: Person, today: dt.date, app: Any
):
    # The city is set up by its own people.
    medan = await found(
        api, operator, code=f"medan-{uuid.uuid4().hex[:8]}", name="Kota Medan", today=today
    )
    await medan.unit("Pemerintah Kota Medan", "government")
    await medan.unit("Dinas Dukcapil", "dinas", below="Pemerintah Kota Medan")
    await medan.unit("Dinas Pendidikan", "dinas", below="Pemerintah Kota Medan")
    mayor = await medan.employ("Wali Kota", "Wali Kota", "Pemerintah Kota Medan", head=True)
    head = await medan.employ(
        "Sahat Simanjuntak", "Kepala Dinas", "Dinas Dukcapil", head=True, nip="197203141998031004"
    )
    clerk = await medan.employ(
        "Butet Nasution", "Petugas Loket", "Dinas Dukcapil", nip="199005122015042003"
    )
    school_head = await medan.employ(
        "Rosmaida Siregar", "Kepala Dinas", "Dinas Pendidikan", head=True, nip="197511022000122001"
    )
    teacher = await medan.employ(
        "Andi Lubis", "Guru Matematika", "Dinas Pendidikan", nip="198807072012011002"
    )

    # The thresholds are stated before anybody is judged.
    await medan.agency.post(
        "/v1/norms",
        {
            "key": "work_as_from",
            "value": "90",
            "basis": "Peraturan Wali Kota Medan 12/2026 Pasal 4",
            "starts_on": f"{today.year}-01-01",
        },
    )
    months = (await medan.agency.post("/v1/periods/years", {"year": today.year}))["items"]
    month = next(one["id"] for one in months if one["code"] == f"{today:%Y-%m}")
    stated = (await clerk.get("/v1/norms"))["items"][0]
    assert (stated["key"], stated["value"]) == ("work_as_from", "90")
    assert stated["basis"] == "Peraturan Wali Kota Medan 12/2026 Pasal 4"

    # Expectations are clear: each plan is agreed, and the clerk's follows from her head's.
    head_plan = await medan.plan(
        head,
        mayor,
        [
            {
                "kind": "utama",
                "title": "Dokumen kependudukan terbit tepat waktu",
                "indicators": [_indicator("Dokumen terbit", "kuantitas", "dokumen", month, "1000")],
            }
        ],
    )
    clerk_plan = await medan.plan(
        clerk,
        head,
        [
            {
                "kind": "utama",
                "title": "Permohonan di loket terlayani",
                "superior_target_id": head_plan["targets"][0]["id"],
                "cascading": "direct",
                "indicators": [
                    _indicator("Permohonan dilayani", "kuantitas", "berkas", month, "100")
                ],
            }
        ],
    )
    assert clerk_plan["status"] == "approved"
    assert clerk_plan["targets"][0]["superior_target_title"] == head_plan["targets"][0]["title"]
    assert all(behaviour["expectation"] for behaviour in clerk_plan["behaviours"])
    teacher_plan = await medan.plan(
        teacher,
        school_head,
        [
            {
                "kind": "utama",
                "title": "Pembelajaran matematika terlaksana",
                "indicators": [
                    _indicator("Nilai rata-rata kelas", "kualitas", "nilai", month, "75"),
                    _indicator(
                        "Keterlambatan rapor", "waktu", "hari", month, "2", direction="lower"
                    ),
                ],
            }
        ],
    )
    aspects = {one["aspect"] for one in teacher_plan["targets"][0]["indicators"]}
    assert aspects == {"kualitas", "waktu"}

    # The clerk logs her day; the head sees it at once and answers quickly.
    before = await head.get(f"/v1/units/{medan.units['Dinas Dukcapil']}/live")
    assert "Butet Nasution" in str(before["not_logged"])
    log = await clerk.post(
        "/v1/logs",
        {
            "work_date": str(today),
            "starts_at": "08:00",
            "ends_at": "10:00",
            "description": "Melayani permohonan kartu keluarga",
            "target_id": clerk_plan["targets"][0]["id"],
            "submit": True,
        },
        key="hari-ini-loket-tiga-0001",
    )
    live = await head.get(f"/v1/units/{medan.units['Dinas Dukcapil']}/live")
    assert "Butet Nasution" not in str(live["not_logged"])
    assert live["total"]["waiting"]["logs"] == 1
    await head.post(f"/v1/logs/{log['id']}/approvals", {"note": "Ramah dan cepat, teruskan!"})
    await head.post(
        f"/v1/employees/{clerk.employee_id}/notes",
        {"subject_type": "log", "subject_id": log["id"], "text": "Warga berterima kasih."},
    )
    notices = (await clerk.get("/v1/me/notices"))["items"]
    assert {"Ramah dan cepat, teruskan!", "Warga berterima kasih."} <= {
        notice["note"] for notice in notices
    }

    # Results come in with a superior's verification.
    await _result(clerk, head, clerk_plan["targets"][0]["indicators"][0]["id"], month, "92")
    for indicator, value in zip(teacher_plan["targets"][0]["indicators"], ("78", "2"), strict=True):
        await _result(teacher, school_head, indicator["id"], month, value)
    await _rate(head, clerk, month, above=5)
    await _rate(school_head, teacher, month, above=2)

    # The agency closes the month; nobody else may.
    assert await head.refusal("POST", f"/v1/periods/{month}/closings", {}) == "permission_denied"
    early = {"early_reason": "Predikat bulan ini ditetapkan sebelum libur"}
    closing = await medan.agency.post(f"/v1/periods/{month}/closings", early)
    tenant_id = (await medan.administrator.get("/v1/tenant"))["id"]
    await run_pending(app.state.database, uuid.UUID(tenant_id), HANDLERS, SUBSCRIBERS)
    closing = await medan.agency.get(f"/v1/closings/{closing['id']}")
    assert closing["status"] == "done"
    late = {"value": "100", "note": "Terlambat"}
    indicator = clerk_plan["targets"][0]["indicators"][0]["id"]
    refused = await clerk.refusal(
        "PUT", f"/v1/indicators/{indicator}/results/{month}", late, version=2
    )
    assert refused == "period_closed"

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
    stranger = await school_head.refusal("POST", f"{path}/decisions", decision)
    assert stranger == "not_found"
    other = {**decision, "work_rating": "di_atas_ekspektasi"}
    assert await head.refusal("POST", f"{path}/decisions", other) == "reason_required"
    decided = await head.post(f"{path}/decisions", decision)
    assert (decided["status"], decided["predicate"]) == ("decided", "baik")

    # The clerk sees what was decided and every step behind it, in her language.
    why = await clerk.get(f"{path}/explanation")
    told = str(why)
    assert "92" in told
    assert "Peraturan Wali Kota Medan 12/2026" in told
    assert "PermenPANRB 6/2022" in told
    final = await clerk.post(f"{path}/acknowledgements", {"note": "Terima kasih."})
    assert (final["status"], final["predicate"]) == ("final", "baik")
    assert await head.refusal("POST", f"{path}/decisions", decision) == "transition_refused"

    # The head's view shows where the office stands; the teacher was judged by his own measure.
    summary = await head.get(
        f"/v1/units/{medan.units['Dinas Dukcapil']}/evaluation-summary", period_id=month
    )
    assert summary["predicates"]["baik"] == 1
    measured = (await school_head.get("/v1/evaluations", employee_id=teacher.employee_id))["items"]
    assert measured[0]["suggestion"]["work_rating"] == "di_atas_ekspektasi"


async def _result(who: Citizen, superior: Citizen, indicator: str, month: str, value: str) -> None:
    made = await who.put(
        f"/v1/indicators/{indicator}/results/{month}",
        {"value": value, "note": "Rekap loket dan buku tamu."},
    )
    await superior.post(f"/v1/results/{made['id']}/verifications", {})
