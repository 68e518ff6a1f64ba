"""Results that are derived: the volume of a period's approved logs, or a figure.

Volumes count as verified, because each log was approved by the superior. An imported result of such
an indicator (source ``entered``) stands at the close; only an explicit derivation replaces it.
"""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    FromClause,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.activities.rules import LogStatus
from kinerja_api.activities.tables import activity_logs
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import Rows, statement
from kinerja_api.core.sql_ids import new_id_of_row
from kinerja_api.planning.queries.periods import get_period
from kinerja_api.planning.rules import IN_FORCE, Source
from kinerja_api.planning.schemas.periods import PeriodOut
from kinerja_api.planning.tables import indicator_targets, indicators, plans
from kinerja_api.results.commands.entering import check_takes_results, see_open_indicator
from kinerja_api.results.commands.figuring import compute_figure, take_figure
from kinerja_api.results.errors import ResultIsEntered
from kinerja_api.results.policies import check_may_derive
from kinerja_api.results.queries.results import find_result_for_update
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.schemas import ResultOut
from kinerja_api.results.tables import indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)
_MOST = Decimal("999999999999.99")


async def derive_result(
    writing: Writing, actor: Actor, indicator_id: UUID, period_id: UUID
) -> ResultOut:
    """Compute an indicator's result of a period from what there is so far.

    By the employee or his superior. ResultIsEntered, PeriodClosed, ResultPlanNotApproved.
    """
    indicator = await see_open_indicator(writing, actor, indicator_id, period_id)
    check_may_derive(own=indicator.is_own, superior=indicator.is_superior)
    check_takes_results(indicator)
    if indicator.source == Source.ENTERED:
        raise ResultIsEntered
    period = await get_period(writing, period_id)
    is_figure = indicator.source != Source.APPROVED_VOLUME
    if is_figure:  # first, for its row stands for the results of all who share it
        await compute_figure(writing, indicator, period)
    before = await find_result_for_update(writing, actor, indicator_id, period_id)
    if is_figure:
        changed = await take_figure(writing, indicator_id, period_id)
    else:
        changed = await _derive_volume(writing, indicator_id, period)
    after = await find_result_for_update(writing, actor, indicator_id, period_id)
    if after is None:
        raise RuntimeError("the derived result is not there")
    if changed:
        subject = ("result", after.out["id"])
        old = {"value": before.out["value"]} if before else None
        writing.record("result.derived", subject, before=old, after={"value": after.out["value"]})
        writing.emit("result.derived", subject, version=after.out["version"])
    return after.out


async def _derive_volume(writing: Writing, indicator_id: UUID, period: PeriodOut) -> int:
    return await writing.execute(
        _derive(single=True),
        indicator_id=indicator_id,
        period_id=period["id"],
        starts_on=period["starts_on"],
        ends_on=period["ends_on"],
        now=clock.now(),
    )


async def derive_volumes(writing: Writing, period_id: UUID) -> int:
    """Compute the results of all indicators that count approved volume and have a target.

    For the close of the period, which holds it locked. Returns how many results changed.
    """
    period = await get_period(writing, period_id)
    changed = await writing.execute(
        _derive(single=False),
        period_id=period_id,
        starts_on=period["starts_on"],
        ends_on=period["ends_on"],
        now=clock.now(),
    )
    if changed:
        writing.record("results.derived", ("period", period_id), after={"count": changed})
        writing.emit("results.derived", ("period", period_id), count=changed)
    return changed


@statement
def _derive(*, single: bool) -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    volumes = _volumes(single=single)
    columns = {
        "tenant_id": indicators.c.tenant_id,
        "id": new_id_of_row(),
        "indicator_id": indicators.c.id,
        "period_id": bindparam("period_id", type_=Uuid),
        "employee_id": plans.c.employee_id,
        "unit_id": plans.c.unit_id,
        "value": func.least(func.coalesce(volumes.c.volume, 0), _MOST),
        "figure_id": cast(null(), Uuid),
        "source": bindparam("source", str(Source.APPROVED_VOLUME), type_=Text),
        "status": bindparam("status", str(ResultStatus.VERIFIED), type_=Text),
        "decided_at": now,
        "created_at": now,
        "updated_at": now,
    }
    rows = _derived_rows(select(*columns.values()), volumes, single=single)
    made = insert(indicator_results).from_select(list(columns), rows)
    new, old = made.excluded, indicator_results.c
    differs = or_(
        old.value.is_distinct_from(new.value),
        old.status != ResultStatus.VERIFIED,
        old.source != new.source,
    )
    return made.on_conflict_do_update(
        constraint="indicator_results_key",
        set_={
            "value": new.value,
            "figure_id": null(),
            "source": new.source,
            "status": new.status,
            "note": null(),
            "decided_by_id": null(),
            "decided_at": now,
            "decision_note": null(),
            "updated_at": now,
            "version": old.version + 1,
        },
        where=differs if single else and_(differs, old.source != Source.ENTERED),
    )


def _derived_rows(query: Rows, volumes: FromClause, *, single: bool) -> Rows:
    """Indicators that count approved volume: the one asked for, or all with a target."""
    of_plan = and_(plans.c.tenant_id == indicators.c.tenant_id, plans.c.id == indicators.c.plan_id)
    query = (
        query.join_from(indicators, plans, of_plan)
        .outerjoin(volumes, volumes.c.indicator_id == indicators.c.id)
        .where(
            indicators.c.tenant_id == _TENANT,
            indicators.c.source == Source.APPROVED_VOLUME,
            plans.c.status.in_(IN_FORCE),
        )
    )
    if single:
        return query.where(indicators.c.id == bindparam("indicator_id", type_=Uuid))
    of_target = and_(
        indicator_targets.c.tenant_id == indicators.c.tenant_id,
        indicator_targets.c.indicator_id == indicators.c.id,
        indicator_targets.c.period_id == bindparam("period_id", type_=Uuid),
    )
    return query.join(indicator_targets, of_target)


def _volumes(*, single: bool) -> FromClause:
    """Approved volume by indicator; both ends of the dates are bound to search few partitions."""
    logs = activity_logs.c
    query = (
        select(logs.indicator_id, func.sum(logs.volume).label("volume"))
        .where(
            logs.tenant_id == _TENANT,
            logs.work_date >= bindparam("starts_on", type_=Date),
            logs.work_date <= bindparam("ends_on", type_=Date),
            logs.status == LogStatus.APPROVED,
        )
        .group_by(logs.indicator_id)
    )
    if not single:
        return query.where(logs.indicator_id.is_not(None)).subquery("volumes")
    indicator_id = bindparam("indicator_id", type_=Uuid)
    owner = select(indicators.c.employee_id).where(
        indicators.c.tenant_id == _TENANT, indicators.c.id == indicator_id
    )
    return query.where(
        logs.employee_id == owner.scalar_subquery(), logs.indicator_id == indicator_id
    ).subquery("volumes")
