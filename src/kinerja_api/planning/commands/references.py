"""From the content as it was sent to the content as it is kept: every reference checked."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import FieldError, InvalidRequest, UnknownReference
from kinerja_api.planning.queries.content import Content
from kinerja_api.planning.rules import Approach, Source, SourceScope, scopes_of
from kinerja_api.planning.schemas.content import (
    IndicatorIn,
    IndicatorOut,
    PeriodTargetOut,
    TargetIn,
    TargetOut,
)

_NUMBERS = ("aspect", "unit", "direction", "annual_low", "accumulation")


@dataclass(frozen=True, slots=True)
class Known:
    """What a content may refer to, each with its title or code.

    own: indicators by their target; targets, goals: what may be carried; periods: of the year;
    services: those the content names that are there.
    """

    own: Mapping[str, frozenset[str]]
    targets: Mapping[str, str | None]
    goals: Mapping[str, str | None]
    periods: Mapping[str, str]
    services: Container[str] = ()


def parts_of(*contents: Content) -> dict[str, frozenset[str]]:
    """Return the ids of the targets in the contents, each with those of its indicators."""
    found: dict[str, frozenset[str]] = {}
    for content in contents:
        for target in content["targets"]:
            parts = {str(part["id"]) for part in target["indicators"]}
            found[str(target["id"])] = found.get(str(target["id"]), frozenset()) | parts
    return found


@dataclass
class ContentReader:
    """Reads the targets that were sent; collects what is wrong with them."""

    known: Known
    approach: str
    _seen: set[str] = field(default_factory=set[str])
    _unknown: list[FieldError] = field(default_factory=list[FieldError])
    _faults: list[FieldError] = field(default_factory=list[FieldError])

    def read(self, sent: Sequence[TargetIn]) -> list[TargetOut]:
        """Return the targets as they are kept; UnknownReference, InvalidRequest."""
        read = [self._target(number, target) for number, target in enumerate(sent)]
        if self._unknown:
            raise UnknownReference(errors=self._unknown)
        if self._faults:
            raise InvalidRequest(errors=self._faults)
        return read

    def _target(self, position: int, target: TargetIn) -> TargetOut:
        place = f"/targets/{position}"
        self._known(f"{place}/id", target.id, self.known.own)
        self._once(f"{place}/id", target.id)
        self._known(f"{place}/superior_target_id", target.superior_target_id, self.known.targets)
        self._known(f"{place}/goal_id", target.goal_id, self.known.goals)
        if target.goal_id and target.superior_target_id:
            self._faults.append(FieldError("linked_twice", f"{place}/goal_id"))
        parts = self.known.own.get(str(target.id), frozenset())
        kept: Any = {
            **target.model_dump(mode="json"),
            "id": str(target.id or new_id()),
            "number": position + 1,
            "weight_percent": _text(target.weight_percent),
            "superior_target_title": self.known.targets.get(str(target.superior_target_id)),
            "goal_title": self.known.goals.get(str(target.goal_id)),
            "indicators": [
                self._indicator(f"{place}/indicators/{number}", number, indicator, parts)
                for number, indicator in enumerate(target.indicators)
            ],
        }
        return kept

    def _indicator(
        self, place: str, position: int, indicator: IndicatorIn, parts: frozenset[str]
    ) -> IndicatorOut:
        self._known(f"{place}/id", indicator.id, parts)
        self._once(f"{place}/id", indicator.id)
        self._known(f"{place}/source_service_id", indicator.source_service_id, self.known.services)
        self._faults += _approach_faults(place, indicator, self.approach)
        self._faults += _source_faults(place, indicator)
        kept: Any = {
            **indicator.model_dump(mode="json"),
            "id": str(indicator.id or new_id()),
            "number": position + 1,
            "weight_percent": _text(indicator.weight_percent),
            "annual_low": _text(indicator.annual_low),
            "annual_high": _text(indicator.annual_high),
            "source_scope": indicator.scope,
            "period_targets": self._period_targets(place, indicator),
        }
        return kept

    def _period_targets(self, place: str, indicator: IndicatorIn) -> list[PeriodTargetOut]:
        kept: Any = []
        for position, wanted in enumerate(indicator.period_targets):
            where = f"{place}/period_targets/{position}/period_id"
            self._known(where, wanted.period_id, self.known.periods)
            self._once(where, wanted.period_id, within=place)
            kept.append(
                {
                    "period_id": str(wanted.period_id),
                    "period_code": self.known.periods.get(str(wanted.period_id)),
                    "low": _text(wanted.low),
                    "high": _text(wanted.high),
                }
            )
        return kept

    def _known(self, place: str, named: UUID | None, known: Container[str]) -> None:
        if named is not None and str(named) not in known:
            self._unknown.append(FieldError(UnknownReference.code, place))

    def _once(self, place: str, named: UUID | None, *, within: str = "") -> None:
        if named is None:
            return
        if f"{within} {named}" in self._seen:
            self._faults.append(FieldError("named_twice", place))
        self._seen.add(f"{within} {named}")


def _approach_faults(place: str, indicator: IndicatorIn, approach: str) -> list[FieldError]:
    """Numbers are required in a quantitative plan, and have no place in a qualitative one."""
    if approach == Approach.QUANTITATIVE:
        return [
            FieldError("quantitative_field_missing", f"{place}/{name}")
            for name in _NUMBERS
            if getattr(indicator, name) is None
        ]
    given = [
        name
        for name in (*_NUMBERS, "annual_high", "weight_percent")
        if getattr(indicator, name) is not None
    ]
    given += ["period_targets"] if indicator.period_targets else []
    given += ["source"] if indicator.source is not Source.ENTERED else []
    return [FieldError("qualitative_field_given", f"{place}/{name}") for name in given]


def _source_faults(place: str, indicator: IndicatorIn) -> list[FieldError]:
    """A scope belongs to a figure and must be one it has; a service to the scope ``service``."""
    faults: list[FieldError] = []
    if indicator.source_scope not in (None, *scopes_of(indicator.source)):
        faults.append(FieldError("source_scope_refused", f"{place}/source_scope"))
    if (indicator.scope is SourceScope.SERVICE) != (indicator.source_service_id is not None):
        faults.append(FieldError("source_service_mismatch", f"{place}/source_service_id"))
    return faults


def _text(number: Decimal | None) -> str | None:
    """Decimals in JSON are texts of the column's scale."""
    return None if number is None else f"{number:.2f}"
