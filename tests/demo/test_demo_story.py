import datetime as dt
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kinerja_api.access.commands.bootstrap import create_tenant
from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.cli.closing import close_and_wait
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.ids import new_id
from kinerja_api.demo.cities import MEDAN
from kinerja_api.demo.files import write_government
from kinerja_api.demo.story import keep_calendar, tell_unit
from kinerja_api.imports.commands import import_files
from kinerja_api.imports.files import read_files

TODAY = clock.today("Asia/Jakarta")
IN_JANUARY = dt.date(TODAY.year, 1, 1)


@pytest.fixture
async def tenant_id(database: Database) -> uuid.UUID:
    async with database.write(new_id()) as writing:
        code = f"kota-{writing.tenant_id.hex}"
        return await create_tenant(writing, code=code, name="Kota", time_zone="Asia/Jakarta")


@pytest.mark.parametrize("today", [TODAY, IN_JANUARY])
async def test_the_last_month_is_closed_and_the_counter_lives(
    database: Database,
    tenant_id: uuid.UUID,
    sql: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    today: dt.date,
):
    monkeypatch.setattr("kinerja_api.demo.work.LOG_DAYS", 7)
    city = replace(MEDAN, staffing=0.3)
    government = write_government(tmp_path, city, today=today, numbers=set())
    report = await import_files(database, tenant_id, read_files([tmp_path])[0])
    assert report.is_accepted, "\n".join(report.lines())
    tenant = NamedTenant(tenant_id, "Kota", "Asia/Jakarta", is_active=True)
    closing = await close_and_wait(
        database, tenant, government.closes, advance=lambda what, done, total: None
    )
    assert (closing["status"], closing["error"]) == ("done", None)
    for _ in range(2):  # the second time changes nothing
        async with database.write(tenant_id) as writing:
            await keep_calendar(
                writing, "Asia/Jakarta", first_day=dt.date(today.year - 1, 1, 1), today=today
            )
            await tell_unit(writing, government)

    async def states(table: str, column: str = "status") -> Counter[str]:
        found = await sql(f"SELECT {column} FROM kinerja.{table} WHERE tenant_id = $1", tenant_id)
        return Counter(row[column] for row in found)

    evaluations = await states("evaluations")
    assert evaluations.pop("opened") > 50
    assert evaluations == {"decided": 1, "final": 1, "objected": 1}
    assert await states("objections") == {"filed": 1}
    assert await states("obstacles") == {"open": 1, "answered": 1, "resolved": 1}
    assert set(await states("plan_actions", "progress_percent")) == {0, 40, 100}
    assert sum((await states("unit_schedules", "basis")).values()) == 1
    assert sum((await states("outages", "reason")).values()) == 1
    linked = await sql(
        "SELECT count(*) FROM kinerja.targets WHERE tenant_id = $1 AND goal_id IS NOT NULL",
        tenant_id,
    )
    assert linked[0]["count"] > 40
