import asyncio, datetime as dt, uuid, json
from collections import Counter
from kinerja_api.access.rules import Role
from tests.factories.access import member, bearer, code_for, PASSWORD, later, code_now
from tests.factories.activities import add_log
from tests.factories.world import place
import pyotp
def show(label, r): print(label, r.status_code, r.text[:150].replace("\n"," "))
async def test_throttle(api, world, other_world):
    m=await member(world,"siti")
    for i,l in enumerate(["siti","SITI"," siti ","Siti","sIti","siti\u00a0","ſiti","siti","siti","siti","siti","siti"]):
        r=await api.post("/v1/sessions", m.sign_in(login=l,password="wrong-wrong-1")); print(i,repr(l),r.status_code, r.json()["code"])
    show("right", await api.post("/v1/sessions", m.sign_in()))
    show("right case tenant", await api.post("/v1/sessions", m.sign_in(tenant=world.code.upper())))
    show("right tenant space", await api.post("/v1/sessions", m.sign_in(tenant=" "+world.code+" ")))
    show("unknown tenant", await api.post("/v1/sessions", m.sign_in(tenant="nope")))
    show("activation", await api.post("/v1/activations", {"tenant":world.code,"login":"siti","code":"AAAAA-AAAAA-AAAAA-AAAAA","password":"kapal-pinisi-7-layar"}))
async def test_2f(api, world, sql):
    sec=pyotp.random_base32()
    a=await member(world,"adm",role=Role.TENANT_ADMINISTRATOR,totp_secret=sec)
    c=code_now(sec)
    rs=await asyncio.gather(*[api.post("/v1/sessions", a.sign_in(otp=c)) for _ in range(4)])
    print(Counter(r.status_code for r in rs))
    s=[r for r in rs if r.status_code==201][0].json(); b=bearer(s["access_token"])
    show("2f reuse for enrol", await api.post("/v1/me/second-factors", {"current_password":PASSWORD,"otp":c}, headers=b))
    # session of other account
    o=await member(world,"budi"); so=(await api.post("/v1/sessions",o.sign_in())).json()
    show("other session", await api.delete(f"/v1/me/sessions/{s['session_id']}", headers=bearer(so["access_token"])))
    # refresh race then reuse
    rt=so["refresh_token"]
    rr=await asyncio.gather(*[api.post("/v1/sessions/refreshes", {"refresh_token":rt}) for _ in range(5)]); print(Counter(r.status_code for r in rr))
    toks=[r.json()["refresh_token"] for r in rr if r.status_code<300]
    r2=await asyncio.gather(*[api.post("/v1/sessions/refreshes", {"refresh_token":t}) for t in toks]); print("siblings", Counter((r.status_code, r.json().get("code")) for r in r2))
    show("old again", await api.post("/v1/sessions/refreshes", {"refresh_token":rt}))
    show("access as refresh", await api.post("/v1/sessions/refreshes", {"refresh_token":so["access_token"][:200]}))
    show("refresh as access", await api.get("/v1/me", headers=bearer(toks[0])))
    other_t = toks[0].replace(str(world.tenant_id.hex), uuid.uuid4().hex); show("refresh unknown tenant", await api.post("/v1/sessions/refreshes", {"refresh_token":other_t}))
    rows=await sql("SELECT action, coalesce(before::text,'')||coalesce(after::text,'')||coalesce(reason,'') t FROM kinerja.audit_entries WHERE tenant_id=$1", world.tenant_id)
    for r in rows:
        for bad in (sec, rt[-40:], PASSWORD): 
            if bad in r["t"]: print("SECRET",r["action"])
async def test_idem(api, world, other_world, sql):
    a=await world.employee("A"); b=await world.employee("B"); k="same-key-0123456789abcd"
    body={"work_date":str(world.today),"starts_at":"08:00","ends_at":"09:00","description":"x"}
    r1=await api.post("/v1/logs", body, by=a, key=k); r2=await api.post("/v1/logs", body, by=b, key=k)
    print(r1.status_code, r2.status_code, r1.json()["id"]!=r2.json()["id"])
    r3=await api.post("/v1/obstacles", {"title":"x","description":"x"}, by=a, key=k); show("other path", r3)
    r4=await api.post("/v1/logs", {**body,"description":"y"}, by=a, key=k); show("other body", r4)
    r5=await api.post("/v1/logs", body, by=a, key=k); print(r5.status_code, r5.json()["id"]==r1.json()["id"], r5.headers.get("idempotency-replayed"))
    rs=await asyncio.gather(*[api.post("/v1/logs", {**body,"starts_at":"10:00","ends_at":"10:30"}, by=a, key="par-"+k) for _ in range(6)]); print(Counter(r.status_code for r in rs), len({r.json().get("id") for r in rs if r.status_code==201}))
    # sealed: account create same key across admins, and short key
    kk="seal-"+uuid.uuid4().hex
    m1=await api.post("/v1/accounts", {"login":"abc1","name":"N"}, by=world.admin, key=kk); adm2=await world.officer("A2", Role.TENANT_ADMINISTRATOR)
    m2=await api.post("/v1/accounts", {"login":"abc1","name":"N"}, by=adm2, key=kk); show("2nd admin", m2)
    m3=await api.post("/v1/accounts", {"login":"abc1","name":"N"}, by=world.admin, key=kk); print(m3.status_code, m3.json()["code"]==m1.json()["code"])
    show("short", await api.post("/v1/accounts", {"login":"abc2","name":"N"}, by=world.admin, key="0123456789abcdef"))
    # anonymous key on activation shared across tenants
    x=await member(world,"inv1",invited=True); c=await code_for(world,x); y=await member(other_world,"inv1",invited=True)
    act={"tenant":world.code,"login":"inv1","code":c,"password":"kapal-pinisi-7-layar"}
    z1=await api.post("/v1/activations", act, key=kk); z2=await api.post("/v1/activations", {**act,"tenant":other_world.code}, key=kk); z3=await api.post("/v1/activations", act, key=kk); z4=await api.post("/v1/activations", {**act,"password":"x"*20+"aZ9-"}, key=kk)
    for z in (z1,z2,z3,z4): show("act", z)
    # disabled account replay
    e=await world.employee("D"); show("d1", await api.post("/v1/logs", body, by=e, key=k+"d"))
    await api.post(f"/v1/accounts/{e.account_id}/disablements", {}, by=world.admin); show("replay disabled", await api.post("/v1/logs", body, by=e, key=k+"d"))
    # transferred superior of yesterday, cached token
    # batches client_ref by two accounts, and dup refs
    bb={"atomic":False,"items":[{**body,"starts_at":"13:00","ends_at":"13:10","client_ref":"r1"},{**body,"starts_at":"13:10","ends_at":"13:20","client_ref":"r1"}]}
    show("batch dup", await api.post("/v1/logs/batches", bb, by=a)); show("batch other", await api.post("/v1/logs/batches", bb, by=b)); show("batch again", await api.post("/v1/logs/batches", bb, by=a))
    rs=await asyncio.gather(*[api.post("/v1/logs/batches", {"items":[{**body,"starts_at":"14:00","ends_at":"14:10","client_ref":"p1"}]}, by=a) for _ in range(5)]); print(Counter((r.status_code, r.json()["items"][0]["status"] if "items" in r.json() else r.json()["code"]) for r in rs))
async def test_misc(api, world, other_world):
    u=await world.unit("U"); h=await world.employee("H",unit=u,head=True); e=await world.employee("E",unit=u)
    for i in range(3): await add_log(world,e,starts=i*10,ends=i*10+5)
    r=(await api.get("/v1/logs", by=e, params={"limit":1})).json(); c=r["next_cursor"]
    for lab,kw in (("other list",dict(path="/v1/obstacles",by=e)),("other person",dict(path="/v1/logs",by=h)),("filter",dict(path="/v1/logs",by=e,extra={"status":"draft"}))):
        show("cursor "+lab, await api.get(kw["path"], by=kw["by"], params={"cursor":c,"limit":1,**kw.get("extra",{})}))
    for bad in ("A","A"*1024,"é","====","\x00",c[:-2],c+"A",c.lower()): show("cur "+ascii(bad)[:8], await api.get("/v1/logs", by=e, params={"cursor":bad}))
    for q in ("%","_","\\","' OR 1=1--","%%%"): r=await api.get("/v1/employees", by=world.agency, params={"q":q}); print(q, r.status_code, len(r.json().get("items",[])))
    show("1MB", await api.post("/v1/obstacles", {"title":"x","description":"x"*(1<<20)}, by=e)); show("20MB", await api.post("/v1/obstacles", {"title":"x","description":"x"*(20<<20)}, by=e))
    show("extra", await api.post("/v1/obstacles", {"title":"x","description":"x","employee_id":str(h.employee_id),"status":"resolved"}, by=e))
    show("rtl", await api.post("/v1/obstacles", {"title":"a\u202eb","description":"x\u202e"}, by=e))
    show("prose rtl", await api.post("/v1/obstacles", {"title":"ab","description":"x\u202e"}, by=e))
    show("bignum", await api.call("POST","/v1/periods/years",content=b'{"year":'+b"9"*5000+b'}',headers={"Content-Type":"application/json"},by=world.agency))
    show("exp", await api.call("POST","/v1/periods/years",content=b'{"year":1e400}',headers={"Content-Type":"application/json"},by=world.agency))
    show("wd", await api.get("/v1/calendar/working-days", by=e, params={"from":"1900-01-01","to":"2200-01-01"}))
    show("dup q", await api.get("/v1/logs?limit=1&limit=2", by=e)); show("unk", await api.get("/v1/logs?x=1", by=e)); show("limit _", await api.get("/v1/logs?limit=1_0", by=e)); show("limit 1e1", await api.get("/v1/logs?limit=1.0", by=e))
    show("upper id", await api.get(f"/v1/logs/{str(uuid.uuid4()).upper()}", by=e)); show("enc", await api.get("/v1/logs/%00", by=e)); show("path", await api.get("/v1/..%2f..%2fetc", by=e))
    for hname,v in (("Accept-Language","x"*5000),("X-Request-Id","a\tb"),("Content-Length","99999999999"),("Idempotency-Key","x"*300)):
        show(hname, await api.post("/v1/obstacles", {"title":"x","description":"x"}, by=e, headers={hname:v}))
    show("if-match many", await api.patch("/v1/accounts/"+str(world.mayor.account_id), {"name":None}, by=world.admin, headers={"If-Match":'"1"'}))
    show("note self", await api.post(f"/v1/employees/{e.employee_id}/notes", {"text":"x","note":"x"}, by=e))
    show("openapi notes", await api.post(f"/v1/employees/{h.employee_id}/notes", {"note":"x"}, by=e)); show("mayor note", await api.post(f"/v1/employees/{e.employee_id}/notes", {"note":"x"}, by=world.mayor))
    show("read notices", await api.post("/v1/me/notices/readings", {"ids":[str(uuid.uuid4())]}, by=e))
    show("text/plain", await api.call("POST","/v1/obstacles",content=b'{"title":"x","description":"x"}',headers={"Content-Type":"text/plain"},by=e))
    show("units move self", await api.post(f"/v1/units/{world.root}/moves", {"parent_id":str(u)}, by=world.agency, version=1))
    rs=await asyncio.gather(*[api.post(f"/v1/units/{u}/moves", {"parent_id":str(await world.unit(f"N{i}"))}, by=world.agency) for i in range(3)]); print([r.status_code for r in rs])
