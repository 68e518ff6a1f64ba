import time


async def test_perf(api, world, sql, administrator):
    u = await world.unit("U")
    h = await world.employee("H", unit=u, head=True)
    sub = [await world.unit(f"S{i}", parent=u) for i in range(20)]
    es = [await world.employee(f"E{i}", unit=sub[i % 20]) for i in range(40)]
    await sql(
        """INSERT INTO kinerja.activity_logs (tenant_id,id,work_date,employee_id,unit_id,starts_minute,ends_minute,description,status,created_at,updated_at)
      SELECT $1, gen_random_uuid(), $2::date - (g%60), e.e, e.u, 480, 540, 'x','submitted', now(), now() FROM generate_series(1,400) g, unnest($3::uuid[],$4::uuid[]) e(e,u)""",
        world.tenant_id,
        world.today,
        [e.employee_id for e in es],
        [e.unit_id for e in es],
    )
    await sql("ANALYZE")
    for p, by in (
        ({"unit_id": str(sub[0])}, h),
        ({"below_id": str(u)}, h),
        ({"below_id": str(u), "status": "submitted"}, h),
        ({"employee_id": str(es[0].employee_id)}, h),
        ({"below_id": str(u)}, es[0]),
        ({"unit_id": str(sub[1])}, es[0]),
        ({"below_id": str(world.root)}, world.mayor),
    ):
        ts = []
        for _ in range(5):
            t = time.perf_counter()
            r = await api.get("/v1/logs", by=by, params=p)
            ts.append(time.perf_counter() - t)
        print(p.keys(), by.name, r.status_code, len(r.json()["items"]), f"{min(ts) * 1000:.1f}ms")
    for path in ("/v1/employees", "/v1/plans", "/v1/results"):
        ts = []
        for _ in range(5):
            t = time.perf_counter()
            r = await api.get(path, by=h)
            ts.append(time.perf_counter() - t)
        print(path, r.status_code, f"{min(ts) * 1000:.1f}ms")
