"""Every table of the service in one metadata, for migrations and catalogue tests."""

from kinerja_api.access import tables as access
from kinerja_api.activities import tables as activities
from kinerja_api.complaints import tables as complaints
from kinerja_api.core import idempotency, outbox, principal, trail
from kinerja_api.core.tables import metadata
from kinerja_api.evaluations import tables as evaluations
from kinerja_api.integrations import tables as integrations
from kinerja_api.notices import tables as notices
from kinerja_api.organisation import tables as organisation
from kinerja_api.planning import tables as planning
from kinerja_api.results import tables as results
from kinerja_api.scoring import tables as scoring
from kinerja_api.services import tables as services
from kinerja_api.surveys import tables as surveys

DOMAINS = (
    (principal, trail, outbox, idempotency),
    (access,),
    (organisation,),
    (notices,),
    (planning, services),
    (activities, complaints, surveys),
    (results,),
    (scoring,),
    (evaluations,),
    (integrations,),
)
"""Modules with tables, from the bottom of the ladder to its top."""

__all__ = ["DOMAINS", "metadata"]
