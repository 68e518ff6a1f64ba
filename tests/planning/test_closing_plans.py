"""The plans of a year close with it."""

from typing import Any

from kinerja_api.planning.commands.closing import close_plans, reopen_plans
from tests.factories.planning import approved_plan, period
from tests.factories.world import World
from tests.plugins.service import Api

STATUSES = (
    "draft", "submitted", "returned", "approved", "revision", "revision_submitted", "closed"
)  # fmt: skip


async def turn(world: World, action: Any, year: int) -> int:
    async with world.database.write(world.tenant_id) as writing:
        return await action(writing, year)


async def test_a_year_closes_its_plans_in_force_and_opens_them_again(
    api: Api, world: World, other_world: World, sql: Any
):
    year = world.today.year
    year_id = await period(world, str(year))
    unit = await world.unit("Dinas")
    ids: dict[str, str] = {}
    for status in STATUSES:
        clerk = await world.employee(f"Pegawai {status}", unit=unit)
        ids[status] = str((await approved_plan(world, clerk, status=status)).id)
    last = await approved_plan(world, await world.employee("Siti", unit=unit), year=year - 1)
    foreign = await approved_plan(other_world, await other_world.employee("Lain"), year=year)

    async def found() -> dict[str, tuple[str, int]]:
        rows = await sql("SELECT id, status, version FROM kinerja.plans")
        return {str(row["id"]): (row["status"], row["version"]) for row in rows}

    assert await turn(world, close_plans, year) == 3
    after = await found()
    for status, plan_id in ids.items():
        closes = status in {"approved", "revision", "revision_submitted"}
        assert after[plan_id] == (("closed", 2) if closes else (status, 1))
    assert after[str(last.id)] == after[str(foreign.id)] == ("approved", 1)
    seen = await api.get(f"/v1/plans/{ids['revision']}", by=world.agency)
    assert (seen.json()["allowed_actions"], seen.json()["revision"]) == ([], None)
    assert await turn(world, close_plans, year) == 0
    assert await turn(world, reopen_plans, year) == 4
    assert (await found())[ids["revision"]] == ("approved", 3)
    for table, column in (("audit_entries", "action"), ("events", "type")):
        rows = await sql(
            f"SELECT {column} AS name FROM kinerja.{table} WHERE subject_id = $1 ORDER BY id",
            year_id,
        )
        assert [row["name"] for row in rows] == ["plans.closed", "plans.reopened"]


async def test_a_closed_plan_takes_nothing(api: Api, world: World):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    plan = await approved_plan(world, clerk, status="closed")
    path = f"/v1/plans/{plan.id}"
    for action, body, by in (
        ("submissions", None, clerk),
        ("revisions", {"reason": "Ubah"}, clerk),
        ("withdrawals", None, clerk),
        ("approvals", {}, head),
        ("returns", {"note": "Ubah"}, head),
    ):
        refused = await api.post(f"{path}/{action}", body, by=by)
        assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused")
        assert "Ditutup" in refused.text
    put = await api.put(f"{path}/content", {"targets": []}, by=clerk, version=1)
    assert (put.status_code, put.json()["code"]) == (409, "transition_refused")
