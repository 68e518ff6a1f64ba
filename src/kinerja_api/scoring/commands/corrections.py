"""Correcting one person's score of a closed period, because something counted in it fell away.

Nobody else is touched; the closing, its snapshot and its hash stay. Sources: UU 20/2023 art. 4 and
PP 94/2021 (only what is proved counts); PermenPANRB 6/2022 (the rating rests on evidence).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.planning.queries.periods import lock_periods_between
from kinerja_api.planning.tables import periods
from kinerja_api.results.commands.correcting import CorrectedFigure, correct_findings
from kinerja_api.scoring.queries.corrected import CORRECTED
from kinerja_api.scoring.queries.snapshots import FrozenRow, load_rows, load_scores, plan_of
from kinerja_api.scoring.rule_sets import RULE_SETS
from kinerja_api.scoring.rules import ClosingStatus, CorrectionCause, CorrectionReason
from kinerja_api.scoring.snapshot import hash_of
from kinerja_api.scoring.tables import closing_people, closings, score_corrections

_TENANT = bindparam("tenant_id", type_=Uuid)
_EMPLOYEE = bindparam("employee_id", type_=Uuid)
_SCORE = ("work_result", "work_rating", "behaviour_rating", "predicate", "unrated_reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A finding that counted on a day and was reversed."""

    finding_id: UUID
    employee_id: UUID
    counted_on: dt.date
    reversed_at: dt.datetime


class _Closing(TypedDict):
    id: UUID
    period_id: UUID
    rule_set: str
    policy: Mapping[str, str | int]
    started_at: dt.datetime
    corrections: int | None


async def correct_scores(writing: Writing, reversal: Reversal) -> int:
    """Correct the person's score in every closed period with the day; return how many.

    A finding counts on the day of its confirmation, so one confirmed after a close belongs to
    the period that runs then: a confirmation never corrects. An open period is passed over, its
    close takes the new value. Doing it again changes nothing.
    """
    day, employee_id = reversal.counted_on, reversal.employee_id
    await writing.rows(lock_periods_between(), _Held, first_day=day, last_day=day)
    closed = await writing.rows(
        _closings(), _Closing, employee_id=employee_id, day=day, cause_id=reversal.finding_id
    )
    if not closed:
        return 0
    figures = await correct_findings(
        writing, employee_id, day, [closing["period_id"] for closing in closed]
    )
    made = [await _correct(writing, closing, reversal, figures) for closing in closed]
    return sum(made)


class _Held(TypedDict):
    id: UUID
    status: str


async def _correct(
    writing: Writing, closing: _Closing, reversal: Reversal, figures: Sequence[CorrectedFigure]
) -> bool:
    """Add a correction to one closing; return whether the finding was counted in it."""
    closing_id, employee_id = closing["id"], reversal.employee_id
    number = closing["corrections"]
    frozen = (await load_rows(writing, closing_id, {employee_id: None}))[employee_id]
    newest = (await load_rows(writing, closing_id, {employee_id: number}))[employee_id]
    corrected = _corrected(newest, closing["period_id"], figures)
    # Two reversals may be told together; the first correction then has the value of both.
    is_counted = reversal.reversed_at >= closing["started_at"] and _differ(corrected, frozen)
    if not (is_counted or _differ(corrected, newest)):
        return False
    at_close = (await load_scores(writing, closing_id, [employee_id]))[employee_id]
    rule_set = RULE_SETS[closing["rule_set"]]
    policy = rule_set.read_policy(closing["policy"])
    scored = rule_set.score_employee(plan_of(corrected).plan, policy)
    score = {name: getattr(scored, name) for name in _SCORE}
    made = (number or 0) + 1
    await writing.execute(
        _insert(),
        closing_id=closing_id,
        employee_id=employee_id,
        number=made,
        cause_id=reversal.finding_id,
        reason=CorrectionReason.FINDING_REVERSED,
        missing_count=len(scored.missing),
        is_provisional=at_close["is_provisional"],
        now=clock.now(),
        **score,
        **_lists(corrected),
    )
    subject = ("closing", closing_id)
    cause = {"cause_type": CorrectionCause.FINDING, "cause_id": reversal.finding_id}
    after = {"employee_id": employee_id, "number": made, **cause, **score}
    writing.record("score.corrected", subject, after=after)
    writing.emit("score.corrected", subject, employee_id=employee_id, number=made)
    return True


def _corrected(row: FrozenRow, period_id: UUID, figures: Sequence[CorrectedFigure]) -> FrozenRow:
    """Return the row with the figures in place of the results that are them."""
    corrected = _copied(row)
    for each in figures:
        figure, mine = each.figure, each.indicator_ids
        if each.period_id == period_id:
            for place in _places(row["indicator_ids"], row["samples"], mine):
                corrected["results"][place] = figure.value
                corrected["exclusions"][place] = figure.value is None
                corrected["samples"][place] = figure.sample
                corrected["minimums"][place] = figure.minimum
        for place in _places(row["part_indicator_ids"], row["part_samples"], mine):
            if row["part_periods"][place] == each.period_code:
                corrected["part_results"][place] = figure.value
                corrected["part_samples"][place] = figure.sample
                corrected["part_minimums"][place] = figure.minimum
    return corrected


def _copied(row: FrozenRow) -> FrozenRow:
    return {
        **row,
        "results": [*row["results"]],
        "exclusions": [*row["exclusions"]],
        "samples": [*row["samples"]],
        "minimums": [*row["minimums"]],
        "part_results": [*row["part_results"]],
        "part_samples": [*row["part_samples"]],
        "part_minimums": [*row["part_minimums"]],
    }


def _places(
    indicator_ids: Sequence[UUID], samples: Sequence[int | None], wanted: frozenset[UUID]
) -> list[int]:
    """Return where results stand that were such a figure when they were frozen."""
    return [
        place
        for place, (each, sample) in enumerate(zip(indicator_ids, samples, strict=False))
        if each in wanted and sample is not None
    ]


def _lists(row: FrozenRow) -> dict[str, Sequence[Any]]:
    return {name: row[name] for name in CORRECTED}


def _differ(one: FrozenRow, other: FrozenRow) -> bool:
    return _lists(one) != _lists(other)


@statement
def _closings() -> Executable:
    """Standing closings of periods with the day, of whom the cause has corrected nothing yet."""
    closing, period, person = closings.c, periods.c, closing_people.c
    correction, day = score_corrections.c, bindparam("day", type_=Date)
    of_person = (
        correction.tenant_id == closing.tenant_id,
        correction.closing_id == closing.id,
        correction.employee_id == _EMPLOYEE,
    )
    newest = select(func.max(correction.number)).where(*of_person).scalar_subquery()
    of_cause = exists().where(
        *of_person,
        correction.cause_type == CorrectionCause.FINDING,
        correction.cause_id == bindparam("cause_id", type_=Uuid),
    )
    plain = [name for name in _Closing.__annotations__ if name in closing]
    return (
        select(*[closing[name] for name in plain], newest.label("corrections"))
        .join_from(
            closings,
            periods,
            and_(period.tenant_id == closing.tenant_id, period.id == closing.period_id),
        )
        .join(
            closing_people,
            and_(
                person.tenant_id == closing.tenant_id,
                person.closing_id == closing.id,
                person.employee_id == _EMPLOYEE,
            ),
        )
        .where(
            closing.tenant_id == _TENANT,
            closing.status == ClosingStatus.DONE,
            period.starts_on <= day,
            period.ends_on >= day,
            ~of_cause,
        )
        .order_by(closing.id)
    )


@statement
def _insert() -> Executable:
    """The hash is that of the whole frozen row, as corrected."""
    people, correction = closing_people.c, score_corrections.c
    keys = ("closing_id", "employee_id")
    columns = [
        _given(score_corrections.c[column.name]) if column.name in CORRECTED else column
        for column in people
    ]
    row = (
        select(*columns)
        .where(
            people.tenant_id == _TENANT,
            *[people[name] == bindparam(name, type_=Uuid) for name in keys],
        )
        .subquery("corrected")
    )
    given = ("number", "cause_id", "reason", *_SCORE, "missing_count", "is_provisional")
    values: dict[str, ColumnElement[Any]] = {
        "tenant_id": row.c.tenant_id,
        **{name: row.c[name] for name in (*keys, *CORRECTED)},
        "sha256": hash_of(row),
        "cause_type": literal(CorrectionCause.FINDING.value),
        **{name: _given(correction[name]) for name in given},
        "made_at": bindparam("now", type_=DateTime(timezone=True)),
    }
    return insert(score_corrections).from_select(list(values), select(*values.values()))


def _given(column: ColumnElement[Any]) -> ColumnElement[Any]:
    name = str(column.key)
    return cast(bindparam(name, type_=column.type), column.type).label(name)
