"""The routers under ``/v1``, in the order of the documentation."""

from kinerja_api.core.routes import Router
from kinerja_api.organisation.endpoints import units

ROUTERS: tuple[Router, ...] = (units.router,)
