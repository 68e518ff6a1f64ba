"""Findings about accused officials: their states, their weight, and what a caller may do. Pure.

PP 94/2021 and citizens' complaint practice: told without a word of the reporter, disputed within
five working days, decided within ten by somebody outside the line, appealed once. Only what a
second person has confirmed after all that touches a figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kinerja_api.complaints.errors import FindingNotLessened, SeverityMismatch
from kinerja_api.complaints.rules.kinds import (
    SUBSTANTIATED,
    DisputeStatus,
    FindingStatus,
    Outcome,
    Severity,
)
from kinerja_api.core.problems import TransitionRefused

DISPUTE_DAYS = 5
"""Working days to dispute a finding, and to appeal against the decision."""
DECISION_DAYS = 10
"""Working days to decide a dispute."""
MOST_DISPUTES = 2
"""A dispute and an appeal."""

RULE_VERSION = "temuan-1"
WEIGHTS: Mapping[Severity, Decimal] = {
    Severity.RINGAN: Decimal(1),
    Severity.SEDANG: Decimal(2),
    Severity.BERAT: Decimal(4),
}
"""What a confirmed finding weighs under ``RULE_VERSION``: severity counts, not number."""


class FindingEvent(StrEnum):
    """What happens to a finding."""

    DISPUTE = "dispute_finding"
    ACCEPT = "accept_dispute"
    LESSEN = "partly_accept_dispute"
    REJECT = "reject_dispute"
    CONFIRM = "confirm_finding"
    REVERSE = "reverse_finding"


class Ruling(StrEnum):
    """How a dispute is decided."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"


class FindingAction(StrEnum):
    """What a caller may do to a finding."""

    DISPUTE = "dispute"
    DECIDE_DISPUTE = "decide_dispute"
    CONFIRM = "confirm"
    REVERSE = "reverse"


_S, _E = FindingStatus, FindingEvent

RULINGS: Mapping[Ruling, tuple[FindingEvent, DisputeStatus]] = {
    Ruling.ACCEPTED: (_E.ACCEPT, DisputeStatus.ACCEPTED),
    Ruling.PARTLY_ACCEPTED: (_E.LESSEN, DisputeStatus.PARTLY_ACCEPTED),
    Ruling.REJECTED: (_E.REJECT, DisputeStatus.REJECTED),
}

WAYS: Mapping[tuple[FindingStatus, FindingEvent], FindingStatus] = {
    (_S.FOUND, _E.DISPUTE): _S.DISPUTED,
    (_S.FOUND, _E.CONFIRM): _S.CONFIRMED,
    (_S.FOUND, _E.REVERSE): _S.REVERSED,
    (_S.DISPUTED, _E.ACCEPT): _S.REVERSED,
    (_S.DISPUTED, _E.LESSEN): _S.FOUND,
    (_S.DISPUTED, _E.REJECT): _S.FOUND,
    (_S.CONFIRMED, _E.REVERSE): _S.REVERSED,
}
"""A disputed finding is reversed by accepting the dispute; a reversed one stays so."""


def next_finding_status(status: FindingStatus, event: FindingEvent) -> FindingStatus:
    """Return the status after the event; TransitionRefused."""
    after = WAYS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


def check_gravity(outcome: Outcome, severity: Severity | None) -> None:
    """Raise SeverityMismatch unless exactly a substantiated outcome has a severity."""
    if (severity is not None) != (outcome in SUBSTANTIATED):
        raise SeverityMismatch.at("/severity")


def lessened(
    present: tuple[Outcome, Severity], outcome: Outcome | None, severity: Severity | None
) -> tuple[Outcome, Severity]:
    """Return outcome and severity after a dispute was partly accepted; FindingNotLessened."""
    made = (outcome or present[0], severity or present[1])
    grades, outcomes = list(Severity), [Outcome.TERBUKTI_SEBAGIAN, Outcome.TERBUKTI]
    before = (outcomes.index(present[0]), grades.index(present[1]))
    after = (outcomes.index(made[0]), grades.index(made[1]))
    if after == before or after[0] > before[0] or after[1] > before[1]:
        raise FindingNotLessened.at("/severity")
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPart:
    """What a caller is to a finding.

    may_decide: an inspector in nobody's line; has_decided: on an earlier dispute; in_time: the
    time for a dispute still runs; may_appeal: a dispute or an appeal is left.
    """

    is_own: bool
    may_decide: bool
    is_finder: bool
    has_decided: bool
    in_time: bool
    may_appeal: bool


def finding_actions(
    status: FindingStatus, outcome: Outcome, part: FindingPart
) -> list[FindingAction]:
    """Return what the caller may do."""
    is_live = status is _S.FOUND and outcome in SUBSTANTIATED
    is_second = part.may_decide and not part.is_finder
    allowed = {
        FindingAction.DISPUTE: is_live and part.is_own and part.in_time and part.may_appeal,
        FindingAction.DECIDE_DISPUTE: (
            status is _S.DISPUTED and is_second and not part.has_decided
        ),
        FindingAction.CONFIRM: is_live and is_second and not part.in_time,
        FindingAction.REVERSE: part.may_decide and (status, _E.REVERSE) in WAYS,
    }
    return [action for action, is_allowed in allowed.items() if is_allowed]
