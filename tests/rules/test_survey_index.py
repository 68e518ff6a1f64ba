"""The satisfaction index: the rule, its bands and the sample table of PermenPANRB 14/2017."""

from decimal import Decimal

import pytest

from kinerja_api.surveys.rules.index import Band, Element, Tally, band_of, index_of, sample_needed


def tallies(*means: str) -> dict[Element, Tally]:
    """Answers of ten thousand people with these means."""
    given = means * 9 if len(means) == 1 else means
    return {
        element: Tally(10_000, int(Decimal(mean) * 10_000))
        for element, mean in zip(Element, given, strict=True)
    }


@pytest.mark.parametrize(
    ("means", "index", "band"),
    [
        (("3.45", "2.65", "3.53", "2.31", "1.55", "3.12", "2.13", "2.43", "3.21"), "67.72", "C"),
        (("3.6", "3.5", "3.4", "3.9", "3.6", "3.5", "3.6", "3.4", "3.5"), "88.89", "A"),
        (("3.0644",), "76.61", "B"),
        (("1",), "25.00", "D"),
        (("4",), "100.00", "A"),
        (("2.6",), "65.00", "C"),
        (("3.5322",), "88.31", "A"),  # 88.305 is rounded half up
    ],
)
def test_worked_examples(means: tuple[str, ...], index: str, band: str):
    found = index_of(tallies(*means))
    assert found is not None
    assert (str(found.index), found.band) == (index, band)


@pytest.mark.parametrize(
    ("index", "band"),
    [("100.00", "A"), ("88.31", "A"), ("88.30", "B"), ("76.61", "B"), ("76.60", "C"),
     ("65.00", "C"), ("64.99", "D"), ("25.00", "D")],
)  # fmt: skip
def test_bands_begin_at_their_lower_limits(index: str, band: str):
    assert band_of(Decimal(index)) == Band(band)


def test_who_left_an_element_out_counts_for_the_others_only():
    some = tallies("4")
    some[Element.BIAYA_TARIF] = Tally(5, 10)
    found = index_of(some)
    assert found is not None
    assert found.means[Element.BIAYA_TARIF] == Decimal("2.0000")
    assert str(found.index) == "94.44"
    del some[Element.BIAYA_TARIF]
    assert index_of(some) is None
    some[Element.BIAYA_TARIF] = Tally(0, 0)
    assert index_of(some) is None


@pytest.mark.parametrize(
    ("population", "sample"),
    [(0, 0), (1, 1), (10, 10), (15, 14), (20, 19), (30, 28), (50, 44), (75, 63), (100, 80),
     (200, 132), (500, 217), (1_000, 278), (1_500, 306), (5_000, 357), (10_000, 370), (50_000, 381),
     (100_000, 383)],
)  # fmt: skip
def test_the_sample_follows_krejcie_and_morgan(population: int, sample: int):
    assert sample_needed(population) == sample
