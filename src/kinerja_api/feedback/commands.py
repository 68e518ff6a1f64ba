"""Sending notes."""

from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import UnknownReference
from kinerja_api.feedback.errors import NotesBetweenLeaderAndPerson
from kinerja_api.feedback.queries import see_person
from kinerja_api.feedback.rules import GENERAL_SUBJECT
from kinerja_api.feedback.schemas import NoteIn, NoteOut
from kinerja_api.notices.commands import notify
from kinerja_api.notices.rules import NOTE


async def send_note(writing: Writing, actor: Actor, employee_id: UUID, note: NoteIn) -> NoteOut:
    """Put a leader's note into a person's feed at once.

    ResourceNotFound, NotesBetweenLeaderAndPerson, UnknownReference.
    """
    seen = await see_person(writing, actor, employee_id, note.subject_type, note.subject_id)
    if not seen.is_leader or actor.employee_id is None:
        raise NotesBetweenLeaderAndPerson
    if not seen.has_subject:
        raise UnknownReference.at("/subject_id")
    named = note.subject_id is not None
    subject_type = str(note.subject_type) if named else GENERAL_SUBJECT
    subject = (subject_type, note.subject_id or employee_id)
    notice_id = await notify(
        writing, employee_id, NOTE, subject, from_id=actor.employee_id, note=note.text
    )
    after = {"employee_id": employee_id, "subject_type": subject[0], "subject_id": subject[1]}
    writing.record("note.sent", ("notice", notice_id), after=after)
    writing.emit("note.sent", ("notice", notice_id), employee_id=str(employee_id))
    return NoteOut(
        id=notice_id,
        employee_id=employee_id,
        subject_type=subject[0],
        subject_id=subject[1],
        from_id=actor.employee_id,
        from_name=seen.my_name or "",
        text=note.text,
        created_at=clock.now(),
        read_at=None,
    )
