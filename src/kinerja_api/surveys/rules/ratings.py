"""The satisfaction of those who were served, from one-time ratings."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

FEWEST_RATINGS = 10
"""Fewer are no ground for a score."""

_PRIOR = 10  # how many ratings the mean of the whole government weighs


def shrunken_mean(ratings: int, total: int, all_ratings: int, all_total: int) -> Decimal | None:
    """Return the mean of a unit drawn towards that of its government, on two decimals half up.

    all_ratings, all_total: of the government, the unit included. w R + (1 - w) C with
    w = n / (n + 10): few ratings say little. None without ratings.
    """
    if not ratings or not all_ratings:
        return None
    mean = (total + _PRIOR * Fraction(all_total, all_ratings)) / (ratings + _PRIOR)
    exact = Decimal(mean.numerator) / Decimal(mean.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
