"""The clock. Nothing else in the package reads the time."""

import datetime as dt
from zoneinfo import ZoneInfo

Zone = str
"""IANA name of a government's time zone: Asia/Jakarta (WIB), Asia/Makassar (WITA), Asia/Jayapura (WIT)."""  # noqa: E501


def now() -> dt.datetime:
    """Return the present instant in UTC."""
    return dt.datetime.now(dt.UTC)


def today(zone: Zone) -> dt.date:
    """Return the calendar day that it is now in ``zone``."""
    return day_of(now(), zone)


def day_of(instant: dt.datetime, zone: Zone) -> dt.date:
    """Return the calendar day that it was in ``zone`` at the instant."""
    return instant.astimezone(ZoneInfo(zone)).date()
