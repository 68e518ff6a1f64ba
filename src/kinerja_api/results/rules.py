"""States of results and the three ratings. Pure."""

from enum import StrEnum


class ResultStatus(StrEnum):
    ENTERED = "entered"
    VERIFIED = "verified"
    RETURNED = "returned"


class ResultSource(StrEnum):
    ENTERED = "entered"
    APPROVED_VOLUME = "approved_volume"


class Rating(StrEnum):
    """Rating of work result or behaviour against the expectation (ekspektasi)."""

    DI_ATAS = "di_atas_ekspektasi"
    SESUAI = "sesuai_ekspektasi"
    DI_BAWAH = "di_bawah_ekspektasi"
