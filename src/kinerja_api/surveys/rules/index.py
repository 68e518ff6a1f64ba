"""The public satisfaction index (Indeks Kepuasan Masyarakat), PermenPANRB 14/2017.

The nine elements weigh exactly 1/9 each: the printed 0.11 would cap the index at 99. The bands
are looked up by their lower limits on the index rounded half up to two decimals, for the limits
of the regulation have two decimals and holes between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Element(StrEnum):
    """The nine legal elements (unsur), by their meaning: their numbers differ between sources."""

    PERSYARATAN = "persyaratan"
    SISTEM_MEKANISME_PROSEDUR = "sistem_mekanisme_prosedur"
    WAKTU_PENYELESAIAN = "waktu_penyelesaian"
    BIAYA_TARIF = "biaya_tarif"
    PRODUK_SPESIFIKASI = "produk_spesifikasi"
    KOMPETENSI_PELAKSANA = "kompetensi_pelaksana"
    PERILAKU_PELAKSANA = "perilaku_pelaksana"
    PENANGANAN_PENGADUAN = "penanganan_pengaduan"
    SARANA_PRASARANA = "sarana_prasarana"


class Band(StrEnum):
    """Service quality (mutu pelayanan)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


LOWER_LIMITS: Mapping[Band, Decimal] = {
    Band.A: Decimal("88.31"),
    Band.B: Decimal("76.61"),
    Band.C: Decimal("65.00"),
    Band.D: Decimal("25.00"),
}
_TO_HUNDRED = 25
_HUNDREDTH, _TEN_THOUSANDTH = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers to one question: how many there are, and their sum (1 to 4 each)."""

    answers: int
    total: int

    @property
    def mean(self) -> Fraction:
        """The mean answer (nilai rata-rata, NRR); there must be an answer."""
        return Fraction(self.total, self.answers)

    @property
    def rounded_mean(self) -> Decimal:
        """Return the mean on four decimals, half up."""
        return _rounded(self.mean, _TEN_THOUSANDTH)


@dataclass(frozen=True, slots=True)
class Index:
    """means: of the elements, four decimals; index: 25.00 to 100.00."""

    means: Mapping[Element, Decimal]
    index: Decimal
    band: Band


def index_of(tallies: Mapping[Element, Tally]) -> Index | None:
    """Return the index, or None unless each of the nine elements has an answer.

    Somebody who left an element out counts for the others only.
    """
    if any(element not in tallies or not tallies[element].answers for element in Element):
        return None
    total = sum(tallies[element].mean for element in Element)
    index = _rounded(total * Fraction(_TO_HUNDRED, len(Element)), _HUNDREDTH)
    means = {element: tallies[element].rounded_mean for element in Element}
    return Index(means, index, band_of(index))


def band_of(index: Decimal) -> Band:
    """Return the band of an index that is rounded to two decimals."""
    return next((band for band, lowest in LOWER_LIMITS.items() if index >= lowest), Band.D)


_CHI_SQUARED = Fraction("3.841")
_SPREAD = Fraction("0.25")  # P (1 - P) at P = 0.5
_ERROR_SQUARED = Fraction("0.0025")  # d = 0.05


def sample_needed(population: int) -> int:
    """Return how many respondents a population needs (Krejcie and Morgan), rounded half up."""
    if population <= 0:
        return 0
    share = _CHI_SQUARED * _SPREAD
    size = share * population / (_ERROR_SQUARED * (population - 1) + share)
    return min(population, int(_rounded(size, Decimal(1))))


def _rounded(value: Fraction, step: Decimal) -> Decimal:
    """Round half up, exactly."""
    scaled = value / Fraction(step)
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole) * step
