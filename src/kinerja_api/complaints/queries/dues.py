"""By when something is due, told to the citizen with its reason."""

import datetime as dt
from uuid import UUID

from kinerja_api.complaints.queries.clocks import cap_of, clocks_of
from kinerja_api.complaints.queries.levels import rulebook
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.rules import ReportClass, Stage, StartEvent
from kinerja_api.complaints.schemas.public import MyDueOut
from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label


async def first_due(
    reading: Reading, report_class: ReportClass, *, today: dt.date, language: Language
) -> MyDueOut:
    """Return by when a report that comes in today is verified."""
    report, stage = LockedReport({"report_class": report_class}, frozenset()), Stage.VERIFICATION
    level = (await rulebook(reading)).levels.on(report_class, stage, today)
    due_on = await cap_of(reading, report, stage, today)
    event = label(f"clock_start_{StartEvent.RECEIVED}", language)
    counted = label(
        "clock_counts",
        language,
        started=today,
        event=event,
        days=level.days,
        basis=level.basis,
    )
    return MyDueOut(
        stage=stage,
        stage_label=_name(stage, language),
        due_on=due_on,
        days=level.days,
        basis=level.basis,
        explanation=f"{counted} {label('clock_due', language, due=due_on)}",
    )


async def due_of(
    reading: Reading, report_id: UUID, *, today: dt.date, language: Language
) -> MyDueOut | None:
    """Return by when the stage that is due first ends; None while its clock stands."""
    running = [
        (clock["due_on"], clock)
        for clock in await clocks_of(reading, report_id, today)
        if clock["ended_by"] is None and not clock["is_standing"] and clock["due_on"] is not None
    ]
    if not running:
        return None
    due_on, first = min(running, key=lambda one: one[0])
    stage = Stage(first["stage"])
    return MyDueOut(
        stage=stage,
        stage_label=_name(stage, language),
        due_on=due_on,
        days=first["days"] + first["extended_days"],
        basis=first["basis"],
        explanation=first["explanation"][language],
    )


def _name(stage: Stage, language: Language) -> str:
    return label(f"report_stage_{stage}", language)
