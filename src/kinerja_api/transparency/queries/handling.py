"""How reports were handled, by unit with everything below it."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.queries.figures import measured_by_unit
from kinerja_api.complaints.rules.measures import ComplaintFigures, Measured, figures_of
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.tables import unit_closure

NOTHING_HANDLED = figures_of(Measured([], [], [], [], []))


@statement
def _above() -> Executable:
    over = unit_closure.c
    return select(over.ancestor_id, over.descendant_id).where(
        over.tenant_id == bindparam("tenant_id", type_=Uuid),
        over.descendant_id == func.any(bindparam("unit_ids", type_=ARRAY(Uuid))),
    )


async def handling_by_unit(
    reading: Reading, first_day: dt.date, last_day: dt.date
) -> dict[UUID, ComplaintFigures]:
    """Return the figures of the units that have some, as ``complaint_figures`` of each."""
    own = await measured_by_unit(reading, first_day, last_day)
    below: dict[UUID, list[Measured]] = {}
    for one in await reading.rows(_above(), dict[str, UUID], unit_ids=list(own)):
        below.setdefault(one["ancestor_id"], []).append(own[one["descendant_id"]])
    return {unit_id: figures_of(_together(parts)) for unit_id, parts in below.items()}


def _together(parts: Iterable[Measured]) -> Measured:
    whole = Measured([], [], [], [], [])
    for part in parts:
        whole.responses.extend(part.responses)
        whole.stages.extend(part.stages)
        whole.settled.extend(part.settled)
        whole.reopened.extend(part.reopened)
        whole.parts.extend(part.parts)
    return whole
