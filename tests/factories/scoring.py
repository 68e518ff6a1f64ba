"""Results, behaviours, closings, and whole governments with random results, written directly."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.jobs import run_pending
from kinerja_api.evaluations.jobs import SUBSCRIBERS
from kinerja_api.planning.rules import BehaviourValue
from kinerja_api.results.rules import Rating, ResultStatus
from kinerja_api.results.tables import behaviour_ratings, indicator_results
from kinerja_api.scoring.jobs import HANDLERS
from tests.factories.planning import Goal, Measure, Planned, approved_plan, period
from tests.factories.world import Person, World, put
from tests.plugins.service import Api

__all__ = ["period"]


async def result(
    world: World,
    person: Person,
    indicator_id: UUID,
    period_id: UUID,
    value: str,
    *,
    status: str = ResultStatus.VERIFIED,
) -> None:
    """Write an indicator's result of a period."""
    now = clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, indicator_results, tenant_id=world.tenant_id, id=new_id(),
            indicator_id=indicator_id, period_id=period_id, employee_id=person.employee_id,
            unit_id=person.unit_id, value=Decimal(value), source="entered", status=status,
            created_at=now, updated_at=now,
        )  # fmt: skip


async def behaviours(
    world: World, person: Person, period_id: UUID, *, above: int = 0, below: int = 0
) -> None:
    """Rate all seven values, so many of them above and below expectation."""
    now = clock.now()
    ratings = [Rating.DI_ATAS] * above + [Rating.DI_BAWAH] * below
    async with world.database.write(world.tenant_id) as writing:
        for at, value in enumerate(BehaviourValue):
            await put(
                writing, behaviour_ratings, tenant_id=world.tenant_id,
                employee_id=person.employee_id, period_id=period_id, value=value,
                rating=ratings[at] if at < len(ratings) else Rating.SESUAI, note="Sesuai bukti",
                rated_by_id=world.mayor.employee_id, created_at=now, updated_at=now,
            )  # fmt: skip


async def rated_employee(
    world: World,
    person: Person,
    period_id: UUID,
    *,
    year: int,
    results: str | None = "10.00",
    above: int = 0,
    below: int = 0,
) -> Planned:
    """Give the person an approved plan with target 10, this result and seven behaviours."""
    measure = Measure(periods={period_id: "10.00"})
    planned = await approved_plan(world, person, targets=[Goal(measures=[measure])], year=year)
    if results is not None:
        await result(world, person, planned.indicator, period_id, results)
    await behaviours(world, person, period_id, above=above, below=below)
    return planned


async def run_jobs(world: World) -> int:
    """Deliver the tenant's events and run its jobs, as the worker does."""
    return await run_pending(world.database, world.tenant_id, HANDLERS, SUBSCRIBERS)


async def close(api: Api, world: World, period_id: UUID) -> UUID:
    """Close a period through the service and run the job; return the closing."""
    body = {"early_reason": "Untuk uji"}
    ordered = await api.post(f"/v1/periods/{period_id}/closings", body, by=world.agency)
    assert ordered.status_code == 202, ordered.text
    await run_jobs(world)
    return UUID(ordered.json()["id"])


@dataclass(frozen=True)
class Government:
    """A generated government: its period, and how many people and units it has."""

    period_id: UUID
    last_day: dt.date
    people: int
    units: int


async def government(
    world: World, *, people: int = 300, code: str = "2026-10", seed: float = 0.5
) -> Government:
    """Fill the world with so many people in a tree of units, their plans and random results.

    Set-based, for benchmarks too. Holds vacant heads, acting heads, named superiors, ties,
    missing and unverified results, incomplete behaviours, people without a plan.
    """
    period_id = await period(world, code)
    units = max(6, people // 40)
    last_day = dt.date(2026, 10, 31)
    async with world.database.write(world.tenant_id) as writing:
        await writing.script("SET LOCAL statement_timeout = '20min'")
        await writing.script(f"SELECT setseed({seed})")
        for text in _SCRIPTS:
            await _run(writing, text, world, people=people, units=units, period_id=period_id)
    return Government(period_id, last_day, people, units)


async def _run(
    writing: Writing, text: str, world: World, *, people: int, units: int, period_id: UUID
) -> None:
    filled = text
    for name, value in {
        ":tenant": f"'{world.tenant_id}'::uuid",
        ":root": f"'{world.root}'::uuid",
        ":mayor": f"'{world.mayor.employee_id}'::uuid",
        ":period": f"'{period_id}'::uuid",
        ":people": str(people),
        ":units": str(units),
        ":tops": str(max(2, units // 5)),
    }.items():
        filled = filled.replace(name, value)
    await writing.script(filled)


def _id(kind: str, *numbers: str) -> str:
    """Return SQL for an id that follows from the tenant, a kind and some numbers."""
    parts = " || '-' || ".join([f":tenant::text || '{kind}'", *numbers])
    return f"md5({parts})::uuid"


def _chance(name: str) -> str:
    """Return SQL for a number from 0 to 1 that follows from an indicator's three numbers."""
    digits = f"substr(md5(i || '-' || t || '-' || k || '{name}'), 1, 7)"
    return f"(('x' || {digits})::bit(28)::int / 268435456.0)"


# Numbers instead of joins: rows just written are in no statistics.
_INDICATORS = f"""generate_series(1, :people) i, generate_series(1, 3) t,
     generate_series(1, 2) k,
     LATERAL (
         SELECT CASE WHEN (i + t + k) % 3 = 1 AND {_chance("zero")} < 0.1 THEN 0
                     ELSE round((1 + {_chance("low")} * 40)::numeric,
                                ({_chance("places")} * 2)::int) END
     ) AS numbers (low)
     WHERE i % 23 <> 0 AND (t < 3 OR i % 3 = 0)"""

_SCRIPTS = (
    f"""INSERT INTO kinerja.units
        (tenant_id, id, code, name, kind, parent_id, created_at, updated_at)
        SELECT :tenant, {_id("unit", "n")}, 'G' || n, 'Unit ' || n,
               CASE WHEN n <= :tops THEN 'dinas' ELSE 'bidang' END,
               CASE WHEN n <= :tops THEN :root ELSE {_id("unit", "(n % :tops + 1)")} END,
               now(), now()
        FROM generate_series(1, :units) n""",
    f"""INSERT INTO kinerja.unit_closure (tenant_id, ancestor_id, descendant_id, depth)
        SELECT :tenant, {_id("unit", "n")}, {_id("unit", "n")}, 0
        FROM generate_series(1, :units) n
        UNION ALL SELECT :tenant, :root, {_id("unit", "n")}, CASE WHEN n <= :tops THEN 1 ELSE 2 END
        FROM generate_series(1, :units) n
        UNION ALL SELECT :tenant, {_id("unit", "(n % :tops + 1)")}, {_id("unit", "n")}, 1
        FROM generate_series(:tops + 1, :units) n""",
    f"""INSERT INTO kinerja.positions
        (tenant_id, id, unit_id, code, title, kind, level, is_head, created_at, updated_at)
        SELECT :tenant, {_id("position", "i")}, {_id("unit", "((i - 1) % :units + 1)")},
               'GJ' || i, 'Jabatan', 'administrasi', 'pelaksana', i <= :units, now(), now()
        FROM generate_series(1, :people) i""",
    f"""INSERT INTO kinerja.employees
        (tenant_id, id, ref, kind, nip, name, status, created_at, updated_at)
        SELECT :tenant, {_id("person", "i")}, 'GP' || i, 'pns', '8' || lpad(i::text, 17, '0'),
               'Pegawai ' || i, 'active', now(), now()
        FROM generate_series(1, :people) i""",
    # Every seventh head left before the period ended; every eleventh names his superior.
    f"""INSERT INTO kinerja.placements
        (tenant_id, id, employee_id, position_id, unit_id, is_head, kind, starts_on, ends_on,
         superior_id, created_at, updated_at)
        SELECT :tenant, {_id("placement", "i")}, {_id("person", "i")}, {_id("position", "i")},
               {_id("unit", "((i - 1) % :units + 1)")}, i <= :units, 'definitive',
               DATE '2020-01-01',
               CASE WHEN i <= :units AND i % 7 = 0 THEN DATE '2026-10-15' END,
               CASE WHEN i % 11 = 0 THEN {_id("person", "1")} END, now(), now()
        FROM generate_series(1, :people) i""",
    # Acting heads: the head of the next unit, daily for some, beside the definitive one.
    f"""INSERT INTO kinerja.placements
        (tenant_id, id, employee_id, position_id, unit_id, is_head, kind, starts_on, created_at,
         updated_at)
        SELECT :tenant, {_id("acting", "n")}, {_id("person", "n + 1")}, {_id("position", "n")},
               {_id("unit", "n")}, true, CASE WHEN n % 2 = 0 THEN 'plh' ELSE 'plt' END,
               DATE '2026-10-01', now(), now()
        FROM generate_series(3, :units - 1, 5) n""",
    f"""INSERT INTO kinerja.plans
        (tenant_id, id, employee_id, placement_id, unit_id, year, approach, status, created_at,
         updated_at)
        SELECT :tenant, {_id("plan", "i")}, {_id("person", "i")}, {_id("placement", "i")},
               {_id("unit", "((i - 1) % :units + 1)")}, 2026, 'quantitative',
               CASE WHEN i % 19 = 0 THEN 'submitted' ELSE 'approved' END, now(), now()
        FROM generate_series(1, :people) i WHERE i % 23 <> 0""",
    f"""INSERT INTO kinerja.targets
        (tenant_id, id, plan_id, number, kind, title, weight_percent)
        SELECT :tenant, {_id("target", "i", "t")}, {_id("plan", "i")}, t,
               CASE WHEN t < 3 THEN 'utama' ELSE 'tambahan' END, 'Rencana hasil kerja ' || t,
               CASE WHEN t < 3 AND i % 2 = 0 THEN 30 * t + 10 END
        FROM generate_series(1, :people) i, generate_series(1, 3) t
        WHERE i % 23 <> 0 AND (t < 3 OR i % 3 = 0)""",
    f"""INSERT INTO kinerja.indicators
        (tenant_id, id, plan_id, target_id, employee_id, number, aspect, title, unit, direction,
         weight_percent, annual_low, annual_high, accumulation, source)
        SELECT :tenant, {_id("indicator", "i", "t", "k")}, {_id("plan", "i")},
               {_id("target", "i", "t")}, {_id("person", "i")}, k, 'kuantitas',
               'Indikator ' || k, 'dokumen', (ARRAY['higher', 'lower', 'range'])[d],
               CASE WHEN i % 5 < 3 AND t = 1 THEN 50 END, 100,
               CASE WHEN d = 3 THEN 200 END, 'sum', 'entered'
        FROM generate_series(1, :people) i, generate_series(1, 3) t, generate_series(1, 2) k,
             LATERAL (SELECT (i + t + k) % 3 + 1) AS directions (d)
        WHERE i % 23 <> 0 AND (t < 3 OR i % 3 = 0)""",
    f"""INSERT INTO kinerja.indicator_targets (tenant_id, indicator_id, period_id, low, high)
        SELECT :tenant, {_id("indicator", "i", "t", "k")}, :period, low,
               CASE WHEN (i + t + k) % 3 = 2 THEN low + 3 END
        FROM {_INDICATORS} AND {_chance("planned")} < 0.97""",
    f"""INSERT INTO kinerja.indicator_results
        (tenant_id, id, indicator_id, period_id, employee_id, unit_id, value, source, status,
         created_at, updated_at)
        SELECT :tenant, {_id("result", "i", "t", "k")}, {_id("indicator", "i", "t", "k")},
               :period, {_id("person", "i")}, {_id("unit", "((i - 1) % :units + 1)")},
               CASE WHEN {_chance("tie")} < 0.3 THEN low
                    ELSE round((low * (0.7 + {_chance("value")} * 0.6))::numeric, 2) END,
               'entered', CASE WHEN {_chance("status")} < 0.94 THEN 'verified' ELSE 'entered' END,
               now(), now()
        FROM {_INDICATORS} AND {_chance("given")} < 0.95""",
    f"""INSERT INTO kinerja.behaviour_ratings
        (tenant_id, employee_id, period_id, value, rating, note, rated_by_id, created_at,
         updated_at)
        SELECT :tenant, {_id("person", "i")}, :period, v,
               (ARRAY['di_atas_ekspektasi', 'di_atas_ekspektasi', 'sesuai_ekspektasi',
                      'sesuai_ekspektasi', 'sesuai_ekspektasi', 'di_bawah_ekspektasi'])
               [least(6, floor(random() * 5.3)::int + 1)],
               'Sesuai bukti', :mayor, now(), now()
        FROM generate_series(1, :people) i, unnest(ARRAY['berorientasi_pelayanan', 'akuntabel',
             'kompeten', 'harmonis', 'loyal', 'adaptif', 'kolaboratif']) v
        WHERE random() < 0.99""",
)
