"""Figures of processing times: against the standard of their day, in the unit's calendar."""

import datetime as dt
from decimal import Decimal

from kinerja_api.core.db import Database
from kinerja_api.services.queries.figures import figures
from tests.factories.services import add_service, add_standard, add_transaction
from tests.factories.world import World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements

MONDAY = dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


async def test_each_is_held_against_the_standard_of_its_day_in_its_units_calendar(
    api: Api, world: World, database: Database
):
    office, clinic = await world.unit("Dukcapil"), await world.unit("Puskesmas", kind="puskesmas")
    shifts = {
        "unit_id": str(clinic), "working_week": [1, 2, 3, 4, 5, 6, 7], "basis": "X",
        "observes_holidays": False, "starts_on": "2026-01-01",
    }  # fmt: skip
    assert (await api.post("/v1/unit-schedules", shifts, by=world.agency)).status_code == 201
    ktp, card = await add_service(world, office), await add_service(world, clinic)
    await add_standard(world, ktp, time=5, until=dt.date(2026, 3, 8))
    await add_standard(world, ktp, time=4, since=dt.date(2026, 3, 9))
    await add_standard(world, card, time=6)
    for week in (0, 7):
        start = MONDAY + week * DAY
        for _ in range(5):
            await add_transaction(world, ktp, office, complete=start, done=start + 7 * DAY)
            await add_transaction(world, card, clinic, complete=start, done=start + 7 * DAY)
    paused = (MONDAY, MONDAY + 2 * DAY)
    await add_transaction(
        world, ktp, office, complete=MONDAY, done=MONDAY + 3 * DAY, pauses=[paused]
    )
    await add_transaction(world, ktp, office, complete=MONDAY, done=None)
    edge = dt.datetime(2026, 3, 31, 17, 0, tzinfo=dt.UTC)  # midnight, the first of April in WIB
    await add_transaction(world, ktp, office, complete=MONDAY, done=edge)
    async with database.read(world.tenant_id) as reading:
        found = await figures(reading, office, ktp, *MARCH)
        assert (found.median.value, found.median.sample) == (Decimal(5), 11)
        assert found.on_time_share.value == Decimal("54.55")
        assert min(item.took for item in found.items) == 2
        sevens = await figures(reading, None, card, *MARCH)
        assert (sevens.median.value, sevens.on_time_share.value) == (Decimal(7), Decimal(0))
        with sent_statements() as statements:
            whole = await figures(reading, world.root, None, *MARCH)
        assert (whole.median.sample, whole.processing_unit) == (21, "working_days")
        assert len(statements) <= 5
        none = await figures(reading, office, card, *MARCH)
        assert (none.median.value, none.median.sample) == (None, 0)


async def test_a_standard_in_minutes_is_measured_by_the_clock(world: World, database: Database):
    office = await world.unit("Dukcapil")
    service = await add_service(world, office)
    await add_standard(world, service, time=30, unit="minutes")
    for minutes in range(25, 35):
        done = MONDAY + dt.timedelta(minutes=minutes)
        await add_transaction(world, service, office, complete=MONDAY, done=done)
    async with database.read(world.tenant_id) as reading:
        found = await figures(reading, office, None, *MARCH)
    assert (found.processing_unit, found.median.value) == ("minutes", Decimal("29.50"))
    assert (found.ninetieth.value, found.on_time_share.value) == (Decimal(33), Decimal(60))


async def test_staff_read_the_figures_of_their_service(api: Api, world: World):
    office = await world.unit("Dukcapil")
    service = await add_service(world, office)
    clerk = await world.employee("Siti", unit=office)
    stranger = await world.employee("Tamu", unit=await world.unit("Dinkes"))
    await add_transaction(world, service, office, complete=MONDAY, done=MONDAY + DAY)
    path, span = f"/v1/services/{service}/figures", {"from": "2026-03-01", "to": "2026-03-31"}
    for by in (clerk, world.agency, world.mayor):
        answer = await api.get(path, by=by, params=span)
        assert answer.status_code == 200, answer.text
        assert answer.json()["median"] == {"value": None, "sample": 1, "minimum": 10}
        assert answer.json()["items"][0]["is_in_time"] is None
    refused = await api.get(path, by=stranger, params=span)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_service_staff")
    long = await api.get(path, by=clerk, params={"from": "2020-01-01", "to": "2026-03-31"})
    assert (long.status_code, long.json()["code"]) == (422, "range_too_long")
