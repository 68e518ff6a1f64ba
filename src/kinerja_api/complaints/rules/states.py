"""The way of a report (alur pengaduan): which event leads from which status to which."""

from collections.abc import Mapping

from kinerja_api.complaints.rules.kinds import (
    OPEN,
    SUPERVISORY,
    ReportClass,
    ReportEvent,
    ReportStatus,
)
from kinerja_api.core.problems import TransitionRefused

_S, _E = ReportStatus, ReportEvent
_EXAMINED = OPEN - {_S.RECEIVED}
_LIVE = OPEN | {_S.ANSWERED}


def _staying(
    event: ReportEvent, statuses: frozenset[ReportStatus]
) -> dict[tuple[ReportStatus, ReportEvent], ReportStatus]:
    return {(status, event): status for status in statuses}


WAYS: Mapping[tuple[ReportStatus, ReportEvent], ReportStatus] = {
    (_S.RECEIVED, _E.VERIFY): _S.VERIFIED,
    (_S.RECEIVED, _E.ASK): _S.AWAITING_INFORMATION,
    (_S.IN_PROGRESS, _E.ASK): _S.AWAITING_INFORMATION,
    (_S.AWAITING_INFORMATION, _E.LAPSE_INFORMATION): _S.ARCHIVED,
    (_S.VERIFIED, _E.ASSIGN): _S.ASSIGNED,
    (_S.IN_PROGRESS, _E.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, _E.RETURN): _S.VERIFIED,
    (_S.ASSIGNED, _E.ACCEPT): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _E.WAIT): _S.AWAITING_OTHER_PARTY,
    (_S.AWAITING_OTHER_PARTY, _E.RESUME): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _E.PROPOSE_REPLY): _S.REPLY_PROPOSED,
    (_S.REPLY_PROPOSED, _E.REJECT_REPLY): _S.IN_PROGRESS,
    (_S.REPLY_PROPOSED, _E.APPROVE_REPLY): _S.ANSWERED,
    (_S.ANSWERED, _E.CONFIRM): _S.CLOSED,
    (_S.ANSWERED, _E.SIGN_OFF): _S.CLOSED,
    (_S.ANSWERED, _E.LAPSE_SILENCE): _S.CLOSED,
    (_S.ANSWERED, _E.REOPEN): _S.IN_PROGRESS,
    (_S.CLOSED, _E.REOPEN): _S.IN_PROGRESS,
    (_S.ANSWERED, _E.ESCALATE): _S.ANSWERED,
    (_S.CLOSED, _E.ESCALATE): _S.CLOSED,
    (_S.RECEIVED, _E.ARCHIVE): _S.ARCHIVED,
    (_S.VERIFIED, _E.ARCHIVE): _S.ARCHIVED,
    (_S.ARCHIVED, _E.APPEAL): _S.RECEIVED,
    (_S.RECEIVED, _E.REFER): _S.OUT_OF_JURISDICTION,
    (_S.VERIFIED, _E.REFER): _S.OUT_OF_JURISDICTION,
    (_S.ASSIGNED, _E.REFER): _S.OUT_OF_JURISDICTION,
    (_S.IN_PROGRESS, _E.REFER): _S.OUT_OF_JURISDICTION,
    **{(status, _E.MERGE): _S.MERGED for status in OPEN},
    **{(status, _E.WITHDRAW): _S.WITHDRAWN for status in OPEN},
    **_staying(_E.DISOWN, OPEN),
    **{(status, _E.TAKE_OVER): _S.VERIFIED for status in _EXAMINED},
    **_staying(_E.TAKE_OVER, frozenset({_S.RECEIVED, _S.ANSWERED, _S.CLOSED})),
    **_staying(_E.ANSWER_FIRST, frozenset({_S.ASSIGNED, _S.IN_PROGRESS})),
    **_staying(_E.MESSAGE, frozenset(ReportStatus)),
    **_staying(_E.PROPOSE_CLASS, OPEN),
    **_staying(_E.RECLASSIFY, OPEN),
    **_staying(_E.EXTEND, frozenset({_S.ASSIGNED, _S.IN_PROGRESS})),
    **_staying(_E.NAME_ACCUSED, _LIVE | {_S.CLOSED}),
    **_staying(_E.RAISE_CONFIDENTIALITY, frozenset(ReportStatus)),
    **_staying(_E.LOWER_CONFIDENTIALITY, frozenset(ReportStatus)),
    **_staying(_E.PUBLISH, frozenset(ReportStatus) - {_S.RECEIVED, _S.MERGED, _S.WITHDRAWN}),
    **_staying(_E.UNPUBLISH, frozenset(ReportStatus)),
    **_staying(_E.REMIND, OPEN),
}
"""Whether this actor may is asked elsewhere. The answer to a question leads back to where it was
asked, and is in ``next_status``."""


def next_status(
    status: ReportStatus, event: ReportEvent, *, asked_in: ReportStatus | None = None
) -> ReportStatus:
    """Return the status after the event; TransitionRefused.

    asked_in: where the question was asked.
    """
    if (status, event) == (_S.AWAITING_INFORMATION, _E.INFORM) and asked_in is not None:
        return asked_in
    after = WAYS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


def open_events(status: ReportStatus) -> list[ReportEvent]:
    """Return what may happen in this status, whoever asks."""
    return [
        event
        for event in ReportEvent
        if (status, event) in WAYS or (status, event) == (_S.AWAITING_INFORMATION, _E.INFORM)
    ]


def silence_closes(report_class: ReportClass, *, is_inspected: bool, is_escalated: bool) -> bool:
    """Return whether an answered report ends when its citizen says nothing.

    What the inspectorate examines or leads, and what a citizen carried up to it, it signs off.
    """
    return report_class not in SUPERVISORY and not is_inspected and not is_escalated
