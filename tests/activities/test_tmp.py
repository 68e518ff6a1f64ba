from tests.factories.activities import add_log
from kinerja_api.activities.queries import logs as q
async def test_x(api, world, database, sql):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    log = await add_log(world, clerk, status="submitted")
    st = q._log(reach="people")
    args = st.arguments({"tenant_id": world.tenant_id, "scope_me": head.employee_id, "scope_today": world.today, "scope_unit_ids": [], "id": log})
    for n, (a, b) in enumerate(zip(st._names, args)): print(n+1, a, b)
    print(await sql("select * from kinerja.placements where tenant_id=$1", world.tenant_id))
    print(await sql("select * from kinerja.unit_closure where tenant_id=$1", world.tenant_id))
    from kinerja_api.organisation.queries.scope import superior_on
    async with database.read(world.tenant_id) as r:
        print("SUP", await superior_on(r, clerk.employee_id, world.today), head.employee_id)
    assert 0
