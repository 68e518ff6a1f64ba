"""The routers under ``/v1``, in the order of the documentation."""

from kinerja_api.access.endpoints import keys, sessions
from kinerja_api.core.routes import Router
from kinerja_api.evaluations.endpoints import evaluations
from kinerja_api.organisation.endpoints import units
from kinerja_api.scoring.endpoints import closings

ROUTERS: tuple[Router, ...] = (sessions.router, units.router, closings.router, evaluations.router)

ROOT_ROUTERS: tuple[Router, ...] = (keys.router,)
"""Outside ``/v1``: their addresses are fixed by standards."""
