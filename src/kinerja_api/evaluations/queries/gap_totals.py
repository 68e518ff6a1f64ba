"""Where a unit stays behind as a whole: achievements and behaviours of a closing, counted."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    FromClause,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.evaluations.queries.summaries import require_unit_seen
from kinerja_api.evaluations.rules import REPLACED, SHOWN_STATUSES
from kinerja_api.evaluations.schemas.units import (
    AspectTotalOut,
    BehaviourTotalOut,
    GapTotalsOut,
)
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.organisation.queries.below import is_below
from kinerja_api.organisation.queries.scope import is_me
from kinerja_api.planning.tables import indicators
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.formula import PolicyValues
from kinerja_api.scoring.queries.corrected import as_corrected, is_correction_of
from kinerja_api.scoring.rule_sets import RULE_SETS
from kinerja_api.scoring.tables import closing_people, closings, score_corrections

_TENANT = bindparam("tenant_id", type_=Uuid)
_CENT = Decimal("0.01")


class _Closing(TypedDict):
    id: UUID
    rule_set: str
    policy: Mapping[str, str | int]


async def total_gaps(
    reading: Reading, actor: Actor, unit_id: UUID, period_id: UUID
) -> GapTotalsOut:
    """Return counts by aspect and by behaviour value; ResourceNotFound before the first close."""
    values = await require_unit_seen(reading, actor, unit_id, period_id)
    closing = await reading.row(_latest_closing(), _Closing, period_id=period_id)
    if closing is None:
        raise ResourceNotFound
    values["closing_id"] = closing["id"]
    policy = RULE_SETS[closing["rule_set"]].read_policy(closing["policy"])
    by_aspect = _aspects(closing["rule_set"], policy)
    return GapTotalsOut(
        unit_id=unit_id,
        period_id=period_id,
        closing_id=closing["id"],
        threshold=policy.as_from.quantize(_CENT),
        aspects=await reading.rows(by_aspect, AspectTotalOut, **values),
        behaviours=await reading.rows(_behaviours(), BehaviourTotalOut, **values),
    )


@statement
def _latest_closing() -> Executable:
    columns = closings.c
    return (
        select(columns.id, columns.rule_set, columns.policy)
        .where(
            columns.tenant_id == _TENANT,
            columns.period_id == bindparam("period_id", type_=Uuid),
            columns.snapshot_sha256.is_not(None),
        )
        .order_by(columns.number.desc())
        .limit(1)
    )


def _people() -> FromClause:
    """Return what is frozen of the unit's people; of oneself only what was shown already."""
    columns, people = evaluations.c, closing_people.c
    return (
        select(*[column.label(name) for name, column in as_corrected(closing_people).items()])
        .join_from(
            evaluations,
            closing_people,
            and_(
                people.tenant_id == columns.tenant_id,
                people.closing_id == columns.closing_id,
                people.employee_id == columns.employee_id,
            ),
        )
        .outerjoin(score_corrections, is_correction_of(closing_people, columns.correction_number))
        .where(
            columns.tenant_id == _TENANT,
            columns.period_id == bindparam("period_id", type_=Uuid),
            columns.closing_id == bindparam("closing_id", type_=Uuid),
            columns.status.not_in(REPLACED),
            is_below(columns.unit_id),
            or_(not_(is_me(columns.employee_id)), columns.status.in_(SHOWN_STATUSES)),
        )
        .subquery("people")
    )


@statement
def _aspects(rule_set: str, policy: PolicyValues) -> Executable:
    people = _people()
    achieved = (
        RULE_SETS[rule_set]
        .achievement_select(people, policy)
        .correlate(people)
        .lateral("each_indicator")
    )
    below = achieved.c.achievement < literal(policy.as_from)
    return (
        select(
            indicators.c.aspect,
            func.count().label("indicators"),
            func.count().filter(below).label("below"),
            func.count().filter(achieved.c.is_missing).label("missing"),
        )
        .select_from(people.join(achieved, true()))
        .join(
            indicators,
            and_(indicators.c.tenant_id == _TENANT, indicators.c.id == achieved.c.indicator_id),
        )
        .group_by(indicators.c.aspect)
        .order_by(indicators.c.aspect)
    )


@statement
def _behaviours() -> Executable:
    people = _people()
    each: Any = (
        func.unnest(people.c.behaviour_values, people.c.behaviour_ratings)
        .table_valued("value", "rating", with_ordinality="place", name="rated")
        .render_derived()
        .lateral()
    )
    return (
        select(
            each.c.value,
            func.count(each.c.rating).label("rated"),
            func.count().filter(each.c.rating == Rating.DI_ATAS).label("above"),
            func.count().filter(each.c.rating == Rating.DI_BAWAH).label("below"),
        )
        .select_from(people.join(each, true()))
        .group_by(each.c.value, each.c.place)
        .order_by(each.c.place)
    )
