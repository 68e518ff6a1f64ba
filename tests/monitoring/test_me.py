"""The start page of a client."""

import datetime as dt
from typing import Any

from kinerja_api.access.rules import Role
from kinerja_api.core.ids import new_id
from kinerja_api.notices.commands import notify
from tests.factories import planning
from tests.factories.activities import add_log
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
    windows = ("first_log_day", "first_late_log_day", "first_approval_day")
    back = [(world.today - dt.date.fromisoformat(me["norms"][name])).days for name in windows]
    assert back == [7, 7, 31]
    late = dt.date.fromisoformat(me["norms"]["first_late_approval_day"])
    assert (world.today - late).days == 31 + 335
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
        "plans": 1, "logs": 0, "results": 1, "obstacles": 0, "evaluations": 0,
        "acknowledgements": 0,
    }  # fmt: skip
    assert (await me(chief))["waiting"]["plans"] == 1
    assert (await me(world.mayor))["subordinate_count"] == 1
    assert (await me(outside))["superior"]["name"] == "Kepala"


WAITING = {"plans": "submitted", "logs": "submitted", "results": "entered"}


async def test_what_waits_is_counted_as_it_is_listed(api: Api, world: World):
    """Derived and named superiors, whatever else the caller may see."""
    dinas, far = await world.unit("Dinas"), await world.unit("Kecamatan")
    led = await world.unit("Bidang", parent=dinas, kind="bidang")
    head = await world.employee("Kepala", unit=dinas, head=True)
    chief = await world.employee("Ani", unit=led, head=True)
    camat = await world.employee("Camat", unit=far, head=True)
    derived = await world.employee("Siti", unit=dinas)
    named = await world.employee("Dodi", unit=far, superior=head)
    others = [
        await world.employee("Cici", unit=led),
        await world.employee("Eko", unit=far),
        await world.employee("Fitri", unit=dinas, superior=camat),
    ]
    month = await planning.period(world, planning.month_of(world.today))
    leaders = [head, chief, camat, world.mayor]
    for person in [*leaders, derived, named, *others]:
        plan = await planning.approved_plan(world, person, status="submitted")
        await result(world, person, plan.indicator, month)
        await add_log(world, person, status="submitted")
        await add_log(world, person, status="approved", starts=600, ends=660)
        await add_log(world, person, status="submitted", on=world.today - dt.timedelta(days=93))

    waiting = {"waits_for_me": "true"}
    people = {
        head: {chief, derived, named},
        chief: {others[0]},
        camat: {others[1], others[2]},
        world.mayor: {head, camat},
        derived: set(),
    }
    for leader, expected in people.items():
        counts = (await api.get("/v1/me", by=leader)).json()["waiting"]
        for what, status in WAITING.items():
            rows = (await api.get(f"/v1/{what}", by=leader, params=waiting)).json()["items"]
            assert counts[what] == len(rows) == len(expected), (leader, what)
            assert {row["employee_id"] for row in rows} == {
                str(person.employee_id) for person in expected
            }
            assert {row["status"] for row in rows} <= {status}
            assert all("return" in row["allowed_actions"] for row in rows), rows


async def test_the_list_of_what_waits_is_paged_filtered_and_switched_off(api: Api, world: World):
    dinas = await world.unit("Dinas")
    led = await world.unit("Bidang", parent=dinas, kind="bidang")
    head = await world.employee("Kepala", unit=dinas, head=True)
    staff = [await world.employee(f"Staf {i}", unit=(dinas, led)[i == 2]) for i in range(3)]
    month = await planning.period(world, planning.month_of(world.today))
    for person in staff:
        plan = await planning.approved_plan(world, person, status="submitted")
        await result(world, person, plan.indicator, month)
        await add_log(world, person, status="submitted")
    old = world.today - dt.timedelta(days=93)
    await add_log(world, staff[0], status="submitted", on=old)

    async def ids(what: str, **params: Any) -> list[str]:
        answer = await api.get(f"/v1/{what}", by=head, params=params)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["items"]]

    for what in WAITING:
        found = await ids(what, waits_for_me="true")
        assert len(found) == 3
        params: dict[str, Any] = {"waits_for_me": "true", "limit": 2}
        first = (await api.get(f"/v1/{what}", by=head, params=params)).json()
        rest = await ids(what, **params, cursor=first["next_cursor"])
        assert [*[row["id"] for row in first["items"]], *rest] == found
        assert len(await ids(what, waits_for_me="true", below_id=str(led))) == 1
        mine = {"waits_for_me": "true", "employee_id": str(staff[0].employee_id)}
        assert len(await ids(what, **mine)) == 1
        assert (
            await ids(
                what, waits_for_me="true", status="draft" if what != "results" else "verified"
            )
            == []
        )
        assert await ids(what, waits_for_me="false") == await ids(what)
        agency = await api.get(f"/v1/{what}", by=world.agency, params={"waits_for_me": "true"})
        assert agency.json()["items"] == []
        wrong = await api.get(f"/v1/{what}", by=head, params={"waits_for_me": "perhaps"})
        assert wrong.status_code == 422
    assert len(await ids("logs", waits_for_me="true", work_date_from=str(old))) == 4


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
