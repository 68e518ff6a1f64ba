"""Wire shapes of figures and of rating tokens."""

import datetime as dt
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.core.schemas import Day, In, word
from kinerja_api.services.rules import ProcessingUnit

MOST_TOKENS = 500


class ServiceFigureOut(TypedDict):
    """A value and the sample it rests on."""

    value: Annotated[Decimal | None, Field(description="null: the sample is below the minimum")]
    sample: int
    minimum: int


class MeasuredTransactionOut(TypedDict):
    """A transaction that was counted."""

    transaction_id: UUID
    took: Decimal
    allowed: Annotated[int | None, Field(description="Of the standard; null: none was in force")]
    is_in_time: bool | None


class ServiceFiguresOut(TypedDict):
    """Processing times of a service over the transactions done on these days."""

    service_id: UUID
    first_day: dt.date
    last_day: dt.date
    processing_unit: Annotated[str, word(ProcessingUnit)]
    median: ServiceFigureOut
    ninetieth: Annotated[ServiceFigureOut, Field(description="Nine in ten took no longer")]
    on_time_share: Annotated[ServiceFigureOut, Field(description="Percent, against the standards")]
    items: Annotated[
        list[MeasuredTransactionOut], Field(description="The first 1,000 counted, by their end")
    ]


class RatingTokensIn(In):
    """Tokens to print, one for each citizen."""

    count: Annotated[int, Strict(), Field(ge=1, le=MOST_TOKENS)]
    expires_on: Annotated[Day, Field(description="Last day; within a year")]


class RatingTokensOut(TypedDict):
    """Tokens, shown this once; only their hashes are kept."""

    service_id: UUID
    expires_on: dt.date
    tokens: list[str]
