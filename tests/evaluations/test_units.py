"""What a leader sees of a unit: summary, filters for follow-up, gaps; and lists at large."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.planning.rules import BehaviourValue
from tests.factories import scoring as factory
from tests.factories.evaluations import ABOVE, AS, BELOW, Closed, of
from tests.factories.planning import Planned
from tests.factories.world import Person, World
from tests.plugins.service import Api


async def decide(api: Api, head: Person, person: Person, work: str, behaviour: str) -> str:
    (evaluation,) = await of(api, person, by=head)
    body = {"work_rating": work, "behaviour_rating": behaviour, "reason": "Bukti"}
    path = f"/v1/evaluations/{evaluation['id']}"
    done = await api.post(f"{path}/decisions", body, by=head)
    assert done.status_code == 201, done.text
    return path


@dataclass
class Evaluated:
    """A unit with one below it: of six people one is decided, one final, one under objection."""

    period: UUID
    unit: UUID
    head: Person
    people: list[Person]

    @property
    def params(self) -> dict[str, str]:
        return {"period_id": str(self.period)}


@pytest.fixture
async def evaluated(api: Api, world: World) -> Evaluated:
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    below = await world.unit("Bidang", parent=unit)
    head = await world.employee("Kepala", unit=unit, head=True)
    people = [await world.employee(f"Pegawai {n}", unit=u) for n, u in enumerate([unit, below] * 3)]
    for person in people:
        await factory.rated_employee(world, person, period, year=2026)
    await factory.close(api, world, period)
    best, good, poor, *_ = people
    await decide(api, head, best, ABOVE, ABOVE)
    final = await decide(api, head, good, AS, AS)
    await api.post(f"{final}/acknowledgements", {}, by=good)
    objected = await decide(api, head, poor, BELOW, AS)
    await api.post(f"{objected}/objections", {"reasons": "Kurang"}, by=poor)
    return Evaluated(period, unit, head, people)


async def test_the_summary_counts_stages_predicates_and_objections(
    api: Api, world: World, evaluated: Evaluated, sql: Any
):
    await sql(
        "UPDATE kinerja.objections SET due_on = $2 WHERE tenant_id = $1",
        world.tenant_id, world.today - dt.timedelta(days=1),
    )  # fmt: skip
    path = f"/v1/units/{evaluated.unit}/evaluation-summary"
    summary = (await api.get(path, by=evaluated.head, params=evaluated.params)).json()
    assert summary["stages"] == {"opened": 4, "decided": 1, "objected": 1, "final": 1}
    assert summary["total"] == 7
    assert summary["predicates"] == {
        "sangat_baik": 1, "baik": 1, "butuh_perbaikan": 1, "kurang": 0, "sangat_kurang": 0,
    }  # fmt: skip
    assert (summary["suggested"]["baik"], summary["without_assessor"]) == (6, 0)
    assert (summary["open_objections"], summary["overdue_objections"]) == (1, 1)
    assert [(row["superior_name"], row["undecided"]) for row in summary["still_open"]] == [
        ("Kepala", 3), ("Wali Kota", 1),
    ]  # fmt: skip


async def test_the_list_filters_by_what_leaders_follow_up(api: Api, evaluated: Evaluated):
    best, good, *_ = evaluated.people

    async def names(**filters: Any) -> list[str]:
        sent = {"below_id": str(evaluated.unit), "sort": "id", **evaluated.params, **filters}
        listed = await api.get("/v1/evaluations", by=evaluated.head, params=sent)
        assert listed.status_code == 200, listed.text
        return sorted(row["employee_name"] for row in listed.json()["items"])

    assert await names(predicate="sangat_baik") == ["Pegawai 0"]
    assert await names(predicate="butuh_perbaikan") == ["Pegawai 2"]
    assert await names(work_rating=ABOVE, behaviour_rating=ABOVE) == ["Pegawai 0"]
    assert await names(status="opened") == ["Pegawai 3", "Pegawai 4", "Pegawai 5"]
    assert await names(status="objected") == ["Pegawai 2"]
    assert await names(waits_for_me=True) == ["Pegawai 3", "Pegawai 4", "Pegawai 5"]
    (row,) = (await api.get("/v1/evaluations", by=good, params={"waits_for_me": False})).json()[
        "items"
    ]
    assert (row["unit_name"], row["superior_name"], row["period_code"], row["decided_by_name"]) == (
        "Bidang", "Kepala", "2026-10", "Kepala",
    )  # fmt: skip
    waiting = await api.get("/v1/evaluations", by=best, params={"waits_for_me": True})
    assert [each["employee_name"] for each in waiting.json()["items"]] == ["Pegawai 0"]


async def test_ones_own_suggestion_is_not_counted_before_it_is_shown(api: Api, world: World):
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    await factory.rated_employee(world, head, period, year=2026)
    await factory.close(api, world, period)
    path, params = f"/v1/units/{unit}/evaluation-summary", {"period_id": str(period)}
    own = (await api.get(path, by=head, params=params)).json()["suggested"]
    above = (await api.get(path, by=world.mayor, params=params)).json()["suggested"]
    assert (sum(own.values()), sum(above.values())) == (0, 1)


async def test_a_subtree_list_pages_through_every_unit_once(api: Api, world: World):
    period = await factory.period(world, "2026-10")
    units = [await world.unit(f"Dinas {n}") for n in range(3)]
    for number in range(9):
        await world.employee(f"Pegawai {number}", unit=units[number % 3])
    await factory.close(api, world, period)
    for sort in ("id", "-id"):
        found: list[str] = []
        params: dict[str, Any] = {"below_id": str(world.root), "limit": 2, "sort": sort}
        while True:
            page = (await api.get("/v1/evaluations", by=world.mayor, params=params)).json()
            found += [row["id"] for row in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert found == sorted(found, reverse=sort == "-id")
        assert len(set(found)) == len(found) == 9
        back = (
            await api.get(
                "/v1/evaluations", by=world.mayor, params={**params, "cursor": page["prev_cursor"]}
            )
        ).json()
        assert [row["id"] for row in back["items"]] == found[-len(page["items"]) - 2 :][:2]


@dataclass
class Behind:
    """A unit with one below it in which one is behind and one has no result."""

    period: UUID
    unit: UUID
    below: UUID
    head: Person
    behind: Person
    planned: Planned

    @property
    def path(self) -> str:
        return f"/v1/units/{self.unit}/gaps"

    @property
    def params(self) -> dict[str, Any]:
        return {"period_id": str(self.period)}


@pytest.fixture
async def lagging(api: Api, world: World) -> Behind:
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    below = await world.unit("Bidang", parent=unit)
    head = await world.employee("Kepala", unit=unit, head=True)
    fine = await world.employee("Baik", unit=unit)
    behind = await world.employee("Tertinggal", unit=below)
    missing = await world.employee("Kosong", unit=below)
    await factory.rated_employee(world, fine, period, year=2026)
    planned = await factory.rated_employee(
        world, behind, period, year=2026, results="8.99", below=2
    )
    await factory.rated_employee(world, missing, period, year=2026, results=None)
    await factory.close(api, world, period)
    return Behind(period, unit, below, head, behind, planned)


async def test_gaps_name_what_is_behind_and_leave_out_who_is_not(api: Api, lagging: Behind):
    listed = await api.get(lagging.path, by=lagging.head, params=lagging.params)
    assert listed.status_code == 200, listed.text
    gaps = {row["employee_name"]: row for row in listed.json()["items"]}
    assert set(gaps) == {"Tertinggal", "Kosong"}
    assert gaps["Tertinggal"]["unit_name"] == "Bidang"
    assert gaps["Tertinggal"]["threshold"] == "90.00"
    (indicator,) = gaps["Tertinggal"]["indicators"]
    assert indicator == {
        "indicator_id": str(lagging.planned.indicator), "title": "Jumlah dokumen",
        "target_id": str(lagging.planned.targets[0].id), "target_title": "Dokumen layanan tersusun",
        "aspect": "kuantitas", "achievement": "89.90", "is_missing": False,
    }  # fmt: skip
    assert sorted(gaps["Tertinggal"]["behaviours"]) == ["akuntabel", "berorientasi_pelayanan"]
    assert [(i["achievement"], i["is_missing"]) for i in gaps["Kosong"]["indicators"]] == [
        ("0.00", True)
    ]
    assert gaps["Kosong"]["behaviours"] == []


async def test_gaps_page_through_the_subtree_and_are_for_those_above_it(
    api: Api, world: World, lagging: Behind
):
    path, params, head = lagging.path, lagging.params, lagging.head
    found: list[str] = []
    paged: dict[str, Any] = {**params, "limit": 1}
    while True:
        page = (await api.get(path, by=world.mayor, params=paged)).json()
        found += [row["employee_name"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        paged["cursor"] = page["next_cursor"]
    assert sorted(found) == ["Kosong", "Tertinggal"]
    of_below = (await api.get(f"/v1/units/{lagging.below}/gaps", by=head, params=params)).json()
    assert len(of_below["items"]) == 2
    assert (await api.get(path, by=lagging.behind, params=params)).status_code == 403
    assert (await api.get(path, by=head)).status_code == 422
    stranger = await world.employee("Lain", unit=await world.unit("Lain"), head=True)
    assert (await api.get(path, by=stranger, params=params)).status_code == 403


async def test_gaps_are_counted_by_aspect_and_behaviour_value(
    api: Api, world: World, lagging: Behind
):
    path = f"/v1/units/{lagging.unit}/gap-totals"
    counted = await api.get(path, by=lagging.head, params=lagging.params)
    assert counted.status_code == 200, counted.text
    totals = counted.json()
    assert totals["threshold"] == "90.00"
    assert totals["aspects"] == [{"aspect": "kuantitas", "indicators": 3, "below": 2, "missing": 1}]
    assert [each["value"] for each in totals["behaviours"]] == list(BehaviourValue)
    assert {each["value"]: each["below"] for each in totals["behaviours"]} == {
        **dict.fromkeys(BehaviourValue, 0), "berorientasi_pelayanan": 1, "akuntabel": 1,
    }  # fmt: skip
    assert {each["rated"] for each in totals["behaviours"]} == {3}
    assert (await api.get(path, by=lagging.behind, params=lagging.params)).status_code == 403
    later = {"period_id": str(await factory.period(world, "2026-11"))}
    assert (await api.get(path, by=lagging.head, params=later)).status_code == 404


async def test_the_head_does_not_find_his_own_gaps_before_the_decision(api: Api, world: World):
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    await factory.rated_employee(world, head, period, year=2026, results="1.00")
    await factory.close(api, world, period)
    path, params = f"/v1/units/{unit}/gaps", {"period_id": str(period)}
    assert (await api.get(path, by=head, params=params)).json()["items"] == []
    await decide(api, world.mayor, head, BELOW, AS)
    assert len((await api.get(path, by=head, params=params)).json()["items"]) == 1


async def test_gaps_of_nowhere_are_not_found(api: Api, closed: Closed):
    path, params = f"/v1/units/{UUID(int=7)}/gaps", {"period_id": str(closed.period)}
    assert (await api.get(path, by=closed.head, params=params)).status_code == 404
