"""Reads of the trail. Nothing changes it: the writer role may insert and nothing else."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, and_, bindparam, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.tables import accounts
from kinerja_api.audit.schemas import AuditEntryOut, AuditListParams
from kinerja_api.complaints.queries.visible import hidden_subjects, report_values
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.core.trail import audit_entries

_NEWEST = Sort((("at", audit_entries.c.at), ("id", audit_entries.c.id)), descending=True)
_YEAR = dt.timedelta(days=366)
_COLUMNS = {
    "subject_type": Text(),
    "subject_id": Uuid(),
    "account_id": Uuid(),
    "action": Text(),
}


async def list_entries(
    reading: Reading, actor: Actor, params: AuditListParams, cursors: Cursors
) -> Page[AuditEntryOut]:
    """Return one page of the trail, newest first; nothing of reports that are hidden from him.

    Both ends of the time are always bound, so that only the years asked for are searched.
    """
    filters = params.filters()
    last = params.at_to or clock.now()
    times = {"at_from": params.at_from or last - _YEAR, "at_to": last}
    shape = tuple(name for name in _COLUMNS if name in filters)
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        AuditEntryOut,
        name="audit_entries",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        shape_key=shape,
        values={**filters, **times, **report_values(actor)},
    )


async def get_entry(reading: Reading, actor: Actor, entry_id: UUID) -> AuditEntryOut:
    """Return one entry; ResourceNotFound."""
    entry = await reading.row(_entry(), AuditEntryOut, id=entry_id, **report_values(actor))
    if entry is None:
        raise ResourceNotFound
    return entry


def _entries() -> Rows:
    entries = audit_entries.c
    return (
        select(
            entries.id,
            entries.at,
            entries.account_id,
            accounts.c.name.label("account_name"),
            entries.acting_as,
            entries.action,
            entries.subject_type,
            entries.subject_id,
            entries.reason,
            entries.before,
            entries.after,
            entries.request_id,
        )
        .outerjoin_from(
            audit_entries,
            accounts,
            and_(accounts.c.tenant_id == entries.tenant_id, accounts.c.id == entries.account_id),
        )
        .where(
            entries.tenant_id == bindparam("tenant_id", type_=Uuid),
            entries.subject_id != func.all(hidden_subjects()),
        )
    )


def _filtered(shape: tuple[str, ...]) -> Rows:
    at = audit_entries.c.at
    query = _entries().where(
        at >= bindparam("at_from", type_=DateTime(timezone=True)),
        at <= bindparam("at_to", type_=DateTime(timezone=True)),
    )
    for name in shape:
        query = query.where(audit_entries.c[name] == bindparam(name, type_=_COLUMNS[name]))
    return query


@statement
def _entry() -> Executable:
    return _entries().where(audit_entries.c.id == bindparam("id", type_=Uuid))
