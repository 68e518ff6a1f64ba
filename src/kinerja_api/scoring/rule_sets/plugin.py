"""What a rule set must bring: the law it stands for, its dates and its two executions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import FromClause

from kinerja_api.core.sql import Rows
from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import Norms
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.formula import PolicyValues
from kinerja_api.scoring.rules import Predicate
from kinerja_api.scoring.score import ScoredPlan, ScoredResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A regulation as a plug-in; a successor is a new one beside it, not a change.

    key: name and version, stored with every closing, never reused. validity: days a period may
    end on. policy_of: the policy from the norms of a day and the basis they name (None: none
    named). read_policy: the policy from its frozen form (``frozen``). matrix: ratings of work
    result and behaviour → predicate. score_employee: the suggestion for one, explained.
    score_select: the same for every row of a FROM clause with the columns of ``closing_people``;
    its columns are those of ``closing_scores``. achievement_select: the indicators of one such row,
    each with what was achieved. All are made of a ``Method`` by ``partial``, or
    are the rule set's own.
    """

    key: str
    title: str
    validity: DateRange
    default_policy: PolicyValues
    policy_of: Callable[[Norms, str | None], PolicyValues]
    read_policy: Callable[[Mapping[str, str | int]], PolicyValues]
    matrix: Mapping[tuple[Rating, Rating], Predicate]
    score_employee: Callable[[ScoredPlan, PolicyValues], ScoredResult]
    score_select: Callable[[FromClause, PolicyValues], Rows]
    achievement_select: Callable[[FromClause, PolicyValues], Rows]


def frozen(policy: PolicyValues) -> dict[str, str | int]:
    """Return the policy as it is stored with a closing; percentages are texts of two decimals."""
    return {
        "cap_percent": f"{policy.cap_percent:.2f}",
        "above_over": f"{policy.above_over:.2f}",
        "as_from": f"{policy.as_from:.2f}",
        "behaviour_above_from": policy.behaviour_above_from,
        "behaviour_below_from": policy.behaviour_below_from,
        "basis": policy.basis,
    }
