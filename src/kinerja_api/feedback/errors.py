"""What feedback can refuse."""

from kinerja_api.core.problems import Forbidden


class NotesBetweenLeaderAndPerson(Forbidden):
    """Notes are between a person and those who lead him: the superior, heads of units above."""

    code = "notes_between_leader_and_person"
