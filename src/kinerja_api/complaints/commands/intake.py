"""Taking a report in (penerimaan laporan), from a citizen or by an officer who writes for one.

The receipt is told once and kept as a digest; who reported is sealed apart. A citizen's own
request leaves no request id behind: with it the log of the service would tell when he came.
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Text, Uuid, bindparam, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.access.one_time import digest, new_public_token, secret_of_public_token
from kinerja_api.complaints.commands.advancing import By
from kinerja_api.complaints.commands.dues import refresh_due
from kinerja_api.complaints.commands.news import send_news
from kinerja_api.complaints.commands.reporters import keep_reporter
from kinerja_api.complaints.errors import CategoryOfOtherKind
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.rules import (
    FIRST_CLASS,
    INSPECTED,
    Channel,
    Lead,
    PartyKind,
    ReportClass,
    ReportEvent,
    ReportKind,
    ReportStatus,
)
from kinerja_api.complaints.rules.reporters import Reporter
from kinerja_api.complaints.tables import (
    citizen_reports,
    report_categories,
    report_confidentialities,
    report_events,
)
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import DEFAULT, Language
from kinerja_api.core.problems import UnknownReference
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What is reported; who reports is apart. Texts are clean already (types of ``In``)."""

    kind: ReportKind
    title: str
    body: str
    channel: Channel
    category_id: UUID | None = None
    place: str | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    occurred_on: dt.date | None = None
    attributes: Mapping[str, object] = field(default_factory=dict[str, object])
    is_confidential: bool = False
    is_retaliation: bool = False
    language: Language = DEFAULT
    external_ref: str | None = None

    @property
    def report_class(self) -> ReportClass:
        """Return the class until an officer has looked at it."""
        return ReportClass.PEMBALASAN if self.is_retaliation else FIRST_CLASS[self.kind]


@dataclass(frozen=True, slots=True)
class MadeReport:
    """A report just taken in; ``receipt``: the secret that follows it, told this once."""

    id: UUID
    ticket: str
    receipt: str
    status: ReportStatus
    received_at: dt.datetime
    is_anonymous: bool
    is_confidential: bool

    def __repr__(self) -> str:
        return f"MadeReport({self.ticket})"


@dataclass(frozen=True, slots=True)
class _Category:
    kind: str
    service_id: UUID | None
    is_confidential: bool


async def create_report(
    writing: Writing,
    master: bytes,
    tenant_code: str,
    given: NewReport,
    *,
    by: By,
    reporter: Reporter | None,
) -> MadeReport:
    """Take a report in; UnknownReference, CategoryOfOtherKind, TicketTaken.

    master: the installation's secret, which seals the reporter; nobody makes it anonymous.
    """
    if by.party is PartyKind.CITIZEN:
        writing.request_id = None
    category = await _find_category(writing, given)
    demanded = category is not None and category.is_confidential
    made = plausible_report(tenant_code, given, reporter, demanded=demanded)
    row = _row(given, made, category, reporter)
    await writing.execute(_insert_confidentiality(), set_by=PartyKind.CITIZEN, **_first(row))
    await writing.execute(_insert_report(tuple(sorted(row))), **row)
    if reporter is not None:
        await keep_reporter(writing, master, made.id, reporter)
    await _log(writing, row, by)
    await refresh_due(writing, made.id)
    if row["sends_news"]:
        first = LockedReport({**row, "events": 0}, frozenset())
        await send_news(writing, first, ReportEvent.RECEIVE)
    return made


def plausible_report(
    tenant_code: str, given: NewReport, reporter: Reporter | None, *, demanded: bool = False
) -> MadeReport:
    """Return what is told of a report, its ticket and receipt drawn at random; nothing is kept.

    demanded: its category demands that it is confidential.
    """
    return MadeReport(
        id=uuid4(),
        ticket=f"{_symbols()}-{_symbols()}",
        receipt=new_public_token(tenant_code),
        status=ReportStatus.RECEIVED,
        received_at=clock.now(),
        is_anonymous=reporter is None or reporter.is_nobody,
        is_confidential=given.is_confidential or demanded or given.report_class in INSPECTED,
    )


def _symbols() -> str:
    return "".join(secrets.choice(_SYMBOLS) for _ in range(_GROUP))


async def _find_category(writing: Writing, given: NewReport) -> _Category | None:
    if given.category_id is None:
        return None
    found = await writing.row(_category(), _Category, id=given.category_id)
    if found is None:
        raise UnknownReference.at("/category_id")
    if found.kind != given.kind:
        raise CategoryOfOtherKind.at("/category_id")
    return found


def _row(
    given: NewReport, made: MadeReport, category: _Category | None, reporter: Reporter | None
) -> dict[str, Any]:
    report_class = given.report_class
    is_inspected = report_class in INSPECTED
    has_address = reporter is not None and reporter.email is not None
    return {
        "id": made.id,
        "ticket": made.ticket,
        "receipt_hash": digest(secret_of_public_token(made.receipt)),
        "kind": given.kind,
        "report_class": report_class,
        "channel": given.channel,
        "external_ref": given.external_ref,
        "category_id": given.category_id,
        "service_id": category.service_id if category else None,
        "title": given.title,
        "body": given.body,
        "place": given.place,
        "latitude": given.latitude,
        "longitude": given.longitude,
        "occurred_on": given.occurred_on,
        "attributes": dict(given.attributes) or None,
        "is_anonymous": made.is_anonymous,
        "is_confidential": made.is_confidential,
        "confidentiality_number": 1,
        "sends_news": has_address and not is_inspected,
        "language": given.language,
        "status": made.status,
        "led_by": Lead.INSPECTORATE if is_inspected else Lead.OFFICER,
        "received_at": made.received_at,
        "events": 1,
        "created_at": made.received_at,
        "updated_at": made.received_at,
    }


def _first(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "report_id": row["id"],
        "is_confidential": row["is_confidential"],
        "set_at": row["received_at"],
    }


async def _log(writing: Writing, row: Mapping[str, Any], by: By) -> None:
    """Write the first event of the log, the trail and the outbox, as ``advance`` does later."""
    data = {"report_class": row["report_class"], "led_by": row["led_by"]}
    await writing.execute(
        _insert_event(),
        report_id=row["id"],
        at=row["received_at"],
        party=by.party,
        account_id=by.account_id,
        employee_id=by.employee_id,
        data=data,
    )
    told = {name: row[name] for name in ("kind", "report_class", "channel", "status")}
    subject, action = ("citizen_report", row["id"]), f"citizen_report.{ReportEvent.RECEIVE}"
    writing.record(action, subject, after={**told, "party": by.party})
    writing.emit(action, subject, status=row["status"])


@statement
def _category() -> Executable:
    """Held against its removal; any number of reports at once."""
    category = report_categories.c
    return (
        select(category.kind, category.service_id, category.is_confidential)
        .where(
            category.tenant_id == _TENANT,
            category.id == bindparam("id", type_=Uuid),
            category.is_active,
        )
        .with_for_update(read=True, key_share=True)
    )


@statement
def _insert_confidentiality() -> Executable:
    table = report_confidentialities.c
    names = ("report_id", "is_confidential", "set_by", "set_at")
    return insert(report_confidentialities).values(
        tenant_id=_TENANT,
        number=1,
        **{name: bindparam(name, type_=table[name].type) for name in names},
    )


@statement
def _insert_report(columns: tuple[str, ...]) -> Executable:
    report = citizen_reports.c
    return insert(citizen_reports).values(
        tenant_id=_TENANT,
        **{name: bindparam(name, type_=report[name].type) for name in columns},
    )


@statement
def _insert_event() -> Executable:
    return insert(report_events).values(
        tenant_id=_TENANT,
        report_id=bindparam("report_id", type_=Uuid),
        number=1,
        event=ReportEvent.RECEIVE.value,
        status=ReportStatus.RECEIVED.value,
        at=bindparam("at", type_=DateTime(timezone=True)),
        party=bindparam("party", type_=Text),
        account_id=bindparam("account_id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        data=bindparam("data", type_=JSONB),
    )
