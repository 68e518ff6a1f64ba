"""Nothing that everybody can read names a person, whichever address they try."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from kinerja_api.core.masking import mask_personal
from kinerja_api.core.openapi import build_openapi
from tests.contract.requests import Operation, operations_of
from tests.factories.complaints import new_accused, new_category, new_report
from tests.factories.planning import period
from tests.factories.services import add_service, add_standard, add_transaction
from tests.factories.surveys import make_campaign, make_rating
from tests.factories.world import Person, World
from tests.plugins.service import Api
from tests.transparency.makers import evaluate, new_published

NAMES = ("Sutrisno Penangan", "Joko Terlapor", "Wulan Kepala", "Wali Kota", "Siti Pelapor")
NIK, PHONE, MAIL = "3173010101900001", "081298765432", "siti.pelapor@contoh.id"
STREET = "Jalan Rahasia 7"
RAW = f"Saya {NAMES[4]}, NIK {NIK}, telepon {PHONE}, {MAIL}, {STREET}"
SECRETS = (*NAMES, NIK, PHONE, MAIL, STREET, "dirahasiakan", "5.147665", "20:30:15")


@pytest.fixture
async def furnished(api: Api, world: World) -> Mapping[str, str]:
    """A government with reports, figures and people; the ids of what its addresses name."""
    office = await world.unit("Dinas")
    head = await world.employee(NAMES[2], unit=office, head=True)
    handler = await world.employee(NAMES[0], unit=office)
    accused = await world.employee(NAMES[1], unit=office)
    service = await add_service(world, office)
    await add_standard(world, service)
    done = dt.datetime(2025, 5, 6, 3, tzinfo=dt.UTC)
    for _ in range(12):
        await add_transaction(world, service, office, complete=done, done=done)
        await make_rating(world, service, office, done.date(), 4, comment=RAW)
    category = await new_category(world)
    told: dict[str, Any] = {
        "unit": office, "handler": handler, "category_id": category, "title": RAW, "body": RAW,
        "place": STREET, "latitude": -5.147665, "longitude": 119.432731, "reply": RAW,
        "attributes": {"nama": NAMES[4]},
    }  # fmt: skip
    await new_published(
        world, ticket="TAMPAK-1", status="answered", service_id=service,
        public_body=mask_personal(f"Hubungi {PHONE}"), **told,
        public_reply=mask_personal(f"NIK {NIK}"),
    )  # fmt: skip
    shown = await new_published(world, status="in_progress", led_by="inspectorate", **told)
    await new_accused(world, shown, accused)
    await new_published(world, status="closed", kind="aspirasi", channel="musrenbang", **told)
    await new_report(world, status="closed", is_confidential=True, **told)
    await new_report(world, ticket="SEMBUNYI-1", public_reply="dirahasiakan", **told)
    await evaluate(world, await period(world, "2025"), office, {"baik": 6, "kurang": 1})
    campaign = await make_campaign(api, world, service)
    await close_survey(api, world, campaign["id"], by=head)
    running = await make_campaign(api, world, service)
    return {
        "unit_id": str(office), "service_id": str(service), "survey_id": campaign["id"],
        "campaign_id": running["id"], "category_id": str(category), "ticket": "TAMPAK-1",
    }  # fmt: skip


async def close_survey(api: Api, world: World, campaign: str, *, by: Person) -> None:
    """Answer, close and publish it."""
    answers = dict.fromkeys(
        (one["code"] for one in (await api.get(f"/v1/public/{world.code}/campaigns/{campaign}"))
         .json()["questions"]), 4,
    )  # fmt: skip
    for _ in range(6):
        path = f"/v1/public/{world.code}/campaigns/{campaign}/responses"
        sent = await api.post(path, {"answers": answers, "comment": RAW})
        assert sent.status_code == 201, sent.text
    path = f"/v1/survey-campaigns/{campaign}"
    assert (await api.post(f"{path}/closings", by=by)).status_code == 201
    assert (await api.post(f"{path}/publications", {}, by=by)).status_code == 201


def reads_of_everybody(app: Any) -> list[Operation]:
    return [
        operation
        for operation in operations_of(build_openapi(app))
        if operation.method == "GET"
        and operation.permission == "public"
        and "{tenant}" in operation.path
    ]


def address(operation: Operation, code: str, ids: Mapping[str, str]) -> str:
    path = operation.path.replace("{tenant}", code)
    is_survey = "/surveys/{campaign_id}" in path
    for name, value in ids.items():
        told = ids["survey_id"] if is_survey and name == "campaign_id" else value
        path = path.replace(f"{{{name}}}", told)
    return path


def ways(operation: Operation) -> list[dict[str, str]]:
    """The queries by which the operation is tried: the least, and as a table."""
    parameters = {one["name"]: one for one in operation.definition.get("parameters", [])}
    given = {
        name: str(one["schema"].get("examples", ["2025"])[0])
        for name, one in parameters.items()
        if one["in"] == "query" and one.get("required")
    }
    return [given, {**given, "format": "csv"}] if "format" in parameters else [given]


async def test_no_public_answer_names_anybody(
    api: Api, world: World, app: Any, furnished: Mapping[str, str]
):
    reads = reads_of_everybody(app)
    answers: list[tuple[str, httpx.Response]] = []
    for operation in reads:
        for query in ways(operation):
            path = address(operation, world.code, furnished)
            answers.append((operation.name, await api.get(path, params=query)))
    names = {name for name, answer in answers if answer.status_code == 200}
    assert {
        "public_units_list", "public_services_list", "public_reports_list",
        "public_musrenbang_list", "public_figures_list", "public_units_figures",
        "public_units_predicates",
        "public_surveys_get", "public_units_survey_trend", "public_campaigns_get",
    } <= names  # fmt: skip
    assert "TAMPAK-1" in "".join(answer.text for _, answer in answers)
    found = [
        (name, secret)
        for name, answer in answers
        for secret in (*SECRETS, "SEMBUNYI-1")
        if secret in answer.text or secret in str(answer.headers)
    ]
    assert found == []


async def test_no_schema_of_a_public_answer_has_a_field_for_a_person(app: Any):
    document = build_openapi(app)
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    fields: set[str] = set()
    seen: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for one in part:
                walk(one)
        if not isinstance(part, dict):
            return
        name = str(part.get("$ref", "")).split("/")[-1]
        if name and name not in seen:
            seen.add(name)
            walk(schemas[name])
        fields.update(part.get("properties", {}))
        for value in part.values():
            walk(value)

    for operation in reads_of_everybody(app):
        walk(operation.definition["responses"]["200"].get("content", {}))
    words = ("employee", "handler", "account", "accused", "reporter", "nip", "superior", "email")
    assert sorted(field for field in fields if any(word in field for word in words)) == []
