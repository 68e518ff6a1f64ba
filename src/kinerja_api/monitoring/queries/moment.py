"""Which period it is, and which was closed last."""

from sqlalchemy import (
    Uuid,
    bindparam,
    select,
)

from kinerja_api.core.sql import Rows
from kinerja_api.monitoring.queries.people import TODAY, of_same
from kinerja_api.planning.tables import periods
from kinerja_api.scoring.rules import ClosingStatus
from kinerja_api.scoring.tables import closings

_TENANT = bindparam("tenant_id", type_=Uuid)


def current_period() -> Rows:
    """Select the shortest period that contains today."""
    return (
        select(periods.c.id, periods.c.code, periods.c.starts_on, periods.c.ends_on)
        .where(
            periods.c.tenant_id == _TENANT, periods.c.starts_on <= TODAY, periods.c.ends_on >= TODAY
        )
        .order_by(periods.c.ends_on - periods.c.starts_on, periods.c.id)
        .limit(1)
    )


def latest_closing() -> Rows:
    """Select the closing that was finished last and still stands."""
    return (
        select(
            closings.c.id,
            closings.c.period_id,
            periods.c.code.label("period_code"),
            closings.c.number,
        )
        .join_from(closings, periods, of_same(closings, periods, id="period_id"))
        .where(closings.c.tenant_id == _TENANT, closings.c.status == ClosingStatus.DONE)
        .order_by(closings.c.finished_at.desc(), closings.c.id.desc())
        .limit(1)
    )
