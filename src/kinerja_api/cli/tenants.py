"""What the commands about governments and accounts have in common."""

import re
from collections.abc import Sequence
from zoneinfo import available_timezones

from kinerja_api.access.commands import bootstrap
from kinerja_api.access.queries.credentials import NamedTenant, named_tenant
from kinerja_api.access.rules import SYSTEM_TENANT, AccountKind, CodePurpose, Role
from kinerja_api.cli.exits import Refused
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.imports.queries import find_employee

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


async def find_tenant(database: Database, code: str) -> NamedTenant:
    """Return the government; Refused if there is none with the code."""
    tenant = await named_tenant(database, code)
    if not tenant.is_active:
        raise Refused(f"There is no active government with the code {code}.")
    return tenant


def check_new_tenant(code: str, name: str, time_zone: str) -> None:
    """Refuse what a new government cannot be called."""
    if _CODE.fullmatch(code) is None:
        raise Refused("A code has lower-case letters, digits and inner hyphens, at most 63.")
    if not name.strip():
        raise Refused("A government needs a name.")
    if time_zone not in available_timezones():
        raise Refused(f"There is no time zone {time_zone}. In Indonesia: Asia/Jakarta, "
                      "Asia/Makassar, Asia/Jayapura.")  # fmt: skip


async def create_invited_account(
    database: Database,
    tenant_code: str,
    *,
    login: str,
    name: str,
    roles: Sequence[str],
    employee: str | None,
) -> str:
    """Create an account with its roles; return its one-time activation code."""
    wanted = [_role(role, tenant_code) for role in roles]
    tenant = await find_tenant(database, tenant_code)
    async with database.write(tenant.id) as writing:
        employee_id = None
        if employee is not None and (employee_id := await find_employee(writing, employee)) is None:
            raise Refused(f"No employee of {tenant_code} has the ref {employee}.")
        account_id = await bootstrap.create_account(
            writing, login=login, name=name, kind=AccountKind.PERSON, employee_id=employee_id
        )
        today = clock.today(tenant.time_zone)
        for role in wanted:
            await bootstrap.give_role(writing, account_id, role, starts_on=today, basis=None)
        return await bootstrap.issue_code(writing, account_id, CodePurpose.ACTIVATION)


def _role(role: str, tenant_code: str) -> Role:
    known = [known.value for known in Role if known is not Role.EMPLOYEE]
    if role not in known:
        raise Refused(f"There is no role {role} to give. Roles: {', '.join(known)}.")
    if (role == Role.SYSTEM_OPERATOR) != (tenant_code == SYSTEM_TENANT):
        raise Refused("Operators live in the government system, and nobody else does.")
    return Role(role)
