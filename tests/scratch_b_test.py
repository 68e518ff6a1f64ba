import datetime as dt
import uuid

from kinerja_api.access.rules import Role
from tests.factories import planning
from tests.factories.activities import add_log, add_obstacle, add_target
from tests.factories.planning import Goal, Measure
from tests.factories.results import result
from tests.factories.world import place


def show(label, r):
    print(label, r.status_code, r.text[:160].replace("\n", " "))


async def test_transfer(api, world):
    a = await world.unit("A")
    b = await world.unit("B")
    ha = await world.employee("HA", unit=a, head=True)
    hb = await world.employee("HB", unit=b, head=True)
    y = world.today - dt.timedelta(days=1)
    s = await world.employee("Siti", unit=a, until=y)
    async with world.database.write(world.tenant_id) as w:
        await place(w, s.employee_id, b, since=world.today)
    log = await add_log(world, s, on=y, status="submitted")
    month = await planning.period(world, planning.month_of(world.today))
    plan = await planning.approved_plan(
        world, s, targets=(Goal(measures=(Measure(periods={month: "10.00"}),)),), status="submitted"
    )
    res = await result(world, s, plan.indicator, month)
    for n, p in (("old", ha), ("new", hb), ("mayor", world.mayor)):
        show(f"log read {n}", await api.get(f"/v1/logs/{log}", by=p))
        show(
            f"log list {n}",
            await api.get("/v1/logs", by=p, params={"employee_id": str(s.employee_id)}),
        )
        show(f"log appr {n}", await api.post(f"/v1/logs/{log}/approvals", {}, by=p))
        show(f"plan {n}", await api.post(f"/v1/plans/{plan.id}/approvals", {}, by=p))
        show(f"result {n}", await api.post(f"/v1/results/{res}/verifications", {}, by=p))
        show(
            f"beh {n}",
            await api.put(
                f"/v1/employees/{s.employee_id}/behaviours/{month}",
                {"ratings": [{"value": "kolaboratif", "rating": "sesuai_ekspektasi", "note": "x"}]},
                by=p,
            ),
        )


async def test_admin(api, world, sql):
    show(
        "own reset",
        await api.post(
            f"/v1/accounts/{world.admin.account_id}/password-resets",
            {"second_factor": True},
            by=world.admin,
        ),
    )
    e = await world.employee("X")
    async with world.database.write(world.tenant_id) as w:
        pass
    await sql("DELETE FROM kinerja.sessions WHERE account_id=$1", e.account_id)
    await sql("DELETE FROM kinerja.accounts WHERE id=$1", e.account_id)
    m = await api.post(
        "/v1/accounts",
        {"kind": "machine", "login": "mesin1", "name": "M", "employee_id": str(e.employee_id)},
        by=world.admin,
    )
    show("machine", m)
    u = await world.unit("U")
    ua = await world.officer("UA", Role.TENANT_ADMINISTRATOR, unit=u)
    show("unit admin creates", await api.post("/v1/accounts", {"login": "zzz", "name": "M"}, by=ua))
    show(
        "unit admin grants tenantwide",
        await api.post(
            "/v1/grants",
            {
                "account_id": str(world.agency.account_id),
                "role": "tenant_administrator",
                "starts_on": "2026-01-01",
            },
            by=ua,
        ),
    )
    show("unit admin tenant", await api.patch("/v1/tenant", {"name": "Hacked"}, by=ua, version=1))
    ui = await world.officer("UI", Role.INSPECTORATE, unit=u)
    show("unit insp", await api.get("/v1/audit-entries", by=ui))
    ug = await world.officer("UG", Role.PERSONNEL_AGENCY, unit=u)
    show("unit agency period", await api.post("/v1/periods", {"code": "2031-01"}, by=ug))
    show("unit agency year", await api.post("/v1/periods/years", {"year": 2032}, by=ug))
    show(
        "unit agency norms",
        await api.post(
            "/v1/norms",
            {"key": "daily_minutes_limit", "value": 500, "basis": "x", "starts_on": "2026-01-01"},
            by=ug,
        ),
    )
    show("unit agency accounts", await api.get("/v1/accounts", by=ug))
    show("unit agency closings", await api.get("/v1/plans", by=ug))
    other = await world.unit("V")
    pos = await api.post(
        "/v1/positions",
        {
            "unit_id": str(u),
            "code": "PU",
            "title": "Kepala",
            "kind": "administrasi",
            "level": "pelaksana",
            "is_head": False,
        },
        by=ug,
    )
    show("pos", pos)
    # unit agency places itself / takes someone of other unit
    v = await world.employee("Victim", unit=other)
    if pos.status_code == 201:
        show(
            "place victim plt",
            await api.post(
                "/v1/placements",
                {
                    "employee_id": str(v.employee_id),
                    "position_id": pos.json()["id"],
                    "kind": "plt",
                    "starts_on": "2020-01-01",
                    "superior_id": str(e.employee_id),
                },
                by=ug,
            ),
        )
    show("victim", await api.get("/v1/plans", by=ug, params={"employee_id": str(v.employee_id)}))
    ev = await add_log(world, v, status="submitted")
    show("log outside", await api.get(f"/v1/logs/{ev}", by=ug))


async def test_foreign_bodies(api, world, other_world):
    o = await other_world.unit("OU")
    oe = await other_world.employee("OE", unit=o)
    nid = str(uuid.uuid4())
    u = await world.unit("U")
    e = await world.employee("E", unit=u)
    h = await world.employee("H", unit=u, head=True)
    om = await planning.period(other_world, "2026-10")
    m = await planning.period(world, planning.month_of(world.today))
    ot, oi = await add_target(other_world, oe)
    oplan = await planning.approved_plan(other_world, await other_world.employee("OE2", unit=o))
    colleague = await world.employee("C", unit=u)
    ct, ci = await add_target(world, colleague)

    def same(label, x, y):
        bx, by_ = x.json(), y.json()
        for b in (bx, by_):
            b.pop("instance", None)
        eq = (x.status_code, str(bx)) == (y.status_code, str(by_))
        print(
            label,
            "SAME" if eq else "DIFF",
            x.status_code,
            y.status_code,
            x.text[:120] if not eq else x.json().get("code"),
            y.text[:120] if not eq else "",
        )

    async def both(label, fn, foreign):
        same(label, await fn(str(foreign)), await fn(nid))

    pos = (await api.get("/v1/positions", by=world.agency)).json()["items"][0]["id"]
    opos = (await api.get("/v1/positions", by=other_world.agency)).json()["items"][0]["id"]
    await both(
        "grant.unit",
        lambda i: api.post(
            "/v1/grants",
            {
                "account_id": str(world.agency.account_id),
                "role": "complaints_officer",
                "unit_id": i,
                "starts_on": "2026-01-01",
            },
            by=world.admin,
        ),
        o,
    )
    await both(
        "grant.account",
        lambda i: api.post(
            "/v1/grants",
            {"account_id": i, "role": "complaints_officer", "starts_on": "2026-01-01"},
            by=world.admin,
        ),
        oe.account_id,
    )
    await both(
        "placement.emp",
        lambda i: api.post(
            "/v1/placements",
            {"employee_id": i, "position_id": pos, "starts_on": "2026-01-01"},
            by=world.agency,
        ),
        oe.employee_id,
    )
    await both(
        "placement.pos",
        lambda i: api.post(
            "/v1/placements",
            {"employee_id": str(e.employee_id), "position_id": i, "starts_on": "2026-01-01"},
            by=world.agency,
        ),
        opos,
    )
    await both(
        "placement.sup",
        lambda i: api.post(
            "/v1/placements",
            {
                "employee_id": str(e.employee_id),
                "position_id": pos,
                "kind": "plt",
                "starts_on": "2026-01-01",
                "superior_id": i,
            },
            by=world.agency,
        ),
        oe.employee_id,
    )
    await both(
        "unit.parent",
        lambda i: api.post(
            "/v1/units",
            {"code": "q" + uuid.uuid4().hex[:5], "name": "N", "kind": "dinas", "parent_id": i},
            by=world.agency,
        ),
        o,
    )
    await both(
        "unit.move",
        lambda i: api.post(
            f"/v1/units/{u}/moves", {"parent_id": i, "reason": "x"}, by=world.agency, version=1
        ),
        o,
    )
    await both(
        "position.unit",
        lambda i: api.post(
            "/v1/positions",
            {
                "unit_id": i,
                "code": "P" + uuid.uuid4().hex[:5],
                "title": "K",
                "kind": "administrasi",
                "level": "pelaksana",
                "is_head": False,
            },
            by=world.agency,
        ),
        o,
    )
    lb = {
        "work_date": str(world.today),
        "starts_at": "08:00",
        "ends_at": "09:00",
        "description": "x",
    }
    await both("log.target", lambda i: api.post("/v1/logs", {**lb, "target_id": i}, by=e), ot)
    await both(
        "log.target colleague", lambda i: api.post("/v1/logs", {**lb, "target_id": i}, by=e), ct
    )
    await both(
        "log.ind",
        lambda i: api.post(
            "/v1/logs", {**lb, "target_id": str(ct), "indicator_id": i}, by=colleague
        ),
        oi,
    )
    await both(
        "obst.target",
        lambda i: api.post(
            "/v1/obstacles", {"title": "x", "description": "x", "target_id": i}, by=e
        ),
        ot,
    )
    await both(
        "obst.target colleague",
        lambda i: api.post(
            "/v1/obstacles", {"title": "x", "description": "x", "target_id": i}, by=e
        ),
        ct,
    )
    await both(
        "plan.placement",
        lambda i: api.post(
            "/v1/plans", {"placement_id": i, "year": 2026, "approach": "quantitative"}, by=e
        ),
        oe.placement_id,
    )
    await both(
        "plan.placement colleague",
        lambda i: api.post(
            "/v1/plans", {"placement_id": i, "year": 2026, "approach": "quantitative"}, by=e
        ),
        colleague.placement_id,
    )
    draft = await planning.approved_plan(world, e, status="draft")

    def content(**k):
        t = {"kind": "utama", "title": "T", "indicators": []}
        t.update(k)
        return {"targets": [t]}

    await both(
        "content.sup",
        lambda i: api.put(
            f"/v1/plans/{draft.id}/content", content(superior_target_id=i), by=e, version=1
        ),
        ot,
    )
    await both(
        "content.sup colleague",
        lambda i: api.put(
            f"/v1/plans/{draft.id}/content", content(superior_target_id=i), by=e, version=1
        ),
        ct,
    )
    await both(
        "content.id colleague",
        lambda i: api.put(f"/v1/plans/{draft.id}/content", content(id=i), by=e, version=1),
        ct,
    )
    await both(
        "content.id",
        lambda i: api.put(f"/v1/plans/{draft.id}/content", content(id=i), by=e, version=1),
        ot,
    )
    ind = {
        "title": "x",
        "unit": "u",
        "aspect": "kuantitas",
        "direction": "higher",
        "annual_low": "1.00",
        "accumulation": "sum",
        "source": "entered",
    }
    await both(
        "content.period",
        lambda i: api.put(
            f"/v1/plans/{draft.id}/content",
            content(indicators=[{**ind, "period_targets": [{"period_id": i, "low": "1.00"}]}]),
            by=e,
            version=1,
        ),
        om,
    )
    await both(
        "content.indid",
        lambda i: api.put(
            f"/v1/plans/{draft.id}/content",
            content(indicators=[{**ind, "id": i, "period_targets": []}]),
            by=e,
            version=1,
        ),
        ci,
    )
    await both(
        "res.put ind",
        lambda i: api.put(f"/v1/indicators/{i}/results/{m}", {"value": "1.00"}, by=e),
        oi,
    )
    await both(
        "res.put ind colleague",
        lambda i: api.put(f"/v1/indicators/{i}/results/{m}", {"value": "1.00"}, by=e),
        ci,
    )
    await both(
        "res.put per",
        lambda i: api.put(f"/v1/indicators/{ci}/results/{i}", {"value": "1.00"}, by=colleague),
        om,
    )
    await both(
        "beh per",
        lambda i: api.put(
            f"/v1/employees/{e.employee_id}/behaviours/{i}",
            {"ratings": [{"value": "kolaboratif", "rating": "sesuai_ekspektasi", "note": "x"}]},
            by=h,
        ),
        om,
    )
    await both(
        "beh get per", lambda i: api.get(f"/v1/employees/{e.employee_id}/behaviours/{i}", by=h), om
    )
    await both(
        "beh emp", lambda i: api.get(f"/v1/employees/{i}/behaviours/{m}", by=h), oe.employee_id
    )
    await both(
        "approvals batch",
        lambda i: api.post("/v1/logs/approvals", {"ids": [i]}, by=h),
        uuid.uuid4(),
    )
    await both(
        "account emp",
        lambda i: api.post(
            "/v1/accounts",
            {"login": "a" + uuid.uuid4().hex[:6], "name": "A", "employee_id": i},
            by=world.admin,
        ),
        oe.employee_id,
    )
    await both(
        "summary",
        lambda i: api.get(f"/v1/units/{u}/evaluation-summary", by=h, params={"period_id": i}),
        om,
    )
    for path in (
        "/v1/plans",
        "/v1/logs",
        "/v1/results",
        "/v1/obstacles",
        "/v1/evaluations",
        "/v1/employees",
        "/v1/placements",
        "/v1/positions",
        "/v1/units",
    ):
        for f, val in (
            ("unit_id", o),
            ("below_id", o),
            ("employee_id", oe.employee_id),
            ("period_id", om),
            ("target_id", ot),
            ("plan_id", oplan.id),
            ("superior_id", oe.employee_id),
            ("indicator_id", oi),
            ("parent_id", o),
            ("position_id", opos),
        ):
            r = await api.get(path, by=world.agency, params={f: str(val)})
            if r.status_code != 422 and (r.status_code != 200 or r.json()["items"]):
                show(f"FILTER {path} {f}", r)
    # colleague snooping
    log = await add_log(world, colleague, status="submitted")
    ob = await add_obstacle(world, colleague)
    cplan = (await api.get("/v1/plans", by=colleague)).json()["items"][0]["id"]
    for p in (
        f"/v1/logs/{log}",
        f"/v1/logs/{log}/evidence",
        f"/v1/obstacles/{ob}",
        f"/v1/plans/{cplan}",
        f"/v1/plans/{cplan}/versions",
        f"/v1/plans/{cplan}/cascade",
        f"/v1/employees/{colleague.employee_id}/behaviours/{m}",
        f"/v1/units/{u}/live",
        f"/v1/units/{u}/evaluation-summary?period_id={m}",
        f"/v1/employees/{colleague.employee_id}",
        f"/v1/employees/{colleague.employee_id}/superior",
    ):
        show("snoop " + p[:40], await api.get(p, by=e))
    for p in ("/v1/logs", "/v1/plans", "/v1/results", "/v1/obstacles", "/v1/evaluations"):
        r = await api.get(p, by=e, params={"employee_id": str(colleague.employee_id)})
        print("snoop list", p, r.status_code, len(r.json().get("items", [])))
    print((await api.get(f"/v1/employees/{colleague.employee_id}", by=e)).text)
    r = await api.post("/v1/employees/searches", {"nip": "1"}, by=e)
    show("search", r)
