"""What the holder of a receipt may do with his report. Pure."""

from dataclasses import dataclass

from kinerja_api.complaints.rules.kinds import (
    INSPECTED,
    SUPERVISORY,
    ReportClass,
    ReportEvent,
    ReportStatus,
)
from kinerja_api.complaints.rules.states import open_events

MOST_REOPENINGS = 2
MOST_APPEALS = 1

_E = ReportEvent
_OFFERED = (
    _E.MESSAGE, _E.INFORM, _E.CONFIRM, _E.REOPEN, _E.ESCALATE, _E.APPEAL, _E.WITHDRAW, _E.DISOWN,
    _E.RAISE_CONFIDENTIALITY, _E.LOWER_CONFIDENTIALITY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holding:
    """A report as its citizen stands to it.

    asked_in: where the open question was asked; in_window: the time for a reopening is not over;
    is_bound: class or category demand that it stays confidential.
    """

    status: ReportStatus
    asked_in: ReportStatus | None
    report_class: ReportClass
    is_confidential: bool
    is_bound: bool
    is_ex_officio: bool
    is_escalated: bool
    in_window: bool
    reopenings: int
    appeals: int


def must_stay_confidential(report_class: ReportClass, *, category: bool) -> bool:
    """Return whether nobody may open the report; category: its category demands it."""
    return category or report_class in INSPECTED


def shown_status(status: ReportStatus, *, is_ex_officio: bool) -> ReportStatus:
    """Return the status that the citizen reads.

    What he withdrew stays withdrawn for him, although the inspectorate goes on; a reply that
    waits for its approval is work in progress.
    """
    if is_ex_officio:
        return ReportStatus.WITHDRAWN
    return ReportStatus.IN_PROGRESS if status is ReportStatus.REPLY_PROPOSED else status


def reopening(reopenings: int) -> ReportEvent:
    """Return what a reopening is: the third one goes up to the inspectorate."""
    return ReportEvent.REOPEN if reopenings < MOST_REOPENINGS else ReportEvent.ESCALATE


def withdrawal(
    status: ReportStatus, report_class: ReportClass, *, asked_in: ReportStatus | None
) -> ReportEvent:
    """Return what a withdrawal is: what has to be supervised goes on, once it was looked at."""
    goes_on = report_class in SUPERVISORY and (asked_in or status) is not ReportStatus.RECEIVED
    return ReportEvent.DISOWN if goes_on else ReportEvent.WITHDRAW


def citizens_events(report: Holding) -> list[ReportEvent]:
    """Return what the citizen may do now."""
    if report.is_ex_officio:
        return []
    possible = open_events(report.status)
    return [event for event in _OFFERED if event in possible and _is_his(event, report)]


def _is_his(event: ReportEvent, report: Holding) -> bool:
    if event in {_E.REOPEN, _E.ESCALATE}:
        is_next = reopening(report.reopenings) is event
        return is_next and report.in_window and not report.is_escalated
    if event in {_E.WITHDRAW, _E.DISOWN}:
        is_now = withdrawal(report.status, report.report_class, asked_in=report.asked_in)
        return is_now is event
    if event is _E.APPEAL:
        return report.appeals < MOST_APPEALS
    if event is _E.RAISE_CONFIDENTIALITY:
        return not report.is_confidential
    if event is _E.LOWER_CONFIDENTIALITY:
        return report.is_confidential and not report.is_bound
    return True
