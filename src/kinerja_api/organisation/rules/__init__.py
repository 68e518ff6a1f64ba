"""Kinds, norms, windows, employee numbers, working days, clocks, figures, file rows. Pure."""

from kinerja_api.organisation.rules.clocks import Clock, Pause
from kinerja_api.organisation.rules.figures import MINIMUM_SAMPLE, Figure, median, ninetieth, share
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
from kinerja_api.organisation.rules.norms import (
    MOST_DAYS_AHEAD,
    NormKey,
    Norms,
    NormValue,
    read_norm,
)
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
    "MINIMUM_SAMPLE",
    "MOST_DAYS_AHEAD",
    "Clock",
    "DayKind",
    "EmployeeKind",
    "EmployeeRow",
    "EmployeeStatus",
    "Figure",
    "Identity",
    "Nip",
    "NormKey",
    "NormValue",
    "Norms",
    "Pause",
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
    "median",
    "ninetieth",
    "normal_nip",
    "parse_nip",
    "read_norm",
    "share",
    "windows_of",
    "working_days_between",
]
