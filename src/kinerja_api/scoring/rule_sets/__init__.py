"""Rule sets by key and by date. A new regulation is a module here, registered by a line below."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kinerja_api.scoring.rule_sets import permenpanrb_6_2022
from kinerja_api.scoring.rule_sets.plugin import RuleSet

_registered: dict[str, RuleSet] = {}
RULE_SETS: Mapping[str, RuleSet] = MappingProxyType(_registered)


def register(rule_set: RuleSet) -> None:
    """Make a rule set known; ValueError for a key that is taken."""
    if rule_set.key in _registered:
        raise ValueError(f"there is a rule set {rule_set.key} already")
    _registered[rule_set.key] = rule_set


def rule_set_on(day: date) -> RuleSet | None:
    """Return the newest rule set for a period that ends on the day; None where there is none."""
    valid = [each for each in _registered.values() if day in each.validity]
    return max(valid, key=lambda each: each.validity.start, default=None)


register(permenpanrb_6_2022.RULE_SET)
