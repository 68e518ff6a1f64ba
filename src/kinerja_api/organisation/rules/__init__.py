"""Kinds, norms, employee numbers, working days and file rows of the organisation. Pure."""

from kinerja_api.organisation.rules.kinds import (
    LEVELS,
    DayKind,
    EmployeeKind,
    EmployeeStatus,
    PlacementKind,
    PositionKind,
    Sex,
    UnitKind,
    check_level,
)
from kinerja_api.organisation.rules.nip import Identity, Nip, check_identity, normal_nip, parse_nip
from kinerja_api.organisation.rules.norms import NormKey, Norms, NormValue, read_norm
from kinerja_api.organisation.rules.rows import (
    EmployeeRow,
    PlacementRow,
    PositionRow,
    RowFault,
    UnitRow,
)
from kinerja_api.organisation.rules.working_days import (
    WorkingCalendar,
    add_working_days,
    is_working_day,
    working_days_between,
)

__all__ = [
    "LEVELS",
    "DayKind",
    "EmployeeKind",
    "EmployeeRow",
    "EmployeeStatus",
    "Identity",
    "Nip",
    "NormKey",
    "NormValue",
    "Norms",
    "PlacementKind",
    "PlacementRow",
    "PositionKind",
    "PositionRow",
    "RowFault",
    "Sex",
    "UnitKind",
    "UnitRow",
    "WorkingCalendar",
    "add_working_days",
    "check_identity",
    "check_level",
    "is_working_day",
    "normal_nip",
    "parse_nip",
    "read_norm",
    "working_days_between",
]
