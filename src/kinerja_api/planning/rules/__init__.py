"""Kinds, states, dates and checks of periods and plans. Pure."""

from kinerja_api.planning.rules.checks import (
    Bounds,
    DraftIndicator,
    DraftTarget,
    Surroundings,
    plan_faults,
    plan_warnings,
)
from kinerja_api.planning.rules.kinds import (
    FIRST_STATUSES,
    IN_FORCE,
    UNDER_REVISION,
    WAITING,
    Accumulation,
    ActionEvent,
    Approach,
    Aspect,
    BehaviourValue,
    Cascading,
    Direction,
    PeriodKind,
    PeriodStatus,
    Perspective,
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
    GoalRow,
    PeriodRow,
    PlanRow,
)
from kinerja_api.planning.rules.states import (
    next_status,
    open_events,
)

__all__ = [
    "FIRST_STATUSES",
    "IN_FORCE",
    "UNDER_REVISION",
    "WAITING",
    "Accumulation",
    "ActionEvent",
    "Approach",
    "Aspect",
    "BehaviourValue",
    "Bounds",
    "Cascading",
    "Direction",
    "DraftIndicator",
    "DraftTarget",
    "GoalRow",
    "PeriodDates",
    "PeriodKind",
    "PeriodRow",
    "PeriodStatus",
    "Perspective",
    "PlanEvent",
    "PlanRow",
    "PlanStatus",
    "Source",
    "Surroundings",
    "TargetKind",
    "next_status",
    "open_events",
    "period_of",
    "periods_of_year",
    "plan_faults",
    "plan_warnings",
]
