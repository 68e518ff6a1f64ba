"""Employees of a government, and who their superiors are."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Day, Id, Page
from kinerja_api.organisation.commands.employees import change_employee, create_employee
from kinerja_api.organisation.errors import (
    EmployeeRefTaken,
    EmployeeStillPlaced,
    InvalidNip,
    NipTaken,
)
from kinerja_api.organisation.queries.employees import (
    explain_superior,
    find_by_nip,
    get_employee,
    list_employees,
)
from kinerja_api.organisation.queries.placements import list_placements_of
from kinerja_api.organisation.schemas.employees import (
    EmployeeIn,
    EmployeeListParams,
    EmployeeOut,
    EmployeePatch,
    EmployeeSearchIn,
    EmployeeSearchOut,
    SuperiorOut,
)
from kinerja_api.organisation.schemas.placements import PlacementHistoryParams, PlacementOut

router = Router(tag="Organisation")


@router.list(
    "/employees",
    permission=Permission.ORGANISATION_READ,
    name="employees_list",
    item=EmployeeOut,
)
async def get_employees(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[EmployeeListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[EmployeeOut]:
    """List employees.

    Holders of a tenant-wide role see all; everybody else sees himself, the people of the units
    he heads, and those whose placement names him superior.
    """
    return await list_employees(reading, actor, params, cursors)


@router.post(
    "/employees",
    permission=Permission.ORGANISATION_MANAGE,
    name="employees_create",
    model=EmployeeOut,
    location="/v1/employees/{id}",
    problems=[InvalidNip, EmployeeRefTaken, NipTaken],
)
async def post_employee(
    actor: CurrentActor, writing: WritingUnit, employee: EmployeeIn
) -> EmployeeOut:
    """Create an employee.

    The number (NIP) is checked; `nip_override_reason` admits one that breaks the rules.
    """
    return await create_employee(writing, actor, employee)


@router.post(
    "/employees/searches",
    permission=Permission.ORGANISATION_READ,
    name="employees_search",
    model=EmployeeSearchOut,
    status=200,
    idempotent=False,
    problems=[InvalidNip],
)
async def post_employee_search(
    actor: CurrentActor, writing: WritingUnit, search: EmployeeSearchIn
) -> EmployeeSearchOut:
    """Find an employee by number (NIP), among those the caller may see."""
    return EmployeeSearchOut(items=await find_by_nip(writing, actor, search.nip))


@router.get(
    "/employees/{employee_id}",
    permission=Permission.ORGANISATION_READ,
    name="employees_get",
    model=EmployeeOut,
    problems=[ResourceNotFound],
)
async def get_one_employee(
    actor: CurrentActor, reading: ReadingUnit, employee_id: Id
) -> EmployeeOut:
    """Read an employee."""
    return await get_employee(reading, actor, employee_id)


@router.patch(
    "/employees/{employee_id}",
    permission=Permission.ORGANISATION_MANAGE,
    name="employees_change",
    model=EmployeeOut,
    problems=[ResourceNotFound, InvalidNip, EmployeeRefTaken, NipTaken, EmployeeStillPlaced],
)
async def patch_employee(
    actor: CurrentActor,
    writing: WritingUnit,
    employee_id: Id,
    patch: EmployeePatch,
    version: RequiredVersion,
) -> EmployeeOut:
    """Change an employee; who is to leave has no placement after today."""
    return await change_employee(writing, actor, employee_id, patch, expected=version)


@router.get(
    "/employees/{employee_id}/superior",
    permission=Permission.ORGANISATION_READ,
    name="employees_superior",
    model=SuperiorOut,
    problems=[ResourceNotFound],
)
async def get_superior(
    actor: CurrentActor,
    reading: ReadingUnit,
    employee_id: Id,
    on: Annotated[Day | None, Query(description="Day; today if left out")] = None,
) -> SuperiorOut:
    """Tell who is an employee's superior on a day, and why.

    A superior named in the placement goes before the head of the unit; of its heads the acting
    daily one (PLH) before the acting one (PLT) before the definitive one; a vacant head falls to
    the next unit up, and a head answers to the head of the unit above.
    """
    await get_employee(reading, actor, employee_id)
    return await explain_superior(reading, employee_id, on or actor.today)


@router.list(
    "/employees/{employee_id}/placements",
    permission=Permission.ORGANISATION_READ,
    name="employees_placements",
    item=PlacementOut,
    problems=[ResourceNotFound],
)
async def get_employee_placements(
    actor: CurrentActor,
    reading: ReadingUnit,
    employee_id: Id,
    params: Annotated[PlacementHistoryParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PlacementOut]:
    """List all placements of an employee, past ones too."""
    await get_employee(reading, actor, employee_id)
    return await list_placements_of(reading, employee_id, params, cursors)
