"""Inviting many employees at once: one statement a table, whatever their number."""

from collections import Counter

from kinerja_api.access.commands.bootstrap import NewAccount, create_accounts, issue_codes
from kinerja_api.access.errors import InvitationsRefused
from kinerja_api.access.queries.accounts import known_employees, taken_names
from kinerja_api.access.rules import CODE_LIFETIMES, CodePurpose
from kinerja_api.access.schemas.accounts import InvitationsIn, InvitationsOut
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import FieldError


async def invite(writing: Writing, given: InvitationsIn) -> InvitationsOut:
    """Create an account with an activation code for each employee, or for none.

    Raises InvitationsRefused, naming each login and employee that has an account already, or
    is none.
    """
    await _check_free(writing, given)
    rows = [NewAccount(one.login, one.name, one.employee_id) for one in given.accounts]
    account_ids = await create_accounts(writing, rows)
    codes = await issue_codes(writing, account_ids, CodePurpose.ACTIVATION)
    return {
        "items": [
            {"account_id": id_, "employee_id": one.employee_id, "login": one.login, "code": code}
            for id_, one, code in zip(account_ids, given.accounts, codes, strict=True)
        ],
        "expires_at": clock.now() + CODE_LIFETIMES[CodePurpose.ACTIVATION],
    }


async def _check_free(writing: Writing, given: InvitationsIn) -> None:
    logins = [one.login for one in given.accounts]
    employee_ids = [one.employee_id for one in given.accounts]
    twice = {name for name, times in Counter([*logins, *employee_ids]).items() if times > 1}
    taken = twice | await taken_names(writing, logins, employee_ids)
    errors = [
        FieldError("login_taken", pointer=f"/accounts/{place}/login")
        for place, login in enumerate(logins)
        if login in taken
    ] + [
        FieldError("employee_has_account", pointer=f"/accounts/{place}/employee_id")
        for place, employee_id in enumerate(employee_ids)
        if employee_id in taken
    ]
    known = await known_employees(writing, employee_ids)
    errors += [
        FieldError("unknown_reference", pointer=f"/accounts/{place}/employee_id")
        for place, employee_id in enumerate(employee_ids)
        if employee_id not in known
    ]
    if errors:
        raise InvitationsRefused(errors=errors, count=len(errors))
