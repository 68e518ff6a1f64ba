"""Structured logs as JSON lines on standard output, from an allow-list of fields.

Only ids, codes, counts and durations are logged: a field that is not on the list is dropped, so
no personal data (names, NIP, texts) reaches a log by accident.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "exception", "error", "request_id", "tenant_id",
        "account_id", "method", "route", "status", "ms", "job_id", "kind", "subscriber",
        "event_id", "attempt", "count", "closing_id", "period_id", "host", "port", "version",
        "reason", "traceparent",
    }
)  # fmt: skip


def _allow_listed(
    logger: object, name: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    del logger, name
    return {key: value for key, value in fields.items() if key in _ALLOWED}


def configure_logging(level: str) -> None:
    """Set up structured logging of this process."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _allow_listed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(threshold, logging.WARNING), stream=sys.stdout)


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
