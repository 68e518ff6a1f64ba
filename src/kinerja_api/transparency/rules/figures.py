"""What is told of a figure: no value on too few items, and no number of items under five."""

from dataclasses import dataclass
from decimal import Decimal

from kinerja_api.organisation.rules import Figure
from kinerja_api.surveys.rules import FEWEST_SHOWN


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """A figure as everybody reads it."""

    value: Decimal | None
    sample: int | None
    minimum: int
    is_enough: bool


def told_figure(figure: Figure) -> ToldFigure:
    """Return what is told of the figure; on fewer than five items it has no value either."""
    is_few = 0 < figure.sample < FEWEST_SHOWN
    value = None if is_few else figure.value
    return ToldFigure(
        value=value,
        sample=None if is_few else figure.sample,
        minimum=figure.minimum,
        is_enough=value is not None,
    )
