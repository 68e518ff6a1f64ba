"""What was frozen, as a correction beside it leaves it; for the statements that read it."""

from typing import Any

from sqlalchemy import FromClause, Uuid, and_, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.sql import Rows
from kinerja_api.scoring.tables import closing_people, score_corrections

CORRECTED = (
    "results", "exclusions", "samples", "minimums", "part_results", "part_samples", "part_minimums",
)  # fmt: skip
"""The lists of a frozen row that a correction holds anew."""


def is_correction_of(people: FromClause, number: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a correction is the one of the frozen row with the number."""
    corrections = score_corrections.c
    return and_(
        corrections.tenant_id == people.c.tenant_id,
        corrections.closing_id == people.c.closing_id,
        corrections.employee_id == people.c.employee_id,
        corrections.number == number,
    )


def as_corrected(people: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the columns of a frozen row as the correction joined to it, if any, leaves them."""
    return {
        column.name: func.coalesce(score_corrections.c[column.name], column)
        if column.name in CORRECTED
        else column
        for column in people.c
    }


def corrected_people() -> Rows:
    """Select the frozen rows of a closing as each of their corrections left them."""
    corrections = score_corrections.c
    columns = as_corrected(closing_people)
    return (
        select(
            *[column.label(name) for name, column in columns.items()],
            corrections.number,
            corrections.sha256.label("corrected_sha256"),
        )
        .join_from(
            closing_people, score_corrections, is_correction_of(closing_people, corrections.number)
        )
        .where(
            closing_people.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            closing_people.c.closing_id == bindparam("closing_id", type_=Uuid),
        )
    )
