"""States of logs. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from kinerja_api.core.problems import TransitionRefused


class LogStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class LogEvent(StrEnum):
    EDIT = "edit"
    DELETE = "delete"
    ATTACH = "attach"
    DETACH = "detach"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"


OWN_EVENTS = (LogEvent.EDIT, LogEvent.DELETE, LogEvent.ATTACH, LogEvent.DETACH, LogEvent.SUBMIT)
SUPERIOR_EVENTS = (LogEvent.APPROVE, LogEvent.RETURN)

LOG_TRANSITIONS: Mapping[tuple[LogStatus, LogEvent], LogStatus] = {
    (LogStatus.DRAFT, LogEvent.EDIT): LogStatus.DRAFT,
    (LogStatus.DRAFT, LogEvent.DELETE): LogStatus.DRAFT,
    (LogStatus.DRAFT, LogEvent.ATTACH): LogStatus.DRAFT,
    (LogStatus.DRAFT, LogEvent.DETACH): LogStatus.DRAFT,
    (LogStatus.DRAFT, LogEvent.SUBMIT): LogStatus.SUBMITTED,
    (LogStatus.SUBMITTED, LogEvent.ATTACH): LogStatus.SUBMITTED,
    (LogStatus.SUBMITTED, LogEvent.APPROVE): LogStatus.APPROVED,
    (LogStatus.SUBMITTED, LogEvent.RETURN): LogStatus.RETURNED,
    # An approval given by mistake can be taken back as long as the period is open.
    (LogStatus.APPROVED, LogEvent.RETURN): LogStatus.RETURNED,
    (LogStatus.RETURNED, LogEvent.EDIT): LogStatus.RETURNED,
    (LogStatus.RETURNED, LogEvent.ATTACH): LogStatus.RETURNED,
    (LogStatus.RETURNED, LogEvent.DETACH): LogStatus.RETURNED,
    (LogStatus.RETURNED, LogEvent.SUBMIT): LogStatus.SUBMITTED,
}


def next_log_status(status: LogStatus, event: LogEvent) -> LogStatus:
    """Return the status after the event; TransitionRefused."""
    after = LOG_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after
