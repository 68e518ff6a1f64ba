"""The content of a plan as JSON values inside a select: targets, indicators, expectations."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.planning.rules import BehaviourValue
from kinerja_api.planning.schemas.content import BehaviourOut, TargetOut
from kinerja_api.planning.tables import (
    behaviour_expectations,
    goals,
    indicator_targets,
    indicators,
    periods,
    plans,
    targets,
)


class Content(TypedDict):
    """What a plan holds, as JSON values: ids and decimals are texts."""

    targets: list[TargetOut]
    expectations: dict[str, str]


class Contents(TypedDict):
    """The content in the tables and, under revision, the one that waits."""

    live: Content
    waiting: Content | None


_GUIDANCE_ITEMS = 3
_NONE = literal_column("'[]'::jsonb", JSONB)


def json_object(columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return a JSON object of the columns."""
    pairs = [part for name, column in columns.items() for part in (_name(name), column)]
    return func.jsonb_build_object(*pairs, type_=JSONB)


def _name(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'", Text)


def ordered(value: ColumnElement[Any], *order: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the JSON array of the value over all rows, in order; empty without rows."""
    return func.coalesce(func.jsonb_agg(aggregate_order_by(value, *order)), _NONE, type_=JSONB)


def _decimal(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Decimals travel as text: a JSON number would lose digits."""
    return cast(column, Text)


def targets_of(plan_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a plan's targets with indicators and period targets, as a JSON array."""
    own, above, goal = (
        targets.alias("own_target"), targets.alias("above_target"), goals.alias("carried_goal")
    )  # fmt: skip
    row = json_object(
        {
            "id": own.c.id,
            "number": own.c.number,
            "kind": own.c.kind,
            "title": own.c.title,
            "weight_percent": _decimal(own.c.weight_percent),
            "superior_target_id": own.c.superior_target_id,
            "superior_target_title": above.c.title,
            "cascading": own.c.cascading,
            "goal_id": own.c.goal_id,
            "goal_title": goal.c.title,
            "indicators": _indicators_of(own.c.tenant_id, own.c.id),
        }
    )
    is_above = and_(above.c.tenant_id == own.c.tenant_id, above.c.id == own.c.superior_target_id)
    is_carried = and_(goal.c.tenant_id == own.c.tenant_id, goal.c.id == own.c.goal_id)
    return (
        select(ordered(row, own.c.number))
        .select_from(own.outerjoin(above, is_above).outerjoin(goal, is_carried))
        .where(own.c.tenant_id == _tenant_of(plan_id), own.c.plan_id == plan_id)
        .scalar_subquery()
    )


def _indicators_of(
    tenant_id: ColumnElement[Any], target_id: ColumnElement[Any]
) -> ColumnElement[Any]:
    row = json_object(
        {
            "id": indicators.c.id,
            "number": indicators.c.number,
            "aspect": indicators.c.aspect,
            "title": indicators.c.title,
            "unit": indicators.c.unit,
            "direction": indicators.c.direction,
            "weight_percent": _decimal(indicators.c.weight_percent),
            "annual_low": _decimal(indicators.c.annual_low),
            "annual_high": _decimal(indicators.c.annual_high),
            "accumulation": indicators.c.accumulation,
            "source": indicators.c.source,
            "source_scope": indicators.c.source_scope,
            "source_service_id": indicators.c.source_service_id,
            "period_targets": _period_targets_of(indicators.c.tenant_id, indicators.c.id),
        }
    )
    return (
        select(ordered(row, indicators.c.number))
        .where(indicators.c.tenant_id == tenant_id, indicators.c.target_id == target_id)
        .scalar_subquery()
    )


def _period_targets_of(
    tenant_id: ColumnElement[Any], indicator_id: ColumnElement[Any]
) -> ColumnElement[Any]:
    row = json_object(
        {
            "period_id": periods.c.id,
            "period_code": periods.c.code,
            "low": _decimal(indicator_targets.c.low),
            "high": _decimal(indicator_targets.c.high),
        }
    )
    same_period = and_(
        periods.c.tenant_id == indicator_targets.c.tenant_id,
        periods.c.id == indicator_targets.c.period_id,
    )
    return (
        select(ordered(row, periods.c.starts_on, periods.c.ends_on))
        .select_from(indicator_targets.join(periods, same_period))
        .where(
            indicator_targets.c.tenant_id == tenant_id,
            indicator_targets.c.indicator_id == indicator_id,
        )
        .scalar_subquery()
    )


def expectations_of(plan_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a plan's special expectations, as a JSON object by value."""
    expected = behaviour_expectations.c
    return (
        select(
            func.coalesce(
                func.jsonb_object_agg(expected.value, expected.expectation),
                literal_column("'{}'::jsonb", JSONB),
                type_=JSONB,
            )
        )
        .where(expected.tenant_id == _tenant_of(plan_id), expected.plan_id == plan_id)
        .scalar_subquery()
    )


def content_of(plan_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the plan's content in the tables, as ``Content``."""
    return json_object({"targets": targets_of(plan_id), "expectations": expectations_of(plan_id)})


@statement
def _contents() -> Executable:
    return select(
        content_of(plans.c.id).label("live"), plans.c.revision_content.label("waiting")
    ).where(
        plans.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        plans.c.id == bindparam("id", type_=Uuid),
    )


async def read_contents(reading: Reading, plan_id: UUID) -> Contents:
    """Return what a plan that the caller may change holds; read it after the plan is locked."""
    found = await reading.row(_contents(), Contents, id=plan_id)
    if found is None:
        raise ResourceNotFound
    return found


def _tenant_of(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column.table.c.tenant_id  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - a column knows its table


def described_behaviours(expected: Mapping[str, str], language: Language) -> list[BehaviourOut]:
    """Return the seven values with their standard items and what the superior expects."""
    return [
        BehaviourOut(
            value=value,
            label=label(value, language),
            guidance=[
                label(f"guidance_{value}_{number}", language)
                for number in range(1, _GUIDANCE_ITEMS + 1)
            ],
            expectation=expected.get(value),
        )
        for value in BehaviourValue
    ]
