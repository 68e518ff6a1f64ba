"""What a form may ask of a person (coarse bands only), and the scales."""

from enum import StrEnum

from kinerja_api.organisation.rules import Sex

SCALE = (1, 2, 3, 4)
"""Answers of a survey, from the worst to the best."""
STARS = (1, 2, 3, 4, 5)

FEWEST_SHOWN = 5
"""Nothing is told of fewer people than this."""


class ProfileField(StrEnum):
    AGE_BAND = "age_band"
    SEX = "sex"
    EDUCATION = "education"
    OCCUPATION = "occupation"


class AgeBand(StrEnum):
    UNDER_20 = "under_20"
    FROM_20_TO_29 = "from_20_to_29"
    FROM_30_TO_39 = "from_30_to_39"
    FROM_40_TO_49 = "from_40_to_49"
    FROM_50_TO_59 = "from_50_to_59"
    FROM_60 = "from_60"


class Education(StrEnum):
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"
    DIPLOMA = "diploma"
    BACHELOR = "bachelor"
    POSTGRADUATE = "postgraduate"


class Occupation(StrEnum):
    CIVIL_SERVANT = "civil_servant"
    SOLDIER_OR_POLICE = "soldier_or_police"
    PRIVATE_EMPLOYEE = "private_employee"
    ENTREPRENEUR = "entrepreneur"
    FARMER_OR_FISHER = "farmer_or_fisher"
    STUDENT = "student"
    HOMEMAKER = "homemaker"
    OTHER_OCCUPATION = "other_occupation"


__all__ = [
    "FEWEST_SHOWN",
    "SCALE",
    "STARS",
    "AgeBand",
    "Education",
    "Occupation",
    "ProfileField",
    "Sex",
]
