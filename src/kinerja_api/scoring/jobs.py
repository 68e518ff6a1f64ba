"""Jobs of scoring, and what it does when something that was counted falls away."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from kinerja_api.core.db import Writing
from kinerja_api.core.jobs import JobHandler, StoredEvent, Subscriber
from kinerja_api.scoring.close import close_period
from kinerja_api.scoring.commands.corrections import Reversal, correct_scores

HANDLERS: Mapping[str, JobHandler] = {"close_period": close_period}


async def follow_reversal(writing: Writing, event: StoredEvent) -> None:
    """Correct the scores that a reversed finding was counted in; without a day it never was."""
    day = event.data["counts_on"]
    if day is None:
        return
    reversal = Reversal(
        finding_id=event.subject_id,
        employee_id=UUID(str(event.data["employee_id"])),
        counted_on=dt.date.fromisoformat(str(day)),
        reversed_at=event.occurred_at,
    )
    await correct_scores(writing, reversal)


SUBSCRIBERS = (Subscriber("scoring.corrections", frozenset({"finding.reversed"}), follow_reversal),)
