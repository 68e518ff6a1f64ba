"""Who reported: sealed, unreachable for the ordinary roles, told by break-glass, forgotten."""

import datetime as dt
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import delete, select, update

from kinerja_api.access.rules import AccountKind, Role
from kinerja_api.access.tables import accounts
from kinerja_api.complaints.commands.forgetting import forget_reporters
from kinerja_api.complaints.commands.reporters import (
    find_sealed,
    keep_reporter,
    opened,
    request_erasure,
)
from kinerja_api.complaints.errors import ReporterUnreadable
from kinerja_api.complaints.identity_jobs import HANDLERS
from kinerja_api.complaints.rules.reporters import Reporter
from kinerja_api.complaints.tables import (
    citizen_reports,
    report_accused,
    report_messages,
    reporters,
)
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.ids import new_id
from kinerja_api.core.jobs import run_jobs
from kinerja_api.core.sql import Statement
from kinerja_api.organisation.queries.norms import forget_norms
from tests.factories.complaints import new_accused, new_report
from tests.factories.findings import new_case
from tests.factories.reporters import RINA, new_signed_report
from tests.factories.world import World
from tests.plugins.service import Api

REASON = "Ancaman terhadap pelapor; diperlukan perlindungan segera."
WORDS = ["Rina Puspita", "rina.puspita@contoh.id", "081298765432"]
KEPT = "SELECT report_id FROM kinerja.reporters WHERE tenant_id = $1"
TRAIL = (
    "SELECT * FROM kinerja.audit_entries WHERE tenant_id = $1 AND action LIKE 'reporter.%'"
    " ORDER BY at"
)


def path_of(report_id: UUID) -> str:
    return f"/v1/citizen-reports/{report_id}/disclosures"


async def find_anywhere(sql: Any, tenant_id: UUID, words: list[str]) -> set[str]:
    """The tables in which one of the words stands in clear, as text or as bytes."""
    found: set[str] = set()
    tables = await sql(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = 'kinerja'::regnamespace AND relkind = 'r' AND attname = 'tenant_id'"
    )
    for table in [row["relname"] for row in tables]:
        rows = await sql(
            f"SELECT 1 FROM kinerja.{table} AS t, unnest($2::text[]) AS word WHERE tenant_id = $1"
            " AND (strpos(t::text, word) > 0"
            "  OR strpos(t::text, encode(convert_to(word, 'UTF8'), 'hex')) > 0) LIMIT 1",
            tenant_id,
            words,
        )
        found |= {table} if rows else set()
    return found


@pytest.mark.parametrize(
    "forbidden",
    [
        select(reporters.c.report_id),
        delete(reporters),
        update(reporters).values(sealed=b"x"),
    ],
)
async def test_the_service_cannot_read_change_or_erase_who_reported(
    world: World, database: Database, forbidden: Any
):
    await new_signed_report(world)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="reporters"):
        async with database.write(world.tenant_id) as writing:
            await writing.execute(Statement(forbidden))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="reporters"):
        async with database.read(world.tenant_id) as reading:
            await reading.value(Statement(forbidden))


@pytest.mark.parametrize("table", [citizen_reports, accounts, report_accused, report_messages])
async def test_who_reads_who_reported_reads_nothing_else(
    world: World, database: Database, table: Any
):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.identity(world.tenant_id) as identity:
            await identity.value(Statement(select(table.c.tenant_id)))


async def test_it_is_sealed_for_its_report_alone(world: World, database: Database, sql: Any):
    mine, other = await new_signed_report(world), await new_report(world, is_anonymous=False)
    secret = world.app.state.secret
    assert await find_anywhere(sql, world.tenant_id, WORDS) == set()
    await sql(
        "INSERT INTO kinerja.reporters SELECT tenant_id, $2, sealed FROM kinerja.reporters"
        " WHERE report_id = $1",
        mine,
        other,
    )
    async with database.identity(world.tenant_id) as identity:
        sealed = await find_sealed(identity, other)
    assert sealed is not None
    assert opened(secret, sealed, tenant_id=world.tenant_id, report_id=mine) == RINA
    for context in (
        {"tenant_id": world.tenant_id, "report_id": other},
        {"tenant_id": new_id(), "report_id": mine},
    ):
        with pytest.raises(ReporterUnreadable):
            opened(secret, sealed, **context)
    with pytest.raises(ReporterUnreadable):
        opened(b"y" * 32, sealed, tenant_id=world.tenant_id, report_id=mine)


async def test_nobody_leaves_no_row_and_is_not_printed(world: World, sql: Any):
    report_id = await new_report(world)
    async with world.database.write(world.tenant_id) as writing:
        await keep_reporter(writing, world.app.state.secret, report_id, Reporter())
        await keep_reporter(writing, world.app.state.secret, report_id, Reporter(name=""))
    assert await sql(KEPT, world.tenant_id) == []
    assert "Rina" not in repr(RINA)


async def test_break_glass_tells_logs_first_and_tells_the_inspectorate(
    api: Api, world: World, sql: Any, fresh_key: str, capsys: pytest.CaptureFixture[str]
):
    report_id = await new_signed_report(world, ticket="T-77")
    officer = await world.officer("Petugas Pengaduan", Role.COMPLAINTS_OFFICER)
    auditor = await world.employee("Auditor")
    await world.grant(auditor, Role.INSPECTORATE)
    for _ in range(2):
        told = await api.post(path_of(report_id), {"reason": REASON}, by=officer, key=fresh_key)
        assert told.status_code == 201, told.text
        assert told.json() == {
            "report_id": str(report_id), "name": RINA.name, "email": RINA.email,
            "phone": RINA.phone,
        }  # fmt: skip
        assert told.headers.get_list("cache-control") == ["no-store"]
    entries = await sql(TRAIL, world.tenant_id)
    assert [(row["action"], row["reason"]) for row in entries] == [
        ("reporter.disclosed", REASON)
    ] * 2
    assert {row["account_id"] for row in entries} == {officer.account_id}
    assert {row["subject_id"] for row in entries} == {report_id}
    assert await find_anywhere(sql, world.tenant_id, WORDS) == set()
    assert await find_anywhere(sql, world.tenant_id, ["T-77"]) == {"citizen_reports", "notices"}
    said = capsys.readouterr()
    assert not [word for word in WORDS if word in said.out + said.err]
    notices = (await api.get("/v1/me/notices", by=auditor)).json()["items"]
    assert [(one["kind"], one["note"]) for one in notices] == [("reporter_disclosed", REASON)] * 2
    assert "T-77" in notices[0]["text"]
    listed = await api.get(path_of(report_id), by=auditor)
    rows = listed.json()["items"]
    assert [(row["account_name"], row["reason"]) for row in rows] == [
        ("Petugas Pengaduan", REASON)
    ] * 2
    page = (await api.get(path_of(report_id), by=auditor, params={"limit": 1})).json()
    rest = {"limit": 1, "cursor": page["next_cursor"]}
    last = (await api.get(path_of(report_id), by=auditor, params=rest)).json()
    assert [*page["items"], *last["items"]] == rows
    assert (await api.get(path_of(report_id), by=officer)).status_code == 403


async def test_break_glass_is_refused(api: Api, world: World, other_world: World, sql: Any):
    signed = await new_signed_report(world)
    anonymous = await new_report(world)
    empty = await new_report(world, is_anonymous=False)
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    body = {"reason": REASON}
    for report_id, code in ((anonymous, "reporter_anonymous"), (empty, "reporter_not_kept")):
        refused = await api.post(path_of(report_id), body, by=officer)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    for reason in ("", "terlalu pendek", "pendek" + " " * 40, "x" * 4001, 5, None):
        refused = await api.post(path_of(signed), {"reason": reason}, by=officer)
        assert refused.status_code == 422
    unit_officer = await world.officer("Unit", Role.COMPLAINTS_OFFICER, unit=world.root)
    employee = await world.employee("Pegawai", head=True)
    for person in (employee, unit_officer, world.mayor, world.admin, world.agency):
        assert (await api.post(path_of(signed), body, by=person)).status_code == 403
    stranger = await other_world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    auditor = await other_world.officer("Auditor", Role.INSPECTORATE)
    assert (await api.post(path_of(signed), body, by=stranger)).status_code == 404
    assert (await api.get(path_of(signed), by=auditor)).status_code == 404
    assert (await api.post(path_of(new_id()), body, by=officer)).status_code == 404
    assert (await api.post(path_of(signed), body)).status_code == 401
    assert await sql(TRAIL, world.tenant_id) == []


async def test_who_stands_in_the_accused_persons_line_learns_nothing(
    api: Api, world: World, sql: Any
):
    case = await new_case(api, world, is_anonymous=False)
    async with world.database.write(world.tenant_id) as writing:
        await keep_reporter(writing, world.app.state.secret, case.report, RINA)
    for person in (case.accused, case.head):
        for role in (Role.COMPLAINTS_OFFICER, Role.INSPECTORATE):
            await world.grant(person, role)
        refused = await api.post(path_of(case.report), {"reason": REASON}, by=person)
        assert refused.status_code == 404
        assert (await api.get(path_of(case.report), by=person)).status_code == 404
    told = await api.post(path_of(case.report), {"reason": REASON}, by=case.finder)
    assert told.status_code == 201
    for person, wanted in ((case.accused, 0), (case.head, 0), (case.second, 1)):
        notices = (await api.get("/v1/me/notices", by=person)).json()["items"]
        assert len(notices) == wanted, person.name


async def test_what_the_inspectorate_leads_it_alone_opens(api: Api, world: World):
    officer = await world.employee("Petugas")
    await world.grant(officer, Role.COMPLAINTS_OFFICER)
    values: dict[str, Any] = {"led_by": "inspectorate", "status": "in_progress"}
    theirs = await new_signed_report(world, **values)
    handled = await new_signed_report(world, handler=officer, **values)
    body = {"reason": REASON}
    assert (await api.post(path_of(theirs), body, by=officer)).status_code == 404
    refused = await api.post(path_of(handled), body, by=officer)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_part")
    auditor = await world.officer("Auditor", Role.INSPECTORATE)
    assert (await api.post(path_of(theirs), body, by=auditor)).status_code == 201


async def test_a_machine_opens_nothing(api: Api, world: World, sql: Any):
    report_id = await new_signed_report(world)
    machine = await world.officer("robot", Role.COMPLAINTS_OFFICER)
    await sql(
        "UPDATE kinerja.accounts SET kind = $2 WHERE id = $1",
        machine.account_id,
        AccountKind.MACHINE,
    )
    body = {"name": "X", "expires_on": str(clock.now().date() + dt.timedelta(days=30))}
    made = await api.post(f"/v1/accounts/{machine.account_id}/api-keys", body, by=world.admin)
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    refused = await api.post(path_of(report_id), {"reason": REASON}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")


async def test_erasing_on_request_stops_the_news_at_once(
    world: World, database: Database, sql: Any
):
    mine, other = await new_signed_report(world), await new_signed_report(world)
    asked = "SELECT sends_news FROM kinerja.citizen_reports WHERE id = $1"
    for _ in range(2):
        async with database.write(world.tenant_id) as writing:
            await request_erasure(writing, mine)
        assert (await sql(asked, mine))[0]["sends_news"] is False
    assert await run_jobs(database, world.tenant_id, HANDLERS, limit=5) == 2
    assert [row["report_id"] for row in await sql(KEPT, world.tenant_id)] == [other]
    (entry,) = await sql(TRAIL, world.tenant_id)
    assert (entry["action"], entry["subject_id"]) == ("reporter.erased", mine)
    assert entry["account_id"] is None


async def test_who_reported_is_forgotten_a_year_after_the_end(
    api: Api, world: World, database: Database, sql: Any
):
    def ended(days: int) -> dict[str, Any]:
        then = clock.now() - dt.timedelta(days=days)
        return {"status": "closed", "received_at": then}

    gone, recent = (
        await new_signed_report(world, **ended(380)),
        await new_signed_report(world, **ended(300)),
    )
    await new_signed_report(world, **ended(380), is_ex_officio=True)
    under_way = await new_signed_report(world, received_at=clock.now() - dt.timedelta(days=380))
    disputed = await new_signed_report(
        world, **ended(380), report_class="pengaduan_berkadar_pengawasan"
    )
    case = await new_case(api, world)
    await new_accused(world, disputed, case.accused)
    made = await api.post(
        f"/v1/citizen-reports/{disputed}/findings",
        {"employee_id": str(case.accused.employee_id), "outcome": "tidak_terbukti",
         "summary": "Tidak ditemukan pelanggaran."},
        by=case.finder,
    )  # fmt: skip
    assert made.status_code == 201, made.text
    assert await forget_reporters(database, world.tenant_id) == 1
    left = {row["report_id"] for row in await sql(KEPT, world.tenant_id)}
    assert gone not in left
    assert {recent, under_way, disputed} <= left
    news = await sql("SELECT sends_news FROM kinerja.citizen_reports WHERE id = $1", gone)
    assert news[0]["sends_news"] is False
    assert [row["subject_id"] for row in await sql(TRAIL, world.tenant_id)] == [gone]
    assert await forget_reporters(database, world.tenant_id) == 0
    norm = {"key": "reporter_days", "value": 90, "basis": "Perwali 5/2026",
            "starts_on": "2026-01-01"}  # fmt: skip
    assert (await api.post("/v1/norms", norm, by=world.agency)).status_code == 201
    forget_norms(world.tenant_id)
    assert await forget_reporters(database, world.tenant_id) == 1
    assert recent not in {row["report_id"] for row in await sql(KEPT, world.tenant_id)}
