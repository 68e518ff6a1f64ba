"""Figures of units, as everybody reads them."""

import csv
import datetime as dt
import io
from typing import Any
from uuid import UUID

from kinerja_api.complaints.queries.figures import complaint_figures
from kinerja_api.services.queries.figures import figures as processing_figures
from kinerja_api.surveys.queries.figures import handling_satisfaction, survey_index
from kinerja_api.transparency.queries.handling import handling_by_unit
from tests.factories.complaints import new_report
from tests.factories.services import add_service, add_standard, add_transaction
from tests.factories.surveys import make_rating
from tests.factories.world import World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements

FIRST, LAST = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
DONE = dt.datetime(2025, 5, 6, 3, tzinfo=dt.UTC)


async def read(api: Api, world: World, unit: UUID, code: str = "2025") -> dict[str, Any]:
    path = f"/v1/public/{world.code}/units/{unit}/figures"
    answer = await api.get(path, params={"period": code})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def add_documents(world: World, service: UUID, unit: UUID, count: int) -> None:
    for number in range(count):
        since = DONE - dt.timedelta(days=number % 7)
        await add_transaction(world, service, unit, complete=since, done=DONE)


async def add_reports(world: World, unit: UUID, count: int, **values: Any) -> None:
    for number in range(count):
        since = DONE - dt.timedelta(days=number % 9)
        given: dict[str, Any] = {"status": "closed", "received_at": since, **values}
        times = {"approve_reply": DONE + dt.timedelta(days=number % 4, hours=1)}
        await new_report(world, unit=unit, times=times, **given)


async def test_a_unit_is_told_with_what_is_below_it(api: Api, world: World):
    office = await world.unit("Dinas")
    below = await world.unit("Bidang", parent=office)
    service = await add_service(world, below)
    await add_standard(world, service)
    await add_documents(world, service, below, 12)
    await add_reports(world, below, 7)
    await add_reports(world, office, 5)
    for _ in range(11):
        await make_rating(world, service, below, DONE.date(), 4)
    async with world.database.read(world.tenant_id) as reading:
        documents = await processing_figures(reading, office, None, FIRST, LAST)
        handled = await complaint_figures(
            reading, unit_id=office, service_id=None, handler_id=None, first_day=FIRST,
            last_day=LAST,
        )  # fmt: skip
        satisfied = await handling_satisfaction(reading, below, None, FIRST, LAST)
    found = await read(api, world, office)
    assert (found["unit_name"], found["period"], found["last_day"]) == (
        "Dinas", "2025", "2025-12-31",
    )  # fmt: skip
    assert found["documents"]["median"] == {
        "value": str(documents.median.value), "sample": 12, "minimum": 10, "is_enough": True,
    }  # fmt: skip
    assert found["documents"]["on_time_share"]["value"] == str(documents.on_time_share.value)
    assert found["reports"]["response_median"] == {
        "value": str(handled.response_time_median.value), "sample": 12, "minimum": 10,
        "is_enough": True,
    }  # fmt: skip
    assert found["reports"]["on_time_share"]["value"] == str(handled.on_time_share.value)
    assert found["reports"]["settlement_share"]["value"] == "100.00"
    assert found["satisfaction"]["handling"]["is_enough"] is False
    own = await read(api, world, below)
    assert own["satisfaction"]["handling"]["value"] == str(satisfied.value)
    assert own["reports"]["response_median"] == {
        "value": None, "sample": 7, "minimum": 10, "is_enough": False,
    }  # fmt: skip


async def test_all_units_together_say_what_each_says_alone(world: World):
    office = await world.unit("Dinas")
    below = [await world.unit("Bidang", parent=office) for _ in range(2)]
    await add_reports(world, below[0], 12)
    await add_reports(world, below[1], 11, status="answered")
    await add_reports(world, office, 10, is_confidential=True)
    async with world.database.read(world.tenant_id) as reading:
        together = await handling_by_unit(reading, FIRST, LAST)
        for unit in (world.root, office, *below):
            alone = await complaint_figures(
                reading, unit_id=unit, service_id=None, handler_id=None, first_day=FIRST,
                last_day=LAST,
            )  # fmt: skip
            for name in alone.__dataclass_fields__:
                one, other = getattr(alone, name), getattr(together[unit], name)
                assert (one.value, one.sample) == (other.value, other.sample), name
                assert sorted(one.items) == sorted(other.items)


async def test_a_few_are_not_even_counted(api: Api, world: World):
    service = await add_service(world, world.root)
    await add_documents(world, service, world.root, 4)
    found = await read(api, world, world.root)
    assert found["documents"]["median"] == {
        "value": None, "sample": None, "minimum": 10, "is_enough": False,
    }  # fmt: skip
    assert found["reports"]["reopening_rate"]["sample"] == 0


async def test_results_that_were_not_published_do_not_count(api: Api, world: World, sql: Any):
    unit = await world.unit("Dinas")
    service = await add_service(world, unit)
    await sql(
        "INSERT INTO kinerja.survey_forms (tenant_id, id, code, number, title, questions,"
        " profile_fields, created_at, updated_at) VALUES ($1, $2, 'S', 1, 'S', '[]', '[]', now(),"
        " now())", world.tenant_id, unit,
    )  # fmt: skip
    for status, index in (("closed", 60), ("published", 90)):
        await sql(
            "INSERT INTO kinerja.survey_campaigns (tenant_id, id, service_id, unit_id, form_id,"
            " title, starts_on, ends_on, population, sample_needed, needs_token, status,"
            " respondents, index, band, published_at, created_at, updated_at) VALUES"
            " ($1, gen_random_uuid(), $2, $3, $3, 'S', '2025-01-01', '2025-06-30', 10, 5, false,"
            " $4, 20, $5, 'B', CASE WHEN $4 = 'published' THEN now() END, now(), now())",
            world.tenant_id, service, unit, status, index,
        )  # fmt: skip
    found = (await read(api, world, unit))["satisfaction"]["survey_index"]
    assert (found["value"], found["sample"], found["is_enough"]) == ("90.00", 20, True)
    async with world.database.read(world.tenant_id) as reading:
        staff = await survey_index(reading, unit, None, FIRST, LAST)
    assert str(staff.value) == "75.00"


async def test_all_units_are_one_table(api: Api, world: World):
    office = await world.unit("Dinas")
    service = await add_service(world, office)
    await add_documents(world, service, office, 12)
    path = f"/v1/public/{world.code}/figures"
    listed = await api.get(path, params={"period": "2025-Q2", "limit": 1})
    assert listed.headers["Cache-Control"] == "public, max-age=900"
    cursor = listed.json()["next_cursor"]
    next_page = await api.get(path, params={"period": "2025-Q2", "limit": 1, "cursor": cursor})
    found = {one["unit_id"]: one for one in [*listed.json()["items"], *next_page.json()["items"]]}
    assert found[str(world.root)] == await read(api, world, world.root, "2025-Q2")
    second = found[str(office)]
    assert second["first_day"] == "2025-04-01"
    other = await api.get(path, params={"period": "2025-Q3", "limit": 1, "cursor": cursor})
    assert (other.status_code, other.json()["code"]) == (400, "invalid_cursor")
    below = await api.get(path, params={"period": "2025", "below_id": str(office)})
    assert [one["unit_id"] for one in below.json()["items"]] == [str(office)]
    table = await api.get(path, params={"period": "2025-Q2", "format": "csv"})
    assert 'filename="figures-2025-Q2.csv"' in table.headers["Content-Disposition"]
    rows = {row["unit_id"]: row for row in csv.DictReader(io.StringIO(table.text, newline=""))}
    assert list(rows) == list(found)
    row = rows[str(office)]
    assert row["documents_median_sample"] == "12"
    assert row["documents_median_value"] == second["documents"]["median"]["value"]
    assert row["reports_response_median_is_enough"] == "false"
    alone = await api.get(
        f"/v1/public/{world.code}/units/{office}/figures",
        params={"period": "2025-Q2", "format": "csv"},
    )
    assert alone.text.splitlines()[1] in table.text.splitlines()


async def test_a_period_under_way_is_not_told(api: Api, world: World):
    path = f"/v1/public/{world.code}/figures"
    for code in (f"{world.today.year}", f"{world.today:%Y-%m}", "2199-Q1"):
        answer = await api.get(path, params={"period": code})
        assert (answer.status_code, answer.json()["code"]) == (404, "period_under_way")
    assert (await api.get(path)).status_code == 422


async def test_asking_again_costs_one_look_at_the_units(api: Api, world: World):
    await read(api, world, world.root)
    with sent_statements() as sent:
        await read(api, world, world.root)
    assert len([text for text, _ in sent if "set_config" not in text]) == 1
