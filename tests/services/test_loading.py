"""Files of services and transactions: wholly or not at all, every faulty row named."""

from typing import Any
from uuid import UUID

from kinerja_api.core.db import Database
from kinerja_api.imports.commands import ImportReport, import_files
from kinerja_api.imports.files import ImportFile
from kinerja_api.imports.formats import SERVICES, TRANSACTIONS
from tests.factories.world import World

HEAD = "code,unit_code,name,description,is_public,is_active"
STANDARD = (
    "standard_from,standard_to,requirements,procedure,processing_time,processing_unit,cost,"
    "product,complaint_handling,basis"
)
WHOLE = "2026-01-01,,KK,Loket,3,working_days,Gratis,KTP,Loket,Kepdis 1/2026"
COLUMNS = "service_code,ref,received_at,complete_at,done_at,cancelled_at,cancel_reason"
PAUSE = "handler_ref,pause_reason,pause_starts_at,pause_ends_at"


async def load(database: Database, world: World, **files: str) -> ImportReport:
    formats = {"services": SERVICES, "transactions": TRANSACTIONS}
    given = [
        ImportFile(f"{name}.csv", formats[name], text.encode()) for name, text in files.items()
    ]
    return await import_files(database, world.tenant_id, given)


def faults(report: ImportReport) -> list[tuple[int, str | None, str]]:
    return [
        (fault.line, fault.column, fault.code) for file in report.files for fault in file.faults
    ]


async def unit_code(sql: Any, unit: UUID) -> str:
    return (await sql("SELECT code FROM kinerja.units WHERE id = $1", unit))[0]["code"]


async def kept(sql: Any, world: World, table: str, columns: str) -> list[Any]:
    rows = await sql(
        f"SELECT {columns} FROM kinerja.{table} WHERE tenant_id = $1 ORDER BY 1", world.tenant_id
    )
    return [tuple(row.values()) for row in rows]


async def test_files_load_wholly_and_again_without_a_change(
    world: World, database: Database, sql: Any
):
    unit = await unit_code(sql, await world.unit("Disdukcapil"))
    clerk = await world.employee("Siti")
    ref = (await sql("SELECT ref FROM kinerja.employees WHERE id = $1", clerk.employee_id))[0][
        "ref"
    ]
    services = (
        f"{HEAD},{STANDARD}\nKTP,{unit},Penerbitan KTP,,ya,true,{WHOLE}\n"
        f"KK,{unit},Kartu keluarga,Bagi penduduk,false,true,,,,,,,,,,\n"
    )
    ktp = f"KTP,470/1,2026-03-02 08:00,2026-03-02 08:10,2026-03-05 10:00,,,{ref}"
    lines = [
        f"{ktp},citizen_data,2026-03-03 08:00,2026-03-03 09:00",
        f"{ktp},other_agency,2026-03-04 08:00,2026-03-04T09:00",
        "KK,471/1,2026-03-02 08:00,,,2026-03-02 09:00,Ditarik,,,,",
        "KK,471/2,2026-03-02 08:00,2026-03-02 09:00,,,,,legal_process,2026-03-03 09:00,",
    ]
    transactions = "\n".join([f"{COLUMNS},{PAUSE}", *lines])
    for _ in range(2):
        report = await load(database, world, services=services, transactions=transactions)
        assert report.is_accepted, "\n".join(report.lines())
        assert await kept(sql, world, "services", "code, is_public, version") == [
            ("KK", False, 1), ("KTP", True, 1),
        ]  # fmt: skip
        assert await kept(sql, world, "service_standards", "processing_time, version") == [(3, 1)]
        assert await kept(sql, world, "transactions", "ref, status, version") == [
            ("470/1", "done", 1), ("471/1", "cancelled", 1), ("471/2", "paused", 1),
        ]  # fmt: skip
    ended = transactions.replace("2026-03-03 09:00,", "2026-03-03 09:00,2026-03-04 08:00")
    begun = "471/2,2026-03-02 08:00,2026-03-02 09:00"
    ended = ended.replace(f"{begun},,", f"{begun},2026-03-05 09:00,")
    changed = services.replace("Gratis", "Rp0")
    assert (await load(database, world, services=changed, transactions=ended)).is_accepted
    assert await kept(sql, world, "service_standards", "cost, version") == [("Rp0", 2)]
    rows = await kept(sql, world, "transactions", "ref, status, version, received_at")
    assert [row[:3] for row in rows] == [
        ("470/1", "done", 1), ("471/1", "cancelled", 1), ("471/2", "done", 2),
    ]  # fmt: skip
    assert rows[0][3].isoformat() == "2026-03-02T01:00:00+00:00"
    assert len(await kept(sql, world, "transaction_pauses", "starts_at, ends_at")) == 3


async def test_every_faulty_row_is_named_and_nothing_loaded(
    world: World, database: Database, sql: Any
):
    unit = await unit_code(sql, await world.unit("Disdukcapil"))
    bad = "\n".join(
        [
            f"{HEAD},{STANDARD}",
            f"A,{unit},Satu,,true,true,{WHOLE}",
            f"A,{unit},Dua,,true,true,{WHOLE}",
            f"B,tidak-ada,Tiga,,true,true,{WHOLE}",
            f"C,{unit},Empat,,true,true,2026-01-01,,KK,,3,working_days,Gratis,KTP,Loket,Kepdis",
            f"D,{unit},Lima,,true,true,{WHOLE.replace('2026-01-01,', '2026-01-01,2025-01-01')}",
        ]
    )
    assert faults(await load(database, world, services=bad)) == [
        (3, "code", "row_repeated"), (4, "unit_code", "unknown_reference"),
        (5, "standard_from", "standard_incomplete"), (6, "standard_to", "ends_before_start"),
    ]  # fmt: skip
    assert await kept(sql, world, "services", "code") == []
    one = f"{HEAD},{STANDARD}\nA,{unit},Satu,,true,true,{WHOLE}\n"
    assert (await load(database, world, services=one)).is_accepted
    clash = one.replace("2026-01-01", "2026-02-01")
    assert faults(await load(database, world, services=clash)) == [
        (2, "standard_from", "standard_overlaps")
    ]
    other = await unit_code(sql, await world.unit("Dinkes"))
    moved = one.replace(unit, other)
    assert faults(await load(database, world, services=moved)) == [
        (2, "unit_code", "service_moves")
    ]
    rows = [
        "A,1,2026-03-02 08:00,2026-03-01 08:00,,,",
        "X,2,2026-03-02 08:00,,,,",
        "A,3171234567890123,2026-03-02 08:00,,,,",
        "A,4,2026-03-02 08:00,,,2026-03-02 09:00,",
        "A,5,2999-03-02 08:00,,,,",
        "A,6,2026-03-02 08:00,,,,",
        "A,6,2026-03-02 09:00,,,,",
    ]
    text = "\n".join([COLUMNS, *rows])
    assert faults(await load(database, world, transactions=text)) == [
        (2, "complete_at", "times_out_of_order"), (3, "service_code", "unknown_reference"),
        (4, "ref", "personal_number_refused"), (5, "cancel_reason", "cancel_reason_missing"),
        (6, "received_at", "time_in_future"), (7, None, "transaction_row_differs"),
    ]  # fmt: skip
    spoilt = f"{COLUMNS}\nA,1,kemarin,,,,\n"
    assert faults(await load(database, world, transactions=spoilt)) == [
        (2, "received_at", "import_not_moment")
    ]
    paused = f"{COLUMNS},{PAUSE}\nA,1,2026-03-02 08:00,2026-03-02 08:00,,,,,,2026-03-02 08:00,\n"
    assert faults(await load(database, world, transactions=paused)) == [
        (2, "pause_starts_at", "times_out_of_order")
    ]
    assert await kept(sql, world, "transactions", "ref") == []
