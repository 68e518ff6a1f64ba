"""Kinds, norms, windows, employee numbers, working days, file rows of the organisation. Pure."""

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
from kinerja_api.organisation.rules.windows import Windows, days_back, windows_of
from kinerja_api.organisation.rules.working_days import (
    Schedule,
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
    "Schedule",
    "Sex",
    "UnitKind",
    "UnitRow",
    "Windows",
    "WorkingCalendar",
    "add_working_days",
    "check_identity",
    "check_level",
    "days_back",
    "is_working_day",
    "normal_nip",
    "parse_nip",
    "read_norm",
    "windows_of",
    "working_days_between",
]
