"""The file of transactions: a row each, and one more row for each further pause."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.tables import tenants
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import Problem, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.loading.given import tell_loaded
from kinerja_api.organisation.rules import RowFault
from kinerja_api.organisation.tables import employees
from kinerja_api.services.commands.entries import check_entry, content_hash
from kinerja_api.services.commands.writes import (
    TRANSACTION_LISTS,
    NameTaken,
    NewTransaction,
    any_of,
    insert_new,
    insert_pauses,
    lists,
    names_taken,
    transaction_lists,
)
from kinerja_api.services.errors import (
    PersonalNumberRefused,
    TimesOutOfOrder,
    TransactionRowDiffers,
)
from kinerja_api.services.rules import (
    Facts,
    PauseFact,
    PauseReason,
    TransactionRow,
    holds_personal_number,
)
from kinerja_api.services.tables import services, transaction_pauses, transactions

THE_AGENCY = UUID(int=0)
"""Who entered the transactions of files; their names are service and register number."""

_TENANT = bindparam("tenant_id", type_=Uuid)
_SHARED = (
    "received_at", "complete_at", "done_at", "cancelled_at", "cancel_reason", "handler_ref",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class _Registers:
    """What the codes and refs of a file stand for, and the zone of its times of day."""

    service_ids: Mapping[str, tuple[UUID, UUID]]
    handler_ids: Mapping[str, UUID]
    zone: str

    def instant(self, local: dt.datetime | None) -> dt.datetime | None:
        """Return the instant of a time in the government's zone."""
        return (
            None if local is None else local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(dt.UTC)
        )


async def load_transactions(writing: Writing, rows: Sequence[TransactionRow]) -> list[RowFault]:
    """Enter and change transactions by service and register number; return the faults.

    A transaction entered by hand is another one, even of the same number.
    """
    registers, now = await _registers(writing, rows), clock.now()
    news: list[NewTransaction] = []
    faults: list[RowFault] = []
    for group in _grouped(rows).values():
        try:
            news.append(_read(group, registers, now))
        except Problem as problem:
            faults.append(_fault(group, problem))
    if faults:
        return faults
    names = [new.client_ref for new in news]
    found = await writing.rows(names_taken(), NameTaken, account_id=THE_AGENCY, names=names)
    known = {name.client_ref: name for name in found}
    changed = [
        dataclasses.replace(new, id=known[new.client_ref].id)
        for new in news
        if new.client_ref in known and known[new.client_ref].content_hash != new.content_hash
    ]
    fresh = [new for new in news if new.client_ref not in known]
    await insert_new(writing, fresh, THE_AGENCY, now)
    if changed:
        await writing.execute(_drop_pauses(), ids=[new.id for new in changed])
        await writing.execute(_update(), now=now, **transaction_lists(changed))
        await insert_pauses(writing, changed)
    records = [(row.service_code, row.ref, *[getattr(row, name) for name in _SHARED])
               for row in rows]  # fmt: skip
    tell_loaded(writing, "transactions", records, changed=len(fresh) + len(changed))
    return []


def _grouped(rows: Sequence[TransactionRow]) -> dict[tuple[str, str], list[TransactionRow]]:
    groups: dict[tuple[str, str], list[TransactionRow]] = {}
    for row in rows:
        groups.setdefault((row.service_code, row.ref), []).append(row)
    return groups


def _read(
    group: Sequence[TransactionRow], registers: _Registers, now: dt.datetime
) -> NewTransaction:
    row = group[0]
    if any(getattr(one, name) != getattr(row, name) for one in group for name in _SHARED):
        raise TransactionRowDiffers
    if len(group) > 1 and any(one.pause_reason is None for one in group):
        raise TransactionRowDiffers
    for name in ("ref", "cancel_reason"):
        if holds_personal_number(getattr(row, name) or ""):
            raise PersonalNumberRefused.at(f"/{name}")
    service = registers.service_ids.get(row.service_code)
    if service is None:
        raise UnknownReference.at("/service_code", value=row.service_code)
    handler_id = registers.handler_ids.get(row.handler_ref or "")
    if row.handler_ref is not None and handler_id is None:
        raise UnknownReference.at("/handler_ref", value=row.handler_ref)
    facts = _facts(group, registers)
    check_entry(facts, row.cancel_reason, now)
    content = (service, row.ref, facts, row.cancel_reason, handler_id)
    return NewTransaction(
        id=new_id(),
        service_id=service[0],
        unit_id=service[1],
        ref=row.ref,
        facts=facts,
        cancel_reason=row.cancel_reason,
        handler_id=handler_id,
        client_ref=f"{row.service_code}/{row.ref}",
        content_hash=content_hash(content),
    )


def _facts(group: Sequence[TransactionRow], registers: _Registers) -> Facts:
    row, instant = group[0], registers.instant
    pauses: list[PauseFact] = []
    for one in group:
        starts_at = instant(one.pause_starts_at)
        if (one.pause_reason is None) != (starts_at is None):
            raise TimesOutOfOrder.at("/pause_starts_at")
        if one.pause_reason is not None and starts_at is not None:
            ends_at = instant(one.pause_ends_at)
            pauses.append(PauseFact(PauseReason(one.pause_reason), starts_at, ends_at))
    received_at = instant(row.received_at)
    if received_at is None:
        raise TimesOutOfOrder.at("/received_at")
    return Facts(
        received_at,
        instant(row.complete_at),
        sorted(pauses, key=lambda pause: pause.starts_at),
        instant(row.done_at),
        instant(row.cancelled_at),
    )


def _fault(group: Sequence[TransactionRow], problem: Problem) -> RowFault:
    """Return the fault at the row it is about: a pause's place names its row of the group."""
    pointer = problem.errors[0].pointer if problem.errors else None
    parts = (pointer or "").split("/")
    if parts[1:2] == ["pauses"]:
        return RowFault(
            group[int(parts[2])].line, f"pause_{parts[3]}", problem.code, problem.params
        )
    return RowFault(group[0].line, parts[-1] or None, problem.code, problem.params)


async def _registers(writing: Writing, rows: Sequence[TransactionRow]) -> _Registers:
    codes = list({row.service_code for row in rows})
    refs = list({row.handler_ref for row in rows if row.handler_ref is not None})
    found = await writing.rows(_services(), dict[str, Any], codes=codes)
    people = await writing.rows(_handlers(), dict[str, Any], refs=refs)
    return _Registers(
        {row["code"]: (row["id"], row["unit_id"]) for row in found},
        {row["ref"]: row["id"] for row in people},
        await writing.value(_zone()),
    )


@statement
def _zone() -> Executable:
    return select(tenants.c.time_zone).where(tenants.c.id == _TENANT)


@statement
def _services() -> Executable:
    return select(services.c.code, services.c.id, services.c.unit_id).where(
        services.c.tenant_id == _TENANT, services.c.code == any_of("codes", Text())
    )


@statement
def _handlers() -> Executable:
    return select(employees.c.ref, employees.c.id).where(
        employees.c.tenant_id == _TENANT, employees.c.ref == any_of("refs", Text())
    )


@statement
def _drop_pauses() -> Executable:
    pause = transaction_pauses.c
    return delete(transaction_pauses).where(
        pause.tenant_id == _TENANT, pause.transaction_id == any_of("ids", Uuid())
    )


@statement
def _update() -> Executable:
    rows, found = lists("new", TRANSACTION_LISTS), transactions.c
    kept = ("id", "service_id", "unit_id", "ref", "client_ref")
    return (
        update(transactions)
        .where(found.tenant_id == _TENANT, found.id == rows.c.id)
        .values(
            **{name: rows.c[name] for name in TRANSACTION_LISTS if name not in kept},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=found.version + 1,
        )
    )
