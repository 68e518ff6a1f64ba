"""What clients of Open311 send: keys, forms, questions, tokens, repeats and limits."""

import asyncio
import dataclasses
import json
import xml.etree.ElementTree as ET
from typing import Any

import httpx
import pytest

from kinerja_api.access.rules import Role
from kinerja_api.complaints.rules.reporters import seal_context, unpacked
from kinerja_api.core.sealing import unseal_with
from kinerja_api.integrations.jobs import forget_answers
from tests.factories.complaints import new_category
from tests.factories.open311 import Open311, client_key
from tests.factories.world import Person, World
from tests.integrations.test_open311_reading import errors_of
from tests.plugins.service import Api

REPORT = {
    "service_code": "LUBANG",
    "lat": "-5.14766512345",
    "long": "119.4327",
    "description": "Lubang besar.\r\nHati-hati & pelan.",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def category(world: World) -> Any:
    return await new_category(world, code="LUBANG", is_moderated=False)


async def rows(sql: Any, world: World) -> list[Any]:
    return await sql(
        "SELECT * FROM kinerja.citizen_reports WHERE tenant_id = $1 ORDER BY received_at",
        world.tenant_id,
    )


async def test_a_report_is_taken_in_with_its_number_and_a_receipt_that_follows_it(
    api: Api, world: World, city: Open311, category: Any, sql: Any
):
    answer = await city.post(**REPORT, first_name="Sari", last_name="Dewi", email="sari@contoh.id",
                             phone="0812", media_url="https://contoh.id/a.jpg", device_id="x",
                             account_id="y")  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    (told,) = answer.json()
    assert set(told) == {"service_request_id", "service_notice"}
    (row,) = await rows(sql, world)
    assert told["service_request_id"] == row["ticket"]
    assert (row["channel"], row["status"], row["title"]) == ("open311", "received", "Jalan rusak")
    assert row["body"] == "Lubang besar.\nHati-hati & pelan."
    assert (str(row["latitude"]), str(row["longitude"])) == ("-5.147665", "119.432700")
    assert "https://contoh.id/a.jpg" in row["attributes"]
    assert "sari" not in str(dict(row)).lower()
    (kept,) = await sql(
        "SELECT sealed FROM kinerja.reporters WHERE tenant_id = $1", world.tenant_id
    )
    opened = unseal_with(
        world.app.state.secret, kept["sealed"], context=seal_context(world.tenant_id, row["id"])
    )
    reporter = unpacked(opened)
    assert (reporter.name, reporter.email, reporter.phone) == (
        "Sari Dewi", "sari@contoh.id", "0812",
    )  # fmt: skip
    receipt = told["service_notice"].rsplit(" ", 1)[1]
    followed = await api.get(
        f"/v1/public/{world.code}/reports/mine", headers={"X-Receipt": receipt}
    )
    assert followed.status_code == 200, followed.text
    assert followed.json()["ticket"] == row["ticket"]


async def test_the_trail_names_nobody(world: World, city: Open311, category: Any, sql: Any):
    assert (await city.post(**REPORT)).status_code == 200
    entries = await sql(
        "SELECT account_id, request_id FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND action = 'citizen_report.receive'",
        world.tenant_id,
    )
    assert [tuple(entry) for entry in entries] == [(None, None)]


async def test_the_answer_comes_in_xml_too(world: World, city: Open311, category: Any):
    answer = await city.post("xml", **REPORT)
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.content)
    assert [child.tag for child in root.iter()][:3] == [
        "service_requests", "request", "service_request_id",
    ]  # fmt: skip


async def test_key_and_jurisdiction_may_stand_in_the_address(api: Api, world: World, category: Any):
    key = await client_key(api, world)
    answer = await api.call(
        "POST", "/open311/v2/requests.json", content=str(httpx.QueryParams(REPORT)).encode(),
        headers=FORM, params={"jurisdiction_id": world.code, "api_key": key},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text


async def test_only_a_live_key_of_the_government_is_taken(
    api: Api, world: World, other_world: World, category: Any, sql: Any
):
    theirs = await client_key(api, other_world)
    ours = await client_key(api, world)
    person = world.admin.token
    for key in ("", "wrong", theirs, f"{ours}x", person, ours.replace("knj", "knr")):
        answer = await Open311(api, world, key).post(**REPORT)
        assert (answer.status_code, errors_of(answer)[0][0]) == (403, 403), key
    (kept,) = await sql("SELECT id FROM kinerja.api_keys WHERE tenant_id = $1", world.tenant_id)
    assert (await Open311(api, world, ours).post(**REPORT)).status_code == 200
    revoked = await api.post(f"/v1/api-keys/{kept['id']}/revocations", by=world.admin)
    assert revoked.status_code == 201, revoked.text
    assert (await Open311(api, world, ours).post(**REPORT)).status_code == 403
    assert len(await rows(sql, world)) == 1


async def test_a_key_without_a_role_opens_nothing_else(api: Api, world: World):
    key = await client_key(api, world)
    bearer = {"Authorization": f"Bearer {key}"}
    for path in ("/v1/citizen-reports", "/v1/units", "/v1/accounts"):
        assert (await api.get(path, headers=bearer)).status_code == 403, path


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"service_code": ""}, "service_code"),
        ({"lat": ""}, "lat"),
        ({"long": ""}, "long"),
        ({"lat": "", "long": ""}, "lat"),
        ({"lat": "", "long": "", "address_id": "5"}, "lat"),
        ({"lat": "91"}, "lat"),
        ({"long": "-180.5"}, "long"),
        ({"lat": "1e1"}, "lat"),
        ({"lat": "٣"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"description": "x" * 4001}, "description"),
        ({"description": "<b>tebal</b>"}, "description"),
        ({"description": "<script src=x>"}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"email": "sari@"}, "email"),
        ({"email": "a@b.id\r\nBcc: c@d.id"}, "email"),
        ({"media_url": "javascript:alert(1)"}, "media_url"),
        ({"media_url": "file:///etc/passwd"}, "media_url"),
        ({"media_url": "http://[::1"}, "media_url"),
        ({"first_name": "x" * 101}, "first_name"),
    ],
)
async def test_a_faulty_form_is_400_and_named(
    world: World, city: Open311, category: Any, sql: Any, changes: dict[str, str], named: str
):
    answer = await city.post(**{**REPORT, **changes})
    assert answer.status_code == 400, answer.text
    assert [error[0] for error in errors_of(answer)] == [400]
    assert errors_of(answer)[0][1].startswith(f"{named}: ")
    assert await rows(sql, world) == []


async def test_an_unknown_service_is_404(world: World, city: Open311, category: Any):
    await new_category(world, code="RAHASIA", is_confidential=True)
    await new_category(world, code="WBS", kind="pelaporan_pelanggaran")
    for code in ("NONE", "RAHASIA", "WBS"):
        answer = await city.post(**{**REPORT, "service_code": code})
        assert (answer.status_code, errors_of(answer)[0][0]) == (404, 404), code


@pytest.mark.parametrize("text", ["5 < 6 dan 7 > 3", "<3 kota ini", "a &amp; b", "\u202etipu"])
async def test_harmless_text_is_taken_as_it_is(
    world: World, city: Open311, category: Any, sql: Any, text: str
):
    assert (await city.post(**{**REPORT, "description": text})).status_code == 200
    assert [row["body"] for row in await rows(sql, world)] == [text]


async def test_a_place_in_words_is_enough(world: World, city: Open311, category: Any, sql: Any):
    given = {"service_code": "LUBANG", "address_string": "Depan pasar"}
    assert (await city.post(**given)).status_code == 200
    (row,) = await rows(sql, world)
    assert (row["place"], row["latitude"], row["body"]) == ("Depan pasar", None, "Jalan rusak")


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"api_key": "x"}', {"Content-Type": "application/json"}, 400),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}, 400),
        (b"a=\xff\xfe", FORM, 400),
        (b"a=%ff", FORM, 400),
        (b"&".join(b"a=1" for _ in range(501)), FORM, 400),
        (b"a=" + b"x" * (1 << 20), FORM, 413),
        (b"", FORM, 400),
    ],
)
async def test_a_body_that_is_no_form_is_refused(
    api: Api, content: bytes, headers: dict[str, str], status: int
):
    answer = await api.call("POST", "/open311/v2/requests.json", content=content, headers=headers)
    assert (answer.status_code, errors_of(answer)[0][0]) == (status, status)


async def test_the_same_form_within_minutes_gets_the_same_answer(
    api: Api, world: World, city: Open311, category: Any, sql: Any
):
    first = await city.post(**REPORT)
    again = await city.post(**REPORT)
    assert again.json() == first.json()
    as_xml = await city.post("xml", **REPORT)
    assert (
        ET.fromstring(as_xml.content).findtext("request/service_request_id")
        == (first.json()[0]["service_request_id"])
    )
    assert len(await rows(sql, world)) == 1
    other = Open311(api, world, await client_key(api, world, "aplikasi-lain"))
    assert (await other.post(**REPORT)).json() != first.json()
    assert (await city.post(**{**REPORT, "lat": "-5.1"})).json() != first.json()
    assert len(await rows(sql, world)) == 3
    await sql(
        "UPDATE kinerja.open311_answers SET created_at = created_at - interval '11 minutes'"
        " WHERE tenant_id = $1",
        world.tenant_id,
    )
    assert (await city.post(**REPORT)).json() != first.json()
    assert len(await rows(sql, world)) == 4
    assert await forget_answers(world.database, world.tenant_id) == 2


async def test_equal_forms_at_the_same_moment_make_one_report(
    world: World, city: Open311, category: Any, sql: Any
):
    answers = await asyncio.gather(*[city.post(**REPORT) for _ in range(5)])
    assert {answer.status_code for answer in answers} == {200}, [one.text for one in answers]
    assert len({answer.text for answer in answers}) == 1
    assert len(await rows(sql, world)) == 1


async def test_a_kept_answer_cannot_be_read_without_the_key(
    world: World, city: Open311, category: Any, sql: Any
):
    told = (await city.post(**REPORT)).json()[0]
    (kept,) = await sql(
        "SELECT * FROM kinerja.open311_answers WHERE tenant_id = $1", world.tenant_id
    )
    assert told["service_request_id"].encode() not in kept["sealed"]


async def test_of_a_moderated_service_a_token_stands_for_the_number(
    api: Api, world: World, city: Open311, officer: Person, sql: Any
):
    category = await new_category(world, code="LUBANG")
    (told,) = (await city.post(**REPORT)).json()
    assert set(told) == {"token", "service_notice"}
    token = told["token"]
    waiting = await city.get(f"tokens/{token}.json")
    assert waiting.json() == [{"token": token}]
    assert (await city.post(**REPORT)).json() == [told]
    (row,) = await rows(sql, world)
    verified = await api.post(
        f"/v1/citizen-reports/{row['id']}/verifications",
        {"report_class": "pengaduan_tidak_berkadar_pengawasan", "category_id": str(category)},
        by=officer,
    )
    assert verified.status_code in {200, 201}, verified.text
    known = await city.get(f"tokens/{token}.json")
    assert known.json() == [{"service_request_id": row["ticket"], "token": token}]
    root = ET.fromstring((await city.get(f"tokens/{token}.xml")).content)
    assert root.findtext("request/service_request_id") == row["ticket"]
    (kept,) = await sql(
        "SELECT token_hash FROM kinerja.open311_tokens WHERE tenant_id = $1", world.tenant_id
    )
    assert token.encode() not in kept["token_hash"]


async def test_a_token_of_another_government_is_unknown(
    api: Api, world: World, other_world: World, city: Open311
):
    await new_category(world, code="LUBANG")
    (told,) = (await city.post(**REPORT)).json()
    answer = await Open311(api, other_world).get(f"tokens/{told['token']}.json")
    assert answer.status_code == 404


ASKED: dict[str, Any] = {
    "questions": [
        {"code": "DALAM", "datatype": "singlevaluelist", "is_required": True, "description": "?",
         "values": [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}]},
        {"code": "HARI", "datatype": "multivaluelist", "description": "?",
         "values": [{"key": "sen", "name": "Senin"}, {"key": "sel", "name": "Selasa"}]},
        {"code": "LEBAR", "datatype": "number", "description": "?"},
        {"code": "SEJAK", "datatype": "datetime", "description": "?"},
        {"code": "KET", "datatype": "string", "description": "?"},
        {"code": "INFO", "datatype": "text", "is_variable": False, "description": "!"},
    ]
}  # fmt: skip


async def ask(api: Api, world: World, officer: Person, category: Any) -> None:
    path = f"/v1/report-categories/{category}/questions"
    assert (await api.put(path, ASKED, by=officer, version=0)).status_code == 200


async def test_answers_to_questions_are_kept_with_the_report(
    api: Api, world: World, officer: Person, category: Any, sql: Any
):
    await ask(api, world, officer, category)
    key = await client_key(api, world)
    pairs: list[tuple[str, Any]] = [
        *REPORT.items(), ("jurisdiction_id", world.code), ("api_key", key),
        ("attribute[DALAM]", "b"), ("attribute[HARI][]", "sen"), ("attribute[HARI][]", "sel"),
        ("attribute[LEBAR]", "12.5"), ("attribute[SEJAK]", "2026-11-01T08:00:00+07:00"),
        ("attribute[KET]", ""), ("attribute[INFO]", "x"), ("attribute[LAIN]", "y"),
    ]  # fmt: skip
    content = str(httpx.QueryParams(pairs)).encode()
    answer = await api.call("POST", "/open311/v2/requests.json", content=content, headers=FORM)
    assert answer.status_code == 200, answer.text
    (row,) = await sql(
        "SELECT attributes::text AS told FROM kinerja.citizen_reports WHERE tenant_id = $1",
        world.tenant_id,
    )
    assert json.loads(row["told"]) == {
        "DALAM": "b", "HARI": ["sen", "sel"], "LEBAR": "12.5",
        "SEJAK": "2026-11-01T08:00:00+07:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"attribute[DALAM]": "c"},
        {"attribute[DALAM]": "a", "attribute[LEBAR]": "lebar"},
        {"attribute[DALAM]": "a", "attribute[LEBAR]": "1e5"},
        {"attribute[DALAM]": "a", "attribute[SEJAK]": "kemarin"},
        {"attribute[DALAM]": "a", "attribute[HARI][]": "rab"},
        {"attribute[DALAM]": "a", "attribute[KET]": "x" * 501},
        {"attribute[DALAM]": ["a", "b"]},
    ],
)
async def test_a_wrong_or_missing_answer_is_400(
    api: Api, world: World, city: Open311, officer: Person, category: Any, given: Any
):
    await ask(api, world, officer, category)
    answer = await city.post(**REPORT, **given)
    assert answer.status_code == 400, answer.text
    assert errors_of(answer)[0][1].startswith("attribute[")


async def test_a_key_has_so_many_reports_an_hour(
    api: Api, world: World, category: Any, monkeypatch: pytest.MonkeyPatch
):
    one = Open311(api, world, await client_key(api, world))
    two = Open311(api, world, await client_key(api, world, "aplikasi-lain"))
    settings = world.app.state.settings
    few = settings.security.model_copy(update={"open311_reports_per_hour": 2})
    changed = dataclasses.replace(settings, security=few)
    monkeypatch.setitem(world.app.state._state, "settings", changed)
    for number in range(2):
        assert (await one.post(**{**REPORT, "lat": f"-5.{number}"})).status_code == 200
    answer = await one.post("xml", **REPORT)
    assert answer.status_code == 429
    assert errors_of(answer)[0][0] == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert (await two.post(**REPORT)).status_code == 200


async def test_questions_are_set_by_the_office_with_their_version(
    api: Api, world: World, other_world: World, officer: Person, category: Any
):
    path = f"/v1/report-categories/{category}/questions"
    empty = await api.get(path, by=officer)
    assert (empty.json()["questions"], empty.headers["ETag"]) == ([], '"0"')
    assert (await api.put(path, ASKED, by=officer)).status_code == 428
    assert (await api.put(path, ASKED, by=world.mayor, version=0)).status_code == 403
    stranger = await other_world.officer("Orang luar", Role.COMPLAINTS_OFFICER)
    assert (await api.put(path, ASKED, by=stranger, version=0)).status_code == 404
    assert (await api.get(path, by=stranger)).status_code == 404
    both = await asyncio.gather(*[api.put(path, ASKED, by=officer, version=0) for _ in range(2)])
    assert sorted(answer.status_code for answer in both) == [200, 412]
    assert (await api.put(path, {"questions": []}, by=officer, version=0)).status_code == 412
    cleared = await api.put(path, {"questions": []}, by=officer, version=1)
    assert (cleared.json()["questions"], cleared.json()["version"]) == ([], 2)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"code": "A[1]", "datatype": "text"}, "question_code"),
        ({"code": "A", "datatype": "text", "values": [{"key": "a", "name": "A"}]},
         "question_values"),
        ({"code": "A", "datatype": "singlevaluelist"}, "question_values"),
        ({"code": "A", "datatype": "multivaluelist",
          "values": [{"key": "a", "name": "A"}, {"key": "a", "name": "B"}]}, "question_key_twice"),
        ({"code": "A", "datatype": "image"}, "enum"),
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_refused(
    api: Api, world: World, officer: Person, category: Any, question: Any, code: str
):
    path = f"/v1/report-categories/{category}/questions"
    body = {"questions": [{"description": "?", **question}]}
    refused = await api.put(path, body, by=officer, version=0)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    twice = {"questions": [{"code": "A", "datatype": "text", "description": "?"}] * 2}
    refused = await api.put(path, twice, by=officer, version=0)
    assert refused.json()["errors"][0]["code"] == "question_code_twice"
