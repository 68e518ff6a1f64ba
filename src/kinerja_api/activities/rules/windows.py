"""Until when a log may be written and decided, by the windows of the government. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kinerja_api.activities.errors import (
    ApprovalNoteMissing,
    ApprovalWindowPassed,
    LateReasonMissing,
    LogInFuture,
    LogWindowPassed,
)
from kinerja_api.organisation.rules import Norms, Windows


@dataclass(frozen=True, slots=True)
class EntryPolicy:
    """What holds for entering logs: the windows of today, the norms of each work date."""

    windows: Windows
    norms: Mapping[dt.date, Norms]


def check_entry(day: dt.date, windows: Windows, *, late_reason: str | None) -> None:
    """Raise unless a log may be entered, changed or submitted today.

    day: its work date, or the day on which it was returned, whichever is later. Raises
    LogInFuture, LogWindowPassed, LateReasonMissing.
    """
    if day > windows.last_entry_day:
        raise LogInFuture.at("/work_date", last=str(windows.last_entry_day))
    if day < windows.first_late_entry_day:
        raise LogWindowPassed.at("/work_date", first=str(windows.first_late_entry_day))
    if day < windows.first_entry_day and late_reason is None:
        raise LateReasonMissing.at("/late_reason", first=str(windows.first_entry_day))


def check_decision(submitted_on: dt.date, windows: Windows, *, note: str | None) -> None:
    """Raise ApprovalWindowPassed or ApprovalNoteMissing unless a log may be decided today."""
    if submitted_on < windows.first_late_approval_day:
        raise ApprovalWindowPassed(first=str(windows.first_late_approval_day))
    if submitted_on < windows.first_approval_day and note is None:
        raise ApprovalNoteMissing.at("/note", first=str(windows.first_approval_day))
