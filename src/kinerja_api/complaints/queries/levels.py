"""Reads of service levels. ``rulebook`` is what the clocks ask."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.tables import tenants
from kinerja_api.complaints.rules import Level, Levels, OwnLevel, ReportClass, Stage, StartEvent
from kinerja_api.complaints.schemas.levels import (
    EffectiveLevelOut,
    EffectiveLevelsOut,
    ServiceLevelListParams,
    ServiceLevelOut,
    ServiceLevelSort,
)
from kinerja_api.complaints.tables import service_levels
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement
from kinerja_api.core.types import DateRange

_TENANT = bindparam("tenant_id", type_=Uuid)
_SORTS = both_ways(
    ServiceLevelSort, ("starts_on", service_levels.c.starts_on), ("id", service_levels.c.id)
)
_LEVELS = Collection(
    service_levels,
    ServiceLevelOut,
    {
        "report_class": service_levels.c.report_class == bindparam("report_class", type_=Text),
        "stage": service_levels.c.stage == bindparam("stage", type_=Text),
        "on": holds_on(service_levels, bindparam("on", type_=Date)),
    },
)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """By what a government's clocks go, besides its calendar."""

    levels: Levels
    zone: str


@dataclass(frozen=True, slots=True)
class _Row:
    zone: str
    report_class: str | None
    stage: str | None
    starts_on: dt.date | None
    ends_on: dt.date | None
    days: int | None
    start_event: str | None
    basis: str | None

    @property
    def level(self) -> OwnLevel | None:
        """Return the level; None where the government has set none at all."""
        if self.starts_on is None or self.days is None or self.basis is None:
            return None
        return OwnLevel(
            ReportClass(self.report_class or ""),
            Stage(self.stage or ""),
            DateRange(self.starts_on, self.ends_on),
            Level(self.days, StartEvent(self.start_event or ""), self.basis),
        )


async def rulebook(reading: Reading) -> Rulebook:
    """Return the government's time zone and its levels of all days."""
    rows = await reading.rows(_rulebook(), _Row)
    own = [row.level for row in rows]
    return Rulebook(Levels([level for level in own if level is not None]), rows[0].zone)


@statement
def _rulebook() -> Executable:
    own = service_levels.c
    return (
        select(
            tenants.c.time_zone.label("zone"),
            own.report_class,
            own.stage,
            own.starts_on,
            own.ends_on,
            own.days,
            own.start_event,
            own.basis,
        )
        .select_from(tenants)
        .outerjoin(service_levels, and_(own.tenant_id == tenants.c.id, own.tenant_id == _TENANT))
        .where(tenants.c.id == _TENANT)
    )


async def get_level(reading: Reading, level_id: UUID) -> ServiceLevelOut:
    """Return the level; ResourceNotFound."""
    return await _LEVELS.get(reading, level_id)


async def lock_level(writing: Writing, level_id: UUID) -> ServiceLevelOut:
    """Return the level, locked to the end of the transaction; ResourceNotFound."""
    return await _LEVELS.lock(writing, level_id)


async def list_levels(
    reading: Reading, params: ServiceLevelListParams, cursors: Cursors
) -> Page[ServiceLevelOut]:
    """Return one page of the levels that the government has set."""
    return await _LEVELS.page(reading, params, cursors, sort=_SORTS[params.sort])


async def effective_levels(reading: Reading, day: dt.date) -> EffectiveLevelsOut:
    """Return the level of every class and stage as it holds on the day, defaults included."""
    rules = await rulebook(reading)
    return EffectiveLevelsOut(
        on=day,
        items=[
            EffectiveLevelOut(
                report_class=report_class,
                stage=stage,
                days=level.days,
                start_event=level.start_event,
                basis=level.basis,
                is_default=is_default,
            )
            for report_class in ReportClass
            for stage in Stage
            for level, is_default in [rules.levels.marked(report_class, stage, day)]
        ],
    )
