"""Citizens' reports as rows, in any status, with the log and the work that led there."""

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, update

from kinerja_api.access.one_time import digest, secret_of_public_token
from kinerja_api.complaints.rules import (
    ENDED,
    FIRST_CLASS,
    PauseReason,
    ReportEvent,
    ReportKind,
    ReportStatus,
    SegmentEnd,
)
from kinerja_api.complaints.tables import (
    citizen_reports,
    report_accused,
    report_attachments,
    report_categories,
    report_confidentialities,
    report_events,
    report_messages,
    report_pauses,
    report_replies,
    report_segments,
)
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Statement
from tests.factories.world import Person, World, put

NOBODY = UUID(int=0)
SOMEBODY = UUID(int=1)
_S, _E = ReportStatus, ReportEvent
_WORKED = ["receive", "verify", "assign", "accept"]
PATHS: Mapping[str, list[str]] = {
    _S.RECEIVED: ["receive"],
    _S.AWAITING_INFORMATION: ["receive", "ask"],
    _S.VERIFIED: ["receive", "verify"],
    _S.ASSIGNED: ["receive", "verify", "assign"],
    _S.IN_PROGRESS: _WORKED,
    _S.AWAITING_OTHER_PARTY: [*_WORKED, "wait"],
    _S.REPLY_PROPOSED: [*_WORKED, "propose_reply"],
    _S.ANSWERED: [*_WORKED, "propose_reply", "approve_reply"],
    _S.CLOSED: [*_WORKED, "propose_reply", "approve_reply", "confirm"],
    _S.ARCHIVED: ["receive", "archive"],
    _S.OUT_OF_JURISDICTION: ["receive", "refer"],
    _S.MERGED: ["receive", "merge"],
    _S.WITHDRAWN: ["receive", "withdraw"],
}
"""The events by which ``new_report`` comes to each status."""

_AFTER: Mapping[str, str] = {
    "receive": _S.RECEIVED, "verify": _S.VERIFIED, "ask": _S.AWAITING_INFORMATION,
    "assign": _S.ASSIGNED, "accept": _S.IN_PROGRESS, "wait": _S.AWAITING_OTHER_PARTY,
    "propose_reply": _S.REPLY_PROPOSED, "approve_reply": _S.ANSWERED, "confirm": _S.CLOSED,
    "archive": _S.ARCHIVED, "refer": _S.OUT_OF_JURISDICTION, "merge": _S.MERGED,
    "withdraw": _S.WITHDRAWN,
}  # fmt: skip
_OF_CITIZEN = frozenset({"receive", "confirm", "withdraw"})


async def new_category(world: World, *, code: str | None = None, **values: Any) -> UUID:
    """Create an active category of complaints; ``unit_id``, ``service_id`` … as columns."""
    category_id, now = new_id(), clock.now()
    defaults: dict[str, Any] = {
        "name": "Jalan rusak", "kind": ReportKind.PENGADUAN, "is_confidential": False,
        "is_moderated": True, "is_active": True,
    }  # fmt: skip
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, report_categories, tenant_id=world.tenant_id, id=category_id,
            code=code or f"K-{category_id.hex[-10:]}", created_at=now, updated_at=now,
            **{**defaults, **values},
        )  # fmt: skip
    return category_id


async def new_report(
    world: World,
    *,
    status: str = ReportStatus.RECEIVED,
    unit: UUID | None = None,
    handler: Person | None = None,
    kind: str = ReportKind.PENGADUAN,
    report_class: str | None = None,
    received_at: dt.datetime | None = None,
    is_confidential: bool = False,
    receipt: str | None = None,
    asked_in: str | None = None,
    times: Mapping[str, dt.datetime] | None = None,
    proposed_by: UUID = NOBODY,
    parent: UUID | None = None,
    **values: Any,
) -> UUID:
    """Create a report in a status, with its log, segment, pause, question and reply.

    unit: who is responsible, once assigned (default: the root); handler: named with it; times: of
    single events, others come a minute after the one before; proposed_by: account of the reply;
    values: further columns, such as ``led_by``, ``category_id``, ``ticket``, ``due_on``.
    """
    steps = list(PATHS[status])
    if asked_in == _S.IN_PROGRESS:
        steps = [*_WORKED, "ask"]
    begun = received_at or clock.now() - dt.timedelta(hours=1)
    at: dict[str, dt.datetime] = {}
    for step in steps:
        last = next(reversed(at.values()), None)
        default = begun if last is None else last + dt.timedelta(minutes=1)
        at[step] = (times or {}).get(step, default)
    found = report_class or FIRST_CLASS[ReportKind(kind)]
    unit_id = unit or world.root if "assign" in steps else unit
    handler_id = handler.employee_id if handler else None
    if status == _S.MERGED and parent is None:
        parent = await new_report(world)
    report_id = uuid.uuid4()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, report_confidentialities, tenant_id=world.tenant_id, report_id=report_id,
            number=1, is_confidential=is_confidential,
            set_by="citizen", set_at=begun,
        )  # fmt: skip
        row = {
            **_row(world, status, steps, at, asked_in),
            "kind": kind, "report_class": found, "is_confidential": is_confidential,
            "unit_id": unit_id, "handler_id": handler_id if "assign" in steps else None,
            "receipt_hash": _hash(receipt), "parent_id": parent,
            "parent_is_merged": False if parent else None, **values,
        }  # fmt: skip
        await put(writing, citizen_reports, tenant_id=world.tenant_id, id=report_id, **row)
        known = {
            "report_class": found,
            "unit_id": str(unit_id),
            "handler_id": str(handler_id) if handler_id else None,
        }
        for number, step in enumerate(steps, 1):
            await _log(writing, (report_id, number), step, at[step], known)
        await _work(writing, report_id, at, unit_id, handler_id, status)
        await _reply(writing, report_id, at, proposed_by)
    return report_id


def _row(
    world: World, status: str, steps: list[str], at: dict[str, dt.datetime], asked_in: str | None
) -> dict[str, Any]:
    last = at[steps[-1]]
    is_asked = status == _S.AWAITING_INFORMATION
    return {
        "ticket": f"T-{secrets.token_hex(6).upper()}",
        "channel": "web",
        "title": "Lampu jalan padam",
        "body": "Lampu di depan pasar padam sejak minggu lalu.",
        "is_anonymous": True,
        "confidentiality_number": 1,
        "sends_news": False,
        "status": status,
        "asked_in": (asked_in or _S.RECEIVED) if is_asked else None,
        "led_by": "officer",
        "archive_reason": "unclear" if status == _S.ARCHIVED else None,
        "referred_to": "PLN" if status == _S.OUT_OF_JURISDICTION else None,
        "close_reason": "confirmed" if status == _S.CLOSED else None,
        "reply": "Lampu sudah menyala." if "approve_reply" in at else None,
        "received_at": at["receive"],
        "assigned_at": at.get("assign"),
        "first_reply_at": at.get("approve_reply"),
        "answered_at": at.get("approve_reply"),
        "ended_at": last if ReportStatus(status) in ENDED else None,
        "events": len(steps),
        "created_at": at["receive"],
        "updated_at": last,
    }


def _hash(receipt: str | None) -> bytes:
    if receipt is None:
        return secrets.token_bytes(32)
    return digest(secret_of_public_token(receipt))


async def _log(
    writing: Writing,
    place: tuple[UUID, int],
    step: str,
    at: dt.datetime,
    known: Mapping[str, str | None],
) -> None:
    is_citizen = step in _OF_CITIZEN
    kept = {name: known[name] for name in _KEPT.get(step, ()) if known[name]}
    pause = {"pause": _PAUSES[step]} if step in _PAUSES else {}
    await put(
        writing, report_events, tenant_id=writing.tenant_id, report_id=place[0], number=place[1],
        event=step, status=_AFTER[step], at=at, party="citizen" if is_citizen else "staff",
        account_id=None if is_citizen else NOBODY, data={**kept, **pause},
    )  # fmt: skip


_KEPT: Mapping[str, tuple[str, ...]] = {
    "receive": ("report_class",),
    "verify": ("report_class",),
    "assign": ("unit_id", "handler_id"),
    "accept": ("handler_id",),
}
_PAUSES = {
    "ask": PauseReason.AWAITING_CITIZEN.value,
    "wait": PauseReason.AWAITING_OTHER_AGENCY.value,
}


async def _work(
    writing: Writing, report_id: UUID, at: dict[str, dt.datetime], unit_id: UUID | None,
    handler_id: UUID | None, status: str,
) -> None:  # fmt: skip
    tenant_id = writing.tenant_id
    if "assign" in at:
        ends_at = at.get("approve_reply")
        await put(
            writing, report_segments, tenant_id=tenant_id, id=new_id(), report_id=report_id,
            number=1, unit_id=unit_id, handler_id=handler_id, starts_at=at["assign"],
            accepted_at=at.get("accept"), ends_at=ends_at,
            ended_by=SegmentEnd.ANSWERED if ends_at else None,
        )  # fmt: skip
    step = next((name for name in ("ask", "wait") if name in at), None)
    if step is not None:
        await put(
            writing, report_pauses, tenant_id=tenant_id, id=new_id(), report_id=report_id,
            reason=_PAUSES[step], starts_at=at[step],
            due_on=at[step].date() + dt.timedelta(days=14),
        )  # fmt: skip
    if status == _S.AWAITING_INFORMATION:
        await put(
            writing, report_messages, tenant_id=tenant_id, id=new_id(), report_id=report_id,
            party="staff", audience="citizen", account_id=NOBODY, body="Di jalan apa?",
            is_question=True, created_at=at["ask"],
        )  # fmt: skip


async def _reply(
    writing: Writing, report_id: UUID, at: dict[str, dt.datetime], proposed_by: UUID
) -> None:
    if "propose_reply" not in at:
        return
    decided_at = at.get("approve_reply")
    decided_by = SOMEBODY if proposed_by != SOMEBODY else NOBODY
    await put(
        writing, report_replies, tenant_id=writing.tenant_id, id=new_id(), report_id=report_id,
        number=1, body="Lampu sudah menyala.", status="approved" if decided_at else "proposed",
        proposed_by=proposed_by, proposed_at=at["propose_reply"],
        decided_by=decided_by if decided_at else None, decided_at=decided_at,
    )  # fmt: skip


async def new_accused(
    world: World, report_id: UUID, person: Person, *, named_on: dt.date | None = None
) -> None:
    """Name an official in a report, as the conflict guard needs it."""
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, report_accused, tenant_id=world.tenant_id, report_id=report_id,
            employee_id=person.employee_id, named_on=named_on or world.today, named_by=NOBODY,
        )  # fmt: skip
        await writing.execute(_HAS_ACCUSED, id=report_id)


_HAS_ACCUSED = Statement(
    update(citizen_reports)
    .where(
        citizen_reports.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        citizen_reports.c.id == bindparam("id", type_=Uuid),
    )
    .values(has_accused=True)
)


async def new_attachment(world: World, report_id: UUID, sha256: bytes, *, size: int = 3) -> UUID:
    """Add the row of an attachment; its content is the caller's to keep."""
    attachment_id = new_id()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, report_attachments, tenant_id=world.tenant_id, id=attachment_id,
            report_id=report_id, party="citizen", file_name="bukti-1.png",
            content_type="image/png", size_bytes=size, sha256=sha256, created_at=clock.now(),
        )  # fmt: skip
    return attachment_id
