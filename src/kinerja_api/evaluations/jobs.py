"""What evaluations do when a period was closed or opened again."""

from kinerja_api.core.db import Writing
from kinerja_api.core.jobs import StoredEvent, Subscriber
from kinerja_api.evaluations.commands.opening import open_evaluations, supersede_evaluations


async def follow_closing(writing: Writing, event: StoredEvent) -> None:
    """Open the evaluations of a closing, or supersede the undecided ones of a reopened one."""
    if event.type == "scoring.closed":
        await open_evaluations(writing, event.subject_id)
    else:
        await supersede_evaluations(writing, event.subject_id)


SUBSCRIBERS = (
    Subscriber(
        "evaluations.openings",
        frozenset({"scoring.closed", "scoring.reopened"}),
        follow_closing,
    ),
)
