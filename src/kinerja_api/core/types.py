"""Value types of every domain. Standard library only, so rules may use them."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


def round_half_up(value: Decimal, *, step: Decimal = HUNDREDTH) -> Decimal:
    """Return the value rounded half away from zero, as PostgreSQL's ``round(numeric)`` does."""
    return value.quantize(step, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from ``start`` to ``end``, both inside; ``end`` None means open."""

    start: date
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: "DateRange") -> bool:
        """Return whether the two share at least one day."""
        return (other.end is None or self.start <= other.end) and (
            self.end is None or other.start <= self.end
        )
