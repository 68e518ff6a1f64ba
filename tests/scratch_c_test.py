import asyncio
import datetime as dt
import io
import zipfile
from collections import Counter

from tests.factories import planning
from tests.factories import scoring as sf
from tests.factories.activities import add_log, add_obstacle
from tests.factories.planning import Goal, Measure
from tests.factories.world import place


def show(label, r):
    print(label, r.status_code, r.text[:130].replace("\n", " "))


async def par(label, sql, world, fn, n=6):
    before = Counter(
        {
            r["action"]: r["n"]
            for r in await sql(
                "SELECT action,count(*) n FROM kinerja.audit_entries WHERE tenant_id=$1 GROUP BY 1",
                world.tenant_id,
            )
        }
    )
    rs = await asyncio.gather(*[fn() for _ in range(n)])
    after = Counter(
        {
            r["action"]: r["n"]
            for r in await sql(
                "SELECT action,count(*) n FROM kinerja.audit_entries WHERE tenant_id=$1 GROUP BY 1",
                world.tenant_id,
            )
        }
    )
    print(
        "PAR",
        label,
        Counter((r.status_code, r.json().get("code") if r.status_code >= 400 else "") for r in rs),
        dict(after - before),
    )
    return rs


async def test_par(api, world, sql):
    u = await world.unit("U")
    h = await world.employee("H", unit=u, head=True)
    e = await world.employee("E", unit=u)
    m = await planning.period(world, planning.month_of(world.today))
    y = await planning.period(world, str(world.today.year))
    meas = Measure(periods={m: "10.00"})
    p = await planning.approved_plan(world, e, targets=(Goal(measures=(meas,)),), status="draft")
    P = f"/v1/plans/{p.id}"
    show("approve draft", await api.post(P + "/approvals", {}, by=h))
    show("revise draft", await api.post(P + "/revisions", {"reason": "x"}, by=e))
    await par("plan submit", sql, world, lambda: api.post(P + "/submissions", by=e))
    show("own approve", await api.post(P + "/approvals", {}, by=e))
    show("content submitted", await api.put(P + "/content", {"targets": []}, by=e, version=2))
    await par("plan approve", sql, world, lambda: api.post(P + "/approvals", {}, by=h))
    await par("plan return", sql, world, lambda: api.post(P + "/returns", {"note": "x"}, by=h), 2)
    lg = await add_log(world, e, status="draft")
    L = f"/v1/logs/{lg}"
    show("approve draft log", await api.post(L + "/approvals", {}, by=h))
    await par("log submit", sql, world, lambda: api.post(L + "/submissions", by=e))
    show("own log approve", await api.post(L + "/approvals", {}, by=e))
    show("mayor approve", await api.post(L + "/approvals", {}, by=world.mayor))
    show("agency", await api.post(L + "/approvals", {}, by=world.agency))
    await par("log approve", sql, world, lambda: api.post(L + "/approvals", {}, by=h))
    lg2 = await add_log(world, e, starts=600, ends=660, status="submitted")
    await par(
        "log batch approve",
        sql,
        world,
        lambda: api.post("/v1/logs/approvals", {"ids": [str(lg2), str(lg2)]}, by=h),
    )
    show("edit approved", await api.patch(L, {"description": "x"}, by=e, version=3))
    show("delete approved", await api.delete(L, by=e, version=3))
    lg3 = await add_log(world, e, starts=700, ends=760)
    show(
        "null starts",
        await api.patch(
            f"/v1/logs/{lg3}",
            {"starts_at": None, "description": None, "ends_at": None},
            by=e,
            headers={"If-Match": "*"},
        ),
    )
    await par(
        "log delete",
        sql,
        world,
        lambda: api.delete(f"/v1/logs/{lg3}", by=e, headers={"If-Match": "*"}),
    )
    R = f"/v1/indicators/{p.indicator}/results/{m}"
    await par("res put", sql, world, lambda: api.put(R, {"value": "5.00"}, by=e))
    rid = (await api.get("/v1/results", by=e)).json()["items"][0]["id"]
    show("own verify", await api.post(f"/v1/results/{rid}/verifications", {}, by=e))
    await par(
        "res verify", sql, world, lambda: api.post(f"/v1/results/{rid}/verifications", {}, by=h)
    )
    await par(
        "res batch verify",
        sql,
        world,
        lambda: api.post("/v1/results/verifications", {"ids": [rid, rid]}, by=h),
        3,
    )
    ob = await add_obstacle(world, e)
    await par(
        "obst answer",
        sql,
        world,
        lambda: api.post(f"/v1/obstacles/{ob}/answers", {"answer": "x"}, by=h),
    )
    show("own answer", await api.post(f"/v1/obstacles/{ob}/answers", {"answer": "x"}, by=e))
    await par("obst resolve", sql, world, lambda: api.post(f"/v1/obstacles/{ob}/resolutions", by=e))
    await par(
        "behaviours",
        sql,
        world,
        lambda: api.put(
            f"/v1/employees/{e.employee_id}/behaviours/{m}",
            {"ratings": [{"value": "kolaboratif", "rating": "sesuai_ekspektasi", "note": "x"}]},
            by=h,
        ),
    )
    show(
        "own behaviours",
        await api.put(
            f"/v1/employees/{e.employee_id}/behaviours/{m}",
            {"ratings": [{"value": "kolaboratif", "rating": "di_atas_ekspektasi", "note": "x"}]},
            by=e,
        ),
    )
    show(
        "dup value",
        await api.put(
            f"/v1/employees/{e.employee_id}/behaviours/{m}",
            {
                "ratings": [{"value": "kolaboratif", "rating": "di_atas_ekspektasi", "note": "x"}]
                * 2
            },
            by=h,
        ),
    )
    rs = await par(
        "closing", sql, world, lambda: api.post(f"/v1/periods/{m}/closings", {}, by=world.agency)
    )
    c = [r for r in rs if r.status_code < 300][0].json()["id"]
    show(
        "reopen queued",
        await api.post(f"/v1/closings/{c}/reopenings", {"reason": "x"}, by=world.agency),
    )
    for _ in range(3):
        await sf.run_jobs(world)
    show("closing", await api.get(f"/v1/closings/{c}", by=world.agency))
    # closed
    lg4 = await add_log(world, e, starts=800, ends=860, status="submitted")
    lg5 = await add_log(world, e, starts=900, ends=960)
    for lab, cor in [
        (
            "log",
            api.post(
                "/v1/logs",
                {
                    "work_date": str(world.today),
                    "starts_at": "20:00",
                    "ends_at": "20:30",
                    "description": "x",
                },
                by=e,
            ),
        ),
        (
            "batch",
            api.post(
                "/v1/logs/batches",
                {
                    "items": [
                        {
                            "client_ref": "a",
                            "work_date": str(world.today),
                            "starts_at": "20:00",
                            "ends_at": "20:30",
                            "description": "x",
                        }
                    ]
                },
                by=e,
            ),
        ),
        ("approve", api.post(f"/v1/logs/{lg4}/approvals", {}, by=h)),
        ("approveb", api.post("/v1/logs/approvals", {"ids": [str(lg4)]}, by=h)),
        ("return", api.post(f"/v1/logs/{lg4}/returns", {"note": "x"}, by=h)),
        ("sub", api.post(f"/v1/logs/{lg5}/submissions", by=e)),
        ("patch", api.patch(f"/v1/logs/{lg5}", {"description": "x"}, by=e, version=1)),
        ("del", api.delete(f"/v1/logs/{lg5}", by=e, version=1)),
        ("res", api.put(R, {"value": "6.00"}, by=e, headers={"If-Match": "*"})),
        ("resret", api.post(f"/v1/results/{rid}/returns", {"note": "x"}, by=h)),
        ("resb", api.post("/v1/results/verifications", {"ids": [rid]}, by=h)),
        (
            "beh",
            api.put(
                f"/v1/employees/{e.employee_id}/behaviours/{m}",
                {
                    "ratings": [
                        {"value": "kolaboratif", "rating": "di_atas_ekspektasi", "note": "x"}
                    ]
                },
                by=h,
            ),
        ),
        (
            "evi",
            api.post(
                f"/v1/logs/{lg5}/evidence",
                content=b"%PDF-1.7 x",
                params={"file_name": "a.pdf"},
                by=e,
            ),
        ),
        ("derive", api.post(f"/v1/indicators/{p.indicator}/results/{m}/derivations", by=e)),
        ("plan revise", api.post(P + "/revisions", {"reason": "x"}, by=e)),
    ]:
        show("CLOSED " + lab, await cor)
    ev = (await api.get("/v1/evaluations", by=h)).json()["items"][0]["id"]
    E = f"/v1/evaluations/{ev}"
    show("ack early", await api.post(E + "/acknowledgements", {}, by=e))
    show(
        "own decide",
        await api.post(
            E + "/decisions",
            {
                "work_rating": "di_atas_ekspektasi",
                "behaviour_rating": "di_atas_ekspektasi",
                "reason": "x",
            },
            by=e,
        ),
    )
    show(
        "mayor decide",
        await api.post(
            E + "/decisions",
            {
                "work_rating": "di_atas_ekspektasi",
                "behaviour_rating": "di_atas_ekspektasi",
                "reason": "x",
            },
            by=world.mayor,
        ),
    )
    show(
        "agency decide",
        await api.post(
            E + "/decisions",
            {
                "work_rating": "di_atas_ekspektasi",
                "behaviour_rating": "di_atas_ekspektasi",
                "reason": "x",
            },
            by=world.agency,
        ),
    )
    show("admin read", await api.get(E, by=world.admin))
    await par(
        "decide",
        sql,
        world,
        lambda: api.post(
            E + "/decisions",
            {
                "work_rating": "di_atas_ekspektasi",
                "behaviour_rating": "di_atas_ekspektasi",
                "reason": "x",
            },
            by=h,
        ),
    )
    await par("ack", sql, world, lambda: api.post(E + "/acknowledgements", {}, by=e))
    show(
        "decide after final",
        await api.post(
            E + "/decisions",
            {
                "work_rating": "di_bawah_ekspektasi",
                "behaviour_rating": "di_atas_ekspektasi",
                "reason": "x",
            },
            by=h,
        ),
    )
    await par(
        "reopen",
        sql,
        world,
        lambda: api.post(f"/v1/closings/{c}/reopenings", {"reason": "x"}, by=world.agency),
    )
    # cancel/close again vs. quarter. whole
    g = await par(
        "grant end",
        sql,
        world,
        lambda: api.post(
            "/v1/grants",
            {
                "account_id": str(h.account_id),
                "role": "complaints_officer",
                "starts_on": "2026-01-01",
            },
            by=world.admin,
        ),
        2,
    )
    gid = [r for r in g if r.status_code == 201][0].json()["id"]
    await par(
        "grant endings",
        sql,
        world,
        lambda: api.post(f"/v1/grants/{gid}/endings", {}, by=world.admin),
    )
    acc = e.account_id
    await par(
        "disable",
        sql,
        world,
        lambda: api.post(f"/v1/accounts/{acc}/disablements", {}, by=world.admin),
    )
    mm = (
        await api.post(
            "/v1/accounts", {"kind": "machine", "login": "mesinq", "name": "M"}, by=world.admin
        )
    ).json()["id"]
    k = (
        await api.post(
            f"/v1/accounts/{mm}/api-keys",
            {"name": "K", "expires_on": str(world.today)},
            by=world.admin,
        )
    ).json()
    kh = {"Authorization": "Bearer " + k["key"]}
    show("machine me", await api.get("/v1/me", headers=kh))
    show("machine plans", await api.get("/v1/plans", headers=kh))
    show(
        "machine pw",
        await api.post(
            "/v1/me/password-changes",
            {"current_password": "x", "new_password": "kapal-pinisi-7-layar"},
            headers=kh,
        ),
    )
    show("machine 2f", await api.post("/v1/me/second-factors", {"password": "x"}, headers=kh))
    show("machine signout", await api.post("/v1/me/sign-outs", headers=kh))
    show("machine cur", await api.delete("/v1/sessions/current", headers=kh))
    show("machine sess", await api.get("/v1/me/sessions", headers=kh))
    show("machine me after", await api.get("/v1/me", headers=kh))
    show("notices", await api.get("/v1/me/notices", headers=kh))
    show("xcase", await api.get("/v1/me", headers={"Authorization": "Bearer " + k["key"].upper()}))
    show("apos", await api.get("/v1/me", headers={"Authorization": b"Bearer \xff\xfe"}))
    show("sp", await api.get("/v1/me", headers={"Authorization": "Bearer  " + k["key"]}))
    await par(
        "revoke",
        sql,
        world,
        lambda: api.post(f"/v1/api-keys/{k['id']}/revocations", by=world.admin),
    )
    show("revoked write", await api.post("/v1/me/sign-outs", headers=kh))
    rows = await sql(
        "SELECT action, coalesce(before::text,'')||coalesce(after::text,'')||coalesce(reason,'') t FROM kinerja.audit_entries WHERE tenant_id=$1",
        world.tenant_id,
    )
    for r in rows:
        for bad in (k["key"], k["key"][-40:], "argon2", "totp", "otpauth", "knr_", "knj_"):
            if bad in r["t"]:
                print("SECRET", r["action"], r["t"][:200])
    rows = (
        await sql(
            "SELECT kind, payload::text t FROM kinerja.events WHERE tenant_id=$1", world.tenant_id
        )
        if await sql("select 1 from information_schema.tables where table_name='events'")
        else []
    )
    for r in rows:
        if k["key"][-40:] in r["t"]:
            print("SECRET event")


async def test_plt_dates(api, world, sql):
    u = await world.unit("U")
    h = await world.employee("H", unit=u, head=True, until=world.today - dt.timedelta(days=1))
    e = await world.employee("E", unit=u)
    d1 = dt.timedelta(days=1)
    past = await world.employee("Past", unit=await world.unit("W"))
    fut = await world.employee("Fut", unit=await world.unit("Z"))
    now = await world.employee("Now", unit=await world.unit("Q"))
    async with world.database.write(world.tenant_id) as w:
        await place(
            w,
            past.employee_id,
            u,
            head=True,
            kind="plt",
            since=world.today - 30 * d1,
            until=world.today - d1,
        )
        await place(w, fut.employee_id, u, head=True, kind="plt", since=world.today + d1)
        await place(
            w, now.employee_id, u, head=True, kind="plh", since=world.today, until=world.today
        )
    for n, p in (
        ("old definitive", h),
        ("past plt", past),
        ("future plt", fut),
        ("mayor", world.mayor),
        ("now plh", now),
    ):
        lg = await add_log(world, e, starts=500, ends=501, status="submitted")
        show(n, await api.post(f"/v1/logs/{lg}/approvals", {}, by=p))
        show(n + " read", await api.get(f"/v1/logs/{lg}", by=p))


async def test_evidence(api, world):
    e = await world.employee("E")
    lg = await add_log(world, e)

    def z(names, big=0):
        b = io.BytesIO()
        with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as f:
            for n in names:
                f.writestr(n, b"0" * big if big else b"x")
        return b.getvalue()

    async def up(label, content, name="a.pdf", ct="application/pdf", raw_url=None):
        r = await api.post(
            f"/v1/logs/{lg}/evidence",
            content=content,
            params={"file_name": name},
            headers={"Content-Type": ct},
            by=e,
        )
        show(label, r)
        if r.status_code == 201:
            i = r.json()["id"]
            g = await api.get(f"/v1/evidence/{i}/content", by=e)
            print(
                "   ",
                g.status_code,
                g.headers.get("content-disposition"),
                g.headers.get("content-type"),
                g.headers.get("content-security-policy"),
            )

    pdf = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
    for name in (
        "../../etc/passwd",
        "..\\..\\x.pdf",
        'a"; filename="evil.html',
        "a\r\nSet-Cookie: x=1.pdf",
        "\x00.pdf",
        "CON.pdf",
        ".htaccess",
        "x" * 255,
        "\u202efdp.exe",
        "😀.pdf",
        "%2e%2e%2f",
        "a.pdf.html",
        " . ",
        "тест.pdf",
        "e\u0301.pdf",
        "a;b.pdf",
        "a'b.pdf",
    ):
        await up("name " + ascii(name)[:20], pdf, name)
    await up("html", b"<html><script>alert(1)</script>", "a.html", "text/html")
    await up("html as pdf", b"<html>%PDF-1.7", "a.pdf")
    await up("pdf html mix", b"%PDF-1.7\n<script>alert(1)</script>%%EOF", "a.html", "text/html")
    await up("svg", b"<svg xmlns='x' onload='a'/>", "a.svg", "image/svg+xml")
    await up("empty", b"", "a.pdf")
    await up("zip", z(["a"]), "a.zip", "application/zip")
    await up(
        "bomb",
        z(["[Content_Types].xml", "xl/workbook.xml"], 60_000_000),
        "a.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    await up(
        "many",
        z([f"xl/{i}" for i in range(20000)] + ["[Content_Types].xml", "xl/workbook.xml"]),
        "a.xlsx",
        "application/octet-stream",
    )
    await up("png trunc", b"\x89PNG\r\n\x1a\n", "a.png", "image/png")
    await up("docx trunc", z(["[Content_Types].xml", "word/document.xml"])[:-10], "a.docx")
    await up(
        "macro", z(["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]), "a.docm"
    )
    await up("big", b"%PDF-1.7" + b"0" * (30 << 20), "a.pdf")
