"""Finding a report by the citizen's receipt.

A wrong receipt, one of another government and none at all are answered alike. Of an address
range so many wrong ones are taken in a while; a right one is never refused for its neighbours'
wrong ones: its 130 random bits are out of every guesser's reach.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.commands.throttle import count_failure, take
from kinerja_api.access.entrance import Entrance, Throttle
from kinerja_api.access.errors import SignInThrottled
from kinerja_api.access.one_time import digest, secret_of_public_token
from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.complaints.queries.locked import LockedReport, lock_by_receipt
from kinerja_api.complaints.rules import ReportEvent, ReportStatus
from kinerja_api.complaints.tables import citizen_reports
from kinerja_api.core import clock
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.problems import RateLimited, ResourceNotFound, TransitionRefused
from kinerja_api.core.sql import statement


class ReceiptUnknown(ResourceNotFound):
    """Not found like everything else; commits the count of wrong receipts."""

    commits = True


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who comes with a receipt, or with something that is none."""

    tenant: NamedTenant
    tenant_code: str
    entrance: Entrance
    receipt: str

    def __repr__(self) -> str:
        return f"Visit({self.tenant_code})"

    @property
    def today(self) -> dt.date:
        """Return the day that it is for the government."""
        return clock.today(self.tenant.time_zone)

    @property
    def throttle(self) -> Throttle:
        """Return how many wrong receipts its address range may try."""
        settings = self.entrance.settings
        subject = self.entrance.passer_by("receipt", clock.now().date())
        return Throttle(
            limits=((subject, settings.sign_in_attempts_address),),
            window=dt.timedelta(minutes=settings.sign_in_window_minutes),
        )


async def find_mine(reading: Reading, visit: Visit) -> UUID:
    """Return the id of the receipt's report; ReceiptUnknown, RateLimited."""
    hashed = digest(secret_of_public_token(visit.receipt))
    report_id: UUID | None = await reading.value(_by_receipt(), receipt_hash=hashed)
    if report_id is None:
        async with visit.entrance.database.write(visit.tenant.id) as writing:
            await _count(writing, visit)
        raise ReceiptUnknown
    return report_id


async def hold_mine(writing: Writing, visit: Visit, event: ReportEvent) -> LockedReport:
    """Lock the receipt's report for what its citizen does.

    ReceiptUnknown, RateLimited; TransitionRefused for what he withdrew and the
    inspectorate goes on with. No request id is kept.
    """
    writing.request_id = None
    limit = visit.entrance.settings.public_messages_per_hour
    try:
        report = await lock_by_receipt(writing, visit.receipt)
    except ResourceNotFound:
        await _count(writing, visit)
        raise ReceiptUnknown from None
    await take(writing, visit.entrance, "report_message", limit=limit)
    if report.row["is_ex_officio"]:
        raise TransitionRefused(status=ReportStatus.WITHDRAWN, event=event)
    return report


async def _count(writing: Writing, visit: Visit) -> None:
    try:
        await count_failure(writing, visit.throttle)
    except SignInThrottled as error:
        raise RateLimited(retry_after=error.retry_after) from None


@statement
def _by_receipt() -> Executable:
    report = citizen_reports.c
    return select(report.id).where(
        report.tenant_id == bindparam("tenant_id", type_=Uuid),
        report.receipt_hash == bindparam("receipt_hash", type_=LargeBinary),
    )
