import time, uuid
from tests.factories import scoring as factory
from kinerja_api.scoring import close as cm, snapshot
from kinerja_api.scoring.rederive import rederive
import pytest
@pytest.mark.timeout(500)
async def test_bench(api, world, sql):
    import os
    n=int(os.environ.get("N","20000"))
    t=time.time(); made=await factory.government(world, people=n); print("gen",time.time()-t)
    if os.environ.get("ANALYZE"): await sql("ANALYZE")
    steps=[]; orig=cm.set_progress
    async def sp(db, job, **k):
        print(k["step"], time.time(), flush=True); steps.append((k["step"], time.time())); await orig(db, job, **k)
    cm.set_progress=sp
    ordered = await api.post(f"/v1/periods/{made.period_id}/closings", by=world.agency)
    from tests.scoring.test_closings import job_of
    job=await job_of(sql, world)
    t=time.time(); await cm.close_period(world.database, job); total=time.time()-t
    print("close", total)
    for (a,x),(b,y) in zip(steps,steps[1:]): print("  ",a,round(y-x,2))
    t=time.time(); await factory.run_jobs(world); print("open evaluations",time.time()-t)
    cid=uuid.UUID(ordered.json()["id"])
    t=time.time()
    async with world.database.read(world.tenant_id) as r: d=await rederive(r,cid,sample=200)
    print("rederive",time.time()-t,d.equal,d.compared)
    t=time.time(); x=await api.get(f"/v1/periods/{made.period_id}/close-checks", by=world.agency); print("checks",time.time()-t,x.status_code)
    t=time.time(); x=await api.get("/v1/evaluations", by=world.agency); print("list",time.time()-t,x.status_code)
    t=time.time(); x=await api.get("/v1/evaluations", by=world.mayor); print("list mayor",time.time()-t,x.status_code)
    t=time.time(); x=await api.get(f"/v1/units/{world.root}/evaluation-summary", by=world.mayor, params={"period_id":str(made.period_id)}); print("summary",time.time()-t,x.status_code)
    print(await sql("select status,people,rated,unrated,error from kinerja.closings where id=$1",cid))
