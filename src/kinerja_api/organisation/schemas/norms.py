"""Wire shapes of norms."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Clearable, Day, In, Patch, Sentence, word
from kinerja_api.organisation.rules import NormKey

_VALUE = Field(
    description="Of the key's type: whole number, true or false, percentage as a text with at"
    " most two decimals, or the ISO weekdays of work in order"
)
_Whole = Annotated[int, Strict(), Field(ge=0, le=100_000)]
NormJson = Annotated[
    Annotated[bool, Strict()]
    | _Whole
    | Annotated[str, Strict(), Field(max_length=10)]
    | Annotated[list[_Whole], Field(max_length=7)],
    _VALUE,
]


class NormIn(In):
    """A norm to set; its key has no other value on these days."""

    key: NormKey
    value: NormJson
    basis: Annotated[Sentence, Field(description="Legal basis, such as a mayor's regulation")]
    starts_on: Day
    ends_on: Annotated[Day | None, Field(description="Last day; null: open")] = None


class NormPatch(Patch):
    """A new last day of a norm; null: open."""

    ends_on: Clearable[Day] = None


class NormOut(TypedDict):
    """A rule of the government's own with its basis and dates (kebijakan daerah)."""

    id: UUID
    key: Annotated[str, word(NormKey)]
    value: Annotated[bool | int | str | list[int], _VALUE]
    basis: str
    starts_on: dt.date
    ends_on: dt.date | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class NormSort(StrEnum):
    STARTS_ON = "starts_on"
    STARTS_ON_DESC = "-starts_on"


class NormListParams(ListParams):
    """Filters of the list of norms."""

    key: NormKey | None = None
    on: Annotated[Day | None, Field(description="Norms that hold on this day")] = None
    sort: NormSort = NormSort.STARTS_ON


class EffectiveNormsOut(TypedDict):
    """All norms as they hold on one day, defaults included."""

    on: dt.date
    daily_minutes_limit: Annotated[int, Field(description="Minutes of logs a day")]
    log_days_back: Annotated[int, Field(description="How late a log may be written, in days")]
    late_entry_days: Annotated[int, Field(description="So many days more, with a reason")]
    log_days_ahead: Annotated[int, Field(description="How far ahead a log may be written, in days")]
    log_overlap_allowed: bool
    approval_days: Annotated[int, Field(description="Days to decide a log since its submission")]
    late_approval_days: Annotated[int, Field(description="So many days more, with a reason")]
    alignment_required: Annotated[
        bool, Field(description="Main targets must carry a target of the superior or a goal")
    ]
    score_cap_percent: Annotated[Decimal, Field(description="Highest achievement that counts")]
    work_above_over: Annotated[Decimal, Field(description="Above expectation if over this")]
    work_as_from: Annotated[Decimal, Field(description="As expected from this")]
    behaviour_above_from: Annotated[int, Field(description="Values above, for above")]
    behaviour_below_from: Annotated[int, Field(description="Values below, for below")]
    working_week: Annotated[list[int], Field(description="ISO weekdays of work; 1 is Monday")]
    objection_days: int
    reporter_days: Annotated[
        int, Field(description="Days after its end for which it is kept who sent a report")
    ]
