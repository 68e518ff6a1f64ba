"""What somebody without an account sends: a report. What a machine sent is thanked for and dropped.

An address range and a whole government have so many reports an hour; nobody needs a captcha.
"""

import datetime as dt

from kinerja_api.access.commands.throttle import take, take_of_tenant
from kinerja_api.access.entrance import Entrance
from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.complaints.commands.advancing import CITIZEN
from kinerja_api.complaints.commands.intake import (
    MadeReport,
    NewReport,
    create_report,
    plausible_report,
)
from kinerja_api.complaints.queries.dues import first_due
from kinerja_api.complaints.rules import Channel
from kinerja_api.complaints.rules.reporters import Reporter
from kinerja_api.complaints.schemas.public import ContactIn, NewReportIn, ReportReceiptOut
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.problems import FieldError, InvalidRequest

_NOT_KEPT = {"contact", "is_anonymous", "about_ticket", "website", "language", "channel"}


async def send_report(
    writing: Writing,
    tenant: NamedTenant,
    tenant_code: str,
    entrance: Entrance,
    given: NewReportIn,
    language: Language,
) -> ReportReceiptOut:
    """Take a report in; InvalidRequest, RateLimited and what ``create_report`` raises."""
    today = clock.today(tenant.time_zone)
    if given.occurred_on is not None and given.occurred_on > today:
        raise InvalidRequest(errors=[FieldError("occurred_in_future", pointer="/occurred_on")])
    report, reporter = _report(given, given.language or language), _reporter(given.contact)
    await take(writing, entrance, "report", limit=entrance.settings.public_reports_per_hour)
    if given.website:
        made = plausible_report(tenant_code, report, reporter)
    else:
        made = await create_report(
            writing,
            entrance.master,
            tenant_code,
            report,
            by=CITIZEN,
            reporter=reporter,
        )
    out = await _answered(writing, tenant_code, report, made, today=today, language=language)
    if not given.website:
        most = entrance.settings.public_tenant_reports_per_hour
        await take_of_tenant(writing, "report", limit=most)
    return out


async def _answered(
    writing: Writing,
    tenant_code: str,
    report: NewReport,
    made: MadeReport,
    *,
    today: dt.date,
    language: Language,
) -> ReportReceiptOut:
    return ReportReceiptOut(
        ticket=made.ticket,
        receipt=made.receipt,
        status=made.status,
        status_label=label(made.status, language),
        received_at=made.received_at,
        is_confidential=made.is_confidential,
        is_anonymous=made.is_anonymous,
        due=await first_due(writing, report.report_class, today=today, language=language),
        link=f"/v1/public/{tenant_code}/reports/mine",
    )


def _report(given: NewReportIn, language: Language) -> NewReport:
    kept = {name: value for name, value in given if name not in _NOT_KEPT}
    about = {"about_ticket": given.about_ticket} if given.about_ticket else {}
    kept["attributes"] = {**given.attributes, **about}
    return NewReport(**kept, channel=Channel(given.channel), language=language)


def _reporter(contact: ContactIn | None) -> Reporter | None:
    if contact is None:
        return None
    return Reporter(name=contact.name, email=contact.email, phone=contact.phone)
