"""Rule set of PermenPANRB 6/2022, Pengelolaan Kinerja Pegawai Aparatur Sipil Negara.

The regulation prescribes the two ratings and the matrix, and no number: what stands here are
defaults that a tenant overrides with dated policy rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import Norms
from kinerja_api.scoring.formula import achievement
from kinerja_api.scoring.method import Method
from kinerja_api.scoring.rule_sets.plugin import RuleSet
from kinerja_api.scoring.rules import MATRIX_SOURCE, PREDICATE_MATRIX
from kinerja_api.scoring.score import score_employee
from kinerja_api.scoring.sql_ops import achievement_select, score_select

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


def policy_of(norms: Norms, basis: str | None) -> Policy:
    """Return the policy that a government's norms make."""
    return Policy(
        cap_percent=norms.score_cap_percent,
        above_over=norms.work_above_over,
        as_from=norms.work_as_from,
        behaviour_above_from=norms.behaviour_above_from,
        behaviour_below_from=norms.behaviour_below_from,
        basis=basis or DEFAULT_BASIS,
    )


def read_policy(stored: Mapping[str, str | int]) -> Policy:
    """Return the policy frozen with a closing."""
    return Policy(
        cap_percent=Decimal(stored["cap_percent"]),
        above_over=Decimal(stored["above_over"]),
        as_from=Decimal(stored["as_from"]),
        behaviour_above_from=int(stored["behaviour_above_from"]),
        behaviour_below_from=int(stored["behaviour_below_from"]),
        basis=str(stored["basis"]),
    )


METHOD = Method(achievement=achievement, matrix=PREDICATE_MATRIX, matrix_source=MATRIX_SOURCE)

RULE_SET = RuleSet(
    key="permenpanrb-6-2022",
    title=(
        "Peraturan Menteri PANRB Nomor 6 Tahun 2022 "
        "tentang Pengelolaan Kinerja Pegawai Aparatur Sipil Negara"
    ),
    validity=DateRange(date(2022, 1, 1)),
    default_policy=Policy(),
    policy_of=policy_of,
    read_policy=read_policy,
    matrix=METHOD.matrix,
    score_employee=partial(score_employee, method=METHOD),
    score_select=partial(score_select, method=METHOD),
    achievement_select=partial(achievement_select, method=METHOD),
)
