"""Published reports as service requests of Open311.

Shown is what was published, the hour instead of the second, the place to about a kilometre; a
report that is not published is as unknown as one that does not exist.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Integer, LargeBinary, Text, Uuid, and_, bindparam, case, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.one_time import digest
from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.complaints.queries.told import coarse, is_told, told_unit_name
from kinerja_api.complaints.rules import ReportStatus
from kinerja_api.complaints.tables import citizen_reports, report_categories
from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.masking import mask_personal
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import Rows, statement
from kinerja_api.integrations.rules import shown_status
from kinerja_api.integrations.rules.documents import Value, floor_hour, next_hour, shown_hour
from kinerja_api.integrations.rules.parameters import Wanted
from kinerja_api.integrations.tables import open311_tokens

_TENANT = bindparam("tenant_id", type_=Uuid)
_INSTANT = DateTime(timezone=True)
_LAST_MOMENT = dt.time(23, 59, 59)
_report = citizen_reports.c


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """What the public may know of a report."""

    ticket: str
    kind: str
    status: str
    service_code: str | None
    service_name: str | None
    public_title: str
    public_body: str
    public_reply: str | None
    unit_name: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    due_on: dt.date | None
    received_at: dt.datetime
    updated_at: dt.datetime
    ended_at: dt.datetime | None

    def document(
        self, tenant: NamedTenant, language: Language, *, is_extended: bool
    ) -> Mapping[str, Value]:
        """Return it as a service request."""
        zone, word = tenant.time_zone, label(shown_status(self.status), language)
        reply = mask_personal(self.public_reply) if self.public_reply else None
        return {
            "service_request_id": self.ticket,
            "status": "open" if self.ended_at is None else "closed",
            "status_notes": f"{word}: {reply}" if reply else word,
            "service_name": self.service_name,
            "service_code": self.service_code,
            "description": mask_personal(self.public_body),
            "agency_responsible": self.unit_name,
            "requested_datetime": shown_hour(self.received_at, zone),
            "updated_datetime": shown_hour(self.ended_at or self.updated_at, zone),
            "expected_datetime": self._expected(zone),
            "lat": _number(self.latitude),
            "long": _number(self.longitude),
            "extended_attributes": self._extended if is_extended else None,
        }

    def _expected(self, zone: str) -> str | None:
        if self.due_on is None or self.ended_at is not None:
            return None
        return dt.datetime.combine(self.due_on, _LAST_MOMENT, ZoneInfo(zone)).isoformat()

    @property
    def _extended(self) -> Mapping[str, Value]:
        title = mask_personal(self.public_title)
        return {"status": shown_status(self.status), "kind": self.kind, "title": title}


def _number(degrees: Decimal | None) -> float | None:
    return None if degrees is None else float(degrees)


async def list_requests(reading: Reading, wanted: Wanted) -> list[PublishedReport]:
    """Return one page of published reports, the newest first."""
    shape, values = _filters(wanted)
    return await reading.rows(
        _listed(shape),
        PublishedReport,
        limit=wanted.page_size,
        offset=(wanted.page - 1) * wanted.page_size,
        **values,
    )


async def get_request(reading: Reading, ticket: str) -> PublishedReport:
    """Return a published report; ResourceNotFound."""
    found = await reading.row(
        _listed(("tickets",)), PublishedReport, limit=1, offset=0, tickets=[ticket.upper()]
    )
    if found is None:
        raise ResourceNotFound
    return found


async def get_ticket(reading: Reading, token: str) -> str | None:
    """Return the number that a token stands for, None before it is verified; ResourceNotFound."""
    row = await reading.row(_of_token(), dict[str, str | None], token_hash=digest(token))
    if row is None:
        raise ResourceNotFound
    return row["ticket"]


def _filters(wanted: Wanted) -> tuple[tuple[str, ...], dict[str, object]]:
    if wanted.tickets:
        return ("tickets",), {"tickets": [ticket.upper() for ticket in wanted.tickets]}
    values: dict[str, object] = {}
    if wanted.service_codes:
        values["service_codes"] = list(wanted.service_codes)
    if wanted.start is not None:
        values["start"] = floor_hour(wanted.start)
    if wanted.end is not None:
        values["end"] = next_hour(wanted.end)
    status = wanted.statuses if len(wanted.statuses) == 1 else frozenset[str]()
    return (*sorted(values), *status), values


_ENDED = _report.ended_at.is_not(None)
_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "tickets": _report.ticket == bindparam("tickets", type_=ARRAY(Text)).any_(),
    "service_codes": report_categories.c.code
    == bindparam("service_codes", type_=ARRAY(Text)).any_(),
    "start": _report.received_at >= bindparam("start", type_=_INSTANT),
    "end": _report.received_at < bindparam("end", type_=_INSTANT),
    "open": ~_ENDED,
    "closed": _ENDED,
}


@statement
def _listed(shape: tuple[str, ...]) -> Rows:
    category = report_categories.c
    own = ("ticket", "kind", "status", "public_title", "public_body", "public_reply",
           "due_on", "received_at", "updated_at", "ended_at")  # fmt: skip
    return (
        select(
            *[_report[name] for name in own],
            category.code.label("service_code"),
            category.name.label("service_name"),
            told_unit_name(),
            coarse(_report.latitude).label("latitude"),
            coarse(_report.longitude).label("longitude"),
        )
        .select_from(
            citizen_reports.outerjoin(
                report_categories,
                and_(category.tenant_id == _TENANT, category.id == _report.category_id),
            )
        )
        .where(_report.tenant_id == _TENANT, is_told(), *[_FILTERS[name] for name in shape])
        .order_by(_report.received_at.desc(), _report.id.desc())
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
    )


@statement
def _of_token() -> Executable:
    token = open311_tokens.c
    is_waiting = (_report.status == ReportStatus.RECEIVED) | (
        _report.asked_in.is_not_distinct_from(ReportStatus.RECEIVED)
    )
    return (
        select(case((~is_waiting, _report.ticket)).label("ticket"))
        .join_from(
            open311_tokens,
            citizen_reports,
            and_(_report.tenant_id == token.tenant_id, _report.id == token.report_id),
        )
        .where(
            token.tenant_id == _TENANT,
            token.token_hash == bindparam("token_hash", type_=LargeBinary),
        )
    )
