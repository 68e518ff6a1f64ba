"""The caller's own names of logs, which make items of batches and files repeatable."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, bindparam, column, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.activities.tables import log_client_refs
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement

THE_AGENCY = UUID(int=0)
"""Whose names those in the agency's files are; they are unique in the government."""

_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True)
class Claim:
    """A name for a log that is about to be entered."""

    client_ref: str
    work_date: dt.date
    log_id: UUID


@dataclass(frozen=True, slots=True)
class _Known:
    client_ref: str
    log_id: UUID


async def claim_refs(
    writing: Writing, account_id: UUID, claims: Sequence[Claim]
) -> Mapping[str, UUID]:
    """Take the names; return those that were taken before, with their logs.

    A name being taken at the same moment is waited for.
    """
    ordered = sorted(claims, key=lambda claim: claim.client_ref)
    await writing.execute(
        _insert_refs(),
        account_id=account_id,
        refs=[claim.client_ref for claim in ordered],
        days=[claim.work_date for claim in ordered],
        log_ids=[claim.log_id for claim in ordered],
    )
    refs = [claim.client_ref for claim in ordered]
    rows = await writing.rows(_refs(), _Known, account_id=account_id, refs=refs)
    ours = {claim.log_id for claim in claims}
    return {row.client_ref: row.log_id for row in rows if row.log_id not in ours}


async def drop_refs(writing: Writing, account_id: UUID, refs: Sequence[str]) -> None:
    """Give back the names of logs that were refused."""
    if refs:
        await writing.execute(_delete_refs(), account_id=account_id, refs=refs)


@statement
def _insert_refs() -> Executable:
    rows = (
        func.unnest(
            bindparam("refs", type_=ARRAY(Text)),
            bindparam("days", type_=ARRAY(Date)),
            bindparam("log_ids", type_=ARRAY(Uuid)),
        )
        .table_valued(column("client_ref", Text), column("work_date", Date), column("log_id", Uuid))
        .render_derived(name="claims")
    )
    account_id = bindparam("account_id", type_=Uuid)
    return (
        insert(log_client_refs)
        .from_select(
            ["tenant_id", "account_id", "client_ref", "work_date", "log_id"],
            select(_TENANT, account_id, rows.c.client_ref, rows.c.work_date, rows.c.log_id),
        )
        .on_conflict_do_nothing()
    )


@statement
def _refs() -> Executable:
    refs = log_client_refs.c
    return select(refs.client_ref, refs.log_id).where(
        refs.tenant_id == _TENANT,
        refs.account_id == bindparam("account_id", type_=Uuid),
        refs.client_ref == func.any(bindparam("refs", type_=ARRAY(Text))),
    )


@statement
def _delete_refs() -> Executable:
    refs = log_client_refs.c
    return delete(log_client_refs).where(
        refs.tenant_id == _TENANT,
        refs.account_id == bindparam("account_id", type_=Uuid),
        refs.client_ref == func.any(bindparam("refs", type_=ARRAY(Text))),
    )
