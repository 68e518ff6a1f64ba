"""Merge patches of the whole service: null only where it clears, and nothing for nothing."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi.routing import APIRoute
from pydantic import Field, ValidationError

from kinerja_api.access.rules import Role
from kinerja_api.core import clock
from kinerja_api.core.openapi import build_openapi
from kinerja_api.core.schemas import Clearable, Code, Day, Name, Patch
from tests.contract.requests import operations_of
from tests.factories.activities import add_log
from tests.factories.goals import unit_goal
from tests.factories.planning import approved_plan, period
from tests.factories.services import add_service, add_standard, add_transaction
from tests.factories.surveys import make_campaign
from tests.factories.world import Person, World
from tests.plugins.service import Api


class Sample(Patch):
    """What a patch may hold."""

    code: Annotated[Code | None, Field(description="Unique")] = None
    nickname: Annotated[Clearable[Name], Field(description="What friends say")] = None
    ends_on: Clearable[Day] = None


def test_null_is_documented_and_taken_where_it_clears():
    properties = Sample.model_json_schema()["properties"]
    assert properties["code"]["type"] == "string"
    assert {"type": "null"} in properties["nickname"]["anyOf"]
    assert not any("default" in shown for shown in properties.values())
    assert Sample.model_validate({"nickname": None}).changes({"nickname": "x"}) == {
        "nickname": None
    }
    with pytest.raises(ValidationError) as refused:
        Sample.model_validate({"code": None, "ends_on": "today"})
    assert [error["type"] for error in refused.value.errors()] == [
        "null_not_allowed", "invalid_date",
    ]  # fmt: skip


def test_what_is_absent_or_the_same_is_no_change():
    present = {"code": "A", "nickname": None, "ends_on": None, "other": 1}
    assert Sample().changes(present) == {}
    assert Sample.model_validate({"code": "A", "ends_on": None}).changes(present) == {}
    assert Sample.model_validate({"code": "B"}).changes(present) == {"code": "B"}


def patch_routes(app: Any) -> list[APIRoute]:
    return [
        route
        for route in app.routes
        if isinstance(route, APIRoute) and "PATCH" in (route.methods or ())
    ]


def shapes_of(app: Any) -> Iterator[type[Patch]]:
    for route in patch_routes(app):
        assert route.body_field is not None, route.name
        shape = route.body_field.field_info.annotation
        assert isinstance(shape, type), route.name
        assert issubclass(shape, Patch), f"{route.name} takes {shape.__name__}, which is no Patch"
        yield shape


def test_every_patch_of_the_service_refuses_null_where_its_document_does(app: Any):
    schemas = build_openapi(app)["components"]["schemas"]
    for shape in shapes_of(app):
        for name, shown in schemas[shape.__name__]["properties"].items():
            is_clearable = {"type": "null"} in shown.get("anyOf", [])
            try:
                shape.model_validate({name: None})
                refused: list[str] = []
            except ValidationError as error:
                refused = [fault["type"] for fault in error.errors()]
            expected = [] if is_clearable else ["null_not_allowed"]
            assert refused == expected, f"{shape.__name__}.{name}"


async def made(api: Api, by: Person, path: str, body: dict[str, Any]) -> str:
    answer = await api.post(path, body, by=by)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def action(api: Api, world: World, clerk: Person) -> str:
    plan, year = await approved_plan(world, clerk), await period(world, str(world.today.year))
    path = f"/v1/plans/{plan.id}/periods/{year}/actions"
    actions = [{"target_id": str(plan.target), "title": "Menyusun"}]
    answer = await api.put(path, {"actions": actions}, by=clerk)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][0]["id"]


async def resources(api: Api, world: World) -> dict[str, tuple[str, Person]]:
    """One resource for each PATCH route, by its template, and who may change it."""
    agency, admin = world.agency, world.admin
    day = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    position = {
        "unit_id": str(world.root), "code": "A", "title": "Analis", "kind": "administrasi",
        "level": "pelaksana",
    }  # fmt: skip
    norm = {"key": "log_days_back", "value": 3, "basis": "Perwali", **day}
    week = {"unit_id": str(world.root), "working_week": [1, 2], "basis": "Kepwal", **day}
    clerk = await world.employee("Siti")
    log_id = await add_log(world, clerk, status="draft")
    goal_id = await unit_goal(world, world.root, "SS-1")
    action_id = await action(api, world, clerk)
    service_id = await add_service(world, world.root)
    standard_id = await add_standard(world, service_id)
    transaction_id = await add_transaction(
        world, service_id, world.root, complete=clock.now(), done=None
    )
    campaign = await make_campaign(api, world, service_id, opened=False)
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    level = {
        "report_class": "aspirasi", "stage": "resolution", "days": 7, "start_event": "assigned",
        "basis": "Perwali", **day,
    }  # fmt: skip
    category = {"code": "JALAN", "name": "Jalan", "kind": "pengaduan"}
    return {
        "/v1/service-levels/{level_id}": (
            await made(api, officer, "/v1/service-levels", level), officer,
        ),
        "/v1/report-categories/{category_id}": (
            await made(api, officer, "/v1/report-categories", category), officer,
        ),
        "/v1/units/{unit_id}": (f"/v1/units/{world.root}", agency),
        "/v1/positions/{position_id}": (
            await made(api, agency, "/v1/positions", position), agency,
        ),
        "/v1/employees/{employee_id}": (f"/v1/employees/{clerk.employee_id}", agency),
        "/v1/norms/{norm_id}": (await made(api, agency, "/v1/norms", norm), agency),
        "/v1/unit-schedules/{schedule_id}": (
            await made(api, agency, "/v1/unit-schedules", week), agency,
        ),
        "/v1/outages/{outage_id}": (
            await made(api, agency, "/v1/outages", {**day, "reason": "Padam"}), agency,
        ),
        "/v1/accounts/{account_id}": (f"/v1/accounts/{clerk.account_id}", admin),
        "/v1/tenant": ("/v1/tenant", admin),
        "/v1/logs/{log_id}": (f"/v1/logs/{log_id}", clerk),
        "/v1/goals/{goal_id}": (f"/v1/goals/{goal_id}", world.mayor),
        "/v1/actions/{action_id}": (f"/v1/actions/{action_id}", clerk),
        "/v1/services/{service_id}": (f"/v1/services/{service_id}", agency),
        "/v1/service-standards/{standard_id}": (f"/v1/service-standards/{standard_id}", agency),
        "/v1/transactions/{transaction_id}": (f"/v1/transactions/{transaction_id}", world.mayor),
        "/v1/survey-campaigns/{campaign_id}": (
            f"/v1/survey-campaigns/{campaign['id']}", agency,
        ),
    }  # fmt: skip


OF_OPERATORS = "/v1/tenants/{tenant_id}"
"""Shares its command with /v1/tenant."""


async def test_a_patch_that_changes_nothing_leaves_version_trail_and_events(
    api: Api, app: Any, world: World, sql: Any
):
    known = await resources(api, world)
    document = build_openapi(app)
    routes = {
        operation.path: operation.definition["requestBody"]["content"]["application/json"]
        for operation in operations_of(document)
        if operation.method == "PATCH"
    }
    assert routes.keys() == known.keys() | {OF_OPERATORS}

    async def traces() -> list[int]:
        rows = await sql(
            "SELECT (SELECT count(*) FROM kinerja.audit_entries WHERE tenant_id = $1) AS entries,"
            " (SELECT count(*) FROM kinerja.events WHERE tenant_id = $1) AS events",
            world.tenant_id,
        )
        return [rows[0]["entries"], rows[0]["events"]]

    before = await traces()
    for template, (path, by) in known.items():
        present = (await api.get(path, by=by)).json()
        shape = routes[template]["schema"]["$ref"].rpartition("/")[2]
        names = document["components"]["schemas"][shape]["properties"].keys()
        same = {name: present[name] for name in names}
        for body in ({}, same):
            answer = await api.patch(path, body, by=by, version=present["version"])
            assert (answer.status_code, answer.json()) == (200, present), path
            assert answer.headers["ETag"] == f'"{present["version"]}"'
    assert await traces() == before
