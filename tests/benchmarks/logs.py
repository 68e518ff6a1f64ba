"""Creating a log with all duties, and listing 50: project, lean peer, bare limit.

Goals, in ratios to the lean peer with the same duties and the same SQL: throughput at least 0.50
and processor time per request at most 2.2 for the POST; 0.55 and 2.0 for the list.
"""

import asyncio
import datetime as dt
import itertools
import json
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import asyncpg
import uvloop

from kinerja_api.activities.commands.single import enter_log
from kinerja_api.activities.queries.logs import _SORTS, _filtered
from kinerja_api.activities.schemas.logs import LogSort
from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.core.listing import _paged
from kinerja_api.core.sql import Statement
from tests.benchmarks.load import Round, one_round, request_bytes
from tests.benchmarks.report import heading, ratio
from tests.benchmarks.seed import Clerk, seed
from tests.benchmarks.stage import BIN, Stage, free_port, project, server, stage

_PEOPLE, _ROUNDS, _SECONDS, _SLOT = 1500, 7, 2.0, 15
_LIST = "/v1/logs?limit=50"


def run() -> None:
    """Print the ratios."""
    with stage() as place:
        clerks, peer, bare = asyncio.run(_seed(place))
        free = _slots(bare)
        statements = {
            "log": enter_log(overlap_allowed=False, linked=True, measured=False),
            "list": Statement(
                _paged(
                    _filtered(("employee_id",), "people", None, grouped=False),
                    _SORTS[LogSort.WORK_DATE_DESC],
                    positioned=False,
                    back=False,
                )
            ),
        }
        port = free_port()
        lean = [
            f"{BIN}/uvicorn",
            "tests.benchmarks.peer:app",
            "--port",
            str(port),
            "--no-access-log",
        ]
        with (
            project(place) as ours,
            server(lean, port, _peer_environment(place, peer, statements)) as peer_pid,
        ):
            _compare(
                "POST /v1/logs, all duties", (*ours, _posts(clerks)),
                (port, peer_pid, _posts(peer)), goals=(0.50, 2.2),
                bare=lambda: _bare(place, statements["log"], (_log_values(*slot) for slot in free)),
            )  # fmt: skip
            _compare(
                "GET /v1/logs, 50 rows", (*ours, _lists(clerks)),
                (port, peer_pid, _lists(peer)), goals=(0.55, 2.0),
                bare=lambda: _bare(place, statements["list"], map(_list_values, itertools.cycle(bare))),
            )  # fmt: skip


Target = tuple[int, int, Iterator[bytes]]


def _compare(
    title: str,
    ours: Target,
    peer: Target,
    *,
    goals: tuple[float, float],
    bare: Callable[[], float],
) -> None:
    heading(f"{title}: {_ROUNDS} rounds of {_SECONDS:g} s, 16 connections, 1 worker")
    for port, pid, requests in (ours, peer):
        one_round(port, pid, requests, seconds=1.0)
    rounds: list[tuple[Round, Round, float]] = [
        (one_round(*ours, seconds=_SECONDS), one_round(*peer, seconds=_SECONDS), bare())
        for _ in range(_ROUNDS)
    ]
    mine, lean = [pair[0] for pair in rounds], [pair[1] for pair in rounds]
    failures = sum(one.failures for one in mine + lean)
    ratio(
        "throughput, project / lean peer",
        [a.throughput / b.throughput for a, b, _ in rounds],
        f">= {goals[0]:.2f}",
    )
    ratio(
        "processor time per request, project / lean peer",
        [a.cpu_us / b.cpu_us for a, b, _ in rounds],
        f"<= {goals[1]:.2f}",
    )
    ratio(
        "median latency, project / lean peer",
        [a.median_ms / b.median_ms for a, b, _ in rounds],
        "<= 2.0",
    )
    ratio("throughput, project / bare SQL", [a.throughput / limit for a, _, limit in rounds])
    print(
        f"  medians: project {statistics.median(one.throughput for one in mine):.0f}/s "
        f"{statistics.median(one.cpu_us for one in mine):.0f} us, lean peer "
        f"{statistics.median(one.throughput for one in lean):.0f}/s "
        f"{statistics.median(one.cpu_us for one in lean):.0f} us, bare SQL "
        f"{statistics.median(limit for _, _, limit in rounds):.0f}/s; not 2xx: {failures}"
    )


async def _seed(place: Stage) -> tuple[list[Clerk], list[Clerk], list[Clerk]]:
    database = place.database()
    await database.open()
    superuser = await asyncpg.connect(place.url("postgres"))
    app = place.app(database)
    _, project = await seed(app, database, superuser, _PEOPLE)
    _, peer = await seed(app, database, superuser, _PEOPLE)
    _, bare = await seed(app, database, superuser, _PEOPLE)
    await superuser.close()
    await database.close()
    return project, peer, bare


def _peer_environment(
    place: Stage, clerks: list[Clerk], statements: dict[str, Statement]
) -> dict[str, str]:
    database = place.database()
    keys = place.app(database).state.keys.jwks()
    settings = {
        "url": place.url("kinerja_writer"),
        "tenant_id": str(clerks[0].tenant_id),
        "key": keys,
        "employees": {str(clerk.account_id): str(clerk.employee_id) for clerk in clerks},
        "statements": {
            name: {"text": one.text, "names": one._names, "fixed": one._fixed}
            for name, one in statements.items()
        },
    }
    file = place.folder / "peer.json"
    file.write_text(json.dumps(settings, default=str))
    return {"PEER_SETTINGS": str(file)}


def _slots(clerks: list[Clerk]) -> Iterator[tuple[Clerk, str, int]]:
    """Every clerk's free quarter hours of today and the days before, in random order of clerks."""
    today = clock.today("Asia/Jakarta")
    chance = random.Random(7)
    for day, number in itertools.product(range(7), range(450 // _SLOT)):
        order = list(clerks)
        chance.shuffle(order)
        for clerk in order:
            yield clerk, str(today - dt.timedelta(days=day)), 360 + number * _SLOT


def _body(clerk: Clerk, day: str, minute: int) -> dict[str, Any]:
    ends = minute + _SLOT
    return {
        "work_date": day,
        "starts_at": f"{minute // 60:02d}:{minute % 60:02d}",
        "ends_at": f"{ends // 60:02d}:{ends % 60:02d}",
        "description": "Melayani permohonan kartu keluarga di loket tiga",
        "target_id": str(clerk.target_id),
        "volume": "3",
        "volume_unit": "berkas",
    }


def _posts(clerks: list[Clerk]) -> Iterator[bytes]:
    for clerk, day, minute in _slots(clerks):
        headers = {
            "Authorization": f"Bearer {clerk.token}",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        yield request_bytes(
            "POST", "/v1/logs", headers, json.dumps(_body(clerk, day, minute)).encode()
        )


def _lists(clerks: list[Clerk]) -> Iterator[bytes]:
    ready = [
        request_bytes("GET", _LIST, {"Authorization": f"Bearer {clerk.token}"}) for clerk in clerks
    ]
    random.Random(7).shuffle(ready)
    return itertools.cycle(ready)


def _log_values(clerk: Clerk, day: str, minute: int) -> dict[str, Any]:
    now, log_id, date = clock.now(), new_id(), dt.date.fromisoformat(day)
    after = {"work_date": day, "starts_minute": minute, "ends_minute": minute + _SLOT}
    return {
        "tenant_id": clerk.tenant_id, "id": log_id, "work_date": date,
        "employee_id": clerk.employee_id, "starts_minute": minute, "ends_minute": minute + _SLOT,
        "minutes": _SLOT, "minutes_limit": 450,
        "description": "Melayani permohonan kartu keluarga di loket tiga",
        "target_id": clerk.target_id, "indicator_id": None, "volume": Decimal("3.00"),
        "volume_unit": "berkas", "progress_percent": None, "late_reason": None,
        "status": "draft", "submitted_at": None, "now": now,
        "year": date.year, "principal_tenant_id": clerk.tenant_id,
        "principal_id": clerk.account_id, "principal_version": 1,
        "duty_tenant_id": clerk.tenant_id, "duty_account_id": clerk.account_id,
        "duty_acting_as": "employee", "duty_request_id": "bare", "entry_id": [new_id()],
        "entry_at": [now], "entry_action": ["log.created"], "entry_subject_type": ["log"],
        "entry_subject_id": [log_id], "entry_reason": [None], "entry_before": [None],
        "entry_after": [json.dumps(after)], "event_id": [new_id()],
        "event_type": ["log.created"], "event_subject_type": ["log"],
        "event_subject_id": [log_id], "event_subject_version": [1], "event_occurred_at": [now],
        "event_data": [json.dumps({"work_date": day})], "key_scope": log_id.bytes * 2,
        "key_fingerprint": log_id.bytes * 2, "key_status": 201,
        "key_headers": json.dumps({"ETag": "1"}), "key_body": b"x" * 600,
        "key_is_sealed": False, "key_at": now,
    }  # fmt: skip


def _list_values(clerk: Clerk) -> dict[str, Any]:
    today = clock.today("Asia/Jakarta")
    return {
        "tenant_id": clerk.tenant_id, "employee_id": clerk.employee_id, "work_date_to": today,
        "limit": 51, "scope_me": clerk.employee_id, "scope_today": today, "scope_unit_ids": [],
    }  # fmt: skip


def _bare(place: Stage, wanted: Statement, values: Iterator[dict[str, Any]]) -> float:
    """Return how often a second the statement alone runs, on eight connections."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run_bare(place, wanted, values))


async def _run_bare(place: Stage, wanted: Statement, values: Iterator[dict[str, Any]]) -> float:
    taken = list(itertools.islice(values, 12_000))
    tenant = str(taken[0]["tenant_id"])
    source = iter([wanted.arguments(one) for one in taken])
    count, until = 0, time.perf_counter() + _SECONDS

    async def work(connection: asyncpg.Connection) -> None:
        nonlocal count
        for arguments in source:
            await connection.fetch(wanted.text, *arguments)
            count += 1
            if time.perf_counter() > until:
                return

    connections = [
        await asyncpg.connect(
            place.url("kinerja_writer"),
            server_settings={"app.tenant": tenant, "timezone": "UTC", "jit": "off"},
        )
        for _ in range(8)
    ]
    started = time.perf_counter()
    await asyncio.gather(*[work(connection) for connection in connections])
    elapsed = time.perf_counter() - started
    await asyncio.gather(*[connection.close() for connection in connections])
    return count / elapsed
