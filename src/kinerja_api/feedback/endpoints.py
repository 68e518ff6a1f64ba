"""Quick feedback of leaders."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.feedback.commands import send_note
from kinerja_api.feedback.errors import NotesBetweenLeaderAndPerson
from kinerja_api.feedback.queries import list_notes
from kinerja_api.feedback.schemas import NoteIn, NoteListParams, NoteOut

router = Router(tag="Feedback")


@router.post(
    "/employees/{employee_id}/notes",
    permission=Permission.NOTES_SEND,
    name="notes_send",
    model=NoteOut,
    problems=[ResourceNotFound, NotesBetweenLeaderAndPerson, UnknownReference],
)
async def post_note(
    actor: CurrentActor, writing: WritingUnit, employee_id: Id, note: NoteIn
) -> NoteOut:
    """Send a note to the feed of a person you lead, about his log, target, result or plan.

    For the superior of today and the heads of the person's unit and of those above it.
    """
    return await send_note(writing, actor, employee_id, note)


@router.list(
    "/employees/{employee_id}/notes",
    permission=Permission.NOTES_READ,
    name="notes_list",
    item=NoteOut,
    problems=[ResourceNotFound, NotesBetweenLeaderAndPerson],
)
async def get_notes(
    actor: CurrentActor,
    reading: ReadingUnit,
    employee_id: Id,
    params: Annotated[NoteListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[NoteOut]:
    """List the notes that a person got, newest first, for himself and for those who lead him."""
    return await list_notes(reading, actor, employee_id, params, cursors)
