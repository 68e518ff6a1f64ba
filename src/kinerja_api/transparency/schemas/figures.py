"""Wire shapes of figures of units, and of how the predicates of their people are distributed."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.csv_out import FormatParams, TableParams
from kinerja_api.core.schemas import Id, word
from kinerja_api.scoring.rules import Predicate
from kinerja_api.services.rules import ProcessingUnit

_CODE = "(20[0-9]{2}|21[0-9]{2})(-(Q[1-4]|0[1-9]|1[0-2]))?"
PeriodCode = Annotated[
    str,
    Field(
        pattern=f"^{_CODE}$",
        description="A year, quarter or month that is over: `2025`, `2026-Q3` or `2026-10`",
        examples=["2025"],
    ),
]


class PeriodParams(FormatParams):
    """The period that is asked for."""

    period: PeriodCode


class PublicFigureOut(TypedDict):
    """A value and the sample it rests on."""

    value: Annotated[Decimal | None, Field(description="Null: not enough data")]
    sample: Annotated[int | None, Field(description="Null from one to four")]
    minimum: Annotated[int, Field(description="Sample from which there is a value")]
    is_enough: bool


class HandlingFiguresOut(TypedDict):
    """How reports of citizens were handled, by the unit with everything below it."""

    response_median: Annotated[
        PublicFigureOut, Field(description="Working days from disposition to the first reply")
    ]
    response_ninetieth: Annotated[PublicFigureOut, Field(description="Nine in ten took no longer")]
    on_time_share: Annotated[PublicFigureOut, Field(description="Percent of the stages due")]
    settlement_share: Annotated[PublicFigureOut, Field(description="Percent of the reports")]
    reopening_rate: Annotated[PublicFigureOut, Field(description="Percent of the closed")]


class DocumentFiguresOut(TypedDict):
    """How documents were processed, by the unit with everything below it."""

    processing_unit: Annotated[str, word(ProcessingUnit)]
    median: PublicFigureOut
    ninetieth: PublicFigureOut
    on_time_share: Annotated[PublicFigureOut, Field(description="Percent, against the standards")]


class SatisfactionFiguresOut(TypedDict):
    """What people say of the services of the unit itself."""

    survey_index: Annotated[
        PublicFigureOut, Field(description="Mean of the published results (IKM, 25 to 100)")
    ]
    handling: Annotated[
        PublicFigureOut, Field(description="1 to 5, drawn towards the government's mean")
    ]


class UnitFiguresOut(TypedDict):
    """The figures of a unit in a period that is over."""

    unit_id: UUID
    unit_code: str
    unit_name: str
    period: str
    first_day: dt.date
    last_day: dt.date
    reports: HandlingFiguresOut
    documents: DocumentFiguresOut
    satisfaction: SatisfactionFiguresOut


_FIGURE = ("value", "sample", "minimum", "is_enough")
FIGURE_COLUMNS = (
    "unit_id", "unit_code", "unit_name", "period", "first_day", "last_day",
    *(f"reports.{name}.{part}" for name in HandlingFiguresOut.__annotations__ for part in _FIGURE),
    "documents.processing_unit",
    *(
        f"documents.{name}.{part}"
        for name in ("median", "ninetieth", "on_time_share")
        for part in _FIGURE
    ),
    *(
        f"satisfaction.{name}.{part}"
        for name in SatisfactionFiguresOut.__annotations__
        for part in _FIGURE
    ),
)  # fmt: skip


class UnitFiguresSort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class UnitFiguresListParams(TableParams):
    """The period, and of which units."""

    period: PeriodCode
    below_id: Annotated[Id | None, Field(description="The unit itself and everything below it")] = (
        None
    )
    sort: UnitFiguresSort = UnitFiguresSort.CODE


class PredicateGroupOut(TypedDict):
    """How many people have a predicate."""

    predicate: Annotated[str, word(Predicate)]
    people: Annotated[int | None, Field(description="Null: few, or few would follow from it")]


class PredicateDistributionOut(TypedDict):
    """Predicates of the people of a unit and everything below it, from final evaluations."""

    unit_id: UUID
    unit_name: str
    period: str
    people: Annotated[int | None, Field(description="Null where one of the groups is")]
    predicates: list[PredicateGroupOut]


PREDICATE_COLUMNS = ("unit_id", "unit_name", "period", "predicate", "people")
