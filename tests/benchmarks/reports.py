"""Ten thousand reports of citizens: lists, figures and due dates beside bare SQL.

Goals: a page deep in a list at most 1.3 times the first; the list of the head of an office at most
1.5 times the LATERAL statement; the figures of all reports, item by item, and the due dates of all
open ones are computed in the service: their ratio is to the bare read of the same log.
"""

import asyncio
import datetime as dt
import time
from typing import Any

import asyncpg

from kinerja_api.access.rules import Role
from kinerja_api.complaints.commands.dues import refresh_open
from kinerja_api.complaints.queries.figures import complaint_figures
from kinerja_api.core.db import Database
from tests.benchmarks.emitted import emitted
from tests.benchmarks.report import Query, against, heading, race, ratio
from tests.benchmarks.stage import Stage, stage
from tests.factories.complaints import new_category, new_report
from tests.factories.world import World, new_world

_REPORTS, _UNITS, _DEPTH, _WALK, _ROUNDS = 10_000, 20, 8000, 200, 3
_CHANGED: dict[str, dict[str, str]] = {
    "report_confidentialities": {"report_id": "copy.id"},
    "citizen_reports": {
        "id": "copy.id", "unit_id": "copy.unit_id", "ticket": "copy.id::text",
        "receipt_hash": "uuid_send(copy.id)", "published_at": "old.received_at - copy.ago",
        "public_title": "'Lampu padam'", "public_body": "'Lampu padam di depan pasar'",
        "received_at": "old.received_at - copy.ago", "assigned_at": "old.assigned_at - copy.ago",
        "answered_at": "old.answered_at - copy.ago", "ended_at": "old.ended_at - copy.ago",
        "first_reply_at": "old.first_reply_at - copy.ago",
    },
    "report_events": {"report_id": "copy.id", "at": "old.at - copy.ago"},
    "report_segments": {
        "id": "gen_random_uuid()", "report_id": "copy.id", "unit_id": "copy.unit_id",
        "starts_at": "old.starts_at - copy.ago", "ends_at": "old.ends_at - copy.ago",
        "accepted_at": "old.accepted_at - copy.ago",
    },
}  # fmt: skip
_COPIES = """
CREATE TEMPORARY TABLE copies AS
SELECT gen_random_uuid() AS id, ($1::uuid[])[1 + n % cardinality($1)] AS unit_id,
       ($2::uuid[])[1 + n % cardinality($2)] AS template, make_interval(mins => n * 50) AS ago
FROM generate_series(1, $3::int) n
"""
_BARE = """
SELECT r.* FROM unnest($2::uuid[]) unit_id CROSS JOIN LATERAL (
    SELECT * FROM kinerja.citizen_reports r WHERE r.tenant_id = $1 AND r.unit_id = unit_id
    ORDER BY r.received_at DESC, r.id DESC LIMIT 51) r
ORDER BY r.received_at DESC, r.id DESC LIMIT 51
"""
_LOG = """
SELECT e.* FROM kinerja.report_events e WHERE e.tenant_id = $1
ORDER BY e.report_id, e.number
"""


def run() -> None:
    """Print the ratios."""
    with stage() as place:
        asyncio.run(_run(place))


async def _run(place: Stage) -> None:
    database = place.database()
    await database.open()
    app = place.app(database)
    superuser = await asyncpg.connect(place.url("postgres"))
    try:
        world, units = await _fill(app, database, superuser)
        officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
        head = await world.employee("Kepala", unit=units[0], head=True)
        await _lists(app, superuser, world, units, (officer.token, head.token))
        await _computed(database, superuser, world)
    finally:
        await asyncio.gather(superuser.close(), database.close())


async def _fill(
    app: Any, database: Database, superuser: asyncpg.Connection
) -> tuple[World, list[Any]]:
    """Copy an answered, a closed and a running report ten thousand times over a year."""
    world = await new_world(app, database)
    agency = await world.unit("Dinas Perhubungan")
    units = [agency, *[await world.unit(f"Seksi {n}", parent=agency) for n in range(1, _UNITS)]]
    category = await new_category(world)
    templates = [
        await new_report(world, status=status, unit=agency, category_id=category)
        for status in ("answered", "closed", "in_progress", "closed")
    ]
    await superuser.execute(_COPIES, units, templates, _REPORTS)
    for table, changed in _CHANGED.items():
        columns = await superuser.fetch(
            "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1"
            " AND table_schema = 'kinerja' AND is_generated = 'NEVER'",
            table,
        )
        names = [row["name"] for row in columns]
        values = ", ".join(changed.get(name, f"old.{name}") for name in names)
        key = "id" if table == "citizen_reports" else "report_id"
        await superuser.execute(
            f"INSERT INTO kinerja.{table} ({', '.join(names)}) SELECT {values}"
            f" FROM copies copy JOIN kinerja.{table} old ON old.{key} = copy.template",
            timeout=300,
        )
    await superuser.execute("VACUUM ANALYZE", timeout=300)
    return world, units


async def _lists(
    app: Any,
    superuser: asyncpg.Connection,
    world: World,
    units: list[Any],
    tokens: tuple[str, str],
) -> None:
    heading(f"Lists of {_REPORTS:,} reports, SQL as it is sent")
    officer, head = tokens
    for name, path, token in (
        ("office's list", "/v1/citizen-reports", officer),
        ("public list", f"/v1/public/{world.code}/reports", officer),
    ):
        params: dict[str, Any] = {"limit": _WALK}
        for _ in range(_DEPTH // _WALK):
            page, _ = await emitted(app, path, token, params)
            params["cursor"] = page["next_cursor"]
        deep = {"limit": 50, "cursor": params["cursor"]}
        sent = {
            "first": (await emitted(app, path, token, {"limit": 50}))[1],
            "deep": (await emitted(app, path, token, deep))[1],
        }
        seconds = await race(
            {
                each: [Query(superuser, text, values) for text, values in queries]
                for each, queries in sent.items()
            }
        )
        ratio(f"{name}, depth {_DEPTH} / first page", against(seconds, "deep", "first"), "<= 1.30")
    _, sent_to_head = await emitted(
        app, "/v1/citizen-reports", head, {"limit": 50, "below_id": str(units[0])}
    )
    seconds = await race(
        {
            "head": [Query(superuser, text, values) for text, values in sent_to_head],
            "bare": [Query(superuser, _BARE, (world.tenant_id, units))],
        }
    )
    ratio("head's list of a subtree / bare LATERAL", against(seconds, "head", "bare"), "<= 1.50")


async def _computed(database: Database, superuser: asyncpg.Connection, world: World) -> None:
    heading(f"Figures and due dates of {_REPORTS:,} reports / bare read of their log")
    figures: list[float] = []
    dues: list[float] = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        await superuser.fetch(_LOG, world.tenant_id)
        bare = time.perf_counter() - started
        started = time.perf_counter()
        async with database.read(world.tenant_id) as reading:
            year = dt.timedelta(days=365)
            found = await complaint_figures(
                reading, unit_id=None, service_id=None, handler_id=None,
                first_day=world.today - year, last_day=world.today,
            )  # fmt: skip
        figures.append((time.perf_counter() - started) / bare)
        assert found.on_time_share.sample > _REPORTS // 2
        started = time.perf_counter()
        after = None
        while True:
            async with database.write(world.tenant_id) as writing:
                after = await refresh_open(writing, after)
            if after is None:
                break
        dues.append((time.perf_counter() - started) / bare)
    ratio("figures of a year", figures)
    ratio("due dates of all open reports", dues)
