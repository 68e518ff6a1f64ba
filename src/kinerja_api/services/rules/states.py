"""States of a transaction, the events between them, and why its clock may stand."""

from collections.abc import Mapping
from enum import StrEnum

from kinerja_api.core.problems import TransitionRefused


class ProcessingUnit(StrEnum):
    """In what a service standard counts its time."""

    WORKING_DAYS = "working_days"
    HOURS = "hours"
    MINUTES = "minutes"


class TransactionStatus(StrEnum):
    RECEIVED = "received"
    PROCESSING = "processing"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class TransactionEvent(StrEnum):
    COMPLETE = "complete"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"


class PauseReason(StrEnum):
    """What stops the clock of a complete file, and nothing else does."""

    CITIZEN_DATA = "citizen_data"
    OTHER_AGENCY = "other_agency"
    LEGAL_PROCESS = "legal_process"
    FORCE_MAJEURE = "force_majeure"


_S, _E = TransactionStatus, TransactionEvent
WAYS: Mapping[tuple[TransactionStatus, TransactionEvent], TransactionStatus] = {
    (_S.RECEIVED, _E.COMPLETE): _S.PROCESSING,
    (_S.RECEIVED, _E.CANCEL): _S.CANCELLED,
    (_S.PROCESSING, _E.PAUSE): _S.PAUSED,
    (_S.PROCESSING, _E.FINISH): _S.DONE,
    (_S.PROCESSING, _E.CANCEL): _S.CANCELLED,
    (_S.PAUSED, _E.RESUME): _S.PROCESSING,
    (_S.PAUSED, _E.CANCEL): _S.CANCELLED,
}

ENDED = frozenset({_S.DONE, _S.CANCELLED})


def next_status(status: str, event: TransactionEvent) -> TransactionStatus:
    """Return the status after the event; TransitionRefused if there is no way."""
    following = WAYS.get((TransactionStatus(status), event))
    if following is None:
        raise TransitionRefused(status=status, event=event)
    return following
