"""Where the people of a unit stay behind the expectation, from the frozen closing of a period."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Uuid, bindparam, func, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.evaluations.queries.lists import spread_over
from kinerja_api.evaluations.queries.names import name_of, unit_name_of
from kinerja_api.evaluations.queries.seen import status_today
from kinerja_api.evaluations.queries.summaries import require_unit_seen
from kinerja_api.evaluations.rules import REPLACED, SHOWN_STATUSES
from kinerja_api.evaluations.schemas.units import GapListParams, GapOut, IndicatorGapOut
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.organisation.queries.below import UNITS_BELOW_ANY
from kinerja_api.organisation.queries.scope import is_me
from kinerja_api.planning.tables import indicators
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.queries.snapshots import FrozenPlan, get_frozen_closing, load_plans
from kinerja_api.scoring.rule_sets import RULE_SETS
from kinerja_api.scoring.rule_sets.plugin import RuleSet

_CENT = Decimal("0.01")
_SORT = Sort((("id", evaluations.c.id),))


class _Person(TypedDict):
    id: UUID
    closing_id: UUID
    correction_number: int | None
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    unit_name: str
    status: str
    predicate: str | None


class _Aspect(TypedDict):
    id: UUID
    aspect: str | None


async def list_gaps(
    reading: Reading, actor: Actor, unit_id: UUID, params: GapListParams, cursors: Cursors
) -> Page[GapOut]:
    """Return a page of the unit's people with their gaps; PermissionDenied.

    Who has none is left out, so a page may be shorter than its limit, or empty before the end.
    """
    values = await require_unit_seen(reading, actor, unit_id, params.period_id)
    people = await fetch_page(
        reading,
        _evaluated,
        _Person,
        name=f"gaps of {unit_id}",
        params=params,
        sort=_SORT,
        cursors=cursors,
        values={**values, "below_ids": [unit_id]},
        spread=spread_over(_shown, grouped=True),
    )
    gaps = await _gaps(reading, people["items"])
    return Page(
        items=[gap for gap in gaps if gap["indicators"] or gap["behaviours"]],
        next_cursor=people["next_cursor"],
        prev_cursor=people["prev_cursor"],
    )


def _evaluated() -> Rows:
    """The actor's own stays out until it was shown to him."""
    columns = evaluations.c
    return (
        select(evaluations)
        .where(
            columns.tenant_id == bindparam("tenant_id", type_=Uuid),
            columns.unit_id == UNITS_BELOW_ANY.c.unit_id,
            columns.period_id == bindparam("period_id", type_=Uuid),
            columns.status.not_in(REPLACED),
            or_(not_(is_me(columns.employee_id)), columns.status.in_(SHOWN_STATUSES)),
        )
        .correlate(UNITS_BELOW_ANY)
    )


def _shown(found: FromClause) -> list[ColumnElement[Any]]:
    own: dict[str, ColumnElement[Any]] = {
        "employee_name": name_of(found.c.employee_id),
        "unit_name": unit_name_of(found.c.unit_id),
        "status": status_today(found),
    }
    return [
        (own[name] if name in own else found.c[name]).label(name)
        for name in _Person.__annotations__
    ]


async def _gaps(reading: Reading, people: Sequence[_Person]) -> list[GapOut]:
    """Return the gaps of each person, by the rule set and policy of his closing."""
    gaps: dict[UUID, GapOut] = {}
    for closing_id in dict.fromkeys(person["closing_id"] for person in people):
        closing = await get_frozen_closing(reading, closing_id)
        if closing is None:
            continue
        members = [person for person in people if person["closing_id"] == closing_id]
        wanted = {each["employee_id"]: each["correction_number"] for each in members}
        frozen = await load_plans(reading, closing_id, wanted)
        aspects = await _aspects(reading, frozen)
        rule_set = RULE_SETS[closing["rule_set"]]
        for person in members:
            plan = frozen.get(person["employee_id"])
            if plan is not None:
                gaps[person["id"]] = _gap(person, plan, rule_set, closing["policy"], aspects)
    return [gaps[person["id"]] for person in people if person["id"] in gaps]


async def _aspects(
    reading: Reading, frozen: Mapping[UUID, FrozenPlan]
) -> Mapping[UUID, str | None]:
    ids = [
        indicator.indicator_id
        for each in frozen.values()
        for target in each.plan.targets
        for indicator in target.indicators
    ]
    rows = await reading.rows(_aspects_of(), _Aspect, ids=ids)
    return {row["id"]: row["aspect"] for row in rows}


@statement
def _aspects_of() -> Executable:
    return select(indicators.c.id, indicators.c.aspect).where(
        indicators.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        indicators.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
    )


def _gap(
    person: _Person,
    frozen: FrozenPlan,
    rule_set: RuleSet,
    policy: Mapping[str, str | int],
    aspects: Mapping[UUID, str | None],
) -> GapOut:
    numbers = rule_set.read_policy(policy)
    scored = rule_set.score_employee(frozen.plan, numbers)
    missing = frozenset(scored.missing)
    behind = [
        IndicatorGapOut(
            indicator_id=indicator.indicator_id,
            title=frozen.titles[str(indicator.indicator_id)],
            target_id=target.target_id,
            target_title=frozen.titles[str(target.target_id)],
            aspect=aspects.get(indicator.indicator_id),
            achievement=achieved,
            is_missing=indicator.indicator_id in missing,
        )
        for target in frozen.plan.targets
        for indicator in target.indicators
        for achieved in [scored.achievements[indicator.indicator_id]]
        if achieved is not None and achieved < numbers.as_from
    ]
    return GapOut(
        evaluation_id=person["id"],
        employee_id=person["employee_id"],
        employee_name=person["employee_name"],
        unit_id=person["unit_id"],
        unit_name=person["unit_name"],
        status=person["status"],
        predicate=person["predicate"],
        threshold=numbers.as_from.quantize(_CENT),
        indicators=behind,
        behaviours=[
            value for value, rating in frozen.plan.behaviours.items() if rating is Rating.DI_BAWAH
        ],
    )
