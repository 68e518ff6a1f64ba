"""What the organisation can refuse."""

from kinerja_api.core.problems import (
    Conflict,
    Forbidden,
    UnknownReference,
    Unprocessable,
    on_constraint,
)


class UnitCodeTaken(Conflict):
    code = "unit_code_taken"


class RootUnitExists(Conflict):
    code = "root_unit_exists"


class UnitCycle(Unprocessable):
    """A unit cannot lie below itself."""

    code = "unit_cycle"


class PositionCodeTaken(Conflict):
    code = "position_code_taken"


class HeadPositionExists(Conflict):
    """A unit has one head."""

    code = "head_position_exists"


class LevelNotOfKind(Unprocessable):
    """Positions of this kind have no such level."""

    code = "level_not_of_kind"


class InvalidNip(Unprocessable):
    """``reason``: length, birth_date, appointment, sex, order, kind, missing or not_allowed."""

    code = "invalid_nip"


class EmployeeRefTaken(Conflict):
    code = "employee_ref_taken"


class NipTaken(Conflict):
    code = "nip_taken"


class EmployeeLeft(Conflict):
    """Who has left is not placed."""

    code = "employee_left"


class EmployeeStillPlaced(Conflict):
    """Placements end before an employee leaves."""

    code = "employee_still_placed"


class PlacementOverlaps(Conflict):
    """An employee has one definitive placement at a time."""

    code = "placement_overlaps"


class PositionTaken(Conflict):
    """A position has one definitive holder at a time."""

    code = "position_taken"


class OwnPlacementRefused(Forbidden):
    """Nobody places himself, ends his own placement or names himself a superior."""

    code = "own_placement_refused"


class EndsBeforeStart(Unprocessable):
    code = "ends_before_start"


class SuperiorIsSelf(Unprocessable):
    code = "superior_is_self"


class InvalidNorm(Unprocessable):
    """The value is not of the form or within the bounds of its key."""

    code = "invalid_norm"


class NormOverlaps(Conflict):
    """A key has one value on a day."""

    code = "norm_overlaps"


class ScheduleOverlaps(Conflict):
    """A unit has one schedule of its own on a day."""

    code = "schedule_overlaps"


class RangeTooLong(Unprocessable):
    code = "range_too_long"


on_constraint("units_code_key", UnitCodeTaken, "/code")
on_constraint("units_root_key", RootUnitExists, "/parent_id")
on_constraint("units_parent_id_fkey", UnknownReference, "/parent_id")
on_constraint("positions_code_key", PositionCodeTaken, "/code")
on_constraint("positions_head_key", HeadPositionExists, "/is_head")
on_constraint("positions_unit_id_fkey", UnknownReference, "/unit_id")
on_constraint("employees_ref_key", EmployeeRefTaken, "/ref")
on_constraint("employees_nip_key", NipTaken, "/nip")
on_constraint("placements_superior_id_fkey", UnknownReference, "/superior_id")
on_constraint("placements_dates_check", EndsBeforeStart, "/ends_on")
on_constraint("placements_superior_check", SuperiorIsSelf, "/superior_id")
on_constraint("norms_key_start_key", NormOverlaps, "/starts_on")
on_constraint("norms_dates_check", EndsBeforeStart, "/ends_on")
on_constraint("unit_schedules_unit_id_fkey", UnknownReference, "/unit_id")
on_constraint("unit_schedules_dates_check", EndsBeforeStart, "/ends_on")
on_constraint("outages_dates_check", EndsBeforeStart, "/ends_on")
