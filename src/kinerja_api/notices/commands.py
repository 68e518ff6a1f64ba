"""Changes of feeds: telling somebody, marking as read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import DateTime, Text, Update, Uuid, bindparam, column, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement
from kinerja_api.notices.queries import count_unread
from kinerja_api.notices.schemas import ReadingsIn, ReadingsOut
from kinerja_api.notices.tables import notices


@dataclass(frozen=True, slots=True)
class NoticeToSend:
    """One of many notices; see ``notify``."""

    employee_id: UUID
    kind: str
    subject_type: str
    subject_id: UUID
    note: str | None = None
    params: Mapping[str, object] = field(default_factory=dict[str, object])


async def notify(  # noqa: PLR0913 - a notice has that many parts, most by keyword
    writing: Writing,
    employee_id: UUID,
    kind: str,
    subject: tuple[str, UUID],
    *,
    from_id: UUID | None = None,
    note: str | None = None,
    params: Mapping[str, object] | None = None,
) -> UUID:
    """Put a notice into an employee's feed, in the transaction of its cause; return its id.

    kind: code of its text (label ``notice_<kind>``); params: what the text mentions.
    """
    notice_id = new_id()
    await writing.execute(
        _insert_notice(),
        id=notice_id,
        employee_id=employee_id,
        kind=kind,
        subject_type=subject[0],
        subject_id=subject[1],
        from_id=from_id,
        note=note,
        params=dict(params or {}),
        now=clock.now(),
    )
    return notice_id


async def notify_many(
    writing: Writing, notices_to_send: Sequence[NoticeToSend], *, from_id: UUID | None = None
) -> None:
    """Put notices into many feeds, in one statement."""
    await writing.execute(
        _insert_notices(),
        ids=[new_id() for _ in notices_to_send],
        employee_ids=[notice.employee_id for notice in notices_to_send],
        kinds=[notice.kind for notice in notices_to_send],
        subject_types=[notice.subject_type for notice in notices_to_send],
        subject_ids=[notice.subject_id for notice in notices_to_send],
        notes=[notice.note for notice in notices_to_send],
        params=[dict(notice.params) for notice in notices_to_send],
        from_id=from_id,
        now=clock.now(),
    )


async def read_notices(writing: Writing, actor: Actor, readings: ReadingsIn) -> ReadingsOut:
    """Mark notices of the actor's own feed as read; those of others are passed over."""
    employee_id = actor.employee_id
    count = await writing.execute(
        _read_named() if readings.ids is not None else _read_up_to(),
        employee_id=employee_id,
        now=clock.now(),
        **readings.model_dump(exclude_none=True),
    )
    if count and employee_id is not None:
        writing.record("notices.read", ("employee", employee_id), after={"count": count})
        writing.emit("notices.read", ("employee", employee_id), count=count)
    return ReadingsOut(read_count=count, unread_count=await count_unread(writing, employee_id))


@statement
def _insert_notice() -> Executable:
    return insert(notices).values(
        tenant_id=bindparam("tenant_id", type_=Uuid),
        id=bindparam("id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        kind=bindparam("kind", type_=Text),
        subject_type=bindparam("subject_type", type_=Text),
        subject_id=bindparam("subject_id", type_=Uuid),
        from_id=bindparam("from_id", type_=Uuid),
        note=bindparam("note", type_=Text),
        params=bindparam("params", type_=JSONB),
        created_at=bindparam("now", type_=DateTime(timezone=True)),
    )


@statement
def _insert_notices() -> Executable:
    lists = {
        "id": ("ids", Uuid()),
        "employee_id": ("employee_ids", Uuid()),
        "kind": ("kinds", Text()),
        "subject_type": ("subject_types", Text()),
        "subject_id": ("subject_ids", Uuid()),
        "note": ("notes", Text()),
        "params": ("params", JSONB()),
    }
    rows = (
        func.unnest(*[bindparam(name, type_=ARRAY(kind)) for name, kind in lists.values()])
        .table_valued(*[column(name, kind) for name, (_, kind) in lists.items()])
        .render_derived(name="rows")
    )
    return insert(notices).from_select(
        ["tenant_id", "from_id", "created_at", *lists],
        select(
            bindparam("tenant_id", type_=Uuid),
            bindparam("from_id", type_=Uuid),
            bindparam("now", type_=DateTime(timezone=True)),
            *[rows.c[name] for name in lists],
        ),
    )


def _read() -> Update:
    return (
        update(notices)
        .where(
            notices.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            notices.c.employee_id == bindparam("employee_id", type_=Uuid),
            notices.c.read_at.is_(None),
        )
        .values(read_at=bindparam("now", type_=DateTime(timezone=True)))
    )


@statement
def _read_named() -> Executable:
    return _read().where(notices.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))


@statement
def _read_up_to() -> Executable:
    return _read().where(notices.c.id <= bindparam("up_to", type_=Uuid))
