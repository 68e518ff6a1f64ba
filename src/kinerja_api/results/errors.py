"""What results and behaviour ratings can refuse."""

from kinerja_api.core.problems import Conflict, Forbidden, Unprocessable


class NotOwnResult(Forbidden):
    """Only the employee himself enters the results of his plan."""

    code = "not_own_result"


class ResultPlanNotApproved(Conflict):
    """Results belong to an approved plan."""

    code = "result_plan_not_approved"


class ResultPeriodOutsidePlan(Unprocessable):
    """The period lies in another year than the plan."""

    code = "result_period_outside_plan"


class ResultIsDerived(Conflict):
    """The indicator's results come from approved activities and are neither entered nor decided."""

    code = "result_is_derived"


class ResultIsEntered(Conflict):
    """The indicator's results are entered, so nothing can be derived."""

    code = "result_is_entered"
