"""The start page of a client."""

import datetime as dt
from typing import Any

from kinerja_api.access.rules import Role
from kinerja_api.core.ids import new_id
from kinerja_api.notices.commands import notify
from tests.factories import planning
from tests.factories.results import result
from tests.factories.world import World
from tests.plugins.service import Api


async def test_an_employee_learns_all_he_needs(api: Api, world: World):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    month = await planning.period(world, planning.month_of(world.today))
    year = await planning.period(world, str(world.today.year))
    plan = await planning.approved_plan(world, clerk)
    async with world.database.write(world.tenant_id) as writing:
        assert clerk.employee_id is not None
        await notify(writing, clerk.employee_id, "note", ("plan", new_id()))
    answer = await api.get("/v1/me", by=clerk)
    assert answer.status_code == 200, answer.text
    me = answer.json()
    assert (me["account"]["name"], me["account"]["roles"]) == ("Siti", ["employee"])
    assert me["tenant"]["code"] == world.code
    assert me["tenant"]["time_zone"] == "Asia/Jakarta"
    assert me["employee"]["id"] == str(clerk.employee_id)
    assert me["placement"]["id"] == str(clerk.placement_id)
    assert (me["placement"]["unit_name"], me["placement"]["is_head"]) == ("Dinas", False)
    assert me["superior"] == {"id": str(head.employee_id), "name": "Kepala"}
    assert [period["id"] for period in me["periods"]] == [str(month), str(year)]
    assert me["plan"] == {"id": str(plan.id), "year": world.today.year, "status": "approved"}
    assert me["norms"]["first_log_day"] == str(world.today - dt.timedelta(days=7))
    assert (me["unread_notices"], me["subordinate_count"], me["headed_units"]) == (1, 0, [])
    assert abs(dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(me["server_time"])).seconds < 60


async def test_a_head_learns_whom_he_leads_and_what_waits(api: Api, world: World):
    dinas = await world.unit("Dinas")
    vacant = await world.unit("Bidang kosong", parent=dinas, kind="bidang")
    led = await world.unit("Bidang", parent=dinas, kind="bidang")
    head = await world.employee("Kepala", unit=dinas, head=True)
    clerk = await world.employee("Siti", unit=dinas)
    await world.employee("Budi", unit=vacant)
    chief = await world.employee("Ani", unit=led, head=True)
    below = await world.employee("Cici", unit=led)
    outside = await world.employee("Dodi", superior=head)
    month = await planning.period(world, planning.month_of(world.today))
    await planning.approved_plan(world, clerk, status="submitted")
    await planning.approved_plan(world, below, status="submitted")
    waiting = await planning.approved_plan(world, chief)
    await result(world, chief, waiting.indicator, month)

    async def me(person: Any) -> dict[str, Any]:
        return (await api.get("/v1/me", by=person)).json()

    mine = await me(head)
    assert mine["subordinate_count"] == 4  # Siti, Budi, Ani, Dodi
    assert [unit["name"] for unit in mine["headed_units"]] == ["Dinas"]
    assert mine["waiting"] == {
        "plans": 1, "logs": 0, "results": 1, "evaluations": 0, "acknowledgements": 0,
    }  # fmt: skip
    assert (await me(chief))["waiting"]["plans"] == 1
    assert (await me(world.mayor))["subordinate_count"] == 1
    assert (await me(outside))["superior"]["name"] == "Kepala"


async def test_the_count_of_subordinates_agrees_with_each_ones_superior(api: Api, world: World):
    """The short way down the tree finds the same people as asking everybody."""
    dinas = await world.unit("Dinas")
    empty = await world.unit("Kosong", parent=dinas)
    deep = await world.unit("Seksi", parent=empty)
    people = [
        world.mayor,
        await world.employee("Definitif", unit=dinas, head=True),
        await world.employee("Harian", unit=dinas, head=True, kind="plh"),
        await world.employee("Staf dinas", unit=dinas),
        await world.employee("Staf kosong", unit=empty),
        await world.employee("Kepala seksi", unit=deep, head=True),
        await world.employee("Staf seksi", unit=deep),
        await world.employee("Staf wali kota"),
    ]
    answers = [(await api.get("/v1/me", by=person)).json() for person in people]
    counts = {answer["employee"]["id"]: 0 for answer in answers}
    for answer in answers:
        if answer["superior"] is not None:
            counts[answer["superior"]["id"]] += 1
    told = {answer["employee"]["id"]: answer["subordinate_count"] for answer in answers}
    assert told == counts


async def test_an_account_without_a_person_gets_an_empty_page(
    api: Api, world: World, other_world: World
):
    officer = await world.officer("Inspektorat", Role.INSPECTORATE)
    me = (await api.get("/v1/me", by=officer)).json()
    assert (me["employee"], me["placement"], me["superior"], me["plan"]) == (None,) * 4
    assert me["account"]["roles"] == ["inspectorate"]
    assert (await api.get("/v1/me", by=other_world.mayor)).json()["tenant"]["code"] != world.code
    assert (await api.get("/v1/me")).status_code == 401
