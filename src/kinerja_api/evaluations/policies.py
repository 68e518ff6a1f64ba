"""Who may do what to an evaluation. Pure."""

from kinerja_api.evaluations.errors import NotAssessor, NotOwnEvaluation
from kinerja_api.evaluations.rules import EVALUATION_TRANSITIONS, EvaluationEvent, EvaluationStatus


def require_assessor(*, is_assessor: bool) -> None:
    """Refuse everybody but the superior frozen at the close."""
    if not is_assessor:
        raise NotAssessor


def require_own(*, is_own: bool) -> None:
    """Refuse everybody but the employee."""
    if not is_own:
        raise NotOwnEvaluation


def allowed_actions(status: EvaluationStatus, *, own: bool, assessor: bool) -> list[str]:
    """Return what the caller may do to an evaluation now."""
    actors = {EvaluationEvent.DECIDE: assessor, EvaluationEvent.ACKNOWLEDGE: own}
    return [
        str(event)
        for event, may in actors.items()
        if may and (status, event) in EVALUATION_TRANSITIONS
    ]
