"""The live view of a unit and everything below it."""

import datetime as dt
from typing import Any
from uuid import UUID

from kinerja_api.access.rules import Role
from kinerja_api.activities.tables import activity_logs, obstacles
from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.organisation.tables import unit_schedules
from kinerja_api.scoring.tables import closings
from tests.factories import planning
from tests.factories.planning import Goal, Measure
from tests.factories.results import result
from tests.factories.world import Person, World, put
from tests.factories.world import place as add_placement
from tests.plugins.service import Api


async def log(world: World, person: Person, *, status: str = "submitted", ago: int = 0) -> None:
    now = clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, activity_logs, tenant_id=world.tenant_id, id=new_id(),
            work_date=world.today - dt.timedelta(days=ago), employee_id=person.employee_id,
            unit_id=person.unit_id, starts_minute=480, ends_minute=540, description="Melayani",
            status=status, created_at=now, updated_at=now,
        )  # fmt: skip


async def obstacle(world: World, person: Person, title: str, *, status: str = "open") -> None:
    now = clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, obstacles, tenant_id=world.tenant_id, id=new_id(),
            employee_id=person.employee_id, unit_id=person.unit_id, title=title,
            description="Rusak", status=status, created_at=now, updated_at=now,
        )  # fmt: skip


async def evaluation(
    world: World, closing_id: UUID, period_id: UUID, person: Person, status: str,
    predicate: str | None = None,
) -> None:  # fmt: skip
    now = clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, evaluations, tenant_id=world.tenant_id, id=new_id(), period_id=period_id,
            closing_id=closing_id, employee_id=person.employee_id, unit_id=person.unit_id,
            status=status, predicate=predicate, created_at=now, updated_at=now,
        )  # fmt: skip


async def closed(world: World, period_id: UUID) -> UUID:
    closing_id, now = new_id(), clock.now()
    world.derives = False  # closed by hand, without a snapshot
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, closings, tenant_id=world.tenant_id, id=closing_id, period_id=period_id,
            number=1, status="done", rule_set="permenpanrb-6-2022", policy={}, job_id=new_id(),
            finished_at=now, created_at=now, updated_at=now,
        )  # fmt: skip
    return closing_id


async def works(world: World, unit: UUID, *, today: bool) -> None:
    """Give a unit a week in which today is a working day, or is not."""
    week = [day for day in range(1, 8) if (day == world.today.isoweekday()) == today]
    now = clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, unit_schedules, tenant_id=world.tenant_id, id=new_id(), unit_id=unit,
            working_week=week, observes_holidays=False, basis="SK 2/2026", starts_on=world.today,
            created_at=now, updated_at=now,
        )  # fmt: skip


async def live(api: Api, unit: UUID, by: Person) -> dict[str, Any]:
    answer = await api.get(f"/v1/units/{unit}/live", by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_head_sees_his_units_side_by_side_and_their_sum(
    api: Api, world: World, other_world: World
):
    await works(world, world.root, today=True)
    dinas = await world.unit("Dinas")
    bidang = await world.unit("Bidang", parent=dinas, kind="bidang")
    seksi = await world.unit("Seksi", parent=bidang, kind="seksi")
    head = await world.employee("Kepala", unit=dinas, head=True)
    chief = await world.employee("Ani", unit=bidang, head=True)
    clerk = await world.employee("Siti", unit=seksi)
    await world.employee("Lama", unit=seksi, until=world.today - dt.timedelta(days=1))
    await other_world.employee("Orang lain")
    await log(world, clerk)
    await log(world, clerk, status="approved")
    await log(world, chief, ago=1)
    for number in range(22):
        await obstacle(world, clerk, f"Hambatan {number}")
    await obstacle(world, chief, "Selesai", status="resolved")
    await planning.approved_plan(world, chief, status="submitted")

    view = await live(api, dinas, head)
    own, below = view["units"]
    assert (own["unit_id"], own["people_count"], own["logged_count"]) == (str(dinas), 1, 0)
    assert (below["unit_id"], below["people_count"], below["logged_count"]) == (str(bidang), 2, 1)
    assert below["waiting"] == {"plans": 1, "logs": 2, "results": 0}
    assert (view["total"]["people_count"], view["total"]["logged_count"]) == (3, 1)
    assert view["total"]["waiting"] == below["waiting"]
    assert view["total"]["open_obstacle_count"] == 22
    assert [person["name"] for person in view["not_logged"]] == ["Ani", "Kepala"]
    assert [each["title"] for each in view["obstacles"]] == [
        f"Hambatan {number}" for number in range(21, 1, -1)
    ]
    assert view["obstacles"][0]["employee_name"] == "Siti"
    deeper = await live(api, bidang, head)
    assert [unit["unit_id"] for unit in deeper["units"]] == [str(bidang), str(seksi)]


async def test_progress_is_the_mean_achievement_by_the_formula_of_the_close(api: Api, world: World):
    month = await planning.period(world, planning.month_of(world.today))
    await planning.period(world, str(world.today.year))
    goals = (
        Goal(
            measures=(
                Measure(periods={month: "10.00"}),
                Measure(direction="lower", periods={month: "10.00"}),
                Measure(periods={month: "10.00"}),
                Measure(),
            )
        ),
        Goal(kind="tambahan", measures=(Measure(periods={month: "1.00"}),)),
    )
    clerk = await world.employee("Siti")
    plan = await planning.approved_plan(world, clerk, targets=goals)
    high, low, missing, _ = plan.targets[0].indicators
    await result(world, clerk, high, month, value="20.00", status="verified")
    await result(world, clerk, low, month, value="5.00")
    await result(world, clerk, missing, month, value="10.00", status="returned")
    await planning.approved_plan(world, world.mayor, targets=goals, status="submitted")

    view = await live(api, world.root, world.mayor)
    # 200 and 150 are capped at 120, the returned one counts 0
    assert view["total"]["progress"] == {
        "indicator_count": 3, "reported_count": 2, "verified_count": 1,
        "mean_achievement_percent": "80.00",
    }  # fmt: skip
    assert view["total"]["waiting"]["results"] == 1
    first = world.today.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    gone = round(world.today.day * 100 / last.day, 2)
    assert (view["period"]["code"], float(view["period"]["gone_percent"])) == (
        planning.month_of(world.today), gone,
    )  # fmt: skip


async def test_evaluations_of_the_latest_closing_are_counted_by_stage(api: Api, world: World):
    dinas = await world.unit("Dinas")
    people = [await world.employee(f"Orang {number}", unit=dinas) for number in range(3)]
    quarter = await planning.period(world, f"{world.today.year - 1}-Q4", status="closed")
    closing = await closed(world, quarter)
    await evaluation(world, closing, quarter, people[0], "opened")
    await evaluation(world, closing, quarter, people[1], "decided", "baik")
    await evaluation(world, closing, quarter, people[2], "final", "baik")
    await evaluation(world, closing, quarter, people[2], "superseded", "kurang")
    view = await live(api, world.root, world.mayor)
    assert view["closing"]["period_id"] == str(quarter)
    assert view["total"]["evaluations"] == {
        "opened": 1, "decided": 1, "objected": 0, "final": 1,
    }  # fmt: skip
    assert view["total"]["predicates"] == {
        "sangat_baik": 0, "baik": 2, "butuh_perbaikan": 0, "kurang": 0, "sangat_kurang": 0,
    }  # fmt: skip
    assert view["units"][0]["evaluations"] == {
        "opened": 0, "decided": 0, "objected": 0, "final": 0,
    }  # fmt: skip


async def test_only_those_above_watch_a_unit(api: Api, world: World, other_world: World):
    dinas, other = await world.unit("Dinas"), await world.unit("Dinas lain")
    head = await world.employee("Kepala", unit=dinas, head=True)
    neighbour = await world.employee("Kepala lain", unit=other, head=True)
    clerk = await world.employee("Siti", unit=dinas)
    granted = await world.officer("Kepegawaian dinas", Role.PERSONNEL_AGENCY, unit=dinas)
    path = f"/v1/units/{dinas}/live"
    for by in (head, world.mayor, world.agency, granted):
        assert (await api.get(path, by=by)).status_code == 200
    for by in (clerk, neighbour, other_world.mayor, other_world.agency):
        assert (await api.get(path, by=by)).status_code == 404
    assert (await api.get(f"/v1/units/{other}/live", by=granted)).status_code == 404
    assert (await api.get(path, by=world.admin)).status_code == 403


async def test_an_empty_government_has_an_empty_view(api: Api, world: World):
    await works(world, world.root, today=True)
    view = await live(api, world.root, world.mayor)
    assert (view["period"], view["closing"], view["obstacles"]) == (None, None, [])
    assert view["total"]["progress"]["mean_achievement_percent"] is None
    assert [person["name"] for person in view["not_logged"]] == ["Wali Kota"]


async def test_who_does_not_work_today_is_not_missing(api: Api, world: World):
    await works(world, world.root, today=True)
    office, shift = await world.unit("Kantor"), await world.unit("Puskesmas")
    ward = await world.unit("Rawat inap", parent=shift)
    head = await world.employee("Kepala", unit=office, head=True)
    await world.employee("Siti", unit=office)
    await world.employee("Rina", unit=shift)
    eager = await world.employee("Budi", unit=shift)
    await world.employee("Dewi", unit=ward)
    await place(world, head, shift)
    await works(world, shift, today=False)
    await works(world, ward, today=True)
    await log(world, eager)
    await planning.approved_plan(world, head, status="revision_submitted")
    await planning.approved_plan(world, eager, status="submitted")
    view = await live(api, world.root, world.mayor)
    own, first, second = view["units"]
    assert [own["working_count"], own["missing_count"]] == [1, 1]
    assert [first[name] for name in COUNTS] == [2, 2, 0, 2, 1]
    assert [second[name] for name in COUNTS] == [3, 1, 1, 1, 0]
    assert [view["total"][name] for name in COUNTS] == [6, 4, 1, 4, 1]
    assert [person["name"] for person in view["not_logged"]] == [
        "Dewi", "Kepala", "Siti", "Wali Kota",
    ]  # fmt: skip


COUNTS = ("people_count", "working_count", "logged_count", "missing_count", "planned_count")


async def place(world: World, person: Person, unit: UUID) -> None:
    """Give somebody an acting placement beside his own."""
    assert person.employee_id is not None
    async with world.database.write(world.tenant_id) as writing:
        await add_placement(writing, person.employee_id, unit, kind="plt")


async def test_a_submitted_revision_waits_as_a_submitted_plan_does(api: Api, world: World):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    for status in ("submitted", "revision_submitted", "revision"):
        await planning.approved_plan(world, await world.employee("Siti", unit=unit), status=status)
    view = await live(api, unit, head)
    assert view["total"]["waiting"]["plans"] == 2


async def test_who_acts_in_a_unit_is_not_missing_there_when_he_logged_in_his_own(
    api: Api, world: World
):
    dinas = await world.unit("Dinas")
    seksi = await world.unit("Seksi", parent=dinas)
    acting = await world.employee("Ani", unit=dinas)
    async with world.database.write(world.tenant_id) as writing:
        assert acting.employee_id is not None
        await add_placement(writing, acting.employee_id, seksi, head=True, kind="plt")
    await works(world, seksi, today=True)
    await log(world, acting)
    view = await live(api, seksi, acting)
    assert (view["total"]["people_count"], view["total"]["logged_count"]) == (1, 1)
    assert (view["total"]["missing_count"], view["not_logged"]) == (0, [])
