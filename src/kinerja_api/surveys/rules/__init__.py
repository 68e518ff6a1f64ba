"""Words, states and arithmetic of surveys and ratings. Pure."""

from kinerja_api.surveys.rules.index import (
    Band,
    Element,
    Index,
    Tally,
    index_of,
    sample_needed,
)
from kinerja_api.surveys.rules.kinds import (
    FEWEST_SHOWN,
    SCALE,
    STARS,
    AgeBand,
    Education,
    Occupation,
    ProfileField,
    Sex,
)
from kinerja_api.surveys.rules.ratings import FEWEST_RATINGS, shrunken_mean
from kinerja_api.surveys.rules.small_numbers import shown_counts
from kinerja_api.surveys.rules.states import (
    COUNTED,
    CampaignEvent,
    CampaignStatus,
    needs_follow_up,
    next_status,
    open_events,
)

__all__ = [
    "COUNTED",
    "FEWEST_RATINGS",
    "FEWEST_SHOWN",
    "SCALE",
    "STARS",
    "AgeBand",
    "Band",
    "CampaignEvent",
    "CampaignStatus",
    "Education",
    "Element",
    "Index",
    "Occupation",
    "ProfileField",
    "Sex",
    "Tally",
    "index_of",
    "needs_follow_up",
    "next_status",
    "open_events",
    "sample_needed",
    "shown_counts",
    "shrunken_mean",
]
