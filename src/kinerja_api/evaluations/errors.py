"""What evaluations can refuse."""

from kinerja_api.core.problems import Forbidden, Unprocessable


class NotAssessor(Forbidden):
    """Only the superior frozen at the close decides."""

    code = "not_assessor"


class NotOwnEvaluation(Forbidden):
    """Only the employee himself acknowledges."""

    code = "not_own_evaluation"


class ReasonRequired(Unprocessable):
    """A decision that differs from the suggestion, or has none to follow, needs a reason."""

    code = "reason_required"
