"""Wire shapes of reports that an officer enters for a person."""

import datetime as dt
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import Channel, ReportKind, ReportStatus
from kinerja_api.complaints.schemas.public import ContactIn, Latitude, Longitude
from kinerja_api.core.i18n import DEFAULT, Language
from kinerja_api.core.schemas import Code, Day, Flag, Id, In, Name, Prose, Sentence, word


class ReportEntryIn(In):
    """A report of somebody who came, called or wrote. Without a contact it is anonymous."""

    kind: ReportKind
    channel: Literal[
        Channel.COUNTER, Channel.PHONE, Channel.LETTER, Channel.SOCIAL_MEDIA, Channel.MUSRENBANG
    ]
    external_ref: Annotated[Code | None, Field(description="Its number in that channel")] = None
    category_id: Id | None = None
    title: Name
    body: Prose
    place: Annotated[Sentence | None, Field(description="In words")] = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    occurred_on: Day | None = None
    is_confidential: Annotated[Flag, Field(description="Never published")] = False
    is_retaliation: Annotated[
        Flag, Field(description="Somebody takes revenge for an earlier report")
    ] = False
    contact: Annotated[
        ContactIn | None, Field(description="Sealed; you cannot read it afterwards")
    ] = None
    language: Annotated[Language, Field(description="Of news")] = DEFAULT
    attributes: Annotated[
        dict[Code, Sentence],
        Field(max_length=20, description="Further answers, by their code", default_factory=dict),
    ]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("coordinates_incomplete", "both coordinates or none")
        return self


class ReportEntryOut(TypedDict):
    """A report just entered; its receipt is for the citizen, shown this once."""

    id: UUID
    ticket: Annotated[str, Field(description="Public number")]
    receipt: Annotated[str, Field(description="Secret: who has it follows the report")]
    status: Annotated[str, word(ReportStatus)]
    received_at: dt.datetime
