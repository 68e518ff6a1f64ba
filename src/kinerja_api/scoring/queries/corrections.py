"""Reads of corrections: what a score became, beside what it was, and why."""

from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Text, Uuid, and_, bindparam, case, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import ScalarSelect

from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.scoring.queries.corrected import corrected_people, is_correction_of
from kinerja_api.scoring.queries.snapshots import FrozenRow, StoredScore, load_scores
from kinerja_api.scoring.snapshot import hash_of
from kinerja_api.scoring.tables import closing_scores, score_corrections

_TENANT = bindparam("tenant_id", type_=Uuid)
SUGGESTED = ("work_result", "work_rating", "behaviour_rating", "predicate")
_ABOUT = ("unrated_reason", "missing_count", "is_provisional")
_CAUSE = ("number", "cause_type", "cause_id", "reason", "made_at")


class CorrectedRow(FrozenRow, StoredScore):
    """A frozen row as a correction left it, with the score that the correction holds.

    is_sealed: it is the row that the correction was made with.
    """

    number: int
    is_sealed: bool


async def list_corrected(reading: Reading, closing_id: UUID) -> list[CorrectedRow]:
    """Return every correction of a closing with what it was made from."""
    return await reading.rows(_corrected(), CorrectedRow, closing_id=closing_id)


@statement
def _corrected() -> Executable:
    people = corrected_people().subquery("corrected")
    frozen = [people.c[name] for name in FrozenRow.__annotations__]
    scores = [score_corrections.c[name] for name in (*SUGGESTED, *_ABOUT)]
    sealed = hash_of(people) == people.c.corrected_sha256
    return (
        select(*frozen, people.c.number, sealed.label("is_sealed"), *scores)
        .join_from(people, score_corrections, is_correction_of(people, people.c.number))
        .order_by(people.c.employee_id, people.c.number)
    )


async def load_shown_score(
    reading: Reading, closing_id: UUID, employee_id: UUID, number: int | None
) -> StoredScore | None:
    """Return an employee's score as the correction with that number made it; None: the close."""
    if number is None:
        return (await load_scores(reading, closing_id, [employee_id])).get(employee_id)
    return await reading.row(
        _corrected_score(),
        StoredScore,
        closing_id=closing_id,
        employee_id=employee_id,
        number=number,
    )


@statement
def _corrected_score() -> Executable:
    columns = score_corrections.c
    keys = ("closing_id", "employee_id", "number")
    return select(*[columns[name] for name in StoredScore.__annotations__]).where(
        columns.tenant_id == _TENANT,
        *[columns[name] == bindparam(name, type_=columns[name].type) for name in keys],
    )


def score_shown(found: FromClause) -> ScalarSelect[Any]:
    """Select what is beside the suggested ratings of a row: why there is none, its correction.

    found: has ``closing_id``, ``employee_id`` and ``correction_number`` (null: as at the close).
    """
    at_close = closing_scores.c
    before = score_corrections.alias("before")
    this, former = score_corrections.c, before.c
    correction = func.jsonb_build_object(
        *[part for name in _CAUSE for part in (name, this[name])],
        "before",
        _suggestion({name: _either(former, at_close, name) for name in SUGGESTED}),
        "after",
        _suggestion({name: this[name] for name in SUGGESTED}),
    )
    shown = {name: _either(this, at_close, name) for name in _ABOUT}
    shown["correction"] = case((this.number.is_not(None), correction))
    of_former = and_(
        former.tenant_id == this.tenant_id,
        former.closing_id == this.closing_id,
        former.employee_id == this.employee_id,
        former.number == this.number - 1,
    )
    return (
        select(func.jsonb_build_object(*[part for pair in shown.items() for part in pair]))
        .select_from(closing_scores)
        .outerjoin(score_corrections, is_correction_of(closing_scores, found.c.correction_number))
        .outerjoin(before, of_former)
        .where(
            at_close.tenant_id == _TENANT,
            at_close.closing_id == found.c.closing_id,
            at_close.employee_id == found.c.employee_id,
        )
        .correlate(found)
        .scalar_subquery()
    )


def _either(correction: Any, at_close: Any, name: str) -> ColumnElement[Any]:  # noqa: ANN401 - columns of two tables
    return case((correction.number.is_not(None), correction[name]), else_=at_close[name])


def _suggestion(values: dict[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return an object of texts: a number of JSON would lose its decimals."""
    texts = {name: cast(value, Text) for name, value in values.items()}
    return func.jsonb_build_object(*[part for pair in texts.items() for part in pair], type_=JSONB)
