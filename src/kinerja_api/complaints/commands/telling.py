"""Notices about a report: that there is something to do, never what the report says."""

from collections.abc import Iterable
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Role
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.people import heads_over, holders_of
from kinerja_api.complaints.queries.visible import find_conflicted
from kinerja_api.complaints.rules import Lead
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.notices.commands import NoticeToSend, notify_many


async def tell(
    writing: Writing,
    report: LockedReport,
    kind: str,
    people: Iterable[UUID | None],
    *,
    by: Actor | None = None,
    zone: clock.Zone,
) -> None:
    """Put a notice of the kind into the feeds of the people; by: who needs none.

    Who stands in an accused person's line hears nothing.
    """
    found = {person for person in people if person is not None}
    if by is not None:
        found.discard(by.employee_id)  # pyright: ignore[reportArgumentType] - None is in no set
    if not found:
        return
    today = clock.today(zone)
    found -= await find_conflicted(writing, report.id, list(found), today=today)
    sent = [
        NoticeToSend(
            person, kind, "citizen_report", report.id, params={"ticket": report.row["ticket"]}
        )
        for person in sorted(found)
    ]
    if sent:
        await notify_many(writing, sent)


async def leads_of(writing: Writing, actor: Actor, *, led_by: Lead) -> list[UUID]:
    """Return the employees who lead such reports: complaints officers or the inspectorate."""
    is_inspected = led_by is Lead.INSPECTORATE
    role = Role.INSPECTORATE if is_inspected else Role.COMPLAINTS_OFFICER
    return await holders_of(writing, role, actor.today)


async def heads_of(
    writing: Writing, actor: Actor, report: LockedReport, *, but: UUID | None = None
) -> list[UUID]:
    """Return who decides for the responsible unit: its head, or the inspectorate instead.

    but: who must not, because he works on it himself; then the next one up does.
    """
    if report.row["led_by"] == Lead.INSPECTORATE:
        return await leads_of(writing, actor, led_by=Lead.INSPECTORATE)
    unit_id = report.row["unit_id"]
    heads = await heads_over(writing, unit_id, actor.today) if unit_id is not None else []
    conflicted = await find_conflicted(writing, report.id, heads, today=actor.today)
    return [head for head in heads if head != but and head not in conflicted][:1]
