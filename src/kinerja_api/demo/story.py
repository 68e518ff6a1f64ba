"""What happens in a government beside its files, through the commands that the API uses.

Each function is one transaction of the caller's and does nothing where it has been before.
"""

import datetime as dt
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Role
from kinerja_api.activities.commands.obstacles import (
    answer_obstacle,
    raise_obstacle,
    resolve_obstacle,
)
from kinerja_api.activities.queries.obstacles import list_obstacles
from kinerja_api.activities.schemas.obstacles import ObstacleIn, ObstacleListParams
from kinerja_api.core.db import Writing
from kinerja_api.core.listing import Cursors
from kinerja_api.demo.actors import acting
from kinerja_api.demo.files import DemoGovernment
from kinerja_api.demo.plans import SIX_DAY_KINDS
from kinerja_api.evaluations.commands.evaluations import acknowledge_evaluation, decide_evaluation
from kinerja_api.evaluations.commands.objections import file_objection
from kinerja_api.evaluations.queries.evaluations import list_evaluations
from kinerja_api.evaluations.rules import EvaluationStatus
from kinerja_api.evaluations.schemas.evaluations import (
    AcknowledgementIn,
    EvaluationDecisionIn,
    EvaluationListParams,
    EvaluationOut,
)
from kinerja_api.evaluations.schemas.objections import ObjectionIn
from kinerja_api.imports.queries import find_employee
from kinerja_api.organisation.commands.outages import create_outage
from kinerja_api.organisation.commands.schedules import create_schedule
from kinerja_api.organisation.queries.schedules import list_schedules
from kinerja_api.organisation.queries.units import list_units
from kinerja_api.organisation.rules import UnitKind
from kinerja_api.organisation.schemas.outages import OutageIn
from kinerja_api.organisation.schemas.schedules import UnitScheduleIn, UnitScheduleListParams
from kinerja_api.organisation.schemas.units import UnitListParams
from kinerja_api.planning.commands.actions import report_action, set_actions
from kinerja_api.planning.queries.periods import list_periods_of_year
from kinerja_api.planning.queries.plans import get_plan, list_plans
from kinerja_api.planning.rules import PeriodKind
from kinerja_api.planning.schemas.actions import ActionPatch, PlanActionsIn
from kinerja_api.planning.schemas.plans import PlanListParams
from kinerja_api.results.rules import Rating

_ONE_PAGE = Cursors(b"")  # nobody asks for a second one
_SIX_DAYS = [1, 2, 3, 4, 5, 6]
_OUTAGE_AGO = dt.timedelta(days=12)
_OBJECTION = (
    "Selama dua pekan saya ditugaskan pada layanan keliling di kecamatan, sehingga berkas yang"
    " saya selesaikan di loket berkurang. Mohon hal ini dipertimbangkan."
)
_UNSTABLE = (
    "Jaringan loket sering terputus",
    "Sambungan ke pusat data putus beberapa kali sehari; antrean pemohon menjadi panjang.",
)
_BLANKS = (
    "Blanko KTP-el hampir habis",
    "Persediaan blanko cukup untuk empat hari kerja.",
)
_PRINTER = (
    "Pencetak kartu keluarga rusak",
    "Hasil cetak bergaris sehingga dokumen harus dicetak ulang.",
)
_ACTIONS = (
    "Menyelesaikan berkas KTP-el yang tertunda",
    "Membuka layanan keliling di dua kelurahan",
    "Menyampaikan rekap layanan setiap pekan",
)
_PROGRESS = (
    ("100", "Semua berkas bulan lalu selesai"),
    ("40", "Satu kelurahan sudah terlayani"),
)


async def keep_calendar(writing: Writing, zone: str, *, first_day: dt.date, today: dt.date) -> None:
    """Let hospitals work six days a week, and excuse a day on which the service was down."""
    agency = acting(writing.tenant_id, zone, role=Role.PERSONNEL_AGENCY)
    if (await list_schedules(writing, UnitScheduleListParams(), _ONE_PAGE))["items"]:
        return
    for kind in SIX_DAY_KINDS:
        units = await list_units(writing, UnitListParams(kind=UnitKind(kind)), _ONE_PAGE)
        for unit in units["items"]:
            week = {
                "unit_id": str(unit["id"]),
                "working_week": _SIX_DAYS,
                "basis": f"Keputusan Wali Kota Nomor 45 Tahun {first_day.year - 1}",
                "starts_on": str(first_day),
            }
            await create_schedule(writing, agency, UnitScheduleIn.model_validate(week))
    day = str(today - _OUTAGE_AGO)
    reason = "Gangguan pusat data, Surat Kepala Dinas Kominfo Nomor 500.12/87"
    outage = {"starts_on": day, "ends_on": day, "reason": reason}
    await create_outage(writing, agency, OutageIn.model_validate(outage))


async def tell_unit(writing: Writing, government: DemoGovernment) -> None:
    """Let the counter of Disdukcapil plan, meet obstacles and get to know its evaluations."""
    employee = await _person(writing, government, government.employee_nip)
    superior = await _person(writing, government, government.superior_nip)
    mine = ObstacleListParams.model_validate({"employee_id": str(employee.employee_id)})
    if (await list_obstacles(writing, employee, mine, _ONE_PAGE))["items"]:
        return
    waiting = await _waiting(writing, superior, employee)
    staff = [
        acting(writing.tenant_id, government.time_zone, employee_id=evaluation["employee_id"])
        for evaluation in waiting
    ]
    for evaluation in waiting[:3]:
        await _decide(writing, superior, evaluation)
    # The first has yet to react.
    thanks = AcknowledgementIn(note="Terima kasih atas penilaian dan arahannya.")
    await acknowledge_evaluation(writing, staff[1], waiting[1]["id"], thanks, expected=None)
    objection = ObjectionIn(reasons=_OBJECTION)
    await file_objection(writing, staff[2], waiting[2]["id"], objection, expected=None)
    for person in staff[:3]:
        await _act(writing, person)
    await _meet_obstacles(writing, superior, employee, staff[-1])


async def _person(writing: Writing, government: DemoGovernment, nip: str) -> Actor:
    found = await find_employee(writing, nip)
    return acting(writing.tenant_id, government.time_zone, employee_id=found)


async def _waiting(writing: Writing, superior: Actor, employee: Actor) -> list[EvaluationOut]:
    """Return what the superior has to decide: the employee first, those with a suggestion next."""
    wanted = EvaluationListParams.model_validate(
        {"superior_id": str(superior.employee_id), "status": EvaluationStatus.OPENED, "limit": 200}
    )
    found = (await list_evaluations(writing, superior, wanted, _ONE_PAGE))["items"]
    return sorted(
        found,
        key=lambda each: (
            each["employee_id"] != employee.employee_id,
            each["suggestion"]["predicate"] is None,
            each["employee_name"],
        ),
    )


async def _decide(writing: Writing, superior: Actor, evaluation: EvaluationOut) -> None:
    """Decide as suggested, or as expected where nothing could be suggested."""
    suggested = evaluation["suggestion"]
    decision = EvaluationDecisionIn(
        work_rating=Rating(suggested["work_rating"] or Rating.SESUAI),
        behaviour_rating=Rating(suggested["behaviour_rating"] or Rating.SESUAI),
        reason="Sesuai dengan hasil kerja dan perilaku yang diamati selama bulan penilaian.",
    )
    await decide_evaluation(writing, superior, evaluation["id"], decision, expected=None)


async def _act(writing: Writing, person: Actor) -> None:
    """Set the actions of this month for the first targets, and report on some of them."""
    today = person.today
    wanted = PlanListParams.model_validate(
        {"employee_id": str(person.employee_id), "year": today.year}
    )
    month = next(
        period
        for period in await list_periods_of_year(writing, today.year)
        if period["kind"] == PeriodKind.MONTH and period["starts_on"] <= today <= period["ends_on"]
    )
    for found in (await list_plans(writing, person, wanted, _ONE_PAGE))["items"][:1]:
        plan = await get_plan(writing, person, found["id"], language="id")
        actions = [
            {"target_id": str(target["id"]), "title": title}
            for target, title in zip(plan["targets"], _ACTIONS, strict=False)
        ]
        content = PlanActionsIn.model_validate({"actions": actions})
        made = await set_actions(writing, person, plan["id"], month["id"], content, expected=None)
        for action, (percent, note) in zip(made["items"], _PROGRESS, strict=False):
            said = {"progress_percent": percent, "progress_note": note}
            progress = ActionPatch.model_validate(said)
            await report_action(writing, person, action["id"], progress, expected=None)


async def _meet_obstacles(
    writing: Writing, superior: Actor, employee: Actor, colleague: Actor
) -> None:
    """Raise an obstacle that is open, one that was answered, and a colleague's that is gone."""
    await _raise(writing, employee, _UNSTABLE)
    blanks = await _raise(writing, employee, _BLANKS)
    answer = "Sudah saya mintakan ke provinsi; blanko tiba lusa."
    await answer_obstacle(writing, superior, blanks, answer, expected=None)
    printer = await _raise(writing, colleague, _PRINTER)
    answer = "Pakai pencetak cadangan di ruang arsip; teknisi datang siang ini."
    await answer_obstacle(writing, superior, printer, answer, expected=None)
    await resolve_obstacle(writing, colleague, printer, expected=None)


async def _raise(writing: Writing, person: Actor, told: tuple[str, str]) -> UUID:
    title, description = told
    obstacle = ObstacleIn(title=title, description=description)
    return (await raise_obstacle(writing, person, obstacle))["id"]
