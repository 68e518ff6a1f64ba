"""Holding many periods open at once, each with the periods around it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.planning.rules import PeriodStatus
from kinerja_api.planning.tables import periods


class _Held(TypedDict):
    wanted_id: UUID
    status: str


async def hold_periods(writing: Writing, period_ids: Collection[UUID]) -> set[UUID]:
    """Keep the periods, and those that contain them, as they are until the commit.

    Returns those that are closed themselves or lie in a closed one.
    """
    held = await writing.rows(_lock_around(), _Held, ids=list(set(period_ids)))
    return {row["wanted_id"] for row in held if row["status"] == PeriodStatus.CLOSED}


@statement
def _lock_around() -> Executable:
    """Locked in id order, so that writers and closings cannot deadlock."""
    wanted = periods.alias("wanted")
    contains = and_(
        periods.c.tenant_id == wanted.c.tenant_id,
        periods.c.starts_on <= wanted.c.starts_on,
        periods.c.ends_on >= wanted.c.ends_on,
    )
    return (
        select(wanted.c.id.label("wanted_id"), periods.c.status)
        .join_from(wanted, periods, contains)
        .where(
            wanted.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            wanted.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
        )
        .order_by(periods.c.id)
        .with_for_update(read=True, of=periods)
    )
