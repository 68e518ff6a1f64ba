"""Wire shapes of transactions: the processing of documents."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import (
    Clearable,
    Code,
    Flag,
    Id,
    In,
    Instant,
    Patch,
    Sentence,
    word,
)
from kinerja_api.services.rules import (
    PauseReason,
    ProcessingUnit,
    TransactionStatus,
    holds_personal_number,
)

MOST_ITEMS = 500
MOST_PAUSES = 50


def _impersonal(text: str) -> str:
    if holds_personal_number(text):
        raise PydanticCustomError("personal_number_refused", "16 digits in a row")
    return text


Register = Annotated[
    Code,
    AfterValidator(_impersonal),
    Field(description="Number of the office's own register; no name or number of a citizen"),
]
ClientRef = Annotated[
    Code,
    AfterValidator(_impersonal),
    Field(description="Your own name of it: a repeat adds nothing"),
]
Remark = Annotated[
    Sentence, AfterValidator(_impersonal), Field(description="Names no citizen; no 16 digits")
]
_HANDLER = Field(description="Employee who works on it")
_COMPLETE = Field(description="When the file was complete: the clock starts")
_AT = Annotated[Instant | None, Field(description="When it happened; null: now")]


class TransactionPauseIn(In):
    """A time in which the clock stood or stands."""

    reason: PauseReason
    note: Remark | None = None
    starts_at: Instant
    ends_at: Annotated[Instant | None, Field(description="null: it still stands")] = None


class TransactionFacts(In):
    """What is known of a transaction: just received, or up to its end."""

    service_id: Id
    ref: Register
    received_at: Instant
    complete_at: Annotated[Instant | None, _COMPLETE] = None
    pauses: Annotated[tuple[TransactionPauseIn, ...], Field(max_length=MOST_PAUSES)] = ()
    done_at: Instant | None = None
    cancelled_at: Instant | None = None
    cancel_reason: Remark | None = None
    handler_id: Annotated[Id | None, _HANDLER] = None


class TransactionIn(TransactionFacts):
    """A transaction with what is known of it: just received, or up to its end."""

    client_ref: ClientRef | None = None


class TransactionItemIn(TransactionFacts):
    """A transaction of a batch."""

    client_ref: ClientRef


class TransactionBatchIn(In):
    """Transactions to enter at once."""

    atomic: Annotated[Flag, Field(description="All or nothing; false: each by itself")] = True
    items: Annotated[list[TransactionItemIn], Field(min_length=1, max_length=MOST_ITEMS)]


class TransactionPatch(Patch):
    """Changes of a transaction (merge patch); its times come from its events."""

    ref: Register | None = None
    handler_id: Annotated[Clearable[Id], _HANDLER] = None


class TransactionEventIn(In):
    """When something happened."""

    at: _AT = None


class TransactionPauseStartIn(TransactionEventIn):
    """Why the clock stands from now on."""

    reason: PauseReason
    note: Remark | None = None


class TransactionFinishIn(TransactionEventIn):
    """The end of a transaction."""

    rating_token: Annotated[Flag, Field(description="Issue a token for the citizen's rating")] = (
        False
    )


class TransactionCancelIn(TransactionEventIn):
    """Why a transaction ends without a result."""

    reason: Remark


class TransactionPauseOut(TypedDict):
    """A time in which the clock stood or stands."""

    reason: Annotated[str, word(PauseReason)]
    note: str | None
    starts_at: dt.datetime
    ends_at: dt.datetime | None


class TransactionOut(TypedDict):
    """A document on its way through an office (proses layanan)."""

    id: UUID
    service_id: UUID
    service_name: str
    unit_id: UUID
    unit_name: str
    ref: str
    status: Annotated[str, word(TransactionStatus)]
    received_at: dt.datetime
    complete_at: Annotated[dt.datetime | None, _COMPLETE]
    pauses: list[TransactionPauseOut]
    done_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    cancel_reason: str | None
    handler_id: Annotated[UUID | None, _HANDLER]
    handler_name: str | None
    client_ref: str | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]
    allowed_actions: Annotated[list[str], Field(description="What the caller may do now")]


class TransactionDoneOut(TransactionOut):
    """A transaction just done."""

    rating_token: Annotated[
        str | None, Field(description="For the citizen, shown this once; linked to nobody")
    ]


class TransactionProblem(TypedDict):
    """Why one item was refused."""

    code: str
    title: str
    detail: str


class TransactionItemOut(TypedDict):
    """What became of one item of a batch."""

    client_ref: str
    status: Annotated[int, Field(description="201 entered, 200 entered before, else refused")]
    id: UUID | None
    problem: TransactionProblem | None


class TransactionBatchOut(TypedDict):
    """What became of each item, in the order given."""

    items: list[TransactionItemOut]


class TransactionSort(StrEnum):
    RECEIVED_AT_DESC = "-received_at"
    RECEIVED_AT = "received_at"


class TransactionListParams(ListParams):
    """Filters of the list of transactions."""

    unit_id: Annotated[Id | None, Field(description="This unit alone")] = None
    below_id: Annotated[Id | None, Field(description="The unit and everything below it")] = None
    service_id: Id | None = None
    handler_id: Id | None = None
    ref: Annotated[Code | None, Field(description="Exactly this number of the register")] = None
    status: TransactionStatus | None = None
    received_from: Instant | None = None
    received_to: Annotated[Instant | None, Field(description="Before this instant")] = None
    sort: TransactionSort = TransactionSort.RECEIVED_AT_DESC


class TransactionClockOut(TypedDict):
    """How the time of a transaction is counted, and until when it may take."""

    transaction_id: UUID
    status: Annotated[str, word(TransactionStatus)]
    standard_id: Annotated[
        UUID | None, Field(description="In force when the file was complete; null: none was")
    ]
    basis: str | None
    processing_time: Annotated[int | None, Field(description="What the standard allows")]
    processing_unit: Annotated[str, word(ProcessingUnit)]
    started_at: Annotated[dt.datetime | None, _COMPLETE]
    stopped_at: dt.datetime | None
    pauses: list[TransactionPauseOut]
    took: Annotated[Decimal | None, Field(description="Until now or its end, without pauses")]
    due_at: Annotated[
        dt.datetime | None, Field(description="Working days end at 23:59:59; null: it stands")
    ]
    is_in_time: Annotated[bool | None, Field(description="null: open, or without a standard")]
