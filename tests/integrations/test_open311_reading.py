"""What clients of Open311 read: the tables of GeoReport v2, field by field."""

import dataclasses
import datetime as dt
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from kinerja_api.app import create_app
from kinerja_api.core.db import Database
from kinerja_api.core.problems import DatabaseBusy
from tests.factories.complaints import new_category, new_report
from tests.factories.open311 import Open311, published
from tests.factories.world import Person, World
from tests.plugins.service import Api, settings_for_tests

JSON, XML = "application/json; charset=utf-8", "text/xml; charset=utf-8"
TEXT = {"type": "string", "minLength": 1}
INSTANT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)$"}


def object_of(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


SERVICE = object_of(
    {
        "service_code": TEXT,
        "service_name": TEXT,
        "metadata": {"type": "boolean"},
        "type": {"enum": ["realtime", "batch"]},
    },
    description=TEXT,
    keywords=TEXT,
    group=TEXT,
)
REQUEST = object_of(
    {
        "service_request_id": TEXT,
        "status": {"enum": ["open", "closed"]},
        "status_notes": TEXT,
        "description": TEXT,
        "requested_datetime": INSTANT,
        "updated_datetime": INSTANT,
    },
    service_name=TEXT,
    service_code=TEXT,
    agency_responsible=TEXT,
    expected_datetime=INSTANT,
    lat={"type": "number"},
    long={"type": "number"},
)
DISCOVERY = object_of(
    {
        "changeset": {"type": "string", "pattern": "Z$"},
        "contact": TEXT,
        "key_service": TEXT,
        "endpoints": {
            "type": "array",
            "minItems": 2,
            "items": object_of(
                {
                    "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
                    "url": {"type": "string", "pattern": "/open311/v2$"},
                    "changeset": {"type": "string", "pattern": "Z$"},
                    "type": {"enum": ["production", "test"]},
                    "formats": {"const": ["text/xml", "application/json"]},
                }
            ),
        },
    }
)
ERRORS = {
    "type": "array",
    "minItems": 1,
    "items": object_of({"code": {"type": "integer"}, "description": TEXT}),
}


def fits(value: Any, schema: dict[str, Any]) -> None:
    faults = [error.message for error in Draft202012Validator(schema).iter_errors(value)]
    assert faults == []


def errors_of(answer: Any) -> list[tuple[int, str]]:
    """The errors of an answer in either format, after its shape was checked."""
    if answer.headers["Content-Type"] == JSON:
        fits(answer.json(), ERRORS)
        return [(one["code"], one["description"]) for one in answer.json()]
    assert answer.headers["Content-Type"] == XML, answer.text
    root = ET.fromstring(answer.content)
    assert root.tag == "errors"
    assert [child.tag for child in root] == ["error"] * len(root)
    assert len(root) > 0
    return [(int(one.findtext("code", "")), one.findtext("description", "")) for one in root]


async def test_the_discovery_has_two_endpoints_and_no_charset(api: Api):
    told = await api.get("/open311/v2/discovery.json")
    assert (told.status_code, told.headers["Content-Type"]) == (200, "application/json")
    fits(told.json(), DISCOVERY)
    assert {one["type"] for one in told.json()["endpoints"]} == {"production", "test"}
    assert dt.datetime.fromisoformat(told.json()["changeset"]) < dt.datetime.now(dt.UTC)
    xml = await api.get("/open311/v2/discovery.xml")
    assert (xml.status_code, xml.headers["Content-Type"]) == (200, "text/xml")
    assert xml.text.startswith("<?xml")
    root = ET.fromstring(xml.content)
    assert root.tag == "discovery"
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == [
        "text/xml", "application/json",
    ] * 2  # fmt: skip


async def test_services_are_the_active_categories_whose_reports_may_be_public(
    world: World, city: Open311
):
    await new_category(world, code="LUBANG", is_moderated=False, keywords="jalan, lubang",
                       description="Lubang & retak <jalan>", group_name="Jalan")  # fmt: skip
    await new_category(world, code="LAMPU", name="Lampu")
    await new_category(world, code="LAMA", is_active=False)
    await new_category(world, code="RAHASIA", is_confidential=True)
    await new_category(world, code="LAPOR", kind="pelaporan_pelanggaran")
    told = await city.get("services.json")
    assert (told.status_code, told.headers["Content-Type"]) == (200, JSON)
    for service in told.json():
        fits(service, SERVICE)
    services = {one["service_code"]: one for one in told.json()}
    assert services == {
        "LUBANG": {
            "service_code": "LUBANG", "service_name": "Jalan rusak", "metadata": False,
            "description": "Lubang & retak <jalan>", "type": "realtime",
            "keywords": "jalan, lubang", "group": "Jalan",
        },
        "LAMPU": {
            "service_code": "LAMPU", "service_name": "Lampu", "metadata": False, "type": "batch",
        },
    }  # fmt: skip
    xml = await city.get("services.xml")
    assert xml.headers["Content-Type"] == XML
    root = ET.fromstring(xml.content)
    assert [root.tag, *{child.tag for child in root}] == ["services", "service"]
    by_code = {one.findtext("service_code"): one for one in root}
    assert by_code["LUBANG"].findtext("description") == "Lubang & retak <jalan>"
    assert by_code["LUBANG"].findtext("metadata") == "false"
    assert by_code["LAMPU"].find("description") is None


QUESTIONS: dict[str, Any] = {
    "questions": [
        {"code": "NOTE", "datatype": "text", "is_variable": False, "description": "Jangan dekati."},
        {
            "code": "DALAM.1", "datatype": "singlevaluelist", "is_required": True,
            "description": "Seberapa dalam?", "datatype_description": "Pilih satu",
            "values": [{"key": "a", "name": "<5 cm"}, {"key": "b", "name": "5 cm"}],
        },
    ]
}  # fmt: skip


async def test_a_definition_holds_the_questions_of_the_category(
    api: Api, world: World, city: Open311, officer: Person
):
    category = await new_category(world, code="JALAN.A")
    path = f"/v1/report-categories/{category}/questions"
    assert (await api.put(path, QUESTIONS, by=officer, version=0)).status_code == 200
    told = await city.get("services/JALAN.A.json")
    assert told.json() == {
        "service_code": "JALAN.A",
        "attributes": [
            {
                "variable": False, "code": "NOTE", "datatype": "text", "required": False,
                "order": 1, "description": "Jangan dekati.",
            },
            {
                "variable": True, "code": "DALAM.1", "datatype": "singlevaluelist",
                "required": True, "datatype_description": "Pilih satu", "order": 2,
                "description": "Seberapa dalam?",
                "values": [{"key": "a", "name": "<5 cm"}, {"key": "b", "name": "5 cm"}],
            },
        ],
    }  # fmt: skip
    root = ET.fromstring((await city.get("services/JALAN.A.xml")).content)
    assert root.tag == "service_definition"
    assert [one.findtext("order") for one in root.findall("attributes/attribute")] == ["1", "2"]
    keys = root.findall("attributes/attribute[code='DALAM.1']/values/value/key")
    assert [key.text for key in keys] == ["a", "b"]
    services = (await city.get("services.json")).json()
    assert [one["metadata"] for one in services] == [True]
    await new_category(world, code="LAMPU")
    assert (await city.get("services/LAMPU.json")).json()["attributes"] == []


async def test_a_request_tells_what_was_published_and_nothing_else(world: World, city: Open311):
    unit = await world.unit("Dinas Pekerjaan Umum")
    category = await new_category(world, code="LUBANG")
    received = dt.datetime(2026, 11, 2, 3, 44, 55, tzinfo=dt.UTC)
    report = await published(
        world, ticket="AAAA-BBBB", status="in_progress", unit=unit, category_id=category,
        received_at=received, latitude=Decimal("-5.147665"), longitude=Decimal("119.432732"),
        place="Rumah Bu Sari", due_on=dt.date(2026, 12, 1), due_stage="resolution",
        public_body="Lubang. Telepon 081234567890\x01",
    )  # fmt: skip
    told = await city.get("requests/AAAA-BBBB.json")
    assert len(told.json()) == 1
    fits(told.json()[0], REQUEST)
    assert told.json()[0] == {
        "service_request_id": "AAAA-BBBB",
        "status": "open",
        "status_notes": "Ditindaklanjuti",
        "service_name": "Jalan rusak",
        "service_code": "LUBANG",
        "description": "Lubang. Telepon […]\x01",
        "agency_responsible": "Dinas Pekerjaan Umum",
        "requested_datetime": "2026-11-02T10:00:00+07:00",
        "updated_datetime": "2026-11-02T10:00:00+07:00",
        "expected_datetime": "2026-12-01T23:59:59+07:00",
        "lat": -5.15,
        "long": 119.43,
    }
    xml = await city.get("requests/AAAA-BBBB.xml")
    root = ET.fromstring(xml.content)
    assert [root.tag, *(child.tag for child in root)] == ["service_requests", "request"]
    assert root.findtext("request/description") == "Lubang. Telepon […]\ufffd"
    assert root.findtext("request/lat") == "-5.15"
    assert str(report) not in xml.text + told.text
    assert "Sari" not in xml.text + told.text
    extended = (await city.get("requests/AAAA-BBBB.json", extensions="true")).json()[0]
    assert extended["extended_attributes"] == {
        "status": "in_progress", "kind": "pengaduan", "title": "Jalan berlubang",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("received", "open"), ("awaiting_information", "open"), ("verified", "open"),
        ("assigned", "open"), ("in_progress", "open"), ("awaiting_other_party", "open"),
        ("reply_proposed", "open"), ("answered", "open"), ("closed", "closed"),
        ("archived", "closed"), ("out_of_jurisdiction", "closed"), ("merged", "closed"),
        ("withdrawn", "closed"),
    ],
)  # fmt: skip
async def test_every_status_is_open_or_closed(world: World, city: Open311, status: str, told: str):
    await published(world, ticket="AAAA-BBBB", status=status)
    found = (await city.get("requests/AAAA-BBBB.json", extensions="true")).json()[0]
    assert found["status"] == told
    inner = "in_progress" if status == "reply_proposed" else status
    assert found["extended_attributes"]["status"] == inner
    for asked in ("open", "closed"):
        listed = (await city.get("requests.json", status=asked)).json()
        assert len(listed) == (asked == told)


async def test_what_is_not_published_is_as_unknown_as_what_does_not_exist(
    world: World, other_world: World, city: Open311
):
    await new_report(world, ticket="OPEN-0001", status="verified")
    await new_report(world, ticket="OPEN-0002", status="verified", is_confidential=True)
    await published(world, ticket="OPEN-0003", report_class="pelaporan_pelanggaran")
    await published(world, ticket="OPEN-0004", report_class="pembalasan")
    await published(other_world, ticket="OPEN-0005")
    absent = await city.get("requests/NONE-0000.json")
    assert errors_of(absent)[0][0] == absent.status_code == 404
    for number in range(1, 6):
        answer = await city.get(f"requests/OPEN-000{number}.json")
        assert (answer.status_code, answer.content) == (404, absent.content)
    tickets = ",".join(f"OPEN-000{number}" for number in range(1, 6))
    assert (await city.get("requests.json", service_request_id=tickets)).json() == []
    assert (await city.get("requests.json")).json() == []


async def test_of_a_case_of_the_inspectorate_the_unit_is_not_told(world: World, city: Open311):
    unit = await world.unit("Dinas Pendidikan")
    await published(world, ticket="AAAA-BBBB", status="assigned", unit=unit, led_by="inspectorate")
    told = (await city.get("requests/AAAA-BBBB.json")).json()[0]
    assert "agency_responsible" not in told


async def listed(city: Open311, **params: Any) -> list[str]:
    answer = await city.get("requests.json", **params)
    assert answer.status_code == 200, answer.text
    return [one["service_request_id"] for one in answer.json()]


async def test_requests_are_filtered_as_the_specification_says(world: World, city: Open311):
    now = dt.datetime.now(dt.UTC)
    first = await new_category(world, code="A")
    second = await new_category(world, code="B")
    await published(world, ticket="NOW-A", category_id=first, received_at=now)
    await published(world, ticket="OLD-B", category_id=second, status="closed",
                    received_at=now - dt.timedelta(days=80))  # fmt: skip
    await published(world, ticket="LONG-AGO", received_at=now - dt.timedelta(days=200))
    assert await listed(city) == ["NOW-A", "OLD-B"]
    assert await listed(city, status="", service_code="", start_date="") == ["NOW-A", "OLD-B"]
    assert await listed(city, service_code="B,none") == ["OLD-B"]
    assert await listed(city, status="closed") == ["OLD-B"]
    assert await listed(city, status="open,closed") == ["NOW-A", "OLD-B"]
    assert await listed(city, service_request_id="LONG-AGO", status="closed") == ["LONG-AGO"]
    assert await listed(city, service_request_id="now-a, OLD-B") == ["NOW-A", "OLD-B"]
    ago = (now - dt.timedelta(days=201)).isoformat(timespec="seconds")
    assert await listed(city, start_date=ago) == ["LONG-AGO"]
    end = (now - dt.timedelta(days=100)).isoformat(timespec="seconds")
    assert await listed(city, end_date=end) == []
    assert await listed(city, page=2, page_size=1) == ["OLD-B"]
    assert await listed(city, page=3, page_size=1) == []
    assert await listed(city, unknown="x") == ["NOW-A", "OLD-B"]


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"start_date": "2026-01-01"}, "start_date"),
        ({"start_date": "2026-01-01T00:00:00"}, "start_date"),
        ({"start_date": "0001-01-01T00:00:00Z"}, "start_date"),
        ({"start_date": "2026-13-01T00:00:00Z"}, "start_date"),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}, "end_date"),
        ({"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-02T00:00:00Z"}, "end_date"),
        ({"status": "open,pending"}, "status"),
        ({"page": "0"}, "page"),
        ({"page_size": "1001"}, "page_size"),
        ({"page": "١"}, "page"),
        ({"service_code": "a\x00b"}, "service_code"),
        ({"service_request_id": ",".join(str(n) for n in range(1001))}, "service_request_id"),
        ({"jurisdiction_id": ""}, "jurisdiction_id"),
    ],
)  # fmt: skip
async def test_a_faulty_parameter_is_400_and_named(
    city: Open311, params: dict[str, str], named: str
):
    answer = await city.get("requests.xml", **params)
    assert answer.status_code == 400
    (error,) = errors_of(answer)
    assert error[0] == 400
    assert error[1].startswith(named)


async def test_ninety_days_are_allowed_and_a_plus_may_be_a_blank(city: Open311):
    days = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-01T00:00:00Z"}
    assert await listed(city, **days) == []
    assert await listed(city, start_date="2026-01-01T00:00:00 07:00") == []


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_everything_below_the_prefix_is_told_in_its_own_shape(
    api: Api, world: World, other_world: World, city: Open311, form: str
):
    cases = [
        ("GET", f"services.{form}", {}, 400),
        ("GET", f"services.{form}", {"jurisdiction_id": "no-such-city"}, 404),
        ("GET", f"services.{form}", {"jurisdiction_id": "SYSTEM"}, 404),
        ("GET", f"services.{form}", {"jurisdiction_id": "system"}, 404),
        ("GET", f"services/NONE.{form}", {"jurisdiction_id": world.code}, 404),
        ("GET", f"tokens/none.{form}", {"jurisdiction_id": world.code}, 404),
        ("GET", f"nothing/here.{form}", {}, 404),
        ("DELETE", f"services.{form}", {}, 405),
        ("PUT", f"requests/AAAA.{form}", {}, 405),
        ("POST", f"requests.{form}", {"jurisdiction_id": world.code}, 403),
    ]  # fmt: skip
    kind = JSON if form == "json" else XML
    for method, path, params, status in cases:
        answer = await api.call(method, f"/open311/v2/{path}", params=params)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind), path
        assert errors_of(answer)[0][0] == status, path
        assert answer.headers["Cache-Control"] == "no-store", path
    refused = await api.delete(f"/open311/v2/requests.{form}")
    assert refused.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("path", ["", "services", "services.html", "requests.csv", "services.xml/"])
async def test_an_unknown_format_is_told_in_xml(api: Api, world: World, path: str):
    answer = await api.get(f"/open311/v2/{path}", params={"jurisdiction_id": world.code})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, XML)
    errors_of(answer)


async def test_a_fault_of_ours_is_told_in_its_shape_without_a_word_of_it(
    api: Api, city: Open311, monkeypatch: pytest.MonkeyPatch
):
    async def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("kinerja_api.integrations.endpoints.open311.list_services", fails)
    answer = await city.get("services.json")
    assert answer.status_code == 500
    assert errors_of(answer)[0][0] == 500
    assert "secret" not in answer.text


async def test_errors_speak_the_language_of_the_caller(api: Api):
    path = "/open311/v2/services.json"
    indonesian = await api.get(path)
    english = await api.get(path, headers={"Accept-Language": "en"})
    assert errors_of(indonesian) == [(400, "jurisdiction_id: Nilai ini wajib diisi.")]
    assert errors_of(english)[0][1] != errors_of(indonesian)[0][1]


async def test_answers_may_be_kept_and_problems_not(api: Api, city: Open311):
    answer = await city.get("services.json")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Vary"] == "Accept-Language"


async def test_a_host_that_is_not_ours_is_told_in_its_shape(database: Database, tmp_path: Path):
    settings = settings_for_tests(tmp_path)
    server = settings.server.model_copy(update={"allowed_hosts": "kota.example.go.id"})
    app = create_app(dataclasses.replace(settings, server=server), database)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://elsewhere") as client:
        answer = await client.get("/open311/v2/services.json")
        assert (answer.status_code, errors_of(answer)[0][0]) == (400, 400)
        assert (await client.get("/v1/units")).json()["code"] == "host_not_allowed"


async def test_a_busy_database_is_told_in_its_shape(city: Open311, monkeypatch: pytest.MonkeyPatch):
    async def fails(*_: Any, **__: Any) -> None:
        raise DatabaseBusy(retry_after=3)

    monkeypatch.setattr("kinerja_api.integrations.endpoints.open311.list_services", fails)
    answer = await city.get("services.xml")
    assert (answer.status_code, errors_of(answer)[0][0]) == (503, 503)
    assert answer.headers["Retry-After"] == "3"
