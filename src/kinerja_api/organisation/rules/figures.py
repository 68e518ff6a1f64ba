"""Figures of public service over a period, each with the sample it rests on.

They say nothing on too few items: that is an answer, not an error.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kinerja_api.core.types import round_half_up

MINIMUM_SAMPLE = 10
"""Items below which a time or share says nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, None where the sample is below the minimum; items: the rows that were counted."""

    value: Decimal | None
    sample: int
    minimum: int
    items: Sequence[UUID] = ()


def median(values: Sequence[Decimal]) -> Decimal:
    """Return the middle value, of an even number the mean of the middle two; at least one."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return round_half_up(ordered[middle])
    return round_half_up((ordered[middle - 1] + ordered[middle]) / 2)


def ninetieth(values: Sequence[Decimal]) -> Decimal:
    """Return the 90th percentile by nearest rank: nine in ten took no longer; at least one."""
    return round_half_up(sorted(values)[math.ceil(len(values) * 9 / 10) - 1])


def share(part: int, whole: int) -> Decimal:
    """Return the share in percent; whole is not 0."""
    return round_half_up(Decimal(part * 100) / whole)
