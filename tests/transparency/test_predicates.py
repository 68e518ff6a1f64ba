"""How predicates are distributed, as everybody reads it."""

import csv
import io
from typing import Any
from uuid import UUID

from tests.factories.planning import period
from tests.factories.world import World
from tests.plugins.service import Api
from tests.transparency.makers import evaluate

NONE = dict.fromkeys(("sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"), 0)


async def read(api: Api, world: World, unit: UUID, code: str = "2025") -> dict[str, Any]:
    path = f"/v1/public/{world.code}/units/{unit}/predicates"
    answer = await api.get(path, params={"period": code})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    return answer.json()


def groups(found: dict[str, Any]) -> dict[str, int | None]:
    return {one["predicate"]: one["people"] for one in found["predicates"]}


async def test_a_unit_is_told_with_everything_below_it(api: Api, world: World):
    year = await period(world, "2025")
    office = await world.unit("Dinas")
    below = await world.unit("Bidang", parent=office)
    await evaluate(world, year, below, {"baik": 6, "sangat_baik": 5})
    await evaluate(world, year, office, {"baik": 7})
    found = await read(api, world, office)
    assert (found["unit_name"], found["period"], found["people"]) == ("Dinas", "2025", 18)
    assert groups(found) == {**NONE, "baik": 13, "sangat_baik": 5}
    assert groups(await read(api, world, below)) == {**NONE, "baik": 6, "sangat_baik": 5}
    assert groups(await read(api, world, world.root)) == {**NONE, "baik": 13, "sangat_baik": 5}


async def test_few_people_follow_neither_from_the_total_nor_from_another_unit(
    api: Api, world: World
):
    year = await period(world, "2025")
    office = await world.unit("Dinas")
    below = await world.unit("Bidang", parent=office)
    await evaluate(world, year, below, {"baik": 20, "sangat_baik": 8, "kurang": 1})
    await evaluate(world, year, office, {"sangat_kurang": 2, "baik": 3, "sangat_baik": 9})
    of_below = await read(api, world, below)
    assert groups(of_below) == {
        **NONE, "baik": None, "sangat_baik": 8, "kurang": None,
    }  # fmt: skip
    assert of_below["people"] is None
    of_office = await read(api, world, office)
    assert groups(of_office) == {
        **NONE, "baik": 23, "sangat_baik": None, "kurang": None, "sangat_kurang": None,
    }  # fmt: skip
    assert of_office["people"] is None


async def test_only_final_evaluations_of_periods_that_are_over_count(api: Api, world: World):
    year = await period(world, "2025")
    for status in ("decided", "objected", "opened", "corrected", "superseded"):
        await evaluate(world, year, world.root, {"baik": 6}, status=status)
    assert groups(await read(api, world, world.root)) == NONE
    path = f"/v1/public/{world.code}/units/{world.root}/predicates"
    present = await api.get(path, params={"period": str(world.today.year)})
    assert (present.status_code, present.json()["code"]) == (404, "period_under_way")
    unknown = await api.get(path, params={"period": "2024"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    for wrong in ("2025-13", "2025-Q5", "25", "2025\n"):
        assert (await api.get(path, params={"period": wrong})).status_code == 422


async def test_the_distribution_is_a_table_too(api: Api, world: World):
    year = await period(world, "2025")
    await evaluate(world, year, world.root, {"baik": 9})
    path = f"/v1/public/{world.code}/units/{world.root}/predicates"
    answer = await api.get(path, params={"period": "2025", "format": "csv"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="predicates-2025.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {row["predicate"]: row["people"] for row in rows} == {
        name: "9" if name == "baik" else "0" for name in NONE
    }


async def test_another_government_has_its_own(api: Api, world: World, other_world: World):
    await period(other_world, "2025")
    await evaluate(world, await period(world, "2025"), world.root, {"baik": 9})
    path = f"/v1/public/{other_world.code}/units"
    answer = await api.get(f"{path}/{world.root}/predicates", params={"period": "2025"})
    assert answer.status_code == 404
    assert groups(await read(api, other_world, other_world.root)) == NONE
