"""What evaluations do when a period was closed or opened again, and as days pass."""

from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.jobs import StoredEvent, Subscriber
from kinerja_api.evaluations.commands.correcting import show_correction
from kinerja_api.evaluations.commands.lapsing import lapse_some
from kinerja_api.evaluations.commands.opening import open_evaluations, supersede_evaluations

_BATCH = 1000


async def follow_closing(writing: Writing, event: StoredEvent) -> None:
    """Open the evaluations of a closing, or supersede the undecided ones of a reopened one.

    Or show a person's corrected suggestion. All of a closing goes in order, one after the other.
    """
    if event.type == "scoring.closed":
        await open_evaluations(writing, event.subject_id)
    elif event.type == "score.corrected":
        employee_id, number = UUID(str(event.data["employee_id"])), int(str(event.data["number"]))
        await show_correction(writing, event.subject_id, employee_id, number)
    else:
        await supersede_evaluations(writing, event.subject_id)


async def lapse_evaluations(database: Database, tenant_id: UUID) -> int:
    """Make final what nobody reacted to in time; return how many.

    Reads show it as final from the first moment; this makes it durable, a batch at a time.
    """
    lapsed = 0
    while True:
        async with database.write(tenant_id) as writing:
            count = await lapse_some(writing, now=clock.now(), limit=_BATCH)
        lapsed += count
        if count < _BATCH:
            return lapsed


SUBSCRIBERS = (
    Subscriber(
        "evaluations.openings",
        frozenset({"scoring.closed", "scoring.reopened", "score.corrected"}),
        follow_closing,
    ),
)
