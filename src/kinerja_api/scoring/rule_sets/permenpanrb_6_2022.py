"""Rule set of PermenPANRB 6/2022, Pengelolaan Kinerja Pegawai Aparatur Sipil Negara.

The regulation prescribes the two ratings and the matrix, and no number: what stands here are
defaults that a tenant overrides with dated policy rows.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kinerja_api.core.types import DateRange
from kinerja_api.scoring.rule_sets.plugin import RuleSet
from kinerja_api.scoring.score import score_employee
from kinerja_api.scoring.sql_ops import score_select

DEFAULT_BASIS = (
    "Kebijakan instansi (nilai bawaan aplikasi): PermenPANRB 6/2022 tidak menetapkan angka; "
    "batas 120, > 100 dan 90-100 mengikuti praktik di lingkungan Kementerian Keuangan"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers of the suggestion, in percent or counts of values.

    cap_percent: most an indicator can reach. above_over, as_from: a work result over the first is
    above expectation, from the second on as expected. behaviour_above_from, behaviour_below_from:
    values so rated that make the behaviour above (with none below) or below expectation.
    basis: what these numbers rest on, cited in every explanation.
    """

    cap_percent: Decimal = Decimal(120)
    above_over: Decimal = Decimal(100)
    as_from: Decimal = Decimal(90)
    behaviour_above_from: int = 4
    behaviour_below_from: int = 2
    basis: str = DEFAULT_BASIS


RULE_SET = RuleSet(
    key="permenpanrb-6-2022",
    title=(
        "Peraturan Menteri PANRB Nomor 6 Tahun 2022 "
        "tentang Pengelolaan Kinerja Pegawai Aparatur Sipil Negara"
    ),
    validity=DateRange(date(2022, 1, 1)),
    default_policy=Policy(),
    score_employee=score_employee,
    score_select=score_select,
)
