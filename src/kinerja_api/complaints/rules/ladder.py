"""The escalation ladder (eskalasi) of a stage: half, four fifths, breach, five days over."""

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from kinerja_api.complaints.rules.reckoning import Reckoning
from kinerja_api.complaints.rules.stages import OFFICIAL_STAGES, StageClock
from kinerja_api.organisation.rules import add_working_days, is_working_day

HALF, MOST, BREACH, OVER = 50, 80, 100, 105
_DAYS_OVER = 5
_ONE_DAY = dt.timedelta(days=1)
_OPENS, _CLOSES = dt.time(8), dt.time(16)


def is_office_time(now: dt.datetime, zone: str, reckoning: Reckoning) -> bool:
    """Return whether reminders go out now: on working days, from 08:00 to 16:00."""
    here = now.astimezone(ZoneInfo(zone))
    is_open = _OPENS <= here.time() < _CLOSES
    return is_open and is_working_day(here.date(), reckoning.calendar)


def due_steps(
    one: StageClock, today: dt.date, reckoning: Reckoning, taken: Collection[int] = ()
) -> list[int]:
    """Return the steps that are due this morning and were not taken.

    Days count when they are over, so the last allowed day is still in time. A lower step that
    was missed is left out, but a breach is told before what follows five working days later.
    """
    if not one.is_running or one.stands or one.stage not in OFFICIAL_STAGES:
        return []
    due = one.due_on(reckoning)
    if due is None:
        return []
    if today > due:
        over = today > add_working_days(due, _DAYS_OVER, reckoning.calendar)
        reached = [BREACH, OVER] if over else [BREACH]
        return [step for step in reached if step not in taken]
    gone = reckoning.counted(one.clock, today - _ONE_DAY) * 100
    reached = [step for step in (HALF, MOST) if gone >= step * one.clock.days and gone]
    return [step for step in reached[-1:] if not any(other >= step for other in taken)]
