"""Results that are figures: derived, explained, shared, below the least sample, not by hand."""

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.planning.rules import FIGURE_SOURCES
from kinerja_api.results.commands.deriving import derive_volumes
from kinerja_api.results.commands.figuring import derive_figures
from kinerja_api.results.commands.sources import FAMILIES
from kinerja_api.results.rules import FIGURE_ITEMS
from tests.factories import planning
from tests.factories.complaints import new_report
from tests.factories.planning import Goal, Measure
from tests.factories.results import result
from tests.factories.services import add_service, add_transaction
from tests.factories.surveys import ALL_FOUR, make_campaign, make_rating
from tests.factories.world import Person, World
from tests.plugins.service import Api

DAY = dt.timedelta(days=1)
STARTS = dt.datetime(2026, 10, 5, 2, tzinfo=dt.UTC)
"""Monday morning."""


@dataclass
class Scene:
    world: World
    unit: UUID
    head: Person
    clerk: Person
    colleague: Person
    stranger: Person
    month: UUID
    service: UUID

    async def plan(self, person: Person, *measures: Measure) -> list[UUID]:
        made = await planning.approved_plan(
            self.world, person, targets=(Goal(measures=measures),), year=2026
        )
        return made.targets[0].indicators

    async def documents(self, count: int, **given: Any) -> list[UUID]:
        """Let so many documents be done, each a day after the one before, on the day it began."""
        return [
            await add_transaction(
                self.world, self.service, self.unit, complete=STARTS, done=STARTS + DAY, **given
            )
            for _ in range(count)
        ]

    def measure(self, source: str, scope: str = "unit", **given: Any) -> Measure:
        return Measure(
            title=source, direction="lower", source=source, scope=scope,
            periods={self.month: "2.00"}, **given,
        )  # fmt: skip


@pytest.fixture
async def scene(world: World) -> Scene:
    unit = await world.unit("Dinas")
    return Scene(
        world,
        unit,
        await world.employee("Kepala", unit=unit, head=True),
        await world.employee("Siti", unit=unit),
        await world.employee("Budi", unit=unit),
        await world.employee("Asing", unit=await world.unit("Lain")),
        await planning.period(world, "2026-10"),
        await add_service(world, unit),
    )


async def derive(api: Api, scene: Scene, indicator: UUID, by: Person) -> Any:
    return await api.post(f"/v1/indicators/{indicator}/results/{scene.month}/derivations", by=by)


def test_every_source_of_figures_is_computed_by_one_family():
    computed = [source for sources in FAMILIES.values() for source in sources]
    assert sorted(computed) == sorted(FIGURE_SOURCES)
    assert set(FIGURE_SOURCES) - set(FIGURE_ITEMS) == {"handling_satisfaction"}


async def test_the_close_fills_what_ten_documents_give_and_says_so_of_nine(
    api: Api, scene: Scene, sql: Any
):
    unit, own = scene.measure("processing_time_median"), scene.measure(
        "processing_time_p90", "own"
    )  # fmt: skip
    wide, mine = await scene.plan(scene.clerk, unit, own)
    (other,) = await scene.plan(scene.colleague, unit)
    documents = await scene.documents(9, handler=scene.clerk.employee_id)
    documents += await scene.documents(1)
    async with scene.world.database.write(scene.world.tenant_id) as writing:
        assert await derive_figures(writing, scene.month) == 3
    async with scene.world.database.write(scene.world.tenant_id) as writing:
        assert await derive_figures(writing, scene.month) == 0
        assert await derive_volumes(writing, scene.month) == 0
    rows = await sql(
        "SELECT r.indicator_id, r.value, r.source, r.status, f.sample, f.minimum, f.items, f.id"
        " FROM kinerja.indicator_results r JOIN kinerja.derived_figures f ON f.id = r.figure_id"
        " WHERE r.tenant_id = $1",
        scene.world.tenant_id,
    )
    found = {row["indicator_id"]: row for row in rows}
    assert str(found[wide]["value"]) == "1.00"
    assert (found[wide]["sample"], set(found[wide]["items"])) == (10, set(documents))
    assert found[wide]["id"] == found[other]["id"]
    assert (found[mine]["value"], found[mine]["sample"], found[mine]["minimum"]) == (None, 9, 10)
    assert {row["status"] for row in rows} == {"verified"}
    assert found[mine]["source"] == "processing_time_p90"


async def test_employee_and_superior_see_the_running_figure_and_what_it_counted(
    api: Api, scene: Scene
):
    (indicator,) = await scene.plan(
        scene.clerk, scene.measure("processing_time_median", "service", service=scene.service)
    )
    documents = await scene.documents(10)
    made = await derive(api, scene, indicator, scene.clerk)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["value"], body["sample"], body["minimum"]) == ("1.00", 10, 10)
    assert (body["source"], body["status"], body["allowed_actions"]) == (
        "processing_time_median", "verified", ["derive"],
    )  # fmt: skip
    path = f"/v1/results/{body['id']}/figure"
    told = await api.get(path, by=scene.head)
    assert told.status_code == 200, told.text
    figure = told.json()
    assert set(figure["items"]) == {str(each) for each in documents}
    assert (figure["item_total"], figure["item_type"]) == (10, "transaction")
    assert (figure["scope"], figure["service_id"]) == ("service", str(scene.service))
    assert (figure["is_enough"], figure["measured_in"]) == (True, "working_days")
    assert "1,00 hari kerja, dihitung dari 10 (paling sedikit 10)" in figure["text"]
    english = await api.get(path, by=scene.clerk, headers={"Accept-Language": "en"})
    assert "1.00 working days, computed from 10 (at least 10)" in english.json()["text"]
    assert (await api.get(path, by=scene.stranger)).status_code == 404
    assert (await derive(api, scene, indicator, scene.stranger)).status_code == 404


async def test_too_few_is_an_answer_and_more_change_it(api: Api, scene: Scene):
    (indicator,) = await scene.plan(scene.clerk, scene.measure("processing_on_time_share"))
    await scene.documents(9)
    body = (await derive(api, scene, indicator, scene.clerk)).json()
    assert (body["value"], body["sample"], body["version"]) == (None, 0, 1)
    figure = (await api.get(f"/v1/results/{body['id']}/figure", by=scene.clerk)).json()
    assert figure["is_enough"] is False
    assert "belum cukup data, 0 dari paling sedikit 10" in figure["text"]
    checks = await api.get(f"/v1/periods/{scene.month}/close-checks", by=scene.world.agency)
    assert checks.json()["not_enough_data"]["items"][0]["id"] == body["id"]
    progress = await api.get(f"/v1/indicators/{indicator}/results", by=scene.clerk)
    assert progress.json()["source_scope"] == "unit"
    assert progress.json()["periods"][0]["minimum"] == 10


async def test_entering_verifying_and_returning_are_refused(api: Api, scene: Scene):
    (indicator,) = await scene.plan(scene.clerk, scene.measure("processing_time_median"))
    place = f"/v1/indicators/{indicator}/results/{scene.month}"
    entered = await api.put(place, {"value": "1.00"}, by=scene.clerk)
    assert (entered.status_code, entered.json()["code"]) == (409, "result_is_derived")
    made = (await derive(api, scene, indicator, scene.head)).json()
    for event in ("verifications", "returns"):
        path = f"/v1/results/{made['id']}/{event}"
        refused = await api.post(path, {"note": "Tidak"}, by=scene.head, version=1)
        assert (refused.status_code, refused.json()["code"]) == (409, "result_is_derived")


async def test_a_figure_explains_every_result_that_is_it(api: Api, scene: Scene):
    (first,) = await scene.plan(scene.clerk, scene.measure("processing_time_median"))
    (second,) = await scene.plan(scene.colleague, scene.measure("processing_time_median"))
    await derive(api, scene, first, scene.clerk)
    await scene.documents(10)
    await derive(api, scene, second, scene.colleague)
    listed = await api.get(f"/v1/results?period_id={scene.month}", by=scene.head)
    assert [(row["value"], row["sample"]) for row in listed.json()["items"]] == [("1.00", 10)] * 2


async def test_many_derive_one_figure_at_once(api: Api, scene: Scene, sql: Any):
    people = [scene.clerk, scene.colleague]
    asked = [
        (person, (await scene.plan(person, scene.measure("processing_time_median")))[0])
        for person in people
    ]
    await scene.documents(10)
    made = await asyncio.gather(
        *[derive(api, scene, indicator, person) for person, indicator in asked for _ in range(3)]
    )
    assert {each.status_code for each in made} == {201}
    assert {each.json()["value"] for each in made} == {"1.00"}
    rows = await sql(
        "SELECT count(*) FROM kinerja.derived_figures WHERE tenant_id = $1", scene.world.tenant_id
    )
    assert rows[0]["count"] == 1


async def test_an_imported_result_stands_at_the_close_and_a_derivation_replaces_it(
    api: Api, scene: Scene, sql: Any
):
    (indicator,) = await scene.plan(scene.clerk, scene.measure("processing_time_median"))
    await scene.documents(10)
    await result(scene.world, scene.clerk, indicator, scene.month, value="7.00", status="verified")
    async with scene.world.database.write(scene.world.tenant_id) as writing:
        assert await derive_figures(writing, scene.month) == 0
    assert (await derive(api, scene, indicator, scene.clerk)).json()["value"] == "1.00"


async def test_after_a_revision_of_the_source_the_employee_enters_again(
    api: Api, scene: Scene, sql: Any
):
    (indicator,) = await scene.plan(scene.clerk, scene.measure("processing_time_median"))
    made = (await derive(api, scene, indicator, scene.clerk)).json()
    await sql(
        "UPDATE kinerja.indicators SET source = 'entered', source_scope = NULL WHERE id = $1",
        indicator,
    )
    place = f"/v1/indicators/{indicator}/results/{scene.month}"
    entered = await api.put(place, {"value": "3.00"}, by=scene.clerk, version=made["version"])
    assert (entered.status_code, entered.json()["source"]) == (200, "entered"), entered.text
    assert (entered.json()["status"], entered.json()["sample"]) == ("entered", None)
    path = f"/v1/results/{made['id']}/figure"
    assert (await api.get(path, by=scene.clerk)).status_code == 404


async def test_complaints_fill_the_unit_s_and_the_handler_s_indicator(api: Api, scene: Scene):
    response, settled = (
        scene.measure("response_time_median"), scene.measure("settlement_share", "own"),
    )  # fmt: skip
    of_unit, own = await scene.plan(scene.clerk, response, settled)
    (other,) = await scene.plan(scene.colleague, scene.measure("on_time_share", "own"))
    reports = [
        await new_report(
            scene.world, status="closed", unit=scene.unit, handler=scene.clerk,
            received_at=STARTS, times={"approve_reply": STARTS + DAY},
        )
        for _ in range(10)
    ]  # fmt: skip
    made = (await derive(api, scene, of_unit, scene.clerk)).json()
    assert (made["value"], made["sample"]) == ("1.00", 10)
    figure = (await api.get(f"/v1/results/{made['id']}/figure", by=scene.head)).json()
    assert set(figure["items"]) == {str(each) for each in reports}
    assert (figure["item_type"], figure["measured_in"]) == ("complaint", "working_days")
    assert (await derive(api, scene, own, scene.clerk)).json()["value"] == "100.00"
    none = (await derive(api, scene, other, scene.colleague)).json()
    assert (none["value"], none["sample"], none["minimum"]) == (None, 0, 10)


async def test_no_finding_is_an_answer_too(api: Api, scene: Scene):
    (indicator,) = await scene.plan(scene.clerk, scene.measure("substantiated_findings", "own"))
    made = (await derive(api, scene, indicator, scene.clerk)).json()
    assert (made["value"], made["sample"], made["minimum"]) == ("0.00", 0, 0)
    figure = (await api.get(f"/v1/results/{made['id']}/figure", by=scene.head)).json()
    assert (figure["is_enough"], figure["subject_name"]) == (True, "Siti")
    assert (figure["item_type"], figure["items"]) == ("finding", [])


async def test_the_index_of_a_closed_survey_counts_its_campaign(api: Api, scene: Scene):
    world = scene.world
    month = planning.month_of(world.today)
    period = await planning.period(world, month) if month != "2026-10" else scene.month
    survey = Measure(source="survey_index", scope="unit", periods={period: "80.00"})
    plan = await planning.approved_plan(
        world, scene.clerk, targets=(Goal(measures=(survey,)),), year=world.today.year
    )
    campaign = await make_campaign(api, world, scene.service)
    for _ in range(5):
        path = f"/v1/public/{world.code}/campaigns/{campaign['id']}/responses"
        answered = await api.post(path, {"answers": ALL_FOUR})
        assert answered.status_code in {200, 201}, answered.text
    done = await api.post(f"/v1/survey-campaigns/{campaign['id']}/closings", by=world.agency)
    assert done.status_code == 201, done.text
    path = f"/v1/indicators/{plan.indicator}/results/{period}/derivations"
    made = (await api.post(path, by=scene.clerk)).json()
    figure = (await api.get(f"/v1/results/{made['id']}/figure", by=scene.head)).json()
    assert (figure["value"], figure["items"]) == ("100.00", [campaign["id"]])
    assert (figure["sample"], figure["item_type"]) == (5, "survey_campaign")


@pytest.mark.parametrize("is_over", [True, False])
async def test_ratings_are_counted_once_their_month_is_over_and_never_listed(
    api: Api, scene: Scene, *, is_over: bool
):
    world = scene.world
    running = world.today.replace(day=1)
    day = running - DAY if is_over else world.today
    code = planning.month_of(day)
    period = scene.month if code == "2026-10" else await planning.period(world, code)
    stars = Measure(
        source="handling_satisfaction", scope="service", service=scene.service,
        periods={period: "4.00"},
    )  # fmt: skip
    plan = await planning.approved_plan(
        world, scene.clerk, targets=(Goal(measures=(stars,)),), year=day.year
    )
    for _ in range(10):
        await make_rating(world, scene.service, scene.unit, day, 5)
    path = f"/v1/indicators/{plan.indicator}/results/{period}/derivations"
    made = (await api.post(path, by=scene.clerk)).json()
    figure = (await api.get(f"/v1/results/{made['id']}/figure", by=scene.head)).json()
    expected = ("5.00", 10, True) if is_over else (None, 0, False)
    assert (figure["value"], figure["sample"], figure["is_enough"]) == expected
    assert (figure["items"], figure["item_total"], figure["item_type"]) == ([], 0, None)
