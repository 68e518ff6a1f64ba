"""Kinds, states, dates and checks of periods and plans. Pure."""

from kinerja_api.planning.rules.checks import (
    Bounds,
    DraftIndicator,
    DraftTarget,
    plan_faults,
    plan_warnings,
)
from kinerja_api.planning.rules.kinds import (
    Accumulation,
    Approach,
    Aspect,
    BehaviourValue,
    Cascading,
    Direction,
    PeriodKind,
    PeriodStatus,
    PlanEvent,
    PlanStatus,
    Source,
    TargetKind,
)
from kinerja_api.planning.rules.periods import (
    PeriodDates,
    period_of,
    periods_of_year,
)
from kinerja_api.planning.rules.rows import (
    PeriodRow,
    PlanRow,
)
from kinerja_api.planning.rules.states import (
    next_status,
    open_events,
)

__all__ = [
    "Accumulation",
    "Approach",
    "Aspect",
    "BehaviourValue",
    "Bounds",
    "Cascading",
    "Direction",
    "DraftIndicator",
    "DraftTarget",
    "PeriodDates",
    "PeriodKind",
    "PeriodRow",
    "PeriodStatus",
    "PlanEvent",
    "PlanRow",
    "PlanStatus",
    "Source",
    "TargetKind",
    "next_status",
    "open_events",
    "period_of",
    "periods_of_year",
    "plan_faults",
    "plan_warnings",
]
