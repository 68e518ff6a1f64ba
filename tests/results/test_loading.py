"""Files of results and behaviour ratings: taken wholly or not at all."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from kinerja_api.organisation.rules import RowFault
from kinerja_api.results.commands.loading import load_behaviours, load_results
from kinerja_api.results.rules import BehaviourRow, ResultRow
from tests.factories import planning
from tests.factories.world import Person, World


async def ref_of(sql: Any, person: Person) -> str:
    rows = await sql("SELECT ref FROM kinerja.employees WHERE id = $1", person.employee_id)
    return rows[0]["ref"]


def results(ref: str, code: str, value: str = "4.50", status: str = "verified") -> ResultRow:
    return ResultRow(2, ref, code, 1, 1, Decimal(value), None, status)


async def load(world: World, rows: Any) -> list[RowFault]:
    loader = load_results if isinstance(rows[0], ResultRow) else load_behaviours
    async with world.database.write(world.tenant_id) as writing:
        return await loader(writing, rows)


async def test_results_are_loaded_decided_by_the_superior_of_today(world: World, sql: Any):
    clerk = await world.employee("Siti")
    code = planning.month_of(world.today)
    month = await planning.period(world, code)
    plan = await planning.approved_plan(world, clerk)
    ref = await ref_of(sql, clerk)

    async def stored() -> list[tuple[Any, ...]]:
        rows = await sql(
            "SELECT indicator_id, period_id, value, status, decided_by_id, version"
            " FROM kinerja.indicator_results WHERE tenant_id = $1",
            world.tenant_id,
        )
        return [tuple(row) for row in rows]

    assert await load(world, [results(ref, code)]) == []
    first = await stored()
    by = world.mayor.employee_id
    assert first == [(plan.indicator, month, Decimal("4.50"), "verified", by, 1)]
    assert await load(world, [results(ref, code)]) == []
    assert await stored() == first
    assert await load(world, [results(ref, code, "5.00", "entered")]) == []
    assert await stored() == [(plan.indicator, month, Decimal("5.00"), "entered", None, 2)]


async def test_results_in_words_belong_to_qualitative_plans_and_only_to_them(
    world: World, sql: Any
):
    teller, counter = [await world.employee(name) for name in ("Siti", "Budi")]
    code = planning.month_of(world.today)
    await planning.period(world, code)
    in_words = [planning.Goal(measures=(planning.IN_WORDS,))]
    await planning.approved_plan(world, teller, approach="qualitative", targets=in_words)
    await planning.approved_plan(world, counter)
    told = ResultRow(
        2, await ref_of(sql, teller), code, 1, 1, None, "Selesai dengan baik", "verified"
    )
    counted = results(await ref_of(sql, counter), code)
    wrong = [
        replace(told, note=None),
        replace(counted, line=3, value=None),
    ]
    assert await load(world, wrong) == [
        RowFault(2, "note", "result_needs_note"),
        RowFault(3, "value", "result_needs_value"),
    ]
    numbered = [replace(told, value=Decimal(3))]
    assert await load(world, numbered) == [RowFault(2, "value", "result_is_qualitative")]
    assert await load(world, [told, replace(counted, line=3)]) == []
    rows = await sql(
        "SELECT value, note FROM kinerja.indicator_results WHERE tenant_id = $1"
        " ORDER BY value NULLS FIRST", world.tenant_id,
    )  # fmt: skip
    assert [tuple(row) for row in rows] == [(None, "Selesai dengan baik"), (Decimal("4.50"), None)]


async def test_every_fault_of_a_file_of_results_is_told(world: World, other_world: World, sql: Any):
    clerk, idle, late = [await world.employee(name) for name in ("Siti", "Budi", "Ani")]
    code = planning.month_of(world.today)
    await planning.period(world, code)
    await planning.period(world, "2025-01", status="closed")
    await planning.approved_plan(world, clerk)
    await planning.approved_plan(world, late, status="submitted")
    ref = await ref_of(sql, clerk)
    stranger_ref = await ref_of(sql, await other_world.employee("Rudi"))
    rows = [
        ResultRow(2, "nobody", code, 1, 1, Decimal(1), None, "entered"),
        ResultRow(3, ref, "1999-01", 1, 1, Decimal(1), None, "entered"),
        ResultRow(4, await ref_of(sql, idle), code, 1, 1, Decimal(1), None, "entered"),
        ResultRow(5, await ref_of(sql, late), code, 1, 1, Decimal(1), None, "entered"),
        ResultRow(6, ref, code, 1, 99999, Decimal(1), None, "entered"),
        ResultRow(7, ref, "2025-01", 1, 1, Decimal(1), None, "entered"),
        ResultRow(8, stranger_ref, code, 1, 1, Decimal(1), None, "entered"),
        ResultRow(9, ref, code, 1, 1, Decimal(1), None, "entered"),
    ]
    faults = await load(world, rows)
    assert [(fault.line, fault.column, fault.code) for fault in faults] == [
        (2, "person_ref", "unknown_reference"),
        (3, "period_code", "unknown_reference"),
        (4, "person_ref", "result_without_plan"),
        (5, "person_ref", "result_plan_not_approved"),
        (6, "indicator_no", "unknown_reference"),
        (7, "period_code", "period_closed"),
        (7, "person_ref", "result_without_plan"),
        (8, "person_ref", "unknown_reference"),
    ]
    double = await load(world, [rows[7], replace(rows[7], line=10)])
    assert [fault.code for fault in double] == ["row_repeated"]
    count = await sql(
        "SELECT count(*) FROM kinerja.indicator_results WHERE tenant_id = $1", world.tenant_id
    )
    assert count[0]["count"] == 0


async def test_behaviours_are_loaded_and_faults_told(world: World, sql: Any):
    clerk = await world.employee("Siti")
    code = planning.month_of(world.today)
    await planning.period(world, code)
    ref, top = await ref_of(sql, clerk), await ref_of(sql, world.mayor)

    def row(line: int, person: str, value: str, rating: str = "sesuai_ekspektasi") -> BehaviourRow:
        return BehaviourRow(line, person, code, value, rating, "Baik")

    good = [row(2, ref, "loyal"), row(3, ref, "adaptif")]
    assert await load(world, good) == []
    assert await load(world, good) == []
    assert await load(world, [row(2, ref, "loyal", "di_atas_ekspektasi")]) == []
    stored = await sql(
        "SELECT value, rating, rated_by_id, version FROM kinerja.behaviour_ratings"
        " WHERE tenant_id = $1 ORDER BY value",
        world.tenant_id,
    )
    by = world.mayor.employee_id
    assert [tuple(each) for each in stored] == [
        ("adaptif", "sesuai_ekspektasi", by, 1),
        ("loyal", "di_atas_ekspektasi", by, 2),
    ]
    faults = await load(world, [row(2, top, "loyal"), row(3, "nobody", "loyal")])
    assert [(fault.line, fault.code) for fault in faults] == [
        (2, "behaviour_without_superior"),
        (3, "unknown_reference"),
    ]
