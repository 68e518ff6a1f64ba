"""Rule sets by key and by date. A new regulation is one module and one line here."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kinerja_api.scoring.rule_sets import permenpanrb_6_2022
from kinerja_api.scoring.rule_sets.plugin import RuleSet

RULE_SETS: Mapping[str, RuleSet] = MappingProxyType(
    {each.key: each for each in (permenpanrb_6_2022.RULE_SET,)}
)


def rule_set_on(day: date) -> RuleSet | None:
    """Return the rule set for a period that ends on the day; None before the first one."""
    return next((each for each in RULE_SETS.values() if day in each.validity), None)
