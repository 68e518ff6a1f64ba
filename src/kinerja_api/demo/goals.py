"""The goals of a government and of the offices right below it, with their indicators."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kinerja_api.demo.jobs import LEADING, Measure, count, quality
from kinerja_api.demo.staff import Office, Staff

PERSPECTIVES = ("penerima_layanan", "proses_bisnis", "anggaran")
"""Of the goals of an office, in the order of ``LEADING``."""

GOVERNMENT: Sequence[tuple[str, str, tuple[Measure, ...]]] = (
    (
        "penerima_layanan",
        "Meningkatnya kualitas pelayanan publik",
        (
            quality("Indeks pelayanan publik", "indeks", "4.2"),
            quality("Indeks kepuasan masyarakat", "indeks", "86"),
        ),
    ),
    (
        "proses_bisnis",
        "Terlaksananya program prioritas daerah",
        (quality("Capaian program prioritas", "persen", "95"),),
    ),
    (
        "anggaran",
        "Terwujudnya tata kelola yang akuntabel",
        (
            quality("Nilai akuntabilitas kinerja", "nilai", "75"),
            Measure("biaya", "Serapan anggaran", "persen", Decimal(90), Decimal(105), "range"),
        ),
    ),
    (
        "penguatan_internal",
        "Meningkatnya profesionalitas aparatur",
        (
            quality("Indeks profesionalitas aparatur", "indeks", "80"),
            count("Jumlah pegawai yang mengikuti pengembangan kompetensi", "orang", 150),
        ),
    ),
)


def department(office: Office) -> Office:
    """Return the office right below the government to which this one belongs."""
    while office.parent is not None and office.parent.parent is not None:
        office = office.parent
    return office


def code_of(office: Office, number: int) -> str:
    """Return the code of an office's goal."""
    return f"SS-{office.code}-{number}"


def goal_rows(staff: Staff, years: Iterable[int]) -> Iterator[Sequence[object]]:
    """Yield one row per indicator: the government's goals, and below them those of its offices."""
    top = staff.offices[0]
    below = [office for office in staff.offices if office.parent is top]
    for year in years:
        for number, (perspective, title, measures) in enumerate(GOVERNMENT, start=1):
            head = [code_of(top, number), year, top.code, None, title, perspective]
            yield from (head + columns for columns in indicator_columns(measures))
        for office in below:
            words = {"field": office.plan.concern, "unit": office.plan.name}
            for number, goal in enumerate(LEADING, start=1):
                head = [
                    code_of(office, number),
                    year,
                    office.code,
                    code_of(top, number),
                    goal.title.format(**words),
                    PERSPECTIVES[number - 1],
                ]
                outcomes = goal.measures[1:]
                yield from (head + columns for columns in indicator_columns(outcomes, **words))


def indicator_columns(measures: Iterable[Measure], **words: str) -> Iterator[list[object]]:
    """Yield what a row says of an indicator."""
    for number, measure in enumerate(measures, start=1):
        title = measure.title.format(**words)
        yield [number, title, measure.unit, measure.direction, measure.low, measure.high]
