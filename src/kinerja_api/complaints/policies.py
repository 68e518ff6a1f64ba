"""Which party may do what to a report (decisions of the state table, row by row)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from kinerja_api.complaints.errors import NotYourPart, SecondPersonNeeded, StepRefused
from kinerja_api.complaints.rules import (
    INSPECTED,
    Lead,
    ReportClass,
    ReportEvent,
    ReportStatus,
    open_events,
    silence_closes,
)


class Party(StrEnum):
    """What a caller is to a report."""

    LEAD = "lead"
    HEAD = "head"
    HANDLER = "handler"
    INSPECTOR = "inspector"
    CITIZEN = "citizen"
    SYSTEM = "system"


_L, _H, _W, _I, _C, _S = (
    Party.LEAD, Party.HEAD, Party.HANDLER, Party.INSPECTOR, Party.CITIZEN, Party.SYSTEM,
)  # fmt: skip
_E = ReportEvent

PARTIES: Mapping[ReportEvent, frozenset[Party]] = {
    _E.RECEIVE: frozenset({_C, _L}),
    _E.VERIFY: frozenset({_L}),
    _E.ASK: frozenset({_L, _W}),
    _E.INFORM: frozenset({_C}),
    _E.LAPSE_INFORMATION: frozenset({_S}),
    _E.ASSIGN: frozenset({_L, _H}),
    _E.RETURN: frozenset({_H, _W}),
    _E.ACCEPT: frozenset({_H, _W}),
    _E.WAIT: frozenset({_L}),
    _E.RESUME: frozenset({_L, _W, _S}),
    _E.PROPOSE_REPLY: frozenset({_W}),
    _E.REJECT_REPLY: frozenset({_H}),
    _E.APPROVE_REPLY: frozenset({_H}),
    _E.CONFIRM: frozenset({_C}),
    _E.SIGN_OFF: frozenset({_I}),
    _E.LAPSE_SILENCE: frozenset({_S}),
    _E.REOPEN: frozenset({_C}),
    _E.ESCALATE: frozenset({_C}),
    _E.ARCHIVE: frozenset({_L}),
    _E.APPEAL: frozenset({_C}),
    _E.REFER: frozenset({_L}),
    _E.MERGE: frozenset({_L}),
    _E.WITHDRAW: frozenset({_C}),
    _E.DISOWN: frozenset({_C}),
    _E.TAKE_OVER: frozenset({_I, _S}),
    _E.ANSWER_FIRST: frozenset({_H, _W}),
    _E.MESSAGE: frozenset({_L, _H, _W, _C}),
    _E.PROPOSE_CLASS: frozenset({_L}),
    _E.RECLASSIFY: frozenset({_L, _I}),
    _E.EXTEND: frozenset({_L, _H}),
    _E.NAME_ACCUSED: frozenset({_L, _I}),
    _E.RAISE_CONFIDENTIALITY: frozenset({_L, _H, _W, _C}),
    _E.LOWER_CONFIDENTIALITY: frozenset({_C}),
    _E.PUBLISH: frozenset({_L}),
    _E.UNPUBLISH: frozenset({_L}),
    _E.REMIND: frozenset({_S}),
}

KNOWS_ACCUSED = frozenset({_L, _I})
"""Who reads whom a report accuses; handlers and heads never do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is to one report, found in SQL; he may be several at once.

    officer: a complaints officer for it; head: he heads its unit or one above.
    """

    officer: bool
    head: bool
    handler: bool
    inspector: bool

    def parties(self, led_by: str) -> frozenset[Party]:
        """Return his parts: what the inspectorate leads has no other lead and no other head."""
        is_inspected = led_by == Lead.INSPECTORATE
        held = {
            Party.LEAD: self.inspector if is_inspected else self.officer,
            Party.HEAD: self.inspector if is_inspected else self.head,
            Party.HANDLER: self.handler,
            Party.INSPECTOR: self.inspector,
        }
        return frozenset(party for party, is_held in held.items() if is_held)


@dataclass(frozen=True, slots=True)
class Situation:
    """What of a report decides, beside its status, which steps are open.

    row: its columns; account_id: of the caller; is_own_reply: he proposed the reply that waits.
    """

    row: Mapping[str, Any]
    account_id: UUID | None = None
    is_own_reply: bool = False

    @property
    def is_inspected(self) -> bool:
        """Return whether the inspectorate leads it."""
        return self.row["led_by"] == Lead.INSPECTORATE

    def refusal(self, event: ReportEvent) -> str | None:
        """Return why this report does not allow the event although its status does."""
        row, report_class = self.row, ReportClass(self.row["report_class"])
        is_hidden = row["is_confidential"] or self.is_inspected or report_class in INSPECTED
        waits_for_class = row["proposed_class"] is not None
        is_silent = silence_closes(
            report_class, is_inspected=self.is_inspected, is_escalated=row["is_escalated"]
        )
        refusals: Mapping[ReportEvent, tuple[bool, str]] = {
            _E.SIGN_OFF: (is_silent, "not_supervisory"),
            _E.TAKE_OVER: (self.is_inspected, "taken_over"),
            _E.ASK: (row["is_ex_officio"], "disowned"),
            _E.EXTEND: (row["extended_days"] is not None, "extended"),
            _E.ANSWER_FIRST: (row["first_reply_at"] is not None, "answered_first"),
            _E.PROPOSE_CLASS: (waits_for_class, "class_waits"),
            _E.RECLASSIFY: (not waits_for_class, "no_class_waits"),
            _E.RAISE_CONFIDENTIALITY: (row["is_confidential"], "confidential"),
            _E.PUBLISH: (is_hidden, "hidden"),
            _E.UNPUBLISH: (row["published_at"] is None, "not_published"),
        }
        is_refused, reason = refusals.get(event, (False, ""))
        return reason if is_refused else None

    def is_own(self, event: ReportEvent) -> bool:
        """Return whether the caller would decide on what he proposed himself."""
        if event in {_E.APPROVE_REPLY, _E.REJECT_REPLY}:
            return self.is_own_reply
        return event is _E.RECLASSIFY and self.row["proposed_class_by"] == self.account_id


def check_may(event: ReportEvent, parties: frozenset[Party]) -> None:
    """Raise NotYourPart unless one of the parties may cause the event."""
    if not PARTIES[event] & parties:
        raise NotYourPart(event=event)


def check_open(event: ReportEvent, situation: Situation) -> None:
    """Raise StepRefused or SecondPersonNeeded; the status has been asked before."""
    reason = situation.refusal(event)
    if reason is not None:
        raise StepRefused(event=event, reason=reason)
    if situation.is_own(event):
        raise SecondPersonNeeded


def allowed_events(situation: Situation, parties: frozenset[Party]) -> list[ReportEvent]:
    """Return what a caller with these parts may do now."""
    return [
        event
        for event in open_events(ReportStatus(situation.row["status"]))
        if PARTIES[event] & parties
        and situation.refusal(event) is None
        and not situation.is_own(event)
    ]
