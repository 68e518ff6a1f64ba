"""What differs between rule sets that score alike: how an indicator is measured, and the matrix."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kinerja_api.results.rules import Rating
from kinerja_api.scoring.formula import IndicatorTerms, Ops, PolicyValues
from kinerja_api.scoring.formula.algebra import B, N, T
from kinerja_api.scoring.rules import Predicate


class Measure(Protocol):
    """The achievement of one indicator in percent, in whatever back end."""

    def __call__(
        self, ops: Ops[N, B, T], indicator: IndicatorTerms[N, B, T], policy: PolicyValues, /
    ) -> N: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """matrix: ratings of work result and behaviour → predicate; matrix_source: what it cites."""

    achievement: Measure
    matrix: Mapping[tuple[Rating, Rating], Predicate]
    matrix_source: str
