"""What a rule set must bring: the law it stands for, its dates and its two executions."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import FromClause

from kinerja_api.core.types import DateRange
from kinerja_api.scoring.formula import PolicyValues
from kinerja_api.scoring.score import ScoredPlan, ScoredResult
from kinerja_api.scoring.sql_ops import ScoreSelects


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A regulation as a plug-in; a successor is a new one beside it, not a change.

    key: stored with every closing, never reused. validity: days a period may end on.
    """

    key: str
    title: str
    validity: DateRange
    default_policy: PolicyValues
    score_employee: Callable[[ScoredPlan, PolicyValues], ScoredResult]
    score_select: Callable[[FromClause, FromClause, PolicyValues], ScoreSelects]
