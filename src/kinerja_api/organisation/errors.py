"""What the organisation can refuse."""

from kinerja_api.core.problems import Conflict, UnknownReference, Unprocessable, on_constraint


class UnitCodeTaken(Conflict):
    code = "unit_code_taken"


class RootUnitExists(Conflict):
    code = "root_unit_exists"


class UnitCycle(Unprocessable):
    """A unit cannot lie below itself."""

    code = "unit_cycle"


class InvalidNorm(Unprocessable):
    """The value is not of the form or within the bounds of its key."""

    code = "invalid_norm"


on_constraint("units_code_key", UnitCodeTaken, "/code")
on_constraint("units_root_key", RootUnitExists, "/parent_id")
on_constraint("units_parent_id_fkey", UnknownReference, "/parent_id")
