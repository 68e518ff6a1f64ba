"""The formula over exact decimals, for one employee, recording why each value is what it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from typing import Generic, TypeVar

from kinerja_api.scoring.formula import Basis, Label

V = TypeVar("V", Decimal, str)
X = TypeVar("X")
M = TypeVar("M")

Scalar = Decimal | str | None

# Every intermediate is exact: a digit lost is an error, not a rounding.
_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])

_HUNDREDTHS = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Source:
    """What a step rests on, with the text to cite."""

    basis: Basis
    citation: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One step of a score and the steps it came from.

    label_code: its text, with the inputs and ``value`` as placeholders, comes from the messages.
    formula: over the names of the inputs; empty where nothing is calculated.
    subject: id of the indicator or target the step is about; weight: its weight among its like.
    """

    label_code: Label
    formula: str
    inputs: Mapping[str, Scalar]
    value: Scalar
    source: Source
    children: tuple["Explanation", ...] = ()
    subject: str | None = None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Traced(Generic[V]):
    """A value, perhaps null, and the explained steps it was made from."""

    value: V | None
    because: tuple[Explanation, ...] = ()

    def about(self, subject: str, weight: Decimal | None) -> "Traced[V]":
        """Return the value with its steps marked as being about the subject."""
        marked = tuple(replace(e, subject=subject, weight=weight) for e in self.because)
        return replace(self, because=marked)


Number = Traced[Decimal]
Word = Traced[str]


def _merged(*values: Number | Word) -> tuple[Explanation, ...]:
    return tuple({id(step): step for value in values for step in value.because}.values())


class DecimalOps:
    """``formula.Ops`` over decimals; one instance per employee.

    citations: what to cite for each basis.
    """

    def __init__(self, citations: Mapping[Basis, str]) -> None:
        self._sources = {basis: Source(basis, text) for basis, text in citations.items()}

    def number(self, value: int) -> Number:
        return Traced(Decimal(value))

    def percent(self, value: int) -> Number:
        return self.parameter(Decimal(value))

    def parameter(self, value: Decimal | int) -> Number:
        # A percent says its two decimals, whatever it was written with; a count has none.
        return Traced(
            _EXACT.add(value, _HUNDREDTHS) if isinstance(value, Decimal) else Decimal(value)
        )

    def word(self, value: str) -> Word:
        return Traced(value)

    def no_number(self) -> Number:
        return Traced(None)

    def no_word(self) -> Word:
        return Traced(None)

    def add(self, left: Number, right: Number) -> Number:
        return _combined(_EXACT.add, left, right)

    def subtract(self, left: Number, right: Number) -> Number:
        return _combined(_EXACT.subtract, left, right)

    def multiply(self, left: Number, right: Number) -> Number:
        return _combined(_EXACT.multiply, left, right)

    def minimum(self, left: Number, right: Number) -> Number:
        return Traced(min(_known(left, right), default=None), _merged(left, right))

    def maximum(self, left: Number, right: Number) -> Number:
        return Traced(max(_known(left, right), default=None), _merged(left, right))

    def quotient(self, part: Number, whole: Number) -> Number:
        if whole.value is None or whole.value <= 0:
            return Traced(None, _merged(part, whole))
        return _combined(_rounded_quotient, part, whole)

    def coalesce(self, value: Number, default: Number) -> Number:
        return default if value.value is None else value

    def equal(self, left: Number, right: Number) -> bool:
        return left.value is not None and left.value == right.value

    def greater(self, left: Number, right: Number) -> bool:
        return left.value is not None and right.value is not None and left.value > right.value

    def at_least(self, left: Number, right: Number) -> bool:
        return left.value is not None and right.value is not None and left.value >= right.value

    def is_word(self, value: Word, word: str) -> bool:
        return value.value == word

    def absent(self, value: Number | Word) -> bool:
        return value.value is None

    def both(self, left: bool, right: bool) -> bool:
        return left and right

    def either(self, left: bool, right: bool) -> bool:
        return left or right

    def negate(self, value: bool) -> bool:
        return not value

    def choose(self, branches: Sequence[tuple[bool, X]], default: X) -> X:
        return next((value for is_true, value in branches if is_true), default)

    def total(self, members: Sequence[M], term: Callable[[M], Number]) -> Number:
        terms = [term(member) for member in members]
        known = _known(*terms)
        total: Decimal | None = None
        for value in known:
            total = value if total is None else _EXACT.add(total, value)
        return Traced(total, _merged(*terms))

    def last(
        self,
        members: Sequence[M],
        order: Callable[[M], Number],
        term: Callable[[M], Number],
    ) -> Number:
        placed = [
            (place.value, value)
            for member in members
            if (place := order(member)).value is not None
            and (value := term(member)).value is not None
        ]
        return max(placed, key=lambda each: each[0])[1] if placed else Traced(None)

    def listed(
        self, members: Sequence[M], term: Callable[[M], Number | Word], separator: str
    ) -> Word:
        terms = [value for member in members if (value := term(member).value) is not None]
        return Traced(separator.join(str(value) for value in terms) or None)

    def explain(
        self,
        label: Label,
        formula: str,
        value: Number,
        inputs: Mapping[str, Number | Word],
        basis: Basis,
    ) -> Number:
        step = self._step(label, formula, value, inputs, basis)
        return Traced(value.value, (step,))

    def explain_word(
        self,
        label: Label,
        formula: str,
        value: Word,
        inputs: Mapping[str, Number | Word],
        basis: Basis,
    ) -> Word:
        step = self._step(label, formula, value, inputs, basis)
        return Traced(value.value, (step,))

    def _step(
        self,
        label: Label,
        formula: str,
        value: Number | Word,
        inputs: Mapping[str, Number | Word],
        basis: Basis,
    ) -> Explanation:
        return Explanation(
            label_code=label,
            formula=formula,
            inputs={name: each.value for name, each in inputs.items()},
            value=value.value,
            source=self._sources[basis],
            children=_merged(value, *inputs.values()),
        )


def _known(*values: Number) -> list[Decimal]:
    return [each.value for each in values if each.value is not None]


def _combined(
    operation: Callable[[Decimal, Decimal], Decimal], left: Number, right: Number
) -> Number:
    if left.value is None or right.value is None:
        return Traced(None, _merged(left, right))
    return Traced(operation(left.value, right.value), _merged(left, right))


def _rounded_quotient(part: Decimal, whole: Decimal) -> Decimal:
    doubled = _EXACT.add(_EXACT.multiply(part, Decimal(200)), whole)
    hundredths = _EXACT.divide_int(doubled, _EXACT.multiply(whole, Decimal(2)))
    return _EXACT.scaleb(hundredths, -2)
