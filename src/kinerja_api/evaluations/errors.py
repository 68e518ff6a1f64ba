"""What evaluations can refuse."""

from kinerja_api.core.problems import Conflict, Forbidden, Unprocessable


class NotAssessor(Forbidden):
    """Only the superior frozen at the close decides, or whom the agency named in his place."""

    code = "not_assessor"


class NotOwnEvaluation(Forbidden):
    """Only the employee himself acknowledges, objects and withdraws."""

    code = "not_own_evaluation"


class NotDecisionAuthor(Forbidden):
    """Only who made the decision that stands corrects it."""

    code = "not_decision_author"


class NotObjectionDecider(Forbidden):
    """Only the assessor's superior of today decides, or an official where there is none."""

    code = "not_objection_decider"


class ReasonRequired(Unprocessable):
    """A decision that differs from the suggestion, or has none to follow, needs a reason."""

    code = "reason_required"


class OutcomeContradicted(Unprocessable):
    """``kept`` with other ratings, or ``changed`` with the same."""

    code = "outcome_contradicted"


class ObjectionTooLate(Conflict):
    """The deadline passed without a reaction: the evaluation is final."""

    code = "objection_too_late"


class AssessorInPlace(Conflict):
    """Another assessor is named only where there is none, or he has left."""

    code = "assessor_in_place"


class AssessorUnsuitable(Unprocessable):
    """Not in office today, the employee himself, a subordinate of his, or the caller."""

    code = "assessor_unsuitable"
