"""Structured logs as JSON lines on standard output, from an allow-list of fields.

Only ids, codes, counts and durations are logged: a field that is not on the list is dropped, so
no personal data (names, NIP, texts) reaches a log by accident. Of an exception its type and
our own places are told, never its text: the detail of a database error quotes the row.
"""

import logging
import sys
import traceback
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
_MOST_PLACES = 12


def _allow_listed(
    logger: object, name: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    del logger, name
    return {key: value for key, value in fields.items() if key in _ALLOWED}


def describe(error: BaseException) -> str:
    """Return type, database code and places of an exception and its causes, without any text."""
    told: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        extras = [getattr(current, name, None) for name in ("sqlstate", "constraint_name", "code")]
        words = " ".join(str(extra) for extra in extras if extra)
        frames = traceback.extract_tb(current.__traceback__)
        places = [frame for frame in frames if "site-packages" not in frame.filename]
        told.append(
            f"{type(current).__module__}.{type(current).__qualname__} {words}".rstrip()
            + "".join(
                f"\n  {place.filename}:{place.lineno} {place.name}"
                for place in places[-_MOST_PLACES:]
            )
        )
        current = current.__cause__ or current.__context__
    return "\ncaused by ".join(told)


def _described(
    logger: object, name: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    del logger, name
    error = fields.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        fields["exception"] = describe(error)
    return fields


class _LibraryLogs(logging.Handler):
    """Sends what libraries log through our own log; with an exception, without its text."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            log.error("library_error", kind=record.name, exc_info=error)
        else:
            log.log(record.levelno, record.msg, kind=record.name)


def configure_logging(level: str) -> None:
    """Set up structured logging of this process."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    _configure(threshold)
    logging.basicConfig(
        level=max(threshold, logging.WARNING), handlers=[_LibraryLogs()], force=True
    )


def _configure(threshold: int) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _described,
            _allow_listed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(),
    )


# From the first import on: the library's own default prints exceptions with all local values.
_configure(logging.WARNING)
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
