"""Rows of the agency's files; ``line`` is where the row begins in its file."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service, with the standard that holds from ``standard_from``, if the row gives one."""

    line: int
    code: str
    unit_code: str
    name: str
    description: str | None
    is_public: bool
    is_active: bool
    standard_from: dt.date | None = None
    standard_to: dt.date | None = None
    requirements: str | None = None
    procedure: str | None = None
    processing_time: int | None = None
    processing_unit: str | None = None
    cost: str | None = None
    product: str | None = None
    complaint_handling: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """A transaction, or one more pause of it; times of day are in the government's zone."""

    line: int
    service_code: str
    ref: str
    received_at: dt.datetime
    complete_at: dt.datetime | None
    done_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    cancel_reason: str | None
    handler_ref: str | None = None
    pause_reason: str | None = None
    pause_starts_at: dt.datetime | None = None
    pause_ends_at: dt.datetime | None = None
