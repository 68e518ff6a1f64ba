"""The scoring formula, written once and executed twice.

Each step is an expression over ``Ops``: ``decimal_ops`` runs it for one employee and records why,
``sql_ops`` compiles it for a whole government; a property test holds the two equal. Order: first
accumulate, then measure, round half up to two decimals, cap, weigh, compare. Pure.
"""

from kinerja_api.scoring.formula.accumulation import (
    Part,
    Tally,
    accumulated,
    lacks_data,
    tally,
)
from kinerja_api.scoring.formula.achievement import IndicatorTerms, achievement, is_missing
from kinerja_api.scoring.formula.algebra import Ops, PolicyValues
from kinerja_api.scoring.formula.labels import Basis, Label
from kinerja_api.scoring.formula.means import (
    TARGET_LABELS,
    Counted,
    Member,
    counted_achievement,
    main_targets,
    weighted_mean,
    work_result,
)
from kinerja_api.scoring.formula.ratings import (
    BehaviourCounts,
    MainTargets,
    behaviour_rating,
    predicate,
    unrated_reason,
    work_rating,
)

__all__ = [
    "TARGET_LABELS",
    "Basis",
    "BehaviourCounts",
    "Counted",
    "IndicatorTerms",
    "Label",
    "MainTargets",
    "Member",
    "Ops",
    "Part",
    "PolicyValues",
    "Tally",
    "accumulated",
    "achievement",
    "behaviour_rating",
    "counted_achievement",
    "is_missing",
    "lacks_data",
    "main_targets",
    "predicate",
    "tally",
    "unrated_reason",
    "weighted_mean",
    "work_rating",
    "work_result",
]
