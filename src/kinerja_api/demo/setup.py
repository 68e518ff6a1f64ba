"""Makes the demonstration: five governments through the same code as a real one's import."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from kinerja_api.access.commands import bootstrap
from kinerja_api.access.commands.api_keys import create_api_key
from kinerja_api.access.commands.bootstrap import NewAccount
from kinerja_api.access.passwords import hash_password
from kinerja_api.access.queries.credentials import (
    Credentials,
    NamedTenant,
    credentials_by_login,
    named_tenant,
)
from kinerja_api.access.rules import SYSTEM_TENANT, AccountKind, Role
from kinerja_api.access.schemas.api_keys import ApiKeyIn
from kinerja_api.core import clock
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.ids import new_id
from kinerja_api.demo.actors import acting
from kinerja_api.demo.citizens import tell_citizens
from kinerja_api.demo.files import DemoGovernment, write_demo_files
from kinerja_api.demo.logins import Demo, Login, new_login, read_demo, write_demo
from kinerja_api.demo.story import keep_calendar, tell_unit
from kinerja_api.imports.commands import import_files
from kinerja_api.imports.files import read_files
from kinerja_api.imports.queries import list_people_without_account
from kinerja_api.planning.queries.periods import list_periods_of_year
from kinerja_api.planning.rules import PeriodStatus

SHOWN = "medan"
"""The government whose logins are printed."""

_ZONE = "Asia/Jakarta"
_OFFICERS = {
    "complaints_officer": Role.COMPLAINTS_OFFICER,
    "inspectorate": Role.INSPECTORATE,
    "tenant_administrator": Role.TENANT_ADMINISTRATOR,
}
Advance = Callable[[str, int, int], None]


class DemoBroken(Exception):
    """The demonstration's own files were refused; the text holds the report."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the demonstration is made.

    master: seals second factors; close: closes a period, the codes of government and period given.
    """

    database: Database
    data_dir: Path
    master: bytes
    close: Callable[[str, str], Awaitable[None]]


async def prepare_demo(there: Installation, *, advance: Advance) -> Demo:
    """Return the demonstration; makes it where no earlier start has finished it."""
    demo = read_demo(there.data_dir)
    if demo is not None and demo.is_ready:
        return demo
    today = clock.today(_ZONE)
    advance("writing the agencies' files", 0, 0)
    governments = write_demo_files(there.data_dir / "demo", today=today)
    shown = next(each for each in governments if each.code == SHOWN)
    demo = demo or _new_demo(shown)
    write_demo(there.data_dir, demo)  # first, so that an interrupted start keeps its passwords
    await _load_all(there.database, governments, advance, today=today)
    demo = await _open_accounts(there, demo)
    for done, government in enumerate(governments):
        advance("closing the last month", done, len(governments))
        await _close(there, government)
    advance("hearing the citizens", 0, 0)
    demo = replace(await _tell(there, demo, shown), is_ready=True)
    write_demo(there.data_dir, demo)
    return demo


async def _tell(there: Installation, demo: Demo, shown: DemoGovernment) -> Demo:
    """Tell what happens beside the files; return the demo with the report that is followed."""
    tenant = await named_tenant(there.database, SHOWN)
    async with there.database.write(tenant.id) as writing:
        await tell_unit(writing, shown)
    async with there.database.write(tenant.id) as writing:
        told = await tell_citizens(writing, there.database, there.master, tenant, shown)
        if told is not None:  # kept before the commit: a receipt is told once
            demo = replace(demo, ticket=told.ticket, receipt=told.receipt)
            write_demo(there.data_dir, demo)
    return demo


def _new_demo(shown: DemoGovernment) -> Demo:
    people = {
        "employee": shown.employee_nip,
        "superior": shown.superior_nip,
        "head_of_unit": shown.unit_head_nip,
        "personnel_agency": shown.agency_nip,
    }
    logins = [new_login(role, SHOWN, nip) for role, nip in people.items()]
    logins += [
        new_login(role, SHOWN, role, second_factor=role == "tenant_administrator")
        for role in _OFFICERS
    ]
    operator = new_login("system_operator", SYSTEM_TENANT, "operator", second_factor=True)
    return Demo(SHOWN, _ZONE, (*logins, operator))


async def _load_all(
    database: Database, governments: Sequence[DemoGovernment], advance: Advance, *, today: dt.date
) -> None:
    """Load them side by side: while the database works for one, another one is read."""
    what = "loading the governments"
    advance(what, 0, len(governments))
    _, _, most_connections = database.pool_figures()["writer"]
    turn = asyncio.Semaphore(most_connections)

    async def load(government: DemoGovernment) -> None:
        async with turn:
            await _load(database, government, today=today)

    loads = [asyncio.ensure_future(load(each)) for each in governments]
    try:
        for done, loaded in enumerate(asyncio.as_completed(loads), start=1):
            await loaded
            advance(what, done, len(governments))
    finally:
        for each in loads:
            each.cancel()
        await asyncio.gather(*loads, return_exceptions=True)


async def _load(database: Database, government: DemoGovernment, *, today: dt.date) -> None:
    """Create the government, import its files, set its calendar; not once its month is closed."""
    tenant_id = await _tenant(database, government.code, government.name, government.time_zone)
    if await _is_closed(database, tenant_id, government.closes):
        return
    files, _ = read_files([government.folder])
    report = await import_files(database, tenant_id, files)
    if not report.is_accepted:
        raise DemoBroken("\n".join([government.name, *report.lines()]))
    async with database.write(tenant_id) as writing:
        first_day = dt.date(int(government.closes[:4]), 1, 1)
        await keep_calendar(writing, government.time_zone, first_day=first_day, today=today)


async def _close(there: Installation, government: DemoGovernment) -> None:
    """Close the last month, unless an earlier start came so far."""
    tenant_id = (await named_tenant(there.database, government.code)).id
    if not await _is_closed(there.database, tenant_id, government.closes):
        await there.close(government.code, government.closes)


async def _is_closed(database: Database, tenant_id: UUID, code: str) -> bool:
    async with database.read(tenant_id) as reading:
        known = await list_periods_of_year(reading, int(code[:4]))
    return any(each["code"] == code and each["status"] == PeriodStatus.CLOSED for each in known)


async def _tenant(database: Database, code: str, name: str, time_zone: str) -> UUID:
    """Return the government's id; created if an earlier start did not come so far."""
    found = await named_tenant(database, code)
    if found.is_active:
        return found.id
    async with database.write(new_id()) as writing:
        return await bootstrap.create_tenant(writing, code=code, name=name, time_zone=time_zone)


async def _open_accounts(there: Installation, demo: Demo) -> Demo:
    """Create the printed logins and invite everybody else; the demo with its API key."""
    hashes = {login.login: await hash_password(login.password) for login in demo.logins}
    shown = (await named_tenant(there.database, SHOWN)).id
    async with there.database.write(shown) as writing:
        await _invite_people(writing, hashes)
        for login in demo.logins:
            if login.role in _OFFICERS:
                await _open(there, writing, login, hashes[login.login])
        await _give_agency_role(writing, demo.of("personnel_agency"))
        api_key = demo.api_key or await _open_machine(writing)
    demo = replace(demo, api_key=api_key)
    write_demo(there.data_dir, demo)
    operators = await _tenant(there.database, SYSTEM_TENANT, "Operator", _ZONE)
    async with there.database.write(operators) as writing:
        operator = demo.of("system_operator")
        await _open(there, writing, operator, hashes[operator.login])
    return demo


async def _open_machine(writing: Writing) -> str:
    """Create a machine that reads as the personnel agency does; return its key."""
    account_id = await bootstrap.create_account(
        writing, login="machine", name="Sistem lain", kind=AccountKind.MACHINE
    )
    await _give(writing, account_id, Role.PERSONNEL_AGENCY)
    administrator = acting(writing.tenant_id, _ZONE, role=Role.TENANT_ADMINISTRATOR)
    until = clock.today(_ZONE) + dt.timedelta(days=180)
    wanted = ApiKeyIn.model_validate({"name": "Peragaan", "expires_on": until.isoformat()})
    return (await create_api_key(writing, administrator, account_id, wanted))["key"]


async def _invite_people(writing: Writing, hashes: Mapping[str, str]) -> None:
    people = await list_people_without_account(writing)
    await bootstrap.create_accounts(
        writing,
        [
            NewAccount(
                login=person.ref,
                name=person.name,
                employee_id=person.id,
                password_hash=hashes.get(person.ref),
            )
            for person in people
        ],
    )


async def _open(there: Installation, writing: Writing, login: Login, password_hash: str) -> None:
    """Create a login that is no employee's, with its role; does nothing if it is there."""
    if await _account(writing, login) is not None:
        return
    account_id = await bootstrap.create_account(
        writing,
        login=login.login,
        name=login.role.replace("_", " ").title(),
        kind=AccountKind.PERSON,
        password_hash=password_hash,
        totp_secret=login.totp_secret,
        master=there.master,
    )
    await _give(writing, account_id, Role(login.role))


async def _give_agency_role(writing: Writing, login: Login) -> None:
    account = await _account(writing, login)
    if account is not None and Role.PERSONNEL_AGENCY not in account.roles:
        await _give(writing, account.id, Role.PERSONNEL_AGENCY)


async def _give(writing: Writing, account_id: UUID, role: Role) -> None:
    await bootstrap.give_role(
        writing, account_id, role, starts_on=clock.today(_ZONE), basis="Data peragaan"
    )


async def _account(writing: Writing, login: Login) -> Credentials | None:
    tenant = NamedTenant(writing.tenant_id, "", _ZONE, is_active=True)
    return await credentials_by_login(writing, tenant, login.login)
