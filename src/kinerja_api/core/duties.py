"""The duties of every write, as one statement: trail entries, events, the idempotency answer.

``flush_duties`` runs last in an explicit transaction, ``flush_entries`` where entries are the
only duty. ``with_duties`` joins the same duties to
an effect, so that a hot write is a single statement and needs no explicit transaction.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    DateTime,
    Insert,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    column,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from kinerja_api.core.idempotency import Answer, KeyUse, idempotency_keys
from kinerja_api.core.outbox import Event, events
from kinerja_api.core.sql import statement
from kinerja_api.core.trail import Entry, audit_entries

_ENTRY_LISTS: Mapping[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "at": DateTime(timezone=True),
    "action": Text(),
    "subject_type": Text(),
    "subject_id": Uuid(),
    "reason": Text(),
    "before": JSONB(),
    "after": JSONB(),
}
_EVENT_LISTS: Mapping[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "type": Text(),
    "subject_type": Text(),
    "subject_id": Uuid(),
    "subject_version": Integer(),
    "occurred_at": DateTime(timezone=True),
    "data": JSONB(),
}


_KEY_COLUMNS: Mapping[str, TypeEngine[Any]] = {
    "scope": LargeBinary(),
    "fingerprint": LargeBinary(),
    "status": SmallInteger(),
    "headers": JSONB(),
    "body": LargeBinary(),
    "is_sealed": Boolean(),
}


@dataclass(slots=True)
class Duties:
    """What one write owes besides its effect."""

    tenant_id: UUID
    account_id: UUID | None
    acting_as: str
    request_id: str | None
    entries: list[Entry] = field(default_factory=list[Entry])
    events: list[Event] = field(default_factory=list[Event])

    def values(
        self, key: KeyUse | None, answer: Answer | None, at: dt.datetime
    ) -> dict[str, object]:
        """Return the values for ``flush_duties`` and ``with_duties``."""
        return {
            "duty_tenant_id": self.tenant_id,
            "duty_account_id": self.account_id,
            "duty_acting_as": self.acting_as,
            "duty_request_id": self.request_id,
            **_lists("entry", _ENTRY_LISTS, self.entries),
            **_lists("event", _EVENT_LISTS, self.events),
            **_answer_values(key, answer),
            "key_at": at,
        }


def _answer_values(key: KeyUse | None, answer: Answer | None) -> dict[str, object]:
    """Return the columns of the stored answer; all null where none is to be stored."""
    if key is None or answer is None:
        return {f"key_{name}": None for name in _KEY_COLUMNS}
    return {
        "key_scope": key.scope,
        "key_fingerprint": key.fingerprint,
        "key_status": answer.status,
        "key_headers": dict(answer.headers),
        "key_body": key.stored(answer.body),
        "key_is_sealed": key.sealed,
    }


def _lists(
    prefix: str, columns: Mapping[str, TypeEngine[Any]], rows: Sequence[Entry | Event]
) -> dict[str, object]:
    return {f"{prefix}_{name}": [getattr(row, name) for row in rows] for name in columns}


def _unnested(prefix: str, columns: Mapping[str, TypeEngine[Any]]) -> list[object]:
    lists = [bindparam(f"{prefix}_{name}", type_=ARRAY(kind)) for name, kind in columns.items()]
    table = (
        func.unnest(*lists)
        .table_valued(*[column(name, kind) for name, kind in columns.items()])
        .render_derived(name=f"{prefix}_rows")
    )
    return [table.c[name] for name in columns]


def _entries(happened: Sequence[ColumnElement[bool]]) -> Insert:
    return insert(audit_entries).from_select(
        ["tenant_id", "account_id", "acting_as", "request_id", *_ENTRY_LISTS],
        select(
            bindparam("duty_tenant_id", type_=Uuid),
            bindparam("duty_account_id", type_=Uuid),
            bindparam("duty_acting_as", type_=Text),
            bindparam("duty_request_id", type_=Text),
            *_unnested("entry", _ENTRY_LISTS),
        ).where(*happened),
    )


def _duty_ctes(effect: CTE | None) -> list[CTE]:
    tenant = bindparam("duty_tenant_id", type_=Uuid)
    happened = [exists(select(effect.c[0]))] if effect is not None else []
    told = insert(events).from_select(
        ["tenant_id", *_EVENT_LISTS],
        select(tenant, *_unnested("event", _EVENT_LISTS)).where(*happened),
    )
    answered = insert(idempotency_keys).from_select(
        ["tenant_id", *_KEY_COLUMNS, "created_at"],
        select(
            tenant,
            *[bindparam(f"key_{name}", type_=kind) for name, kind in _KEY_COLUMNS.items()],
            bindparam("key_at", type_=DateTime(timezone=True)),
        ).where(bindparam("key_scope", type_=LargeBinary).is_not(None), *happened),
    )
    return [_entries(happened).cte("trail"), told.cte("told"), answered.cte("answered")]


@statement
def flush_duties() -> Executable:
    """Return the statement that writes the duties at the end of a transaction."""
    return select(func.now()).add_cte(*_duty_ctes(None))


@statement
def flush_entries() -> Executable:
    """Return the statement that writes the trail entries, for a role that may do no more."""
    return _entries([])


def with_duties(effect: CTE) -> Executable:
    """Return one statement that runs the effect and, where it happened, its duties.

    effect: a data-modifying CTE that returns at least one column. The answer is the number of
    rows it returned; with none, nothing was written.
    """
    return select(func.count()).select_from(effect).add_cte(*_duty_ctes(effect))
