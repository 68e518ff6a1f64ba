"""Whole files of results and of behaviour ratings.

Each function returns the faults of its file and changes nothing if there are any. A repeated
file changes nothing; a changed row replaces the result or rating that is there. What the file
calls verified, and every rating, stands as the decision of the superior of today.
"""

from kinerja_api.results.commands.loading.behaviours import load_behaviours
from kinerja_api.results.commands.loading.results import load_results

__all__ = ["load_behaviours", "load_results"]
