"""Steps of the lead: what a report is, whose it is, how it ends without an answer."""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.commands.advancing import Happening, advance, staff
from kinerja_api.complaints.commands.guarding import UNPUBLISHED, guard, raise_confidentiality
from kinerja_api.complaints.commands.stepping import again, begin
from kinerja_api.complaints.commands.telling import heads_of, leads_of, tell
from kinerja_api.complaints.errors import (
    ConflictOfInterest,
    ExtensionTooLong,
    HandlerNotOfUnit,
    NotYourPart,
    StepRefused,
    WaitTooLong,
)
from kinerja_api.complaints.policies import Party
from kinerja_api.complaints.queries.clocks import cap_of, is_overdue
from kinerja_api.complaints.queries.levels import rulebook
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.people import heads_over, is_placed_within, is_unit
from kinerja_api.complaints.queries.reports import report_after
from kinerja_api.complaints.queries.visible import find_conflicted
from kinerja_api.complaints.rules import (
    INSPECTED,
    CloseReason,
    Lead,
    PauseReason,
    ReportEvent,
    Stage,
)
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import (
    MOST_EXTENDED,
    ArchivalIn,
    AssignmentIn,
    ExtensionIn,
    ReferralIn,
    ReportPublicationIn,
    SignOffIn,
    VerificationIn,
    WaitIn,
)
from kinerja_api.complaints.tables import report_categories
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import label
from kinerja_api.core.masking import mask_personal
from kinerja_api.core.problems import UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.leading import leads_unit
from kinerja_api.organisation.queries.scope import head_on
from kinerja_api.services.tables import services

_E = ReportEvent
_TENANT = bindparam("tenant_id", type_=Uuid)


async def verify(
    writing: Writing, actor: Actor, report_id: UUID, given: VerificationIn, *, expected: int | None
) -> ReportOut:
    """Find what a report is; some classes the inspectorate leads from then on."""
    report = await begin(writing, actor, report_id, _E.VERIFY, expected)
    category = await writing.row(_category(), dict[str, object], id=given.category_id)
    if category is None:
        raise UnknownReference.at("/category_id")
    if given.service_id and not await writing.value(_is_service(), id=given.service_id):
        raise UnknownReference.at("/service_id")
    is_inspected = given.report_class in INSPECTED
    led_by = Lead.INSPECTORATE if is_inspected else Lead(report.row["led_by"])
    changes: dict[str, object] = {
        "report_class": given.report_class,
        "category_id": given.category_id,
        "service_id": given.service_id or category["service_id"],
        "proposed_class": None,
        "proposed_class_by": None,
        "led_by": led_by,
    }
    data = {
        "report_class": given.report_class,
        "report_class_before": report.report_class,
        "led_by": led_by,
    }
    what = Happening(note=given.note, data=data, changes=changes)
    await advance(writing, report, _E.VERIFY, staff(actor), what)
    verified = await again(writing, report)
    demanded = given.is_confidential or category["is_confidential"]
    if demanded and not verified.row["is_confidential"]:
        await raise_confidentiality(writing, verified, staff(actor))
        verified = await again(writing, verified)
    await guard(writing, actor, verified)
    if is_inspected and report.row["led_by"] != led_by:
        inspectors = await leads_of(writing, actor, led_by=led_by)
        await tell(writing, report, "report_taken_over", inspectors, by=actor, zone=actor.time_zone)
    return await report_after(writing, actor, report_id)


async def assign(
    writing: Writing, actor: Actor, report_id: UUID, given: AssignmentIn, *, expected: int | None
) -> ReportOut:
    """Make a unit responsible, and name who works on it or leave that to its head."""
    report = await begin(writing, actor, report_id, _E.ASSIGN, expected)
    if not await is_unit(writing, given.unit_id):
        raise UnknownReference.at("/unit_id")
    permission = Permission.CITIZEN_REPORTS_HANDLE
    if Party.LEAD not in report.parties and not await leads_unit(
        writing, actor, permission, given.unit_id
    ):
        raise NotYourPart(event=_E.ASSIGN)
    await check_handler(writing, actor, report, given.unit_id, given.handler_id)
    what = Happening(
        note=given.note,
        unit_id=given.unit_id,
        handler_id=given.handler_id,
        changes={
            "unit_id": given.unit_id,
            "handler_id": given.handler_id,
            "assigned_at": report.row["assigned_at"] or clock.now(),
            "promised_on": None,
        },
    )
    await advance(writing, report, _E.ASSIGN, staff(actor), what)
    assigned = await again(writing, report)
    await guard(writing, actor, assigned)
    if given.handler_id is not None:
        kind, people = "report_assigned", [given.handler_id]
    else:
        kind, people = "report_came", await heads_of(writing, actor, assigned)
    await tell(writing, report, kind, people, by=actor, zone=actor.time_zone)
    return await report_after(writing, actor, report_id)


async def check_handler(
    writing: Writing, actor: Actor, report: LockedReport, unit_id: UUID, handler_id: UUID | None
) -> None:
    """Raise HandlerNotOfUnit, or ConflictOfInterest of the handler or of the unit's head.

    Over a unit without a head the inspectorate stands itself, in what it leads.
    """
    today = actor.today
    if handler_id and not await is_placed_within(writing, handler_id, unit_id, today):
        raise HandlerNotOfUnit.at("/handler_id")
    if not report.row["has_accused"]:
        return
    if report.row["led_by"] == Lead.INSPECTORATE:
        head = await head_on(writing, unit_id, today)
    else:
        head = next(iter(await heads_over(writing, unit_id, today)), None)
    people = [person for person in (head, handler_id) if person is not None]
    if await find_conflicted(writing, report.id, people, today=today):
        raise ConflictOfInterest


async def wait(
    writing: Writing, actor: Actor, report_id: UUID, given: WaitIn, *, expected: int | None
) -> ReportOut:
    """Let the clocks stand for another agency, a legal process or force majeure."""
    report = await begin(writing, actor, report_id, _E.WAIT, expected)
    cap = await cap_of(writing, report, Stage.FILE_COMPLETION, actor.today)
    if not actor.today < given.until <= cap:
        raise WaitTooLong.at("/until", until=cap.isoformat())
    what = Happening(note=given.note, pause=(PauseReason(given.reason), given.until))
    await advance(writing, report, _E.WAIT, staff(actor), what)
    return await report_after(writing, actor, report_id)


async def archive(
    writing: Writing, actor: Actor, report_id: UUID, given: ArchivalIn, *, expected: int | None
) -> ReportOut:
    """End a report that is none; the citizen reads why, and may appeal once."""
    report = await begin(writing, actor, report_id, _E.ARCHIVE, expected)
    what = Happening(
        public_note=given.public_note,
        data={"reason": given.reason},
        changes={"archive_reason": given.reason},
    )
    await advance(writing, report, _E.ARCHIVE, staff(actor), what)
    return await report_after(writing, actor, report_id)


async def refer(
    writing: Writing, actor: Actor, report_id: UUID, given: ReferralIn, *, expected: int | None
) -> ReportOut:
    """End a report that is another body's; the citizen reads whose."""
    report = await begin(writing, actor, report_id, _E.REFER, expected)
    what = Happening(public_note=given.public_note, changes={"referred_to": given.referred_to})
    await advance(writing, report, _E.REFER, staff(actor), what)
    return await report_after(writing, actor, report_id)


async def extend(
    writing: Writing, actor: Actor, report_id: UUID, given: ExtensionIn, *, expected: int | None
) -> ReportOut:
    """Give more days, once and in time; the citizen reads why, and where else he may turn."""
    report = await begin(writing, actor, report_id, _E.EXTEND, expected)
    stage = Stage.AFTER_REOPEN if report.row["reopenings"] else Stage.RESOLUTION
    if await is_overdue(writing, report_id, stage, actor.today):
        raise StepRefused(event=_E.EXTEND, reason="overdue")
    level = (await rulebook(writing)).levels.on(report.report_class, stage, actor.today)
    most = min(level.days, MOST_EXTENDED)
    if given.days > most:
        raise ExtensionTooLong.at("/days", most=most)
    route = label("report_extension_route", report.row["language"])
    what = Happening(
        public_note=f"{given.reason}\n\n{route}",
        data={"extended_days": given.days},
        changes={"extended_days": given.days},
    )
    await advance(writing, report, _E.EXTEND, staff(actor), what)
    return await report_after(writing, actor, report_id)


async def sign_off(
    writing: Writing, actor: Actor, report_id: UUID, given: SignOffIn, *, expected: int | None
) -> ReportOut:
    """Close an answered report whose class silence never closes."""
    report = await begin(writing, actor, report_id, _E.SIGN_OFF, expected)
    reason = CloseReason.SIGNED_OFF
    what = Happening(public_note=given.public_note, changes={"close_reason": reason})
    await advance(writing, report, _E.SIGN_OFF, staff(actor), what)
    return await report_after(writing, actor, report_id)


async def publish(
    writing: Writing, actor: Actor, report_id: UUID, given: ReportPublicationIn,
    *, expected: int | None,
) -> ReportOut:  # fmt: skip
    """Let the public read moderated texts of a report; again to change them."""
    report = await begin(writing, actor, report_id, _E.PUBLISH, expected)
    texts = given.model_dump(exclude_none=True)
    changes: dict[str, object] = {
        **UNPUBLISHED,
        **{name: mask_personal(text) for name, text in texts.items()},
        "published_at": report.row["published_at"] or clock.now(),
    }
    await advance(writing, report, _E.PUBLISH, staff(actor), Happening(changes=changes))
    return await report_after(writing, actor, report_id)


async def unpublish(
    writing: Writing, actor: Actor, report_id: UUID, note: str | None, *, expected: int | None
) -> ReportOut:
    """Take a report out of what the public reads."""
    report = await begin(writing, actor, report_id, _E.UNPUBLISH, expected)
    what = Happening(note=note, changes=UNPUBLISHED)
    await advance(writing, report, _E.UNPUBLISH, staff(actor), what)
    return await report_after(writing, actor, report_id)


@statement
def _category() -> Executable:
    category = report_categories.c
    return select(category.service_id, category.is_confidential).where(
        category.tenant_id == _TENANT,
        category.id == bindparam("id", type_=Uuid),
        category.is_active,
    )


@statement
def _is_service() -> Executable:
    service = services.c
    return select(
        exists().where(service.tenant_id == _TENANT, service.id == bindparam("id", type_=Uuid))
    )
