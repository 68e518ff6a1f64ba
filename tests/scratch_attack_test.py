import collections
import copy
import json
import uuid

import httpx

from kinerja_api.access.rules import ROLE_PERMISSIONS, Role
from kinerja_api.core.openapi import build_openapi
from tests.contract.requests import operations_of
from tests.contract.rows import one_row_of_each_table
from tests.factories.world import new_world

HOSTILE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202eabc",
    "x" * 5000,
    "%",
    "_%'\"\\",
    10**30,
    -1,
    2**31,
    2**63,
    1.5,
    True,
    None,
    [],
    {},
    [[]],
    "1e5",
    "1E400",
    "NaN",
    "Infinity",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "2200-01-01",
    "1900-01-01",
    "24:00",
    "00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "99999999999999",
    "-99999999999999",
    "1e20",
    "",
    " ",
    "999999999999.99",
    "0.00",
    "999.99",
    "٣",
    "00000000-0000-0000-0000-000000000000",
    2147483647,
    0,
    32768,
    9999,
    1,
    10000,
    200,
]


async def test_fuzz(app, database, administrator):
    world, other = await new_world(app, database), await new_world(app, database)
    worker = await world.employee("Pegawai")
    ids = await one_row_of_each_table(
        administrator,
        world.tenant_id,
        {
            "units": world.root,
            "employees": worker.employee_id,
            "accounts": worker.account_id,
            "principals": worker.account_id,
            "unit_closure": world.root,
        },
    )
    ids = {k.replace("_", "-"): v for k, v in ids.items()}
    ids["logs"] = ids["activity-logs"]
    ids["tenants"] = other.tenant_id
    people = {"mayor": world.mayor, "worker": worker}
    for r in Role:
        if r is not Role.EMPLOYEE:
            people[r.value] = await world.officer(r.value, r)

    def who(op):
        out = []
        for name, p in people.items():
            held = (
                ROLE_PERMISSIONS[Role.EMPLOYEE] if p.employee_id else ROLE_PERMISSIONS[Role(name)]
            )
            if op.permission in held:
                out.append((name, p))
        return out

    bad = collections.Counter()
    n = 0
    stat = collections.Counter()
    tr = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=tr, base_url="http://service") as c:
        for op in operations_of(build_openapi(app)):
            if op.name in ("me_sign_out", "sessions_end_current", "accounts_disable"):
                continue
            callers = who(op) or [("public", None)]
            cands = []
            for name, p in callers[:1] + callers[-1:]:
                base = op.request(ids)
                if p:
                    base["headers"]["Authorization"] = f"Bearer {p.token}"
                if base["url"].endswith("sign-outs"):
                    continue
                variants = [base]
                qs = [q["name"] for q in op.definition.get("parameters", []) if q["in"] == "query"]
                for q in qs:
                    for h in HOSTILE:
                        if isinstance(h, (list, dict)) or h is None:
                            continue
                        v = copy.deepcopy(base)
                        s = str(h)
                        if s == "\ud800":
                            continue
                        v["params"][q] = s
                        variants.append(v)
                if isinstance(base.get("json"), dict):
                    # full property set
                    paths = []
                    schema = op.definition["requestBody"]["content"]["application/json"]["schema"]

                    def walk(sch, val, path, depth=0):
                        if "$ref" in sch:
                            sch = op.document["components"]["schemas"][sch["$ref"].split("/")[-1]]
                        for k in ("anyOf", "oneOf"):
                            if k in sch and not sch.get("properties"):
                                sch = {**sch[k][0]}
                            if "$ref" in sch:
                                sch = op.document["components"]["schemas"][
                                    sch["$ref"].split("/")[-1]
                                ]
                        if depth > 4:
                            return
                        for pn, ps in sch.get("properties", {}).items():
                            paths.append(path + [pn])
                            walk(ps, None, path + [pn], depth + 1)
                        if sch.get("type") == "array":
                            paths.append(path + [0])
                            walk(sch["items"], None, path + [0], depth + 1)

                    walk(schema, None, [])
                    for pth in paths:
                        for h in HOSTILE:
                            v = copy.deepcopy(base)
                            cur = v["json"]
                            try:
                                for a in pth[:-1]:
                                    if isinstance(cur, dict) and not isinstance(
                                        cur.get(a), (dict, list)
                                    ):
                                        raise KeyError
                                    cur = cur[a]
                                cur[pth[-1]] = h
                            except (KeyError, IndexError, TypeError):
                                continue
                            v["_where"] = pth
                            v["_h"] = h
                            variants.append(v)
                    for raw in [
                        b"[]",
                        b"1",
                        b"null",
                        b'"x"',
                        b"{" * 100,
                        b'{"a":' * 2000,
                        b"\xff",
                        b"",
                        b'{"a":1,"a":2}',
                    ]:
                        v = copy.deepcopy(base)
                        v.pop("json")
                        v["content"] = raw
                        v["headers"]["Content-Type"] = "application/json"
                        variants.append(v)
                for im in ["*", '"x"', 'W/"1"', '"99999999999"', "", '"-1"', '"²"', '"1", "2"']:
                    if "If-Match" in base["headers"]:
                        v = copy.deepcopy(base)
                        v["headers"]["If-Match"] = im.encode("latin-1", "replace")
                        variants.append(v)
                cands += [(name, v) for v in variants]
            for name, v in cands:
                where = v.pop("_where", None)
                h = v.pop("_h", None)
                if "Idempotency-Key" in v["headers"]:
                    v["headers"]["Idempotency-Key"] = f"key-{uuid.uuid4()}"
                if "json" in v:
                    j = v.pop("json")
                    v["content"] = json.dumps(j).encode()
                    v["headers"]["Content-Type"] = "application/json"
                try:
                    a = await c.request(op.method, **v)
                except Exception as e:
                    bad[(op.name, "EXC", type(e).__name__, str(e)[:60])] += 1
                    continue
                n += 1
                stat[a.status_code] += 1
                if a.status_code >= 500 and not (a.status_code == 503 and "file" in a.text):
                    bad[
                        (
                            op.name,
                            name,
                            str(where),
                            repr(h)[:40],
                            str(v.get("params"))[:80],
                            a.status_code,
                            a.text[:80] if a.status_code != 500 else "",
                        )
                    ] += 1
    print("N", n, stat)
    for k, v in sorted(bad.items(), key=str):
        print(v, k)
