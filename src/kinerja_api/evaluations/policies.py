"""Who may do what to an evaluation and to an objection. Pure."""

from kinerja_api.evaluations.errors import (
    NotAssessor,
    NotDecisionAuthor,
    NotObjectionDecider,
    NotOwnEvaluation,
)
from kinerja_api.evaluations.rules import (
    EVALUATION_TRANSITIONS,
    OBJECTION_TRANSITIONS,
    EvaluationEvent,
    EvaluationStatus,
    ObjectionEvent,
    ObjectionStatus,
)


def require_assessor(*, is_assessor: bool) -> None:
    """Refuse everybody but the superior frozen at the close."""
    if not is_assessor:
        raise NotAssessor


def require_own(*, is_own: bool) -> None:
    """Refuse everybody but the employee."""
    if not is_own:
        raise NotOwnEvaluation


def require_author(*, is_author: bool) -> None:
    """Refuse everybody but who made the decision that stands."""
    if not is_author:
        raise NotDecisionAuthor


def require_decider(*, is_decider: bool) -> None:
    """Refuse everybody but who decides the objection today."""
    if not is_decider:
        raise NotObjectionDecider


def allowed_actions(
    status: EvaluationStatus, *, own: bool, assessor: bool, author: bool, assigns: bool
) -> list[str]:
    """Return what the caller may do to an evaluation now.

    assigns: he may name an assessor, and there is none in place.
    """
    actors = {
        EvaluationEvent.ASSIGN: assigns,
        EvaluationEvent.DECIDE: assessor,
        EvaluationEvent.ACKNOWLEDGE: own,
        EvaluationEvent.OBJECT: own,
        EvaluationEvent.CORRECT: author,
    }
    return [
        str(event)
        for event, may in actors.items()
        if may and (status, event) in EVALUATION_TRANSITIONS
    ]


def objection_actions(
    status: ObjectionStatus, *, own: bool, assessor: bool, decider: bool
) -> list[str]:
    """Return what the caller may do to an objection now."""
    actors = {
        ObjectionEvent.ANSWER: assessor,
        ObjectionEvent.DECIDE: decider,
        ObjectionEvent.WITHDRAW: own,
    }
    return [
        str(event)
        for event, may in actors.items()
        if may and (status, event) in OBJECTION_TRANSITIONS
    ]
