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
    """Where an indicator's result comes from.

    From ``RESPONSE_TIME_MEDIAN`` on: a figure of what citizens reported, rated or asked for.
    """

    ENTERED = "entered"
    APPROVED_VOLUME = "approved_volume"
    RESPONSE_TIME_MEDIAN = "response_time_median"
    RESPONSE_TIME_P90 = "response_time_p90"
    ON_TIME_SHARE = "on_time_share"
    SETTLEMENT_SHARE = "settlement_share"
    REOPEN_RATE = "reopen_rate"
    HANDLING_SATISFACTION = "handling_satisfaction"
    SURVEY_INDEX = "survey_index"
    PROCESSING_TIME_MEDIAN = "processing_time_median"
    PROCESSING_TIME_P90 = "processing_time_p90"
    PROCESSING_ON_TIME_SHARE = "processing_on_time_share"
    SUBSTANTIATED_FINDINGS = "substantiated_findings"


class SourceScope(StrEnum):
    """Whose figure is meant: of the plan's unit, of a service, of what the employee handled."""

    UNIT = "unit"
    SERVICE = "service"
    OWN = "own"


OWN_SOURCES = (
    Source.RESPONSE_TIME_MEDIAN,
    Source.RESPONSE_TIME_P90,
    Source.ON_TIME_SHARE,
    Source.SETTLEMENT_SHARE,
    Source.REOPEN_RATE,
    Source.PROCESSING_TIME_MEDIAN,
    Source.PROCESSING_TIME_P90,
    Source.PROCESSING_ON_TIME_SHARE,
    Source.SUBSTANTIATED_FINDINGS,
)
"""Sources that can be asked for one employee: who handled it is known."""

FIGURE_SOURCES = tuple(
    source for source in Source if source not in (Source.ENTERED, Source.APPROVED_VOLUME)
)
"""Sources whose result is a figure, with a sample and a minimum below which it says nothing."""


def scopes_of(source: Source) -> tuple[SourceScope, ...]:
    """Return the scopes a source can have, the one that is meant if none is named first."""
    if source not in FIGURE_SOURCES:
        return ()
    if source is Source.SUBSTANTIATED_FINDINGS:
        return (SourceScope.OWN,)
    own = (SourceScope.OWN,) if source in OWN_SOURCES else ()
    return (SourceScope.UNIT, SourceScope.SERVICE, *own)


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
