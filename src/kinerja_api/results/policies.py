"""Who may do what with a result he sees. The states are in ``rules.py``."""

from kinerja_api.planning.errors import NotSuperior
from kinerja_api.planning.rules import Source
from kinerja_api.results.errors import NotOwnResult, ResultIsDerived
from kinerja_api.results.rules import RESULT_TRANSITIONS, ResultEvent, ResultStatus

_OWN = (ResultEvent.ENTER, ResultEvent.ATTACH, ResultEvent.DETACH)
_SUPERIOR = (ResultEvent.VERIFY, ResultEvent.RETURN)


def allowed_actions(status: str, source: str, *, own: bool, superior: bool) -> list[str]:
    """Return what the caller may do with a result while its period is open."""
    if source != Source.ENTERED:
        return [ResultEvent.DERIVE] if own or superior else []
    events = (*(_OWN if own else ()), *(_SUPERIOR if superior else ()))
    return [event for event in events if (ResultStatus(status), event) in RESULT_TRANSITIONS]


def check_may_decide(source: str, *, superior: bool) -> None:
    """Raise unless the caller is the superior today and the result was entered."""
    if not superior:
        raise NotSuperior
    if source != Source.ENTERED:
        raise ResultIsDerived


def check_may_derive(*, own: bool, superior: bool) -> None:
    """Raise unless the result is the caller's own or a subordinate's."""
    if not (own or superior):
        raise NotSuperior


def check_may_enter(*, own: bool) -> None:
    """Raise unless the plan is the caller's own."""
    if not own:
        raise NotOwnResult
