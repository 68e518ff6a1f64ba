"""Jobs of scoring."""

from collections.abc import Mapping

from kinerja_api.core.jobs import JobHandler
from kinerja_api.scoring.close import close_period

HANDLERS: Mapping[str, JobHandler] = {"close_period": close_period}
