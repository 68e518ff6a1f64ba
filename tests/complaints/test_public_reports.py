"""Sending a report without an account, and what the public reads of it."""

import asyncio
import dataclasses
import re
import secrets
import uuid
from typing import Any

import pytest

from kinerja_api.access.one_time import digest, secret_of_public_token
from kinerja_api.core import clock
from kinerja_api.core.logging import configure_logging
from tests.factories.complaints import new_category, new_report
from tests.factories.world import World
from tests.plugins.service import Api

REPORT: dict[str, Any] = {
    "kind": "pengaduan",
    "title": "Lampu jalan padam",
    "body": "Lampu di depan pasar padam sejak minggu lalu.",
}
CONTACT = {"name": "Siti Aminah", "email": "siti@contoh.id", "phone": "+62 812-3456-7890"}


def key() -> str:
    return secrets.token_urlsafe(24)


async def send(api: Api, world: World, expected: int = 201, **given: Any) -> dict[str, Any]:
    """Send a report; the answer."""
    path = f"/v1/public/{world.code}/reports"
    sent = await api.post(path, {**REPORT, **given}, key=key())
    assert sent.status_code == expected, sent.text
    return sent.json()


async def rows_of(sql: Any, world: World, table: str) -> list[Any]:
    return await sql(f"SELECT * FROM kinerja.{table} WHERE tenant_id = $1", world.tenant_id)


async def test_a_report_is_received_with_a_ticket_and_a_receipt(api: Api, world: World, sql: Any):
    made = await send(api, world)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", made["ticket"])
    assert made["receipt"].startswith(f"{world.code}-")
    assert (made["status"], made["is_anonymous"]) == ("received", True)
    assert made["due"]["stage"] == "verification"
    assert made["due"]["days"] == 3
    assert "SP4N-LAPOR!" in made["due"]["explanation"]
    (report,) = await rows_of(sql, world, "citizen_reports")
    assert report["receipt_hash"] == digest(secret_of_public_token(made["receipt"]))
    assert report["report_class"] == "pengaduan_tidak_berkadar_pengawasan"
    assert report["id"].version == 4
    assert (report["led_by"], report["sends_news"]) == ("officer", False)
    assert str(report["due_on"]) == made["due"]["due_on"]
    (event,) = await rows_of(sql, world, "report_events")
    assert (event["number"], event["event"], event["party"]) == (1, "receive", "citizen")
    assert event["account_id"] is None
    (first,) = await rows_of(sql, world, "report_confidentialities")
    assert (first["number"], first["is_confidential"], first["set_by"]) == (1, False, "citizen")


async def test_a_citizen_leaves_no_trace_of_his_request(api: Api, world: World, sql: Any):
    path = f"/v1/public/{world.code}/reports"
    headers = {"X-Request-Id": "seen-in-the-log-1"}
    sent = await api.post(path, {**REPORT, "contact": CONTACT}, key=key(), headers=headers)
    assert sent.status_code == 201
    (entry,) = await rows_of(sql, world, "audit_entries")
    assert entry["action"] == "citizen_report.receive"
    assert (entry["account_id"], entry["request_id"]) == (None, None)
    own = {**headers, "X-Receipt": sent.json()["receipt"]}
    written = await api.post(f"{path}/mine/messages", {"body": "Masih padam"}, headers=own)
    assert written.status_code == 201
    entries = await rows_of(sql, world, "audit_entries")
    assert {entry["request_id"] for entry in entries} == {None}
    assert "Masih padam" not in str(entries)
    assert "Lampu" not in str(entries)


async def test_nowhere_is_a_receipt_or_a_contact_in_clear(api: Api, world: World, sql: Any):
    category = await new_category(world)
    contact = {**CONTACT, "name": f"Warga {uuid.uuid4()}"}  # others may be called Siti, too
    made = await send(api, world, contact=contact, category_id=str(category))
    own = {"X-Receipt": made["receipt"]}
    path = f"/v1/public/{world.code}/reports/mine"
    await api.post(f"{path}/messages", {"body": "Terima kasih"}, headers=own, key=key())
    hidden = [*contact.values(), made["receipt"], made["receipt"][-31:]]
    columns = await sql(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'kinerja' AND data_type IN"
        " ('text', 'jsonb', 'json', 'bytea', 'ARRAY', 'character varying')"
    )
    assert len(columns) > 200
    told: list[str] = []
    for schema, table, column in columns:
        for one in hidden:
            forms = [one, one.encode().hex()]
            found = await sql(
                f"SELECT count(*) FROM {schema}.{table}"
                f" WHERE strpos({column}::text, $1) > 0 OR strpos({column}::text, $2) > 0",
                *forms,
            )
            told += [f"{table}.{column}: {one}"] if found[0][0] else []
    assert told == []
    (reporter,) = await rows_of(sql, world, "reporters")
    assert len(reporter["sealed"]) > 60


async def test_sent_twice_with_the_same_key_it_is_one_report(api: Api, world: World, sql: Any):
    path, same = f"/v1/public/{world.code}/reports", key()
    both = await asyncio.gather(*[api.post(path, REPORT, key=same) for _ in range(3)])
    codes = sorted(one.status_code for one in both)
    assert set(codes) <= {201, 409}
    assert 201 in codes
    again = await api.post(path, REPORT, key=same)
    assert again.headers["Idempotency-Replayed"] == "true"
    made = [one.json() for one in both if one.status_code == 201]
    assert all(one == again.json() for one in made)
    assert len(await rows_of(sql, world, "citizen_reports")) == 1
    other = await api.post(path, {**REPORT, "title": "Lain"}, key=same)
    assert other.status_code == 422
    (stored,) = await rows_of(sql, world, "idempotency_keys")
    assert stored["is_sealed"]
    assert (await api.post(path, REPORT)).status_code == 400
    assert (await api.post(path, REPORT, key="sixteen-letters-")).status_code == 400


async def test_whistle_blowing_and_retaliation_are_the_inspectorates(
    api: Api, world: World, sql: Any
):
    blown = await send(api, world, kind="pelaporan_pelanggaran", contact=CONTACT)
    revenge = await send(api, world, is_retaliation=True, about_ticket=blown["ticket"])
    assert blown["is_confidential"]
    assert revenge["is_confidential"]
    assert revenge["due"]["days"] == 1
    rows = {row["ticket"]: row for row in await rows_of(sql, world, "citizen_reports")}
    for made, found in ((blown, "pelaporan_pelanggaran"), (revenge, "pembalasan")):
        row = rows[made["ticket"]]
        assert (row["report_class"], row["led_by"]) == (found, "inspectorate")
        assert row["is_confidential"]
        assert not row["sends_news"]
    assert blown["ticket"] in rows[revenge["ticket"]]["attributes"]
    kinds = {row["kind"] for row in await rows_of(sql, world, "jobs")}
    assert "send_report_news" not in kinds


async def test_news_go_where_an_address_was_left(api: Api, world: World, sql: Any):
    await send(api, world, contact=CONTACT)
    (job,) = [row for row in await rows_of(sql, world, "jobs") if row["kind"] == "send_report_news"]
    assert "siti" not in str(job["payload"])
    await send(api, world, contact={"name": "Budi"})
    rows = await rows_of(sql, world, "citizen_reports")
    assert sorted((row["is_anonymous"], row["sends_news"]) for row in rows) == [
        (False, False), (False, True),
    ]  # fmt: skip


async def test_a_category_that_demands_it_makes_a_report_confidential(
    api: Api, world: World, other_world: World
):
    secret = await new_category(world, is_confidential=True)
    assert (await send(api, world, category_id=str(secret)))["is_confidential"]
    open_one = await new_category(world)
    assert not (await send(api, world, category_id=str(open_one)))["is_confidential"]
    asleep = await new_category(world, is_active=False)
    for category in (asleep, await new_category(other_world)):
        refused = await send(api, world, 422, category_id=str(category))
        assert refused["errors"][0]["pointer"] == "/category_id"
    other = await new_category(world, kind="aspirasi")
    refused = await send(api, world, 422, category_id=str(other))
    assert refused["code"] == "category_of_other_kind"


async def test_what_is_refused(api: Api, world: World):
    for wrong in (
        {"is_anonymous": True, "contact": CONTACT},
        {"contact": {}},
        {"contact": {"email": "a@b"}},
        {"contact": {"email": "a@contoh.id\nBcc: b@contoh.id"}},
        {"contact": {"phone": "siapa"}},
        {"latitude": "-5.1"},
        {"latitude": "91", "longitude": "119"},
        {"latitude": -5.1, "longitude": 119.4},
        {"latitude": "NaN", "longitude": "1"},
        {"occurred_on": "2199-01-01"},
        {"kind": "pembalasan"},
        {"channel": "counter"},
        {"body": "x" * 4001},
        {"body": "a\x00b"},
        {"title": "a\u202eb"},
        {"title": "\u200b"},
        {"attributes": {"a": 1}},
        {"attributes": {str(n): "x" for n in range(21)}},
        {"ticket": "AAAA-AAAA"},
        {"status": "closed"},
        {"language": "fr"},
    ):
        await send(api, world, 422, **wrong)
    large = await api.post(
        f"/v1/public/{world.code}/reports", {**REPORT, "body": "x" * 11_000_000}, key=key()
    )
    assert large.status_code == 413
    unknown = await api.post("/v1/public/kota-tiada/reports", REPORT, key=key())
    assert unknown.status_code == 404


async def test_hostile_text_is_kept_as_text(api: Api, world: World, sql: Any):
    hostile = "'; DROP TABLE kinerja.citizen_reports; -- <script>alert(1)</script> {0} %s \\"
    made = await send(api, world, title=hostile, body=hostile, place=hostile)
    own = {"X-Receipt": made["receipt"]}
    mine = await api.get(f"/v1/public/{world.code}/reports/mine", headers=own)
    assert mine.headers["content-type"] == "application/json"
    assert (mine.json()["title"], mine.json()["body"], mine.json()["place"]) == (hostile,) * 3


async def test_a_machine_is_thanked_and_dropped(api: Api, world: World, sql: Any):
    honest, dropped = await send(api, world), await send(api, world, website="http://x.test")
    assert honest.keys() == dropped.keys()
    assert {name for name in honest if honest[name] != dropped[name]} == {
        "ticket", "receipt", "received_at",
    }  # fmt: skip
    assert len(await rows_of(sql, world, "citizen_reports")) == 1
    own = {"X-Receipt": dropped["receipt"]}
    gone = await api.get(f"/v1/public/{world.code}/reports/mine", headers=own)
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("setting", "action"),
    [("public_reports_per_hour", "reports"), ("public_tenant_reports_per_hour", "reports"),
     ("public_messages_per_hour", "reports/candidates")],
)  # fmt: skip
async def test_there_are_so_many_an_hour(
    app: Any, api: Api, world: World, monkeypatch: pytest.MonkeyPatch, setting: str, action: str
):
    settings = app.state.settings
    security = settings.security.model_copy(update={setting: 2})
    few = dataclasses.replace(settings, security=security)
    monkeypatch.setitem(app.state._state, "settings", few)
    path = f"/v1/public/{world.code}/{action}"
    body = REPORT if action == "reports" else {"title": "Lampu"}
    machine = {**body, "website": "http://x.test"} if setting == "public_reports_per_hour" else body
    sent = [await api.post(path, one, key=key()) for one in (body, machine, body)]
    assert [one.status_code // 100 for one in sent] == [2, 2, 4]
    assert sent[2].status_code == 429
    assert 0 < int(sent[2].headers["Retry-After"]) <= 3601


async def test_the_public_reads_published_reports_only(
    api: Api, world: World, other_world: World, database: Any
):
    category = await new_category(world)
    published: dict[str, Any] = {
        "public_title": "Lampu padam", "public_body": "Lampu 081234567890", "ticket": "7K3Q-A9XW",
        "published_at": clock.now(), "latitude": -5.147665, "longitude": 119.432731,
        "category_id": category,
    }  # fmt: skip
    await new_report(world, status="answered", public_reply="Sudah menyala.", **published)
    await new_report(world, status="answered", ticket="AAAA-AAAA")
    path = f"/v1/public/{world.code}/reports"
    seen = await api.get(f"{path}/7k3q-a9xw")
    assert seen.status_code == 200
    body = seen.json()
    assert (body["title"], body["body"]) == ("Lampu padam", "Lampu […]")
    assert body["reply"] == "Sudah menyala."
    (listed,) = (await api.get(path)).json()["items"]
    same = ("ticket", "title", "body", "reply", "unit_name", "received_on", "latitude", "longitude")
    assert {name: body[name] for name in same} == {name: listed[name] for name in same}
    assert (body["latitude"], body["longitude"]) == ("-5.15", "119.43")
    assert body["unit_name"]
    assert seen.headers["cache-control"] == "public, max-age=60"
    assert (seen.headers["vary"], seen.headers["content-language"]) == ("Accept-Language", "id")
    retaliation: dict[str, Any] = {**published, "ticket": "CCCC-CCCC"}
    await new_report(world, report_class="pembalasan", **retaliation)
    hidden = [f"{path}/AAAA-AAAA", f"{path}/BBBB-BBBB", f"{path}/CCCC-CCCC", f"{path}/{'x' * 60}"]
    elsewhere = f"/v1/public/{other_world.code}/reports/7K3Q-A9XW"
    answers = [(await api.get(one)) for one in [*hidden, elsewhere]]
    assert {one.status_code for one in answers} == {404}
    assert len({str({**one.json(), "instance": ""}) for one in answers}) == 1


async def test_categories_are_listed_for_everybody(api: Api, world: World, other_world: World):
    await new_category(world, code="b", name="Sampah")
    await new_category(world, code="a", name="Jalan", kind="aspirasi")
    await new_category(world, code="c", is_active=False)
    await new_category(other_world, code="d")
    path = f"/v1/public/{world.code}/report-categories"
    seen = await api.get(path)
    assert [one["code"] for one in seen.json()["items"]] == ["a", "b"]
    assert "unit_id" not in seen.json()["items"][0]
    assert seen.headers["cache-control"] == "public, max-age=300"
    some = await api.get(path, params={"kind": "aspirasi"})
    assert [one["name"] for one in some.json()["items"]] == ["Jalan"]


async def test_logs_know_the_address_only(
    api: Api, world: World, capsys: pytest.CaptureFixture[str]
):
    configure_logging("debug")
    try:
        made = await send(api, world, contact=CONTACT)
        own = {"X-Receipt": made["receipt"]}
        path = f"/v1/public/{world.code}/reports"
        await api.get(f"{path}/mine", headers=own)
        await api.get(f"{path}/{made['ticket']}")
        await api.post(f"{path}/mine/messages", {"body": "Lampu"}, headers=own)
        await send(api, world, 422, body="Lampu\x00")
    finally:
        configure_logging("error")
    told = "".join(capsys.readouterr())
    assert "/v1/public/{tenant}/reports/mine" in told
    for hidden in ("Lampu", "pasar", *CONTACT.values(), made["receipt"][-31:], made["ticket"]):
        assert hidden not in told
