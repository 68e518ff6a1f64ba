"""What may be told to everybody. Pure."""

from kinerja_api.transparency.rules.distributions import Branch, told_distributions
from kinerja_api.transparency.rules.figures import ToldFigure, told_figure
from kinerja_api.transparency.rules.stages import PublicStatus, public_status, statuses_of

__all__ = [
    "Branch",
    "PublicStatus",
    "ToldFigure",
    "public_status",
    "statuses_of",
    "told_distributions",
    "told_figure",
]
