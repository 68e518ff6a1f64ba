"""What planning can refuse."""

from kinerja_api.core.problems import (
    Conflict,
    Forbidden,
    UnknownReference,
    Unprocessable,
    on_constraint,
)


class PeriodClosed(Conflict):
    """A closed period takes no more logs, results, behaviours or decisions."""

    code = "period_closed"


class PeriodCodeTaken(Conflict):
    code = "period_code_taken"


class PeriodDatesWrong(Unprocessable):
    """Kind and dates of a period follow from its code."""

    code = "period_dates_wrong"


class PlanExists(Conflict):
    """A placement has one plan a year."""

    code = "plan_exists"


class PlacementUnsuitable(Unprocessable):
    """The placement is not the caller's own, or holds on no day of the plan's year."""

    code = "placement_unsuitable"


class PlanIncomplete(Unprocessable):
    """The plan breaks rules of planning; ``errors`` name all of them."""

    code = "plan_incomplete"


class TargetInUse(Conflict):
    """Logs, results, obstacles or plans of subordinates refer to what would be removed."""

    code = "target_in_use"


class ClosedPeriodChanged(Unprocessable):
    """What a plan sets for a closed period stays as it is; ``errors`` name all places."""

    code = "closed_period_changed"


class GoalCodeTaken(Conflict):
    """A code names one goal of a year."""

    code = "goal_code_taken"


class GoalCarried(Conflict):
    """Targets or goals below refer to the goal that would be removed."""

    code = "goal_carried"


class GoalParentUnsuitable(Unprocessable):
    """The parent is no goal of the same year, of the same unit or of one above."""

    code = "goal_parent_unsuitable"


class GoalCycle(Unprocessable):
    """A goal cannot serve itself, not even through others."""

    code = "goal_cycle"


class NotHeadOfUnit(Forbidden):
    """Goals are kept by the head of their unit or of one above, and by the personnel agency."""

    code = "not_head_of_unit"


class NotOwnPlan(Forbidden):
    """Only the employee himself writes his plan."""

    code = "not_own_plan"


class NotSuperior(Forbidden):
    """Only the superior of today may do this."""

    code = "not_superior"


on_constraint("periods_code_key", PeriodCodeTaken, "/code")
on_constraint("plans_placement_year_key", PlanExists, "/year")
on_constraint("goals_code_key", GoalCodeTaken, "/code")
on_constraint("goals_unit_id_fkey", UnknownReference, "/unit_id")
on_constraint("goals_parent_goal_id_fkey", UnknownReference, "/parent_goal_id")
on_constraint("targets_superior_target_id_fkey", UnknownReference, "/targets")
on_constraint("targets_goal_id_fkey", UnknownReference, "/targets")
on_constraint("indicators_source_service_id_fkey", UnknownReference, "/targets")
on_constraint("indicator_targets_period_id_fkey", UnknownReference, "/targets")
