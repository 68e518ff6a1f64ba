"""What results and behaviour ratings can refuse."""

from kinerja_api.core.problems import Conflict, Forbidden, Unprocessable


class NotOwnResult(Forbidden):
    """Only the employee himself enters the results of his plan."""

    code = "not_own_result"


class ResultPlanNotApproved(Conflict):
    """Results belong to a plan in force."""

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


class ResultNeedsValue(Unprocessable):
    """The indicator is measured."""

    code = "result_needs_value"


class ResultIsQualitative(Unprocessable):
    """The indicator belongs to a qualitative plan, whose results are told in words."""

    code = "result_is_qualitative"


class ResultNeedsNote(Unprocessable):
    """The result of a qualitative plan is its note."""

    code = "result_needs_note"
