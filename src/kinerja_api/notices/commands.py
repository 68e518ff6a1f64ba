"""Changes of feeds: telling somebody, marking as read."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement
from kinerja_api.notices.tables import notices


async def notify(
    writing: Writing,
    employee_id: UUID,
    kind: str,
    subject: tuple[str, UUID],
    *,
    from_id: UUID | None = None,
    note: str | None = None,
    params: Mapping[str, object] | None = None,
) -> None:
    """Put a notice into an employee's feed, in the transaction of its cause.

    kind: code of its text (label ``notice_<kind>``); params: what the text mentions.
    """
    await writing.execute(
        _insert_notice(),
        id=new_id(),
        employee_id=employee_id,
        kind=kind,
        subject_type=subject[0],
        subject_id=subject[1],
        from_id=from_id,
        note=note,
        params=dict(params or {}),
        now=clock.now(),
    )


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
