"""Whole files of the agency: units, positions, employees, placements, one statement a step.

Each function returns the faults of its file. The caller commits only if there are none, so a
file is taken wholly or not at all; rows are matched by their natural key, so a repeated file
changes nothing.
"""

from kinerja_api.organisation.commands.loading.employees import load_employees
from kinerja_api.organisation.commands.loading.placements import load_placements
from kinerja_api.organisation.commands.loading.positions import load_positions
from kinerja_api.organisation.commands.loading.units import load_units

__all__ = ["load_employees", "load_placements", "load_positions", "load_units"]
