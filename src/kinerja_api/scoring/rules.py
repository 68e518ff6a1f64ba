"""Words, matrix and states of scoring. Pure; the arithmetic is in ``formula``."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.planning.rules import BehaviourValue, TargetKind
from kinerja_api.results.rules import Rating


class Predicate(StrEnum):
    """Performance predicate (predikat kinerja pegawai), best first."""

    SANGAT_BAIK = "sangat_baik"
    BAIK = "baik"
    BUTUH_PERBAIKAN = "butuh_perbaikan"
    KURANG = "kurang"
    SANGAT_KURANG = "sangat_kurang"


class UnratedReason(StrEnum):
    """Why no predicate is suggested; the first that applies."""

    NO_PLAN = "no_plan"
    QUALITATIVE_APPROACH = "qualitative_approach"
    NO_MAIN_TARGET = "no_main_target"
    NOT_ENOUGH_DATA = "not_enough_data"
    NOTHING_MEASURABLE = "nothing_measurable"
    BEHAVIOURS_INCOMPLETE = "behaviours_incomplete"


MAIN_TARGET = TargetKind.UTAMA
BEHAVIOUR_COUNT = len(BehaviourValue)

MATRIX_SOURCE = "PermenPANRB 6/2022, lampiran: matriks predikat kinerja pegawai"

# (rating of the work result, rating of the behaviour) → predicate
PREDICATE_MATRIX: Mapping[tuple[Rating, Rating], Predicate] = MappingProxyType(
    {
        (Rating.DI_ATAS, Rating.DI_ATAS): Predicate.SANGAT_BAIK,
        (Rating.DI_ATAS, Rating.SESUAI): Predicate.BAIK,
        (Rating.DI_ATAS, Rating.DI_BAWAH): Predicate.KURANG,
        (Rating.SESUAI, Rating.DI_ATAS): Predicate.BAIK,
        (Rating.SESUAI, Rating.SESUAI): Predicate.BAIK,
        (Rating.SESUAI, Rating.DI_BAWAH): Predicate.KURANG,
        (Rating.DI_BAWAH, Rating.DI_ATAS): Predicate.BUTUH_PERBAIKAN,
        (Rating.DI_BAWAH, Rating.SESUAI): Predicate.BUTUH_PERBAIKAN,
        (Rating.DI_BAWAH, Rating.DI_BAWAH): Predicate.SANGAT_KURANG,
    }
)

_PREDICATE_SPELLINGS: Mapping[str, Predicate] = MappingProxyType(
    {
        **{each.value: each for each in Predicate},
        "cukup": Predicate.BUTUH_PERBAIKAN,
        "butuh_perbaikan_cukup": Predicate.BUTUH_PERBAIKAN,
        "cukup_butuh_perbaikan": Predicate.BUTUH_PERBAIKAN,
        "perlu_perbaikan": Predicate.BUTUH_PERBAIKAN,
        "misconduct": Predicate.KURANG,
        "kurang_misconduct": Predicate.KURANG,
    }
)
_RATING_SPELLINGS: Mapping[str, Rating] = MappingProxyType(
    {
        **{each.value: each for each in Rating},
        "diatas_ekspektasi": Rating.DI_ATAS,
        "di_atas": Rating.DI_ATAS,
        "diatas": Rating.DI_ATAS,
        "sesuai": Rating.SESUAI,
        "dibawah_ekspektasi": Rating.DI_BAWAH,
        "di_bawah": Rating.DI_BAWAH,
        "dibawah": Rating.DI_BAWAH,
    }
)


def _canonical(text: str) -> str:
    letters = (c if c.isalnum() else " " for c in text.lower())
    return "_".join("".join(letters).split())


def read_predicate(text: str) -> Predicate | None:
    """Return the predicate an imported text names, None when it names none.

    Accepts other spellings in use: "Cukup" is butuh_perbaikan, "Kurang/Misconduct" is kurang.
    """
    word = _canonical(text)
    return _PREDICATE_SPELLINGS.get(word)


def read_rating(text: str) -> Rating | None:
    """Return the rating an imported text names ("Diatas Ekspektasi"), None when it names none."""
    word = _canonical(text)
    return _RATING_SPELLINGS.get(word)


class ClosingStatus(StrEnum):
    """State of one numbered closing of a period."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REOPENED = "reopened"


class CloseStep(StrEnum):
    """Steps of a close, in their order."""

    LOCK_PERIOD = "lock_period"
    DERIVE_VOLUMES = "derive_volumes"
    FREEZE = "freeze"
    SCORE = "score"
    SEAL = "seal"


class ClosingEvent(StrEnum):
    """What happens to a closing; an interrupted run is requeued under the same number."""

    START = "start"
    REQUEUE = "requeue"
    FINISH = "finish"
    FAIL = "fail"
    REOPEN = "reopen"


# A period with a closing in one of these takes no second one.
STANDING_STATUSES = frozenset({ClosingStatus.QUEUED, ClosingStatus.RUNNING, ClosingStatus.DONE})

CLOSING_TRANSITIONS: Mapping[tuple[ClosingStatus, ClosingEvent], ClosingStatus] = MappingProxyType(
    {
        (ClosingStatus.QUEUED, ClosingEvent.START): ClosingStatus.RUNNING,
        (ClosingStatus.QUEUED, ClosingEvent.FAIL): ClosingStatus.FAILED,
        (ClosingStatus.RUNNING, ClosingEvent.REQUEUE): ClosingStatus.QUEUED,
        (ClosingStatus.RUNNING, ClosingEvent.FINISH): ClosingStatus.DONE,
        (ClosingStatus.RUNNING, ClosingEvent.FAIL): ClosingStatus.FAILED,
        (ClosingStatus.DONE, ClosingEvent.REOPEN): ClosingStatus.REOPENED,
    }
)


def next_status(status: ClosingStatus, event: ClosingEvent) -> ClosingStatus:
    """Return the state after the event; raises TransitionRefused where the table has no cell."""
    after = CLOSING_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


class CorrectionCause(StrEnum):
    """What made a score of a closing wrong."""

    FINDING = "finding"


class CorrectionReason(StrEnum):
    """Why a score of a closing was derived again."""

    FINDING_REVERSED = "finding_reversed"
