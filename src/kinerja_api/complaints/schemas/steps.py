"""Wire shapes of what staff do to a report."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import (
    ArchiveReason,
    Audience,
    PauseReason,
    ReportClass,
)
from kinerja_api.core.schemas import Day, Flag, Id, In, Name, Prose

MOST_EXTENDED = 10

_Note = Annotated[Prose | None, Field(description="For the people who work on it")]
_PublicNote = Field(description="The citizen reads it")


class VerificationIn(In):
    """What an officer found a report to be."""

    report_class: ReportClass
    category_id: Id
    service_id: Annotated[Id | None, Field(description="null: that of the category")] = None
    is_confidential: Annotated[
        Flag, Field(description="true: from now on; only the reporter makes it open again")
    ] = False
    note: _Note = None


class ReportQuestionIn(In):
    """A question to the citizen; the clocks stand until the answer, for a limited time."""

    text: Annotated[Prose, _PublicNote]


class AssignmentIn(In):
    """Who is responsible from now on (disposisi)."""

    unit_id: Id
    handler_id: Annotated[
        Id | None, Field(description="Employee of the unit or below; null: the head names one")
    ] = None
    note: _Note = None


class ReportReturnIn(In):
    """Why a report is not this unit's."""

    reason: Prose


class AcceptanceIn(In):
    """What will be done, by whom and until when."""

    plan: Annotated[Prose, _PublicNote]
    promised_on: Day | None = None
    handler_id: Annotated[
        Id | None, Field(description="Whom the head names; null: you do it yourself")
    ] = None


class WaitIn(In):
    """Why the clocks stand; for the citizen's answer there are questions."""

    reason: Literal[
        PauseReason.AWAITING_OTHER_AGENCY, PauseReason.LEGAL_PROCESS, PauseReason.FORCE_MAJEURE
    ]
    until: Annotated[Day, Field(description="At the latest; then the clocks run again")]
    note: Prose


class ReportNoteIn(In):
    """A remark on a step."""

    note: _Note = None


class FirstReplyIn(In):
    """The first substantial answer to the citizen."""

    text: Annotated[Prose, _PublicNote]


class ReportReplyIn(In):
    """A public reply (tanggapan), proposed to the head."""

    body: Annotated[Prose, _PublicNote]


class ReplyRejectionIn(In):
    """Why a reply goes back."""

    note: Prose


class ArchivalIn(In):
    """Why a report is archived; the citizen may appeal once."""

    reason: ArchiveReason
    public_note: Annotated[Prose, _PublicNote]


class ReferralIn(In):
    """Whose jurisdiction it is."""

    referred_to: Name
    public_note: Annotated[Prose, _PublicNote]


class MergerIn(In):
    """Into which report about the same matter it goes."""

    into: Id
    note: _Note = None


class ClassProposalIn(In):
    """Another class; what lengthens a service level waits for a second person."""

    report_class: ReportClass
    note: Prose


class ClassDecisionIn(In):
    """Whether the proposed class shall hold."""

    accept: Flag
    note: _Note = None


class ExtensionIn(In):
    """More working days, once."""

    days: Annotated[int, Field(strict=True, ge=1, le=MOST_EXTENDED)]
    reason: Annotated[Prose, _PublicNote]


class AccusationIn(In):
    """An official named in a report (terlapor)."""

    employee_id: Id
    reason: Prose


class AccusationOut(TypedDict):
    """That an official was named; who named him may no longer see the report."""

    id: Annotated[UUID, Field(description="Of the report")]


class SignOffIn(In):
    """With what the inspectorate closes an answered report."""

    public_note: Annotated[Prose | None, _PublicNote] = None


class ReportPublicationIn(In):
    """What the public reads; numbers and addresses of persons are hidden in it."""

    public_title: Name
    public_body: Prose
    public_reply: Prose | None = None


class ReportMessageIn(In):
    """A message to the citizen, or a remark among those who work on it."""

    audience: Audience
    body: Prose
