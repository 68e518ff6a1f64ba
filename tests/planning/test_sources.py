"""Indicators that are filled from citizens' figures: which scopes a source has, and the service."""

import uuid
from typing import Any

import asyncpg
import pytest

from kinerja_api.planning.rules import FIGURE_SOURCES, OWN_SOURCES, Source, scopes_of
from tests.factories.planning import Goal, Measure, approved_plan, period
from tests.factories.services import add_service
from tests.factories.world import Person, World
from tests.planning.test_plans import drafted, indicator, people, target
from tests.plugins.service import Api

PLACE = "/targets/0/indicators/0"


async def write(api: Api, world: World, by: Person | None = None, **source: Any) -> Any:
    clerk = by or (await people(world))[1]
    plan = await drafted(api, world, clerk)
    year = await period(world, str(world.today.year))
    body = {"targets": [target(year, indicators=[indicator(year, **source)])]}
    return await api.put(f"/v1/plans/{plan['id']}/content", body, by=clerk, version=1)


@pytest.mark.parametrize("source", Source)
def test_every_source_knows_its_scopes(source: Source):
    scopes = scopes_of(source)
    assert bool(scopes) == (source in FIGURE_SOURCES)
    assert ("own" in scopes) == (source in OWN_SOURCES)
    if source is Source.SUBSTANTIATED_FINDINGS:
        assert scopes == ("own",)


@pytest.mark.parametrize(
    ("source", "given", "kept"),
    [
        ("entered", None, None),
        ("approved_volume", None, None),
        ("survey_index", None, "unit"),
        ("processing_time_p90", "own", "own"),
        ("substantiated_findings", None, "own"),
    ],
)
async def test_the_scope_is_kept_or_the_one_that_is_meant(
    api: Api, world: World, source: str, given: str | None, kept: str | None
):
    put = await write(api, world, source=source, source_scope=given)
    assert put.status_code == 200, put.text
    (part,) = put.json()["targets"][0]["indicators"]
    assert (part["source"], part["source_scope"], part["source_service_id"]) == (source, kept, None)


async def test_a_service_is_named_and_must_be_there(api: Api, world: World, other_world: World):
    service = await add_service(world, world.root)
    _, clerk = await people(world)
    put = await write(
        api, world, by=clerk, source="on_time_share", source_scope="service",
        source_service_id=str(service),
    )  # fmt: skip
    assert put.status_code == 200, put.text
    (part,) = put.json()["targets"][0]["indicators"]
    assert part["source_service_id"] == str(service)
    foreign = await add_service(other_world, other_world.root)
    plan = put.json()
    year = part["period_targets"][0]["period_id"]
    for unknown in (foreign, uuid.uuid4()):
        named = {
            "source": "on_time_share",
            "source_scope": "service",
            "source_service_id": str(unknown),
        }
        body = {"targets": [target(year, indicators=[indicator(year, **named)])]}
        refused = await api.put(f"/v1/plans/{plan['id']}/content", body, by=clerk, version=2)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == f"{PLACE}/source_service_id"


@pytest.mark.parametrize(
    ("source", "code", "field"),
    [
        ({"source": "entered", "source_scope": "unit"}, "source_scope_refused", "source_scope"),
        (
            {"source": "approved_volume", "source_scope": "own"},
            "source_scope_refused",
            "source_scope",
        ),
        ({"source": "survey_index", "source_scope": "own"}, "source_scope_refused", "source_scope"),
        (
            {"source": "handling_satisfaction", "source_scope": "own"},
            "source_scope_refused",
            "source_scope",
        ),
        (
            {"source": "substantiated_findings", "source_scope": "unit"},
            "source_scope_refused",
            "source_scope",
        ),
        (
            {"source": "survey_index", "source_scope": "service"},
            "source_service_mismatch",
            "source_service_id",
        ),
    ],
)
async def test_combinations_that_mean_nothing_are_refused(
    api: Api, world: World, source: dict[str, Any], code: str, field: str
):
    refused = await write(api, world, **source)
    assert refused.status_code == 422
    told = [(each["code"], each["pointer"]) for each in refused.json()["errors"]]
    assert told == [(code, f"{PLACE}/{field}")]


async def test_a_service_without_its_scope_is_refused(api: Api, world: World):
    service = await add_service(world, world.root)
    refused = await write(api, world, source="survey_index", source_service_id=str(service))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "source_service_mismatch"


@pytest.mark.parametrize(
    ("source", "scope"),
    [
        ("entered", "unit"),
        ("survey_index", None),
        ("survey_index", "own"),
        ("survey_index", "service"),
        ("substantiated_findings", "unit"),
        ("weather", "unit"),
    ],
)
async def test_the_database_refuses_them_too(world: World, source: str, scope: str | None):
    _, clerk = await people(world)
    measure = Measure(source=source, scope=scope)
    with pytest.raises(asyncpg.CheckViolationError):
        await approved_plan(world, clerk, targets=(Goal(measures=(measure,)),))


async def test_a_qualitative_plan_has_no_sources(api: Api, world: World):
    _, clerk = await people(world)
    plan = await drafted(api, world, clerk)
    body = {
        "approach": "qualitative",
        "targets": [
            {
                "kind": "utama",
                "title": "Warga terlayani",
                "indicators": [{"title": "Ramah", "source": "survey_index"}],
            }
        ],
    }
    refused = await api.put(f"/v1/plans/{plan['id']}/content", body, by=clerk, version=1)
    assert [each["pointer"] for each in refused.json()["errors"]] == [f"{PLACE}/source"]
