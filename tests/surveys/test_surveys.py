"""Surveys from the form to the published result, as staff and citizens meet them."""

import asyncio
import csv
import dataclasses
import datetime as dt
import hashlib
import io
import json
import uuid
from typing import Any

import pytest

from kinerja_api.access.rules import Role
from kinerja_api.core.idempotency import canonical
from kinerja_api.surveys.queries.figures import survey_index
from tests.factories.services import add_service
from tests.factories.surveys import (
    ALL_FOUR,
    FORM,
    QUESTIONS,
    make_campaign,
    make_token,
)
from tests.factories.world import World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements


def answer_path(world: World, campaign: dict[str, Any]) -> str:
    return f"/v1/public/{world.code}/campaigns/{campaign['id']}/responses"


async def answers(api: Api, world: World, campaign: dict[str, Any], count: int, **given: Any):
    for _ in range(count):
        sent = await api.post(answer_path(world, campaign), {"answers": ALL_FOUR, **given})
        assert sent.status_code == 201, sent.text


async def act(api: Api, world: World, campaign: dict[str, Any], action: str, body: Any = None):
    path = f"/v1/survey-campaigns/{campaign['id']}/{action}"
    return await api.post(path, body, by=world.agency)


async def test_from_the_form_to_the_published_result(api: Api, world: World):
    unit = await world.unit("Dinas Kependudukan")
    head, clerk = await world.employee("Kepala", unit=unit, head=True), await world.employee("Sri")
    campaign = await make_campaign(api, world, await add_service(world, unit))
    assert campaign["sample_needed"] == 5
    assert campaign["allowed_actions"] == ["close"]
    form = (await api.get(f"/v1/public/{world.code}/campaigns/{campaign['id']}")).json()
    assert [question["code"] for question in form["questions"]] == list(ALL_FOUR)
    await answers(api, world, campaign, 6, profile={"sex": "female"}, comment="Baik, 081234567890")
    path = f"/v1/survey-campaigns/{campaign['id']}"
    running = (await api.get(f"{path}/results", by=head)).json()
    assert (running["respondents"], running["index"], running["elements"]) == (6, None, [])
    assert (await api.get(f"{path}/responses", by=head)).json()["items"] == []
    assert (await api.get(path, by=clerk)).status_code == 404
    closed = await act(api, world, campaign, "closings")
    assert (closed.json()["index"], closed.json()["band"]) == ("100.00", "A")
    seen = (await api.get(f"{path}/responses", by=head)).json()["items"]
    assert {one["comment"] for one in seen} == {"Baik, […]"}
    assert (await api.get(f"/v1/public/{world.code}/surveys")).json()["items"] == []
    assert (await api.get(f"/v1/public/{world.code}/surveys/{campaign['id']}")).status_code == 404
    assert (await act(api, world, campaign, "publications", {})).status_code == 201
    assert (await api.get(path, by=clerk)).json()["allowed_actions"] == []
    assert (await api.get(f"{path}/responses", by=clerk)).json()["items"] == []


async def test_everybody_reads_what_is_published(api: Api, world: World):
    unit = await world.unit("Dinas Kependudukan")
    campaign = await make_campaign(api, world, await add_service(world, unit))
    await answers(api, world, campaign, 6, profile={"sex": "female"})
    await act(api, world, campaign, "closings")
    await act(api, world, campaign, "publications", {})
    public = await api.get(f"/v1/public/{world.code}/surveys/{campaign['id']}")
    assert public.headers["Cache-Control"] == "public, max-age=300"
    result = public.json()
    assert (result["respondents"], result["is_sample_met"]) == (6, True)
    assert result["elements"][0]["mean"] == "4.0000"
    assert [one["people"] for one in result["elements"][0]["distribution"]] == [0, 0, 0, 6]
    assert result["profile"][1]["groups"] == [{"value": "female", "people": 6}]
    again = await api.get(
        f"/v1/public/{world.code}/surveys/{campaign['id']}",
        headers={"If-None-Match": public.headers["ETag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    trend = (await api.get(f"/v1/public/{world.code}/units/{unit}/survey-trend")).json()
    assert [point["index"] for point in trend["points"]] == ["100.00"]
    listed = (await api.get(f"/v1/public/{world.code}/surveys")).json()["items"]
    assert [one["band"] for one in listed] == ["A"]


async def test_published_results_and_the_trend_are_tables_too(api: Api, world: World):
    unit = await world.unit("Dinas Kependudukan")
    campaign = await make_campaign(api, world, await add_service(world, unit), title="=SKM 2026")
    await answers(api, world, campaign, 6)
    await act(api, world, campaign, "closings")
    await act(api, world, campaign, "publications", {"follow_up_plan": "Tambah loket, segera"})
    for path, name in (("surveys", "surveys"), (f"units/{unit}/survey-trend", "survey-trend")):
        answer = await api.get(f"/v1/public/{world.code}/{path}", params={"format": "csv"})
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
        assert f'filename="{name}.csv"' in answer.headers["Content-Disposition"]
        (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
        assert (row["title"], row["index"], row["band"]) == ("'=SKM 2026", "100.00", "A")
        assert (row["respondents"], row["is_sample_met"]) == ("6", "true")
        json_rows = (await api.get(f"/v1/public/{world.code}/{path}")).json()
        assert list(row) == list(json_rows.get("items", json_rows.get("points"))[0])
    wrong = await api.get(f"/v1/public/{world.code}/surveys?format=csv&limit=5")
    assert wrong.json()["errors"][0]["code"] == "csv_is_whole"
    other = f"/v1/public/{world.code}/units/{world.tenant_id}/survey-trend"
    assert (await api.get(other, params={"format": "csv"})).status_code == 404


async def test_an_answer_leaves_no_trace_of_who_and_when(
    api: Api, world: World, sql: Any, fresh_key: str
):
    unit = await world.unit("Dinas")
    service = await add_service(world, unit)
    campaign = await make_campaign(api, world, service, needs_token=True)
    counts = "SELECT (SELECT count(*) FROM kinerja.audit_entries WHERE tenant_id = $1) AS trail,"
    counts += " (SELECT count(*) FROM kinerja.events WHERE tenant_id = $1) AS told"
    before = await sql(counts, world.tenant_id)
    body = {"answers": ALL_FOUR, "token": await make_token(world, service, unit)}
    sent = await api.post(answer_path(world, campaign), body, key=fresh_key)
    assert (sent.status_code, sent.json()) == (201, {"received_on": str(world.today)})
    again = await api.post(answer_path(world, campaign), body, key=fresh_key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await sql(counts, world.tenant_id) == before
    rows = await sql("SELECT * FROM kinerja.survey_responses WHERE tenant_id = $1", world.tenant_id)
    assert len(rows) == 1
    assert rows[0]["id"].version == 4
    assert not [value for value in rows[0].values() if isinstance(value, dt.datetime)]
    stored = await sql(
        "SELECT * FROM kinerja.idempotency_keys WHERE tenant_id = $1 ORDER BY created_at DESC",
        world.tenant_id,
    )
    assert json.loads(stored[0]["body"]) == {"received_on": str(world.today)}
    assert stored[0]["fingerprint"] != hashlib.sha256(canonical(body)).digest()
    hashed = await sql(
        "SELECT * FROM kinerja.sign_in_failures WHERE tenant_id = $1", world.tenant_id
    )
    assert all(row["window_starts_at"].minute == 0 and len(row["subject"]) == 32 for row in hashed)


async def test_one_token_answers_once_even_twice_at_the_same_moment(
    api: Api, world: World, sql: Any
):
    unit = await world.unit("Dinas")
    service, other = await add_service(world, unit), await add_service(world, unit)
    campaign = await make_campaign(api, world, service, needs_token=True)
    path = answer_path(world, campaign)
    missing = await api.post(path, {"answers": ALL_FOUR})
    assert (missing.status_code, missing.json()["code"]) == (422, "survey_token_required")
    foreign = await make_token(world, other, unit)
    for _ in range(2):  # a token that was refused is not used up
        refused = await api.post(path, {"answers": ALL_FOUR, "token": foreign})
        assert (refused.status_code, refused.json()["code"]) == (422, "survey_token_of_other")
    body = {"answers": ALL_FOUR, "token": await make_token(world, service, unit)}
    sent = await asyncio.gather(*[api.post(path, body) for _ in range(4)])
    assert sorted(one.status_code for one in sent) == [201, 409, 409, 409]
    rows = await sql(
        "SELECT count(*) FROM kinerja.survey_responses WHERE tenant_id = $1", world.tenant_id
    )
    assert rows[0]["count"] == 1


async def test_answers_and_the_close_at_once_agree_with_each_other(
    api: Api, world: World, sql: Any
):
    unit = await world.unit("Dinas")
    campaign = await make_campaign(api, world, await add_service(world, unit))
    await answers(api, world, campaign, 5)
    path = answer_path(world, campaign)
    sent = await asyncio.gather(
        *[api.post(path, {"answers": ALL_FOUR}) for _ in range(6)],
        act(api, world, campaign, "closings"),
        *[api.post(path, {"answers": ALL_FOUR}) for _ in range(6)],
    )
    taken = sum(one.status_code == 201 for one in sent) - 1
    assert {one.status_code for one in sent} <= {201, 409}
    assert sent[6].json()["respondents"] == 5 + taken
    rows = await sql(
        "SELECT count(*) FROM kinerja.survey_responses WHERE campaign_id = $1",
        uuid.UUID(campaign["id"]),
    )
    assert rows[0]["count"] == 5 + taken
    late = await api.post(path, {"answers": ALL_FOUR})
    assert (late.status_code, late.json()["code"]) == (409, "campaign_not_running")


async def test_answers_come_on_the_days_of_the_campaign_only(api: Api, world: World, sql: Any):
    unit = await world.unit("Dinas")
    service = await add_service(world, unit)
    tomorrow = world.today + dt.timedelta(days=1)
    coming = await make_campaign(
        api, world, service, starts_on=str(tomorrow), ends_on=str(tomorrow)
    )
    over = await make_campaign(api, world, service)
    await sql(
        "UPDATE kinerja.survey_campaigns SET starts_on = $2, ends_on = $2 WHERE id = $1",
        uuid.UUID(over["id"]), world.today - dt.timedelta(days=1),
    )  # fmt: skip
    for campaign in (coming, over):
        sent = await api.post(answer_path(world, campaign), {"answers": ALL_FOUR})
        assert (sent.status_code, sent.json()["code"]) == (409, "campaign_not_running")
        shown = await api.get(f"/v1/public/{world.code}/campaigns/{campaign['id']}")
        assert shown.status_code == 404
    draft = await make_campaign(api, world, service, opened=False)
    sent = await api.post(answer_path(world, draft), {"answers": ALL_FOUR})
    assert sent.status_code == 404
    assert (await api.get(f"/v1/public/{world.code}/campaigns")).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"answers": {}}, 422, "invalid_request"),
        ({"answers": {"waktu_penyelesaian": 5}}, 422, "invalid_request"),
        ({"answers": {"waktu_penyelesaian": True}}, 422, "invalid_request"),
        ({"answers": {"waktu_penyelesaian": "4"}}, 422, "invalid_request"),
        ({"answers": {"'; DROP TABLE x": 4}}, 422, "invalid_request"),
        ({"answers": {"tidak_ada": 4}}, 422, "unknown_question"),
        ({"answers": ALL_FOUR, "profile": {"education": "bachelor"}}, 422, "profile_not_asked"),
        ({"answers": ALL_FOUR, "profile": {"age_band": "33"}}, 422, "invalid_request"),
        ({"answers": ALL_FOUR, "comment": "a\u0000b"}, 422, "invalid_request"),
        ({"answers": ALL_FOUR, "nama": "Siti"}, 422, "invalid_request"),
    ],
)
async def test_hostile_answers_are_refused(
    api: Api, world: World, body: Any, status: int, code: str
):
    campaign = await make_campaign(api, world, await add_service(world, world.root))
    sent = await api.post(answer_path(world, campaign), body)
    assert (sent.status_code, sent.json()["code"]) == (status, code)


async def test_machines_are_thanked_and_dropped(api: Api, world: World, sql: Any):
    campaign = await make_campaign(api, world, await add_service(world, world.root))
    body = {"answers": ALL_FOUR, "website": "https://spam.example"}
    assert (await api.post(answer_path(world, campaign), body)).status_code == 201
    rows = await sql(
        "SELECT count(*) FROM kinerja.survey_responses WHERE tenant_id = $1", world.tenant_id
    )
    assert rows[0]["count"] == 0


async def test_one_address_range_gets_no_more_than_its_share(
    api: Api, world: World, app: Any, monkeypatch: pytest.MonkeyPatch
):
    campaign = await make_campaign(api, world, await add_service(world, world.root))
    settings = app.state.settings
    security = settings.security.model_copy(update={"public_answers_per_hour": 3})
    few = dataclasses.replace(settings, security=security)
    monkeypatch.setitem(app.state._state, "settings", few)
    await answers(api, world, campaign, 2)
    await answers(api, world, campaign, 1, website="https://spam.example")
    refused = await api.post(answer_path(world, campaign), {"answers": ALL_FOUR})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 0 < int(refused.headers["Retry-After"]) <= 3601


async def test_a_result_below_b_is_published_with_a_plan_only(api: Api, world: World):
    campaign = await make_campaign(api, world, await add_service(world, world.root))
    await answers(api, world, campaign, 5, answers=dict.fromkeys(ALL_FOUR, 3) | {"biaya_tarif": 1})
    assert (await act(api, world, campaign, "closings")).json()["band"] == "C"
    refused = await act(api, world, campaign, "publications", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "follow_up_required")
    plan = {"follow_up_plan": "Loket tambahan"}
    first, second = await asyncio.gather(
        *[act(api, world, campaign, "publications", plan) for _ in range(2)]
    )
    assert sorted((first.status_code, second.status_code)) == [201, 409]
    public = await api.get(f"/v1/public/{world.code}/surveys/{campaign['id']}")
    assert public.json()["follow_up_plan"] == "Loket tambahan"


async def test_few_answers_are_told_to_nobody(api: Api, world: World):
    campaign = await make_campaign(api, world, await add_service(world, world.root))
    await answers(api, world, campaign, 4)
    closed = (await act(api, world, campaign, "closings")).json()
    assert (closed["respondents"], closed["index"]) == (4, None)
    path = f"/v1/survey-campaigns/{campaign['id']}"
    results = (await api.get(f"{path}/results", by=world.agency)).json()
    assert (results["elements"], results["profile"], results["index"]) == ([], [], None)
    assert (await api.get(f"{path}/responses", by=world.agency)).json()["items"] == []
    refused = await act(api, world, campaign, "publications", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_few_answers")


async def test_a_form_in_use_never_changes_but_has_versions(api: Api, world: World):
    extra = {"code": "parkir", "text": "Bagaimana parkirnya?", "labels": ["a", "b", "c", "d"]}
    incomplete = await api.post(
        "/v1/survey-forms", {**FORM, "questions": [*QUESTIONS[1:], extra]}, by=world.agency
    )
    assert incomplete.json()["errors"][0]["code"] == "elements_missing"
    made = await api.post(
        "/v1/survey-forms", {**FORM, "questions": [extra, *QUESTIONS]}, by=world.agency
    )
    form = made.json()
    assert [one["is_addition"] for one in form["questions"]] == [False] * 9 + [True]
    path = f"/v1/survey-forms/{form['id']}"
    content = {name: FORM[name] for name in ("title", "questions", "profile_fields")}
    changed = await api.put(path, {**content, "title": "Baru"}, by=world.agency, version=1)
    assert changed.status_code == 200
    assert (await api.put(path, content, by=world.agency, version=1)).status_code == 412
    service = await add_service(world, world.root)
    body = {
        "service_id": str(service), "form_id": form["id"], "title": "S", "population": 10,
        "starts_on": str(world.today), "ends_on": str(world.today),
    }  # fmt: skip
    assert (await api.post("/v1/survey-campaigns", body, by=world.agency)).status_code == 201
    refused = await api.put(path, content, by=world.agency, version=2)
    assert (refused.status_code, refused.json()["code"]) == (409, "survey_form_in_use")
    both = await asyncio.gather(
        *[api.post(f"{path}/versions", content, by=world.agency) for _ in range(2)]
    )
    assert sorted(one.status_code for one in both) == [201, 409]
    newest = (await api.get("/v1/survey-forms", by=world.mayor, params={"newest": True})).json()
    assert [one["number"] for one in newest["items"]] == [2]


async def test_only_keepers_of_the_service_manage_and_strangers_find_nothing(
    api: Api, world: World, other_world: World
):
    unit, neighbour = await world.unit("Dinas A"), await world.unit("Dinas B")
    head = await world.employee("Kepala A", unit=unit, head=True)
    other_head = await world.employee("Kepala B", unit=neighbour, head=True)
    clerk = await world.employee("Staf", unit=unit)
    inspector = await world.officer("Inspektur", Role.INSPECTORATE)
    campaign = await make_campaign(
        api, world, await add_service(world, unit), opened=False, population=100
    )
    path = f"/v1/survey-campaigns/{campaign['id']}"
    for stranger in (other_head, clerk, other_world.agency):
        assert (await api.get(path, by=stranger)).status_code == 404
        assert (await api.post(f"{path}/openings", by=stranger)).status_code == 404
    assert (await api.get(path, by=inspector)).json()["allowed_actions"] == []
    assert (await api.post(f"{path}/openings", by=inspector)).status_code == 403
    assert (await api.post("/v1/survey-forms", FORM, by=head)).status_code == 403
    body = {name: campaign[name] for name in ("service_id", "form_id", "title", "population",
                                              "starts_on", "ends_on")}  # fmt: skip
    refused = await api.post("/v1/survey-campaigns", body, by=other_head)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_keeper_of_service")
    patched = await api.patch(path, {"population": 1000}, by=head, version=1)
    assert patched.json()["sample_needed"] == 278
    assert (await api.patch(path, {"title": "X"}, by=head, version=1)).status_code == 412
    reversed_ = await api.patch(path, {"ends_on": "2020-01-01"}, by=head, version=2)
    assert reversed_.json()["code"] == "campaign_dates_reversed"
    assert (await api.delete(path, by=head, version=2)).status_code == 204
    for code in ("system", "tidak-ada", "%00", "A B"):
        assert (await api.get(f"/v1/public/{code}/surveys")).status_code == 404


async def test_ten_thousand_answers_cost_one_statement(
    api: Api, world: World, sql: Any, database: Any
):
    campaign = await make_campaign(
        api, world, await add_service(world, world.root), population=100_000
    )
    named = uuid.UUID(campaign["id"])
    await sql(
        "INSERT INTO kinerja.survey_responses (tenant_id, id, campaign_id, answered_on, answers)"
        " SELECT $1, gen_random_uuid(), $2, $3, $4::jsonb FROM generate_series(1, 10000)",
        world.tenant_id, named, world.today, json.dumps(ALL_FOUR),
    )  # fmt: skip
    await sql(
        "INSERT INTO kinerja.survey_tallies"
        " SELECT $1, $2, shard, question, CASE question WHEN '' THEN '' ELSE '4' END, 1250"
        " FROM generate_series(0, 7) AS shard, unnest($3::text[]) AS question",
        world.tenant_id, named, ["", *ALL_FOUR],
    )  # fmt: skip
    await answers(api, world, campaign, 1)
    closed = await act(api, world, campaign, "closings")
    assert (closed.json()["respondents"], closed.json()["index"]) == (10_001, "100.00")
    path = f"/v1/survey-campaigns/{campaign['id']}"
    await api.get(path, by=world.agency)
    for address in (f"{path}/responses?limit=200", f"{path}/results", "/v1/survey-campaigns"):
        with sent_statements() as statements:
            assert (await api.get(address, by=world.agency)).status_code == 200
        assert len(statements) == 1, address
    async with database.read(world.tenant_id) as reading:
        days = (world.today, world.today)
        figure = await survey_index(reading, world.root, None, *days)
    assert (str(figure.value), figure.sample, figure.minimum) == ("100.00", 10_001, 383)
    assert figure.items == [named]
