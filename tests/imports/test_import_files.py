"""Loading whole exports: the invented governments, and what happens to faulty files."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.commands.bootstrap import create_tenant
from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.cli.closing import close_and_wait, rederive_closings
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.ids import new_id
from kinerja_api.demo.cities import PANGKALPINANG
from kinerja_api.demo.files import write_government
from kinerja_api.imports.commands import ImportReport, import_files
from kinerja_api.imports.files import ImportFile, read_files

TABLES = {
    "units": "units", "positions": "positions", "people": "employees", "placements": "placements",
    "periods": "periods", "logs": "activity_logs", "results": "indicator_results",
    "behaviours": "behaviour_ratings",
}  # fmt: skip
TODAY = clock.today("Asia/Jakarta")


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> list[ImportFile]:
    """The files of a small government, with the logs of a week."""
    folder: Path = tmp_path_factory.mktemp("export")
    city = replace(PANGKALPINANG, staffing=0.3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kinerja_api.demo.work.LOG_DAYS", 7)
        write_government(folder, city, today=TODAY, numbers=set())
    return read_files([folder])[0]


@pytest.fixture
async def tenant_id(database: Database) -> UUID:
    async with database.write(new_id()) as writing:
        code = f"kota-{writing.tenant_id.hex}"
        return await create_tenant(writing, code=code, name="Kota", time_zone="Asia/Jakarta")


def outcomes(report: ImportReport) -> dict[str, str]:
    return {file.name.removesuffix(".csv"): file.outcome for file in report.files}


def rows_of(file: ImportFile) -> int:
    return file.content.count(b"\n") - 1


async def counted(sql: Any, tenant_id: UUID) -> dict[str, int]:
    return {
        name: (await sql(f"SELECT count(*) FROM kinerja.{table} WHERE tenant_id = $1", tenant_id))[
            0
        ]["count"]
        for name, table in TABLES.items()
    }


async def test_an_export_loads_wholly_closes_and_derives_again(
    database: Database, tenant_id: UUID, export: list[ImportFile], sql: Any
):
    checked = await import_files(database, tenant_id, export, dry_run=True)
    assert checked.is_accepted, "\n".join(checked.lines())
    assert set((await counted(sql, tenant_id)).values()) == {0}

    loaded = await import_files(database, tenant_id, export)
    assert loaded.is_accepted, "\n".join(loaded.lines())
    expected = {
        file.file_format.name: rows_of(file) for file in export if file.file_format.name in TABLES
    }
    assert await counted(sql, tenant_id) == expected

    versions = "SELECT id, version FROM kinerja.employees WHERE tenant_id = $1 ORDER BY id"
    before = await sql(versions, tenant_id)
    assert (await import_files(database, tenant_id, export)).is_accepted
    assert await counted(sql, tenant_id) == expected
    assert await sql(versions, tenant_id) == before

    steps: list[str] = []
    tenant = NamedTenant(tenant_id, "Kota", "Asia/Jakarta", is_active=True)
    period = f"{TODAY.year}-{TODAY.month:02}"
    closing = await close_and_wait(
        database,
        tenant,
        period,
        early_reason="Uji coba",
        advance=lambda what, done, total: steps.append(what),
    )
    assert (closing["status"], closing["error"]) == ("done", None)
    again = await rederive_closings(
        database, tenant_id, [], sample=50, advance=lambda what, done, total: None
    )
    assert again.are_equal, again.lines


async def test_faults_of_all_files_are_told_at_once_and_nothing_is_loaded(
    database: Database, tenant_id: UUID, export: list[ImportFile], sql: Any
):
    spoilt = [
        replace(file, content=file.content + b"only,three,cells\n")
        if file.file_format.name in {"people", "periods"}
        else file
        for file in export
    ]
    report = await import_files(database, tenant_id, spoilt)
    told = outcomes(report)
    assert {name for name, outcome in told.items() if outcome == "refused"} == {"people", "periods"}
    assert set(told.values()) == {"refused", "skipped"}
    assert set((await counted(sql, tenant_id)).values()) == {0}


async def test_a_file_the_database_refuses_leaves_none_of_its_rows(
    database: Database, tenant_id: UUID, export: list[ImportFile], sql: Any
):
    spoilt = [
        replace(file, content=file.content + b"X-1,999.999,Kepala,administrasi,pengawas,true\n")
        if file.file_format.name == "positions"
        else file
        for file in export
    ]
    report = await import_files(database, tenant_id, spoilt)
    told = outcomes(report)
    assert (told["units"], told["positions"], told["people"]) == ("loaded", "refused", "skipped")
    (fault,) = report.files[1].faults
    assert (fault.line, fault.column) == (rows_of(spoilt[1]) + 1, "unit_code")
    found = await counted(sql, tenant_id)
    assert (found["units"], found["positions"]) == (rows_of(spoilt[0]), 0)


async def test_each_file_leaves_an_entry_in_the_trail(
    database: Database, tenant_id: UUID, export: list[ImportFile], sql: Any
):
    assert (await import_files(database, tenant_id, export[:2])).is_accepted
    entries = await sql(
        "SELECT after FROM kinerja.audit_entries WHERE tenant_id = $1 AND action = 'file.imported'"
        " ORDER BY at",
        tenant_id,
    )
    assert len(entries) == 2
