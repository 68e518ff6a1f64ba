"""Figures of handled reports: fair, with their sample, and quick for many."""

import datetime as dt
import time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from kinerja_api.complaints.queries.figures import (
    MOST_WEIGHT,
    complaint_figures,
    finding_figures,
)
from kinerja_api.complaints.rules.measures import ComplaintFigures
from kinerja_api.core.db import Database
from tests.complaints.days import Calendar, at
from tests.complaints.days import days as days  # noqa: PLC0414 - a fixture
from tests.factories.complaints import new_report
from tests.factories.services import add_service
from tests.factories.world import Person, World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements

AUGUST = (dt.date(2026, 8, 1), dt.date(2026, 8, 31))
BOARD = "/v1/citizen-reports/figures"
SPAN = {"first_day": "2026-08-01", "last_day": "2026-08-31"}


async def found(database: Database, world: World, **asked: Any) -> ComplaintFigures:
    given = {"unit_id": None, "service_id": None, "handler_id": None, **asked}
    first, last = asked.pop("span", AUGUST)
    given.pop("span", None)
    async with database.read(world.tenant_id) as reading:
        return await complaint_figures(reading, **given, first_day=first, last_day=last)


async def handled(
    world: World, unit: UUID, clerk: Person, *, taken: int, status: str = "closed", **values: Any
) -> UUID:
    """A report assigned on Monday 3 August and answered so many days later."""
    start = at(8, 3)
    times = {
        "receive": start, "verify": start, "assign": start, "accept": start,
        "propose_reply": start, "approve_reply": start + dt.timedelta(days=taken),
        "confirm": start + dt.timedelta(days=taken),
    }  # fmt: skip
    return await new_report(
        world, status=status, unit=unit, handler=clerk, times=times, received_at=start, **values
    )


async def test_times_and_shares_are_those_of_the_unit_with_everything_below_it(
    world: World, database: Database, days: Calendar
):
    office = await world.unit("Dinas")
    desk = await world.unit("Loket", parent=office, kind="seksi")
    other = await world.unit("Dinkes")
    clerk = await world.employee("Siti", unit=desk)
    second = await world.employee("Budi", unit=office)
    service = await add_service(world, office)
    for taken in range(1, 5):
        await handled(world, desk, clerk, taken=taken, service_id=service)
    for _ in range(6):
        await handled(world, office, second, taken=7)
    days.turn(at(9, 15))
    for asked, expected in [
        ({"unit_id": office}, 10), ({}, 10), ({"unit_id": desk}, 4), ({"unit_id": other}, 0),
        ({"handler_id": second.employee_id}, 6), ({"service_id": service}, 4),
        ({"unit_id": desk, "handler_id": second.employee_id}, 0),
        ({"span": (dt.date(2026, 7, 1), dt.date(2026, 7, 31))}, 0),
    ]:  # fmt: skip
        figures = await found(database, world, **asked)
        assert figures.response_time_median.sample == expected, asked
        assert len(figures.settlement_share.items) == expected, asked
        if expected < 10:
            assert figures.response_time_median.value is None
    whole = await found(database, world, unit_id=office)
    assert whole.response_time_median.value == Decimal("5.00")
    assert whole.response_time_p90.value == Decimal("5.00")
    assert whole.settlement_share.value == Decimal("100.00")
    assert whole.reopen_rate.value == Decimal("0.00")
    # Ten first replies in time, and ten resolutions due on 21 August.
    assert (whole.on_time_share.sample, whole.on_time_share.value) == (20, Decimal("100.00"))
    everybody = await found(database, world)
    assert everybody.on_time_share.sample == 30, "verification is the leading office's"


async def test_late_open_and_misrouted(world: World, database: Database, days: Calendar, api: Api):
    office, wrong = await world.unit("Dinas"), await world.unit("Dinkes")
    clerk = await world.employee("Siti", unit=office)
    for _ in range(8):
        await handled(world, office, clerk, taken=8)  # the sixth working day: late by one
    sent = []
    for _ in range(2):
        report = await days.assigned(world, at(8, 3), wrong, None)
        await days.happen(world, report, "return", at(8, 14))
        await days.assign(world, report, at(8, 17), office, clerk)
        sent.append(report)
    days.turn(at(9, 15))
    figures = await found(database, world, unit_id=office)
    # 8 late first replies, 8 resolutions in time, 2 open first replies due on 24 August.
    assert (figures.on_time_share.sample, figures.on_time_share.value) == (18, Decimal("44.44"))
    assert set(sent) <= set(figures.on_time_share.items)
    nobody = await found(database, world, unit_id=wrong)
    assert [figure.sample for figure in vars_of(nobody)] == [0] * 5
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    board = (await api.get(BOARD, by=officer, params={**SPAN, "unit_id": str(wrong)})).json()
    assert board["misrouted_share"] == {"value": None, "sample": 2, "minimum": 10}
    whole = (await api.get(BOARD, by=officer, params=SPAN)).json()
    assert whole["misrouted_share"] == {"value": "16.67", "sample": 12, "minimum": 10}
    assert whole["overdue_count"] == 2
    counts = {item["status"]: item["count"] for item in whole["statuses"] if item["count"]}
    assert counts == {"closed": 8, "assigned": 2}


def vars_of(figures: ComplaintFigures) -> list[Any]:
    return [getattr(figures, name) for name in ComplaintFigures.__dataclass_fields__]


async def test_reopened_early_and_answered_again_is_no_settlement_in_time(
    world: World, database: Database, days: Calendar
):
    office = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=office)
    for _ in range(8):
        await handled(world, office, clerk, taken=2)
    for reopened_on, again in [(7, True), (7, False)]:
        report = await handled(world, office, clerk, taken=2, status="answered")
        await days.happen(world, report, "reopen", at(8, reopened_on))
        if again:
            await days.answer(world, report, at(8, 11))
    days.turn(at(9, 15))
    figures = await found(database, world, unit_id=office)
    assert (figures.reopen_rate.sample, figures.reopen_rate.value) == (10, Decimal("10.00"))
    assert figures.settlement_share.value == Decimal("80.00")
    # Ten first replies, ten resolutions of which one was undone, two after reopening: one open.
    assert figures.on_time_share.sample == 22
    assert figures.on_time_share.value == Decimal("90.91")


@pytest.mark.parametrize(
    ("status", "values"),
    [("merged", {}), ("withdrawn", {}), ("out_of_jurisdiction", {}),
     ("archived", {"archive_reason": "spam"})],
)  # fmt: skip
async def test_what_asked_nothing_of_the_government_is_left_out_of_settlement(
    world: World, database: Database, status: str, values: dict[str, Any]
):
    await new_report(world, status=status, received_at=at(8, 3), **values)
    figures = await found(database, world)
    merged_into = int(status == "merged")
    assert figures.settlement_share.sample == 0, merged_into
    archived = await new_report(world, status="archived", received_at=at(8, 3))
    figures = await found(database, world)
    assert figures.settlement_share.items == [archived]


async def test_a_merged_report_counts_once_with_the_one_that_took_it_in(
    world: World, database: Database, days: Calendar
):
    office = await world.unit("Dinas")
    parent = await days.assigned(world, at(8, 3), office, None)
    merged = await days.assigned(world, at(8, 3), office, None)
    into = {"parent_id": parent, "parent_is_merged": False}
    await days.happen(world, merged, "merge", at(8, 5), changes=into)
    figures = await found(database, world)
    assert set(figures.on_time_share.items) == {parent}


async def test_confidential_reports_are_counted_among_five_and_more_only(
    world: World, database: Database, days: Calendar
):
    office = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=office)
    for _ in range(2):
        await handled(world, office, clerk, taken=1)
    for _ in range(2):
        await handled(world, office, clerk, taken=1, is_confidential=True)
    days.turn(at(9, 15))
    assert (await found(database, world)).response_time_median.sample == 2
    await handled(world, office, clerk, taken=1, led_by="inspectorate")
    assert (await found(database, world)).response_time_median.sample == 5


async def test_heads_see_the_board_of_their_units_and_the_office_that_of_all(
    api: Api, world: World, other_world: World
):
    office = await world.unit("Dinas")
    desk = await world.unit("Loket", parent=office, kind="seksi")
    head = await world.employee("Kepala", unit=office, head=True)
    clerk = await world.employee("Siti", unit=desk)
    service = await add_service(world, office)
    await new_report(world, status="in_progress", unit=desk, is_confidential=True)
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    inspector = await world.officer("Inspektur", Role.INSPECTORATE)
    of_desk = {**SPAN, "unit_id": str(desk)}
    of_service = {**SPAN, "service_id": str(service)}
    for by, params, status in [
        (head, of_desk, 200), (head, of_service, 200), (head, SPAN, 403),
        (head, {**SPAN, "unit_id": str(world.root)}, 403), (clerk, of_desk, 403),
        (world.mayor, {**SPAN, "unit_id": str(world.root)}, 200), (officer, SPAN, 200),
        (inspector, of_desk, 200), (world.admin, SPAN, 403), (world.agency, SPAN, 403),
        (other_world.mayor, of_desk, 404), (officer, {**SPAN, "last_day": "2036-01-01"}, 422),
    ]:  # fmt: skip
        answer = await api.get(BOARD, by=by, params=params)
        assert answer.status_code == status, (by.name, params, answer.text)
    counted = {
        by.name: sum(
            item["count"]
            for item in (await api.get(BOARD, by=by, params=of_desk)).json()["statuses"]
        )
        for by in (head, officer)
    }
    assert counted == {"Kepala": 0, "Petugas": 1}, "a head counts no confidential reports"


async def test_findings_weigh_up_to_a_cap_while_they_stand(
    world: World, database: Database, sql: Any
):
    people = [await world.employee(name) for name in ("Andi", "Budi", "Citra")]
    await confirm(sql, world, people[0], ["6.00", "6.00"])
    await confirm(sql, world, people[1], ["2.50"], taken_back=True)
    ids = [person.employee_id for person in people if person.employee_id]
    async with database.read(world.tenant_id) as reading:
        weighed = await finding_figures(reading, ids, *AUGUST)
        later = await finding_figures(reading, ids, dt.date(2026, 9, 1), dt.date(2026, 9, 30))
    assert [weighed[one].value for one in ids] == [MOST_WEIGHT, Decimal(0), Decimal(0)]
    assert [weighed[one].sample for one in ids] == [2, 0, 0]
    assert len(weighed[ids[0]].items) == 2
    assert later[ids[0]].value == 0


async def confirm(
    sql: Any, world: World, person: Person, weights: list[str], *, taken_back: bool = False
) -> None:
    """Put confirmed findings with their effects, or reversed ones whose effects are gone."""
    for weight in weights:
        report = await new_report(world, status="closed")
        await sql(
            "INSERT INTO kinerja.report_accused (tenant_id, report_id, employee_id, named_on,"
            " named_by) VALUES ($1, $2, $3, '2026-07-01', $1)",
            world.tenant_id, report, person.employee_id,
        )  # fmt: skip
        status = "reversed" if taken_back else "confirmed"
        (row,) = await sql(
            "INSERT INTO kinerja.report_findings (tenant_id, id, report_id, employee_id, outcome,"
            " severity, summary, status, found_by, found_at, dispute_until, confirmed_by,"
            " confirmed_at, confirmed_on, reversed_at, reversal_reason, created_at, updated_at)"
            " VALUES ($1, gen_random_uuid(), $2, $3, 'terbukti', 'berat', 'X', $4, $1,"
            " '2026-07-01', '2026-07-10', $2, '2026-08-05', '2026-08-05',"
            " CASE WHEN $4 = 'reversed' THEN timestamptz '2026-08-06' END,"
            " CASE WHEN $4 = 'reversed' THEN 'X' END, now(), now()) RETURNING id",
            world.tenant_id, report, person.employee_id, status,
        )  # fmt: skip
        await sql(
            "INSERT INTO kinerja.finding_effects (tenant_id, id, finding_id, finding_status,"
            " report_id, employee_id, rule_version, weight, counts_on, taken_back_at)"
            " VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, 'v1', $6, '2026-08-05', $7)",
            world.tenant_id, row["id"], None if taken_back else "confirmed", report,
            person.employee_id, Decimal(weight),
            dt.datetime(2026, 8, 6, tzinfo=dt.UTC) if taken_back else None,
        )  # fmt: skip


async def test_many_reports_are_measured_in_few_statements(
    world: World, database: Database, sql: Any, days: Calendar
):
    office = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=office)
    pattern = await handled(world, office, clerk, taken=3)
    await multiply(sql, world, pattern, 2000)
    days.turn(at(9, 15))
    begun = time.perf_counter()
    with sent_statements() as statements:
        figures = await found(database, world, unit_id=office)
    assert figures.response_time_median.sample == 2001
    assert len(statements) <= 7
    assert time.perf_counter() - begun < 3


async def multiply(sql: Any, world: World, pattern: UUID, count: int) -> None:
    """Copy a report with its log and segments so many times, a day apart by number."""
    await sql(
        "CREATE TEMP TABLE copies AS SELECT gen_random_uuid() AS id, n FROM"
        f" generate_series(1, {count}) AS n"
    )
    await sql(
        "INSERT INTO kinerja.report_confidentialities SELECT tenant_id, copies.id, number,"
        " is_confidential, set_by, set_at FROM kinerja.report_confidentialities, copies"
        " WHERE report_id = $1",
        pattern,
    )
    rows = await sql(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'citizen_reports'"
        " AND table_schema = 'kinerja' AND is_generated = 'NEVER'"
        " AND column_name NOT IN ('id', 'ticket', 'receipt_hash')"
    )
    names = [row["column_name"] for row in rows]
    copied = ", ".join(f"report.{name}" for name in names)
    await sql(
        f"INSERT INTO kinerja.citizen_reports (id, ticket, receipt_hash, {', '.join(names)})"
        f" SELECT copies.id, 'M-' || copies.id, sha256(copies.id::text::bytea), {copied}"
        " FROM kinerja.citizen_reports AS report CROSS JOIN copies WHERE report.id = $1",
        pattern,
    )
    await sql(
        "INSERT INTO kinerja.report_events (tenant_id, report_id, number, event, status, at,"
        " party, account_id, data) SELECT tenant_id, copies.id, number, event, status, at, party,"
        " account_id, data FROM kinerja.report_events, copies WHERE report_id = $1",
        pattern,
    )
    await sql(
        "INSERT INTO kinerja.report_segments (tenant_id, id, report_id, number, unit_id,"
        " handler_id, starts_at, accepted_at, ends_at, ended_by) SELECT tenant_id,"
        " gen_random_uuid(), copies.id, number, unit_id, handler_id, starts_at, accepted_at,"
        " ends_at, ended_by FROM kinerja.report_segments, copies WHERE report_id = $1",
        pattern,
    )
    await sql("DROP TABLE copies")
