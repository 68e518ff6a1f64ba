"""What a plan's content may refer to."""

from uuid import UUID

from kinerja_api.core.problems import FieldError, UnknownReference
from kinerja_api.planning.schemas.plans import IndicatorIn, TargetIn


class References:
    """Collects what a content refers to wrongly."""

    def __init__(
        self, own: set[str], parts: set[str], supported: set[str], periods: set[str]
    ) -> None:
        self._own, self._parts, self._supported, self._periods = own, parts, supported, periods
        self._seen: set[str] = set()
        self.unknown: list[FieldError] = []
        self.repeated: list[FieldError] = []

    def target(self, place: str, target: TargetIn) -> None:
        """Check one target with its indicators."""
        self._known(f"{place}/id", target.id, self._own)
        self._once(f"{place}/id", target.id)
        self._known(f"{place}/superior_target_id", target.superior_target_id, self._supported)
        for position, indicator in enumerate(target.indicators):
            self._indicator(f"{place}/indicators/{position}", indicator)

    def _indicator(self, place: str, indicator: IndicatorIn) -> None:
        self._known(f"{place}/id", indicator.id, self._parts)
        self._once(f"{place}/id", indicator.id)
        for position, wanted in enumerate(indicator.period_targets):
            where = f"{place}/period_targets/{position}/period_id"
            self._known(where, wanted.period_id, self._periods)
            self._once(where, wanted.period_id, within=place)

    def _known(self, place: str, named: UUID | None, known: set[str]) -> None:
        if named is not None and str(named) not in known:
            self.unknown.append(FieldError(UnknownReference.code, place))

    def _once(self, place: str, named: UUID | None, *, within: str = "") -> None:
        if named is None:
            return
        if f"{within} {named}" in self._seen:
            self.repeated.append(FieldError("named_twice", place))
        self._seen.add(f"{within} {named}")
