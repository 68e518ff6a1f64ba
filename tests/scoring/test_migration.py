"""A closing made before frozen rows became lists keeps its scores, and derives to them again."""

import datetime as dt
import json
import os
from pathlib import Path

import asyncpg

from kinerja_api.core.db import Database
from kinerja_api.core.migrate import migrate
from kinerja_api.core.settings import DatabaseSettings
from kinerja_api.scoring.queries.snapshots import get_frozen_closing
from kinerja_api.scoring.rederive import rederive
from tests.plugins.database import server_url

# Every row that a close of fourteen people wrote at that revision.
_CLOSING = Path(__file__).parent / "closing_of_revision_0009.json"


async def test_a_closing_of_an_earlier_release_is_migrated_and_rederived():
    name = f"kinerja_upgraded_{os.getpid()}"
    admin = await asyncpg.connect(server_url("postgres", "postgres"))
    await admin.execute(f"CREATE DATABASE {name} OWNER kinerja_owner")
    owner_url, today = server_url("kinerja_owner", name), dt.date.today()
    stored = json.loads(_CLOSING.read_text(encoding="utf-8"))
    try:
        await migrate(owner_url, today=today, revision="0009")
        superuser = await asyncpg.connect(server_url("postgres", name))
        for table, rows in stored.items():
            await superuser.execute(
                f"INSERT INTO kinerja.{table}"
                f" SELECT * FROM json_populate_recordset(NULL::kinerja.{table}, $1)",
                json.dumps(rows),
            )
        await migrate(owner_url, today=today)
        scores = await superuser.fetchval("SELECT count(*) FROM kinerja.closing_scores")
        await superuser.close()
        pools = Database(
            DatabaseSettings(database_pool_size=2),
            writer_url=server_url("kinerja_writer", name),
            reader_url=server_url("kinerja_reader", name),
        )
        await pools.open()
        (closing,) = stored["closings"]
        async with pools.read(closing["tenant_id"]) as reading:
            again = await rederive(reading, closing["id"], sample=1000)
            frozen = await get_frozen_closing(reading, closing["id"])
        await pools.close()
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
    assert again.equal, again
    assert again.compared == again.by_decimals == scores == len(stored["closing_scores"])
    assert frozen is not None
    assert frozen["policy"]["cap_percent"] == "120.00"
