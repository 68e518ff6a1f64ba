"""The lean peer: Starlette + asyncpg + orjson by hand, with the same duties and the same SQL.

It is what remains when every convenience is given up: hand validation, no schema, no document,
one fixed tenant. ``tests/benchmarks/__main__.py`` starts it with its settings in the environment.
"""

import hashlib
import json
import os
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from jose import jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

SETTINGS = json.loads(Path(os.environ["PEER_SETTINGS"]).read_text())
TENANT = uuid.UUID(SETTINGS["tenant_id"])
STATEMENTS = SETTINGS["statements"]
"""Per statement: text, names of the parameters in order, fixed values."""

_known: dict[str, dict[str, Any]] = {}
_pool: asyncpg.Pool
_wib = timezone(timedelta(hours=7))


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda v: orjson.dumps(v).decode(),
        decoder=orjson.loads,
    )
    await connection.execute("SELECT set_config('app.tenant', $1, false)", str(TENANT))


async def _nothing(connection: Any) -> None:
    del connection


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None]:
    del app
    global _pool
    _pool = await asyncpg.create_pool(
        SETTINGS["url"], min_size=1, max_size=6, init=_prepare, reset=_nothing,
        statement_cache_size=500, max_cached_statement_lifetime=0, max_cacheable_statement_size=0,
        server_settings={"timezone": "UTC", "jit": "off"},
    )  # fmt: skip
    yield
    await _pool.close()


def _caller(request: Request) -> dict[str, Any]:
    token = request.headers["authorization"][7:]
    known = _known.get(token)
    if known is None or known["exp"] < time.time():
        claims = jwt.decode(token, SETTINGS["key"], algorithms=["RS256"], audience="kinerja-api")
        account = claims["sub"]
        known = {
            "exp": claims["exp"],
            "account_id": uuid.UUID(account),
            "employee_id": uuid.UUID(SETTINGS["employees"][account]),
        }
        _known[token] = known
    return known


def _arguments(name: str, values: dict[str, Any]) -> list[Any]:
    fixed = STATEMENTS[name]["fixed"]
    return [values[key] if key in values else fixed[key] for key in STATEMENTS[name]["names"]]


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    value = int(hours) * 60 + int(minutes)
    if not 0 <= value < 1440 or len(text) != 5:
        raise ValueError("time")
    return value


async def post_log(request: Request) -> Response:
    caller = _caller(request)
    body = orjson.loads(await request.body())
    if body.keys() - {
        "work_date", "starts_at", "ends_at", "description", "target_id", "volume", "volume_unit",
        "submit",
    }:  # fmt: skip
        return Response(status_code=422)
    work_date = date.fromisoformat(body["work_date"])
    starts, ends = _minute(body["starts_at"]), _minute(body["ends_at"])
    description, target_id = body["description"].strip(), uuid.UUID(body["target_id"])
    volume, unit = Decimal(body["volume"]), body["volume_unit"]
    now = datetime.now(UTC)
    today = now.astimezone(_wib).date()
    if (
        not description
        or len(description) > 4000
        or volume <= 0
        or not (today - timedelta(days=7) <= work_date <= today)
    ):
        return Response(status_code=422)
    log_id = uuid7()
    out = orjson.dumps(
        {
            "id": log_id, "work_date": work_date, "employee_id": caller["employee_id"],
            "starts_at": body["starts_at"], "ends_at": body["ends_at"], "minutes": ends - starts,
            "description": description, "target_id": target_id, "indicator_id": None,
            "volume": str(volume), "volume_unit": unit, "progress_percent": None,
            "late_reason": None, "status": "draft", "submitted_at": None, "decided_at": None,
            "decided_by_id": None, "decision_note": None, "created_at": now,
            "updated_at": now, "version": 1, "allowed_actions": ["change", "delete", "submit"],
        }
    )  # fmt: skip
    key = request.headers["idempotency-key"]
    scope = f"{caller['account_id']}\nPOST\n{request.url.path}\n{key}".encode()
    after = {
        "work_date": work_date, "starts_minute": starts, "ends_minute": ends,
        "description": description, "status": "draft", "target_id": target_id,
        "volume": str(volume), "volume_unit": unit,
    }  # fmt: skip
    location = f"/v1/logs/{log_id}"
    values = {
        "tenant_id": TENANT, "id": log_id, "work_date": work_date,
        "employee_id": caller["employee_id"], "starts_minute": starts, "ends_minute": ends,
        "minutes": ends - starts, "minutes_limit": 450, "description": description,
        "target_id": target_id, "indicator_id": None, "volume": volume, "volume_unit": unit,
        "progress_percent": None, "late_reason": None, "status": "draft", "submitted_at": None,
        "now": now, "year": work_date.year,
        "principal_tenant_id": TENANT, "principal_id": caller["account_id"],
        "principal_version": 1, "duty_tenant_id": TENANT,
        "duty_account_id": caller["account_id"], "duty_acting_as": "employee",
        "duty_request_id": str(log_id), "entry_id": [uuid7()], "entry_at": [now],
        "entry_action": ["log.created"], "entry_subject_type": ["log"],
        "entry_subject_id": [log_id], "entry_reason": [None], "entry_before": [None],
        "entry_after": [after], "event_id": [uuid7()], "event_type": ["log.created"],
        "event_subject_type": ["log"], "event_subject_id": [log_id],
        "event_subject_version": [1], "event_occurred_at": [now],
        "event_data": [{"employee_id": caller["employee_id"], "work_date": work_date}],
        "key_scope": hashlib.sha256(scope).digest(),
        "key_fingerprint": hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).digest(),
        "key_status": 201, "key_headers": {"ETag": '"1"', "Location": location},
        "key_body": out, "key_is_sealed": False, "key_at": now,
    }  # fmt: skip
    async with _pool.acquire() as connection:
        made = await connection.fetchval(STATEMENTS["log"]["text"], *_arguments("log", values))
    if not made:
        return Response(status_code=409)
    headers = {"ETag": '"1"', "Location": location}
    return Response(out, 201, headers, "application/json")


async def get_logs(request: Request) -> Response:
    caller = _caller(request)
    limit = int(request.query_params.get("limit", "50"))
    today = datetime.now(_wib).date()
    values = {
        "tenant_id": TENANT, "employee_id": caller["employee_id"], "work_date_to": today,
        "limit": limit + 1, "scope_me": caller["employee_id"], "scope_today": today,
        "scope_unit_ids": [],
    }  # fmt: skip
    async with _pool.acquire() as connection:
        rows = await connection.fetch(STATEMENTS["list"]["text"], *_arguments("list", values))
    items = []
    for row in rows[:limit]:
        item = dict(row)
        starts, ends = item["starts_at"], item["ends_at"]
        item["starts_at"] = f"{starts // 60:02d}:{starts % 60:02d}"
        item["ends_at"] = f"{ends // 60:02d}:{ends % 60:02d}"
        own = item.pop("is_own")
        del item["is_superior"]
        item["allowed_actions"] = ["change", "submit"] if own and item["status"] == "draft" else []
        items.append(item)
    cursor = f"{items[-1]['work_date']}~{items[-1]['id']}" if len(rows) > limit else None
    body = {"items": items, "next_cursor": cursor, "prev_cursor": None}
    return Response(orjson.dumps(body, default=str), 200, None, "application/json")


app = Starlette(
    routes=[
        Route("/v1/logs", post_log, methods=["POST"]),
        Route("/v1/logs", get_logs, methods=["GET"]),
    ],
    lifespan=lifespan,
)
