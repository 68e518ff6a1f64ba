"""The file of results."""

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    DateTime,
    FromClause,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    extract,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.loading.given import (
    given_table,
)
from kinerja_api.organisation.rules import PlacementKind, RowFault
from kinerja_api.organisation.tables import placements
from kinerja_api.planning.rules import IN_FORCE, Source
from kinerja_api.planning.tables import indicators, plans, targets
from kinerja_api.results.commands.loading.rows import is_of_people, load_rows, people_of
from kinerja_api.results.rules import ResultRow, ResultStatus
from kinerja_api.results.tables import indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_results = given_table(
    "given_results",
    Column("person_ref", Text),
    Column("period_code", Text),
    Column("target_no", Integer),
    Column("indicator_no", Integer),
    Column("value", Numeric(14, 2)),
    Column("note", Text),
    Column("status", Text),
)


async def load_results(writing: Writing, rows: Sequence[ResultRow]) -> list[RowFault]:
    """Enter results by person, period and the numbers of target and indicator."""
    records = [(*_result_key(row), row.value, row.note, str(row.status)) for row in rows]
    steps = (_results, _result_faults(), _upsert_results())
    return await load_rows(writing, rows, "results", records, _result_key, steps)


def _result_key(row: ResultRow) -> tuple[str, str, int, int]:
    return (row.person_ref, row.period_code, row.target_no, row.indicator_no)


def _resolved_results() -> FromClause:
    """Return the rows of the file with the indicator of the plan in force at the period's end."""
    people = people_of(_results)
    is_plan = and_(
        plans.c.tenant_id == placements.c.tenant_id, plans.c.placement_id == placements.c.id
    )
    is_theirs = and_(
        plans.c.tenant_id == _TENANT,
        plans.c.employee_id == people.c.employee_id,
        plans.c.year == extract("year", people.c.starts_on),
    )
    planned = (
        select(
            people,
            plans.c.id.label("plan_id"),
            plans.c.status.label("plan_status"),
            plans.c.unit_id,
        )
        .ext(distinct_on(people.c.person_ref, people.c.period_code))
        .outerjoin_from(people, plans.join(placements, is_plan), is_theirs)
        .order_by(
            people.c.person_ref,
            people.c.period_code,
            holds_on(placements, people.c.ends_on).desc(),
            placements.c.kind != PlacementKind.DEFINITIVE,
            placements.c.starts_on.desc(),
            plans.c.id,
        )
        .cte("planned")
        .prefix_with("MATERIALIZED")
    )
    is_target = and_(
        targets.c.tenant_id == _TENANT,
        targets.c.plan_id == planned.c.plan_id,
        targets.c.number == _results.c.target_no,
    )
    is_indicator = and_(
        indicators.c.tenant_id == _TENANT,
        indicators.c.target_id == targets.c.id,
        indicators.c.number == _results.c.indicator_no,
    )
    return (
        select(
            _results,
            planned.c.employee_id,
            planned.c.period_id,
            planned.c.superior_id,
            planned.c.unit_id,
            planned.c.plan_id,
            planned.c.plan_status,
            indicators.c.id.label("indicator_id"),
            indicators.c.direction.is_(None).label("is_qualitative"),
        )
        .join_from(_results, planned, is_of_people(_results, planned))
        .outerjoin(targets, is_target)
        .outerjoin(indicators, is_indicator)
        .cte("resolved")
        .prefix_with("MATERIALIZED")
    )


@statement
def _result_faults() -> Executable:
    """One fault a row, the first that applies."""
    rows = _resolved_results().c
    checks = (
        (rows.employee_id.is_(None), "person_ref", "unknown_reference"),
        (rows.period_id.is_(None), "period_code", "unknown_reference"),
        (rows.plan_id.is_(None), "person_ref", "result_without_plan"),
        (rows.plan_status.not_in(IN_FORCE), "person_ref", "result_plan_not_approved"),
        (rows.indicator_id.is_(None), "indicator_no", "unknown_reference"),
        (and_(rows.value.is_(None), ~rows.is_qualitative), "value", "result_needs_value"),
        (and_(rows.value.is_not(None), rows.is_qualitative), "value", "result_is_qualitative"),
        (and_(rows.note.is_(None), rows.is_qualitative), "note", "result_needs_note"),
    )
    return (
        select(
            rows.line,
            case(*[(check, literal(place, Text)) for check, place, _ in checks]).label("column"),
            case(*[(check, literal(code, Text)) for check, _, code in checks]).label("code"),
        )
        .where(or_(*[check for check, _, _ in checks]))
        .order_by(rows.line)
    )


@statement
def _upsert_results() -> Executable:
    rows = _resolved_results().c
    is_entered = rows.status == ResultStatus.ENTERED
    columns = {
        "tenant_id": _TENANT,
        "id": rows.id,
        "indicator_id": rows.indicator_id,
        "period_id": rows.period_id,
        "employee_id": rows.employee_id,
        "unit_id": rows.unit_id,
        "value": rows.value,
        "note": rows.note,
        "source": literal(str(Source.ENTERED), Text),
        "status": rows.status,
        "decided_by_id": case((is_entered, None), else_=rows.superior_id),
        "decided_at": case((is_entered, None), else_=_NOW),
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    made = insert(indicator_results).from_select(list(columns), select(*columns.values()))
    new, old = made.excluded, indicator_results.c
    kept = ("value", "note", "source", "status")
    return made.on_conflict_do_update(
        constraint="indicator_results_key",
        set_={
            **{name: new[name] for name in (*kept, "decided_by_id", "decided_at", "updated_at")},
            "figure_id": null(),
            "version": old.version + 1,
        },
        where=or_(*[old[name].is_distinct_from(new[name]) for name in kept]),
    )
