"""What a rule set must bring: the law it stands for, its dates and its two executions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import FromClause

from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import Norms
from kinerja_api.scoring.formula import PolicyValues
from kinerja_api.scoring.score import ScoredPlan, ScoredResult
from kinerja_api.scoring.sql_ops import ScoreSelects


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A regulation as a plug-in; a successor is a new one beside it, not a change.

    key: stored with every closing, never reused. validity: days a period may end on.
    policy_of: the policy from the norms of a day and the basis they name (None: none named).
    read_policy: the policy from its frozen form (``frozen``).
    """

    key: str
    title: str
    validity: DateRange
    default_policy: PolicyValues
    policy_of: Callable[[Norms, str | None], PolicyValues]
    read_policy: Callable[[Mapping[str, str | int]], PolicyValues]
    score_employee: Callable[[ScoredPlan, PolicyValues], ScoredResult]
    score_select: Callable[[FromClause, FromClause, PolicyValues], ScoreSelects]


def frozen(policy: PolicyValues) -> dict[str, str | int]:
    """Return the policy as it is stored with a closing; decimals are texts."""
    return {
        "cap_percent": str(policy.cap_percent),
        "above_over": str(policy.above_over),
        "as_from": str(policy.as_from),
        "behaviour_above_from": policy.behaviour_above_from,
        "behaviour_below_from": policy.behaviour_below_from,
        "basis": policy.basis,
    }
