"""The citizens' side of the demonstration, as the printed logins and passers-by see it."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from kinerja_api.access.queries.credentials import named_tenant
from kinerja_api.cli.closing import close_and_wait
from kinerja_api.complaints.rules import ReportStatus
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.demo import Demo, Installation, introduction, prepare_demo, read_demo, setup
from kinerja_api.demo.cities import MEDAN
from tests.plugins.service import Api

ROLES = ["employee", "superior", "head_of_unit", "complaints_officer", "inspectorate"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The demonstration that was made, where, and tokens of its logins."""

    demo: Demo
    there: Installation
    tenant_id: uuid.UUID
    tokens: dict[str, str]


@pytest.fixture(scope="module")
async def shown(
    app: Any, api: Api, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shown]:
    """A demonstration of one small government, and all printed people signed in."""
    with pytest.MonkeyPatch.context() as patch:
        code, folder = f"medan-{uuid.uuid4().hex}", tmp_path_factory.mktemp("var")
        patch.setattr("kinerja_api.demo.work.LOG_DAYS", 3)
        patch.setattr("kinerja_api.demo.files.CITIES", (replace(MEDAN, code=code, staffing=0.3),))
        patch.setattr(setup, "SHOWN", code)
        patch.setattr(setup, "SYSTEM_TENANT", f"system-{uuid.uuid4().hex}")

        async def close(tenant: str, period: str) -> None:
            found = await named_tenant(database, tenant)
            closing = await close_and_wait(database, found, period, advance=lambda *_: None)
            assert closing["error"] is None

        there = Installation(database, folder, app.state.secret, close)
        demo = await prepare_demo(there, advance=lambda *_: None)
        tokens = {role: await sign_in(api, demo, role) for role in ROLES}
        yield Shown(demo, there, (await named_tenant(database, code)).id, tokens)


async def sign_in(api: Api, demo: Demo, role: str) -> str:
    login = demo.of(role)
    who = {"tenant": login.tenant, "login": login.login, "password": login.password}
    answer = await api.post("/v1/sessions", who)
    assert answer.status_code == 201, answer.text
    return answer.json()["access_token"]


async def read(api: Api, shown: Shown, path: str, role: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {shown.tokens[role]}"} if role else {}
    answer = await api.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def reports_of(api: Api, shown: Shown, role: str, wanted: str = "") -> list[Any]:
    return (await read(api, shown, f"/v1/citizen-reports?limit=200{wanted}", role))["items"]


async def test_reports_stand_in_every_state(shown: Shown, sql: Any):
    found = await sql("SELECT * FROM kinerja.citizen_reports WHERE tenant_id = $1", shown.tenant_id)
    statuses = Counter(row["status"] for row in found)

    assert set(statuses) == set(ReportStatus)
    assert statuses["answered"] + statuses["closed"] >= 12
    assert {row["kind"] for row in found} == {
        "pengaduan", "aspirasi", "permintaan_informasi", "pelaporan_pelanggaran",
    }  # fmt: skip
    assert {row["channel"] for row in found} == {"web", "mobile", "musrenbang"}
    assert {row["close_reason"] for row in found} == {None, "confirmed", "signed_off"}
    assert sum(row["reopenings"] for row in found) == 1
    assert sum(row["is_anonymous"] for row in found) >= 1
    assert Counter(row["led_by"] for row in found)["inspectorate"] == 1
    open_but_discreet = [r for r in found if r["is_confidential"] and r["led_by"] == "officer"]
    assert [row["published_at"] for row in open_but_discreet] == [None]


async def test_each_login_sees_what_is_its_own(shown: Shown, api: Api):
    officer = await reports_of(api, shown, "complaints_officer")
    inspector = await reports_of(api, shown, "inspectorate")
    hidden = {each["id"] for each in inspector} - {each["id"] for each in officer}
    waiting = {
        role: Counter(
            each["status"] for each in await reports_of(api, shown, role, "&waits_for_me=true")
        )
        for role in ROLES
    }

    assert len(officer) >= 25
    assert [(r["kind"], r["led_by"]) for r in inspector if r["id"] in hidden] == [
        ("pelaporan_pelanggaran", "inspectorate")
    ]
    assert waiting["employee"] == {"in_progress": 2, "assigned": 1}
    assert waiting["superior"] == {"reply_proposed": 1}
    assert waiting["head_of_unit"] == {"reply_proposed": 2, "assigned": 1}
    assert waiting["complaints_officer"] == {"received": 2, "verified": 1}
    assert waiting["inspectorate"]["verified"] >= 1


async def test_the_printed_receipt_follows_a_report_of_the_printed_employee(shown: Shown, api: Api):
    lines = "\n".join(
        introduction(shown.demo, url="http://there", today=clock.today(MEDAN.time_zone))
    )
    receipt, ticket = shown.demo.receipt, shown.demo.ticket
    public = f"/v1/public/{shown.demo.tenant}"
    answer = await api.get(f"{public}/reports/mine", headers={"X-Receipt": str(receipt)})
    mine = answer.json()
    handled = await reports_of(api, shown, "employee", f"&ticket={ticket}")

    assert answer.status_code == 200
    assert (mine["ticket"], mine["status"], len(mine["messages"])) == (ticket, "in_progress", 2)
    assert [each["handler_name"] is not None for each in handled] == [True]
    assert f"curl -s http://there{public}/reports/mine -H 'X-Receipt: {receipt}'" in lines
    for address in (f"{public}/reports", "/open311/v2/discovery.json"):
        assert f"curl -s http://there{address}\n" in lines


async def test_everybody_reads_what_was_published(shown: Shown, api: Api):
    public = f"/v1/public/{shown.demo.tenant}"
    reports = (await read(api, shown, f"{public}/reports?limit=200"))["items"]
    inputs = (await read(api, shown, f"{public}/musrenbang"))["items"]
    services = (await read(api, shown, f"{public}/services"))["items"]
    surveys = (await read(api, shown, f"{public}/surveys"))["items"]
    campaigns = (await read(api, shown, f"{public}/campaigns"))["items"]
    by_protocol = await api.get(
        "/open311/v2/requests.json", params={"jurisdiction_id": shown.demo.tenant}
    )
    table = await api.get(f"{public}/reports", params={"format": "csv"})

    assert len(reports) >= 10
    assert [(each["stage"], each["reply"] is not None) for each in inputs] == [("answered", True)]
    assert all(each["standard"] is not None for each in services)
    assert len(services) == 4
    assert [each["is_sample_met"] for each in surveys] == [True]
    assert [each["needs_token"] for each in campaigns] == [False]
    assert len(table.text.splitlines()) == len(reports) + 1
    assert {each["service_request_id"] for each in by_protocol.json()} <= {
        each["ticket"] for each in reports
    }


async def test_there_is_enough_for_figures(shown: Shown, api: Api, sql: Any):
    units = (await read(api, shown, "/v1/units?limit=200", "head_of_unit"))["items"]
    unit = next(each for each in units if each["name"].startswith("Dinas Kependudukan"))
    today = clock.today(MEDAN.time_zone)
    due = today + dt.timedelta(days=60)  # being in time counts by the day on which it was due
    days = f"first_day={today}&last_day={due}"
    path = f"/v1/citizen-reports/figures?unit_id={unit['id']}&{days}"
    figures = await read(api, shown, path, "head_of_unit")
    documents = await sql(
        "SELECT t.status, p.id AS pause_id FROM kinerja.transactions t"
        " LEFT JOIN kinerja.transaction_pauses p"
        " ON p.tenant_id = t.tenant_id AND p.transaction_id = t.id WHERE t.tenant_id = $1",
        shown.tenant_id,
    )
    ratings = await sql(
        "SELECT id FROM kinerja.service_ratings WHERE tenant_id = $1", shown.tenant_id
    )

    for name in ("response_time_median", "on_time_share", "settlement_share", "reopen_rate"):
        assert figures[name]["value"] is not None, name
    assert len(documents) == 60
    assert Counter(row["status"] for row in documents)["done"] >= 45
    assert sum(row["pause_id"] is not None for row in documents) >= 8
    assert len(ratings) >= 10


async def test_a_second_start_changes_nothing(shown: Shown, database: Database, sql: Any):
    async def present() -> list[Any]:
        return [
            await sql(f"SELECT count(*) FROM kinerja.{table} WHERE tenant_id = $1", shown.tenant_id)
            for table in (
                "audit_entries", "citizen_reports", "report_events", "services", "transactions",
                "survey_responses", "service_ratings", "service_tokens", "accounts",
            )
        ]  # fmt: skip

    before = await present()
    kept = read_demo(shown.there.data_dir)
    unfinished = replace(shown.demo, is_ready=False)
    again = await prepare_demo(shown.there, advance=lambda *_: None)
    setup.write_demo(shown.there.data_dir, unfinished)  # as if it had been interrupted
    resumed = await prepare_demo(shown.there, advance=lambda *_: None)

    assert (again, resumed) == (kept, kept)
    assert await present() == before
