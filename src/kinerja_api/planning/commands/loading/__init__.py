"""The agency's files of periods and plans: statements over all rows, however many they are."""

from kinerja_api.planning.commands.loading.periods import load_periods
from kinerja_api.planning.commands.loading.plans import load_plans

__all__ = ["load_periods", "load_plans"]
