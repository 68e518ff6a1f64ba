"""What notices can refuse."""

from kinerja_api.core.problems import Forbidden


class NotesFromSuperiorOnly(Forbidden):
    """Quick feedback comes from the superior of today, nobody else."""

    code = "notes_from_superior_only"
