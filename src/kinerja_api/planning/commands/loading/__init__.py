"""The agency's files of periods, goals and plans: statements over all rows, however many."""

from kinerja_api.planning.commands.loading.goals import load_goals
from kinerja_api.planning.commands.loading.periods import load_periods
from kinerja_api.planning.commands.loading.plans import load_plans

__all__ = ["load_goals", "load_periods", "load_plans"]
