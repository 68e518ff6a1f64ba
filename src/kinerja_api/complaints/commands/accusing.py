"""Naming an official (terlapor): from then on neither he nor his line sees the report."""

from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, exists, insert, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.advancing import Happening, advance, staff
from kinerja_api.complaints.commands.guarding import guard
from kinerja_api.complaints.commands.stepping import again, begin
from kinerja_api.complaints.rules import ReportEvent
from kinerja_api.complaints.schemas.steps import AccusationIn, AccusationOut
from kinerja_api.complaints.tables import report_accused
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.organisation.tables import employees

_TENANT = bindparam("tenant_id", type_=Uuid)


async def name_accused(
    writing: Writing, actor: Actor, report_id: UUID, given: AccusationIn, *, expected: int | None
) -> AccusationOut:
    """Name an official; where the work stands in his line the inspectorate takes it over."""
    report = await begin(writing, actor, report_id, ReportEvent.NAME_ACCUSED, expected)
    if not await writing.value(_is_employee(), id=given.employee_id):
        raise UnknownReference.at("/employee_id")
    await writing.execute(
        _insert(),
        report_id=report_id,
        employee_id=given.employee_id,
        today=actor.today,
        account_id=actor.account_id,
    )
    what = Happening(note=given.reason, changes={"has_accused": True})
    await advance(writing, report, ReportEvent.NAME_ACCUSED, staff(actor), what)
    await guard(writing, actor, await again(writing, report))
    return AccusationOut(id=report_id)


@statement
def _is_employee() -> Executable:
    return select(
        exists().where(
            employees.c.tenant_id == _TENANT, employees.c.id == bindparam("id", type_=Uuid)
        )
    )


@statement
def _insert() -> Executable:
    return insert(report_accused).values(
        tenant_id=_TENANT,
        report_id=bindparam("report_id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        named_on=bindparam("today", type_=Date),
        named_by=bindparam("account_id", type_=Uuid),
    )
