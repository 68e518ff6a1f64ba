"""States of an evaluation. Pure."""

from enum import StrEnum


class EvaluationStatus(StrEnum):
    """opened at close → decided by the superior → acknowledged, which makes it final."""

    OPENED = "opened"
    DECIDED = "decided"
    FINAL = "final"
    SUPERSEDED = "superseded"
