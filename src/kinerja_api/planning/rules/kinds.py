"""Kinds and states of periods and plans."""

from enum import StrEnum


class PeriodKind(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


class PeriodStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Approach(StrEnum):
    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"


class PlanStatus(StrEnum):
    """draft → submitted → returned or approved; revision → revision_submitted → approved; closed.

    A revision is a content beside the one in force, which stays in force until it is approved.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REVISION = "revision"
    REVISION_SUBMITTED = "revision_submitted"
    CLOSED = "closed"


IN_FORCE = (
    PlanStatus.APPROVED, PlanStatus.REVISION, PlanStatus.REVISION_SUBMITTED, PlanStatus.CLOSED
)  # fmt: skip
"""Statuses in which the targets of a plan were approved: they may be worked on and are rated."""

FIRST_STATUSES = (
    PlanStatus.DRAFT, PlanStatus.SUBMITTED, PlanStatus.RETURNED, PlanStatus.APPROVED
)  # fmt: skip
"""Statuses on the way to the first approval; a file may bring a plan in one of these."""

UNDER_REVISION = (PlanStatus.REVISION, PlanStatus.REVISION_SUBMITTED)
"""Statuses in which another content waits beside the one in force."""

WAITING = (PlanStatus.SUBMITTED, PlanStatus.REVISION_SUBMITTED)
"""Statuses in which the superior has to decide."""


class Perspective(StrEnum):
    """The four perspectives in which the goals of a unit are placed (balanced scorecard)."""

    PENERIMA_LAYANAN = "penerima_layanan"
    PROSES_BISNIS = "proses_bisnis"
    PENGUATAN_INTERNAL = "penguatan_internal"
    ANGGARAN = "anggaran"


class TargetKind(StrEnum):
    """Part of the plan a target belongs to: A utama (main) or B tambahan (additional)."""

    UTAMA = "utama"
    TAMBAHAN = "tambahan"


class Cascading(StrEnum):
    """How a target carries the superior's: its own share, or a different supporting output."""

    DIRECT = "direct"
    NON_DIRECT = "non_direct"


class ActionEvent(StrEnum):
    """What may be done with an action; also the words of ``allowed_actions``."""

    REPORT = "report"


class Aspect(StrEnum):
    """Aspect of an indicator (aspek indikator kinerja individu)."""

    KUANTITAS = "kuantitas"
    KUALITAS = "kualitas"
    WAKTU = "waktu"
    BIAYA = "biaya"


class Direction(StrEnum):
    """Which results are good: more, fewer, or those between two bounds."""

    HIGHER = "higher"
    LOWER = "lower"
    RANGE = "range"


class Accumulation(StrEnum):
    """How period results add up over the year."""

    SUM = "sum"
    AVERAGE = "average"
    LATEST = "latest"


class Source(StrEnum):
    """Where an indicator's result comes from."""

    ENTERED = "entered"
    APPROVED_VOLUME = "approved_volume"


class BehaviourValue(StrEnum):
    """The seven BerAKHLAK values, in their legal order."""

    BERORIENTASI_PELAYANAN = "berorientasi_pelayanan"
    AKUNTABEL = "akuntabel"
    KOMPETEN = "kompeten"
    HARMONIS = "harmonis"
    LOYAL = "loyal"
    ADAPTIF = "adaptif"
    KOLABORATIF = "kolaboratif"


class PlanEvent(StrEnum):
    """What may be done with a plan; also the words of ``allowed_actions``."""

    WRITE = "write"
    EXPECT = "expect"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REVISE = "revise"
    WITHDRAW = "withdraw"
