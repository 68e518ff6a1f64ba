"""Codes of explained steps, and what a step rests on."""

from enum import StrEnum


class Basis(StrEnum):
    """What a step rests on: the tenant's policy (every number) or the regulation."""

    POLICY = "policy"
    REGULATION = "regulation"


class Label(StrEnum):
    """Code of an explained step; the words are in ``core/messages/<language>/scoring.toml``."""

    PART = "part"
    PART_MISSING = "part_missing"
    PART_NOT_ENOUGH = "part_not_enough"
    ACCUMULATED_SUM = "accumulated_sum"
    ACCUMULATED_AVERAGE = "accumulated_average"
    ACCUMULATED_LATEST = "accumulated_latest"
    ACCUMULATED_GAP = "accumulated_gap"
    ACCUMULATED_NOTHING = "accumulated_nothing"
    ACCUMULATED_NOT_ENOUGH = "accumulated_not_enough"
    ACHIEVEMENT_HIGHER = "achievement_higher"
    ACHIEVEMENT_LOWER = "achievement_lower"
    ACHIEVEMENT_LOWER_ZERO = "achievement_lower_zero"
    ACHIEVEMENT_RANGE_INSIDE = "achievement_range_inside"
    ACHIEVEMENT_RANGE_BELOW = "achievement_range_below"
    ACHIEVEMENT_RANGE_ABOVE = "achievement_range_above"
    ACHIEVEMENT_CAPPED = "achievement_capped"
    ACHIEVEMENT_MISSING = "achievement_missing"
    ACHIEVEMENT_EXCLUDED = "achievement_excluded"
    ACHIEVEMENT_NOT_ENOUGH = "achievement_not_enough"
    ACHIEVEMENT_UNMEASURABLE = "achievement_unmeasurable"
    TARGET_WEIGHTED = "target_weighted"
    TARGET_MEAN = "target_mean"
    TARGET_NOTHING_LEFT = "target_nothing_left"
    TARGET_ADDITIONAL = "target_additional"
    WORK_RESULT_WEIGHTED = "work_result_weighted"
    WORK_RESULT_MEAN = "work_result_mean"
    WORK_RESULT_NOTHING_LEFT = "work_result_nothing_left"
    WORK_RESULT_QUALITATIVE = "work_result_qualitative"
    WORK_RATING = "work_rating"
    BEHAVIOUR_VALUE = "behaviour_value"
    BEHAVIOUR_RATING = "behaviour_rating"
    BEHAVIOUR_INCOMPLETE = "behaviour_incomplete"
    PREDICATE = "predicate"
    PREDICATE_NONE = "predicate_none"
