"""Reads of feeds. Everybody sees his own and nobody else's."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.notices.schemas import NoticeListParams, NoticeOut
from kinerja_api.notices.tables import notices
from kinerja_api.organisation.tables import employees

_TENANT = bindparam("tenant_id", type_=Uuid)
_NEWEST = Sort((("id", notices.c.id),), descending=True)


async def list_notices(
    reading: Reading,
    actor: Actor,
    params: NoticeListParams,
    cursors: Cursors,
    *,
    language: Language,
) -> Page[NoticeOut]:
    """Return one page of the actor's feed, its texts in the language."""

    def told(*, params: dict[str, Any], **row: Any) -> NoticeOut:  # noqa: ANN401 - columns of a row
        values = {"from_name": row["from_name"], **params}
        return NoticeOut(**row, text=label(f"notice_{row['kind']}", language, **values))

    return await fetch_page(
        reading,
        lambda: _feed(params.unread),
        told,
        name="notices",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        shape_key=(params.unread,),
        values={"employee_id": actor.employee_id},
    )


def _feed(unread: bool | None) -> Rows:
    query = (
        select(
            notices.c.id,
            notices.c.kind,
            notices.c.subject_type,
            notices.c.subject_id,
            notices.c.from_id,
            employees.c.name.label("from_name"),
            notices.c.note,
            notices.c.params,
            notices.c.created_at,
            notices.c.read_at,
        )
        .outerjoin_from(
            notices,
            employees,
            and_(employees.c.tenant_id == notices.c.tenant_id, employees.c.id == notices.c.from_id),
        )
        .where(
            notices.c.tenant_id == _TENANT,
            notices.c.employee_id == bindparam("employee_id", type_=Uuid),
        )
    )
    if unread is None:
        return query
    return query.where(notices.c.read_at.is_(None) if unread else notices.c.read_at.is_not(None))


def unread_count_select(employee_id: ColumnElement[Any]) -> Rows:
    """Select how many notices the employee has not read."""
    return select(func.count()).where(
        notices.c.tenant_id == _TENANT,
        notices.c.employee_id == employee_id,
        notices.c.read_at.is_(None),
    )


@statement
def _unread_count() -> Executable:
    return unread_count_select(bindparam("employee_id", type_=Uuid))


async def count_unread(reading: Reading, employee_id: UUID | None) -> int:
    """Return how many notices the employee has not read."""
    return await reading.value(_unread_count(), employee_id=employee_id)
