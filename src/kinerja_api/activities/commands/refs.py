"""The caller's own names of logs, which make items of batches and files repeatable."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, LargeBinary, Text, Uuid, bindparam, column, delete, func, select
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
    """A name for a log that is about to be entered; ``content_hash`` tells it from others."""

    client_ref: str
    work_date: dt.date
    log_id: UUID
    content_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class KnownRef:
    """A name that was given before."""

    client_ref: str
    log_id: UUID
    content_hash: bytes | None


async def claim_refs(
    writing: Writing, account_id: UUID, claims: Sequence[Claim]
) -> Mapping[str, KnownRef]:
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
        content_hashes=[claim.content_hash for claim in ordered],
    )
    refs = [claim.client_ref for claim in ordered]
    rows = await writing.rows(_refs(), KnownRef, account_id=account_id, refs=refs)
    ours = {claim.log_id for claim in claims}
    return {row.client_ref: row for row in rows if row.log_id not in ours}


async def drop_refs(writing: Writing, account_id: UUID, refs: Sequence[str]) -> None:
    """Give back the names of logs that were refused."""
    if refs:
        await writing.execute(_delete_refs(), account_id=account_id, refs=refs)


_LISTS = {
    "client_ref": ("refs", Text()),
    "work_date": ("days", Date()),
    "log_id": ("log_ids", Uuid()),
    "content_hash": ("content_hashes", LargeBinary()),
}


@statement
def _insert_refs() -> Executable:
    rows = (
        func.unnest(*[bindparam(name, type_=ARRAY(kind)) for name, kind in _LISTS.values()])
        .table_valued(*[column(name, kind) for name, (_, kind) in _LISTS.items()])
        .render_derived(name="claims")
    )
    account_id = bindparam("account_id", type_=Uuid)
    return (
        insert(log_client_refs)
        .from_select(
            ["tenant_id", "account_id", *_LISTS],
            select(_TENANT, account_id, *[rows.c[name] for name in _LISTS]),
        )
        .on_conflict_do_nothing()
    )


@statement
def _refs() -> Executable:
    refs = log_client_refs.c
    return select(refs.client_ref, refs.log_id, refs.content_hash).where(
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
