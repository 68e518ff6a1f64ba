"""Action plans of periods and their progress."""

import asyncio
import datetime as dt
import uuid
from typing import Any

import pytest

from tests.factories.planning import Goal, Planned, approved_plan, period
from tests.factories.world import Person, World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements


class Desk:
    """A head, a clerk with a plan of two targets, and the year with its month of today."""

    async def build(self, world: World, **plan: Any) -> "Desk":
        self.unit = await world.unit("Dinas")
        self.head = await world.employee("Kepala", unit=self.unit, head=True)
        self.clerk = await world.employee("Siti", unit=self.unit)
        self.plan: Planned = await approved_plan(
            world, self.clerk, targets=[Goal(), Goal()], **plan
        )
        self.year = await period(world, str(world.today.year))
        self.targets = [str(target.id) for target in self.plan.targets]
        return self

    def path(self, period_id: uuid.UUID | None = None) -> str:
        return f"/v1/plans/{self.plan.id}/periods/{period_id or self.year}/actions"

    def body(self, *titles: str) -> dict[str, Any]:
        rows = [{"target_id": self.targets[0], "title": title} for title in titles]
        return {"actions": rows}

    async def set(self, api: Api, *titles: str) -> list[dict[str, Any]]:
        put = await api.put(self.path(), self.body(*titles), by=self.clerk)
        assert put.status_code == 200, put.text
        return put.json()["items"]


async def trail(sql: Any, subject: str) -> list[tuple[str, str, str]]:
    rows = await sql(
        "SELECT action, before, after FROM kinerja.audit_entries WHERE subject_id = $1 ORDER BY id",
        uuid.UUID(subject),
    )
    return [tuple(row) for row in rows]


async def test_actions_are_set_whole_keeping_those_named(api: Api, world: World, sql: Any):
    desk = await Desk().build(world)
    first = await api.put(desk.path(), desk.body("Satu", "Dua", "Tiga"), by=desk.clerk)
    assert first.status_code == 200, first.text
    assert first.headers["ETag"] == '"2"'
    one, two, three = first.json()["items"]
    assert (one["progress_percent"], one["target_title"]) == ("0.00", "Dokumen layanan tersusun")
    assert (one["number"], one["unit_id"], one["version"]) == (1, str(desk.unit), 1)
    assert one["allowed_actions"] == ["report"]
    patched = await api.patch(
        f"/v1/actions/{three['id']}", {"progress_percent": "40"}, by=desk.clerk, version=1
    )
    assert patched.status_code == 200, patched.text
    wanted = {
        "actions": [
            {"id": three["id"], "target_id": desk.targets[1], "title": "Tiga"},
            {"id": one["id"], "target_id": desk.targets[0], "title": "Satu saja"},
            {"target_id": desk.targets[0], "title": "Baru"},
        ]
    }
    second = await api.put(desk.path(), wanted, by=desk.clerk, version=2)
    assert second.status_code == 200, second.text
    items = second.json()["items"]
    assert [(row["number"], row["title"], row["progress_percent"]) for row in items] == [
        (1, "Tiga", "40.00"), (2, "Satu saja", "0.00"), (3, "Baru", "0.00"),
    ]  # fmt: skip
    assert items[0]["target_id"] == desk.targets[1]
    assert (await api.get(desk.path(), by=desk.head)).json()["items"] == [
        {**row, "allowed_actions": []} for row in items
    ]
    assert (await api.get(f"/v1/actions/{two['id']}", by=desk.clerk)).status_code == 404
    stale = await api.put(desk.path(), wanted, by=desk.clerk, version=2)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"3"')
    assert [entry[0] for entry in await trail(sql, str(desk.plan.id))] == ["plan.actions_set"] * 2


async def test_two_settings_at_once_leave_one_whole(api: Api, world: World):
    desk = await Desk().build(world)
    answers = await asyncio.gather(
        *[
            api.put(desk.path(), desk.body(*[f"{name} {n}" for n in range(3)]), by=desk.clerk,
                    version=1)
            for name in "ABC"
        ]
    )  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    items = (await api.get(desk.path(), by=desk.clerk)).json()["items"]
    assert len({row["title"][0] for row in items}) == 1
    assert [row["number"] for row in items] == [1, 2, 3]


async def test_actions_refer_to_targets_of_the_plan_and_to_actions_of_the_period(
    api: Api, world: World
):
    desk = await Desk().build(world)
    other = await approved_plan(world, desk.head)
    month = await period(world, f"{world.today.year}-01")
    [kept] = await desk.set(api, "Satu")

    async def refused(*rows: dict[str, Any], path: str | None = None) -> tuple[str, list[str]]:
        put = await api.put(path or desk.path(), {"actions": list(rows)}, by=desk.clerk)
        assert put.status_code == 422, put.text
        return put.json()["code"], [error["pointer"] for error in put.json()["errors"]]

    good = {"target_id": desk.targets[0], "title": "Satu"}
    foreign = {**good, "target_id": str(other.target)}
    unknown = {**good, "id": str(uuid.uuid4())}
    named = {**good, "id": kept["id"]}
    assert await refused(foreign, good, unknown) == (
        "unknown_reference", ["/actions/0/target_id", "/actions/2/id"]
    )  # fmt: skip
    assert await refused(named, path=desk.path(month)) == ("unknown_reference", ["/actions/0/id"])
    assert await refused(named, named) == ("invalid_request", ["/actions/1/id"])
    assert (await refused({**good, "title": "a\u0000b"}))[1] == ["/actions/0/title"]
    assert (await refused(*[good] * 101))[0] == "invalid_request"


async def test_a_period_of_another_year_or_government_is_not_the_plans(
    api: Api, world: World, other_world: World
):
    desk = await Desk().build(world)
    wrong = [
        await period(world, str(world.today.year - 1)),
        await period(other_world, str(world.today.year)),
    ]
    for period_id in wrong:
        assert (await api.get(desk.path(period_id), by=desk.clerk)).status_code == 404
        put = await api.put(desk.path(period_id), desk.body("Satu"), by=desk.clerk)
        assert put.status_code == 404


async def test_who_sees_the_actions_and_who_sets_them(api: Api, world: World, other_world: World):
    desk = await Desk().build(world)
    colleague = await world.employee("Budi", unit=desk.unit)
    [action] = await desk.set(api, "Satu")
    path = f"/v1/actions/{action['id']}"
    for reader in (desk.head, world.mayor, world.agency):
        assert (await api.get(path, by=reader)).status_code == 200
        assert len((await api.get("/v1/actions", by=reader)).json()["items"]) == 1
    for stranger in (colleague, other_world.agency, other_world.mayor):
        for hidden in (path, desk.path()):
            assert (await api.get(hidden, by=stranger)).status_code == 404
        assert (await api.get("/v1/actions", by=stranger)).json()["items"] == []
    assert (await api.put(desk.path(), desk.body("X"), by=colleague)).status_code == 404
    put = await api.put(desk.path(), desk.body("X"), by=desk.head)
    assert (put.status_code, put.json()["code"]) == (403, "not_own_plan")
    report = await api.patch(path, {"progress_percent": "1"}, by=desk.head, version=1)
    assert (report.status_code, report.json()["code"]) == (403, "not_own_plan")


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "approved"])
async def test_every_plan_that_is_not_closed_takes_actions(api: Api, world: World, status: str):
    desk = await Desk().build(world, status=status)
    [action] = await desk.set(api, "Satu")
    report = await api.patch(
        f"/v1/actions/{action['id']}", {"progress_percent": "5"}, by=desk.clerk, version=1
    )
    assert report.status_code == 200


async def test_a_closed_plan_and_a_closed_period_take_nothing(api: Api, world: World, sql: Any):
    desk = await Desk().build(world)
    [action] = await desk.set(api, "Satu")
    path = f"/v1/actions/{action['id']}"

    async def refusals() -> list[tuple[int, str]]:
        put = await api.put(desk.path(), desk.body("Dua"), by=desk.clerk)
        report = await api.patch(path, {"progress_percent": "1"}, by=desk.clerk, version=1)
        return [(answer.status_code, answer.json()["code"]) for answer in (put, report)]

    await sql("UPDATE kinerja.periods SET status = 'closed' WHERE id = $1", desk.year)
    assert await refusals() == [(409, "period_closed")] * 2
    assert (await api.get(path, by=desk.clerk)).json()["allowed_actions"] == []
    await sql("UPDATE kinerja.periods SET status = 'open' WHERE id = $1", desk.year)
    await sql("UPDATE kinerja.plans SET status = 'closed' WHERE id = $1", desk.plan.id)
    assert await refusals() == [(409, "transition_refused")] * 2
    assert (await api.get(path, by=desk.clerk)).json()["allowed_actions"] == []


async def test_progress_is_reported_with_its_history_and_the_superior_hears_of_the_end(
    api: Api, world: World, sql: Any
):
    desk = await Desk().build(world)
    [action] = await desk.set(api, "Menyusun laporan")
    path = f"/v1/actions/{action['id']}"

    async def report(version: int, **patch: Any) -> dict[str, Any]:
        answer = await api.patch(path, patch, by=desk.clerk, version=version)
        assert answer.status_code == 200, answer.text
        return answer.json()

    half = await report(1, progress_percent="50.5", progress_note="Data terkumpul")
    assert (half["progress_percent"], half["progress_note"]) == ("50.50", "Data terkumpul")
    assert half["progressed_at"] is not None
    await report(2, progress_percent="100")
    await report(3, progress_note=None)
    same = await report(4, progress_percent="100.00")
    assert same["version"] == 4
    noted = await report(4, progress_percent="100", progress_note="Diserahkan")
    assert noted["progress_note"] == "Diserahkan"
    back = await report(5, progress_percent="90", progress_note=None)
    assert (back["progress_percent"], back["progress_note"]) == ("90.00", None)
    told = await sql(
        "SELECT employee_id, kind, params FROM kinerja.notices WHERE tenant_id = $1",
        world.tenant_id,
    )
    assert [(row["employee_id"], row["kind"]) for row in told] == [
        (desk.head.employee_id, "action_done")
    ]
    assert "Menyusun laporan" in told[0]["params"]
    entries = await trail(sql, action["id"])
    assert [entry[0] for entry in entries] == ["action.progressed"] * 5
    assert '"50.50"' in entries[1][1]
    assert '"100"' in entries[1][2]
    assert (await api.patch(path, {"progress_percent": "1"}, by=desk.clerk)).status_code == 428
    stale = await api.patch(path, {"progress_percent": "1"}, by=desk.clerk, version=1)
    assert stale.status_code == 412


@pytest.mark.parametrize("percent", ["100.01", "-1", "1e1", "abc", 50, "1000"])
async def test_a_percentage_is_0_to_100(api: Api, world: World, percent: Any):
    desk = await Desk().build(world)
    [action] = await desk.set(api, "Satu")
    refused = await api.patch(
        f"/v1/actions/{action['id']}", {"progress_percent": percent}, by=desk.clerk, version=1
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/progress_percent"


async def test_two_reports_at_once_tell_the_superior_once(api: Api, world: World, sql: Any):
    desk = await Desk().build(world)
    [action] = await desk.set(api, "Satu")
    answers = await asyncio.gather(
        *[
            api.patch(
                f"/v1/actions/{action['id']}", {"progress_percent": "100"}, by=desk.clerk,
                version=1,
            )
            for _ in range(3)
        ]
    )  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    told = await sql("SELECT 1 FROM kinerja.notices WHERE tenant_id = $1", world.tenant_id)
    assert len(told) == 1


@pytest.mark.parametrize(
    ("days", "percent", "behind"),
    [
        ((-9, 10), "50", False),
        ((-9, 10), "49.99", True),
        ((-8, 11), "0", False),
        ((-19, 0), "99.99", True),
        ((-19, 0), "100", False),
        ((-40, -20), "99", True),
        ((-40, -20), "100", False),
        ((1, 30), "0", False),
        ((0, 1), "49", True),
    ],
)
async def test_an_action_is_behind_when_half_is_over_and_the_progress_below_the_share(
    api: Api, world: World, sql: Any, days: tuple[int, int], percent: str, behind: bool
):
    desk = await Desk().build(world)
    [action] = await desk.set(api, "Satu")
    first, last = (world.today + dt.timedelta(days=away) for away in days)
    await sql(
        "UPDATE kinerja.periods SET starts_on = $1, ends_on = $2 WHERE id = $3",
        first, last, desk.year,
    )  # fmt: skip
    await sql(
        f"UPDATE kinerja.plan_actions SET progress_percent = {percent} WHERE id = $1",
        uuid.UUID(action["id"]),
    )
    read = await api.get(f"/v1/actions/{action['id']}", by=desk.head)
    assert read.json()["is_behind"] is behind
    listed = await api.get("/v1/actions", by=desk.head, params={"behind": "true"})
    assert bool(listed.json()["items"]) is behind


async def test_an_action_goes_with_its_target(api: Api, world: World, sql: Any):
    desk = await Desk().build(world, status="draft")
    wanted = {
        "actions": [
            {"target_id": target, "title": f"Untuk {n}"} for n, target in enumerate(desk.targets)
        ]
    }
    assert (await api.put(desk.path(), wanted, by=desk.clerk)).status_code == 200
    plan = await api.get(f"/v1/plans/{desk.plan.id}", by=desk.clerk)
    kept = {"id": desk.targets[1], "kind": "utama", "title": "Tetap", "indicators": []}
    content = await api.put(
        f"/v1/plans/{desk.plan.id}/content", {"targets": [kept]}, by=desk.clerk,
        version=plan.json()["version"],
    )  # fmt: skip
    assert content.status_code == 200, content.text
    items = (await api.get(desk.path(), by=desk.clerk)).json()["items"]
    assert [row["title"] for row in items] == ["Untuk 1"]


async def test_lists_filter_page_and_keep_their_order(api: Api, world: World):
    desk = await Desk().build(world)
    month = await period(world, f"{world.today.year}-01")
    await desk.set(api, *[f"Tahun {n}" for n in range(3)])
    put = await api.put(desk.path(month), desk.body("Bulan 0", "Bulan 1"), by=desk.clerk)
    assert put.status_code == 200
    year = await approved_plan(world, desk.head)
    path = f"/v1/plans/{year.id}/periods/{desk.year}/actions"
    wanted = {"actions": [{"target_id": str(year.target), "title": "Kepala"}]}
    assert (await api.put(path, wanted, by=desk.head)).status_code == 200

    async def titles(**params: Any) -> list[str]:
        found: list[str] = []
        while True:
            page = await api.get("/v1/actions", by=world.agency, params=params)
            assert page.status_code == 200, page.text
            found += [row["title"] for row in page.json()["items"]]
            if page.json()["next_cursor"] is None:
                return found
            params["cursor"] = page.json()["next_cursor"]

    everything = ["Tahun 0", "Tahun 1", "Tahun 2", "Bulan 0", "Bulan 1", "Kepala"]
    assert await titles(limit=2) == everything
    assert await titles(limit=2, sort="-created_at") == everything[::-1]
    assert await titles(limit=2, below_id=str(desk.unit)) == everything
    assert await titles(plan_id=str(desk.plan.id)) == everything[:5]
    assert await titles(employee_id=str(desk.head.employee_id)) == ["Kepala"]
    assert await titles(period_id=str(month)) == ["Bulan 0", "Bulan 1"]
    assert await titles(below_id=str(uuid.uuid4())) == []


async def test_lists_send_the_same_statements_however_many_rows_they_have(api: Api, world: World):
    desk = await Desk().build(world)

    async def costs(person: Person) -> list[int]:
        counted: list[int] = []
        for path in ("/v1/actions", f"/v1/actions?below_id={desk.unit}", desk.path()):
            with sent_statements() as sent:
                assert (await api.get(path, by=person)).is_success
            counted.append(len(sent))
        return counted

    await desk.set(api, "Satu")
    await costs(desk.head)
    few = await costs(desk.head)
    with sent_statements() as small:
        await desk.set(api, *[f"Aksi {n}" for n in range(5)])
    with sent_statements() as large:
        await desk.set(api, *[f"Aksi {n}" for n in range(50)])
    assert len(small) == len(large)
    assert await costs(desk.head) == few == [1, 1, 2]
