"""What a report says one may do, one may; all the rest is refused: every party, each status."""

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.complaints.rules import ReportStatus
from kinerja_api.core import clock
from tests.complaints.offices import REPORTS, Offices, offices_of, seen
from tests.factories.complaints import NOBODY, new_report
from tests.factories.world import Person, World
from tests.plugins.service import Api

GRAVE = "pengaduan_berkadar_pengawasan"
INFORMATION = "permintaan_informasi"
Make = Callable[[], Awaitable[UUID]]


def bodies(world: World, staff: Offices, into: UUID, accused: Person) -> dict[str, tuple[str, Any]]:
    """The address and a good body of each step."""
    later = str(world.today + dt.timedelta(days=2))
    note: dict[str, Any] = {"note": "Catatan"}
    return {
        "verify": (
            "verifications", {"report_class": INFORMATION, "category_id": str(staff.category)},
        ),
        "ask": ("questions", {"text": "Di mana?"}),
        "assign": ("assignments", {"unit_id": str(staff.unit)}),
        "return": ("returns", {"reason": "Bukan kami"}),
        "accept": (
            "acceptances", {"plan": "Ditambal", "handler_id": str(staff.handler.employee_id)},
        ),
        "wait": ("waits", {"reason": "force_majeure", "until": later, "note": "Banjir"}),
        "resume": ("resumptions", note),
        "answer_first": ("first-replies", {"text": "Kami periksa"}),
        "propose_reply": ("replies", {"body": "Selesai"}),
        "approve_reply": ("replies/{reply}/approvals", None),
        "reject_reply": ("replies/{reply}/rejections", note),
        "archive": ("archivals", {"reason": "unclear", "public_note": "Tidak jelas"}),
        "refer": ("referrals", {"referred_to": "PLN", "public_note": "Listrik"}),
        "merge": ("mergers", {"into": str(into)}),
        "propose_class": ("class-proposals", {"report_class": INFORMATION, **note}),
        "reclassify": ("class-decisions", {"accept": True}),
        "extend": ("extensions", {"days": 2, "reason": "Arsip"}),
        "name_accused": ("accused", {"employee_id": str(accused.employee_id), "reason": "Disebut"}),
        "take_over": ("take-overs", note),
        "sign_off": ("sign-offs", {}),
        "raise_confidentiality": ("confidentialities", note),
        "publish": ("publications", {"public_title": "Jalan", "public_body": "Rusak"}),
        "unpublish": ("unpublications", note),
        "message": ("messages", {"audience": "citizen", "body": "Salam"}),
    }  # fmt: skip


RICH: dict[str, Any] = {
    "report_class": GRAVE,
    "extended_days": 2,
    "proposed_class": INFORMATION,
    "proposed_class_by": NOBODY,
    "first_reply_at": clock.now(),
}
PUBLISHED: dict[str, Any] = {
    "public_title": "Jalan", "public_body": "Rusak", "published_at": clock.now(),
}  # fmt: skip
STATUSES = [
    ReportStatus.RECEIVED, ReportStatus.AWAITING_INFORMATION, ReportStatus.VERIFIED,
    ReportStatus.ASSIGNED, ReportStatus.IN_PROGRESS, ReportStatus.REPLY_PROPOSED,
    ReportStatus.ANSWERED, ReportStatus.CLOSED,
]  # fmt: skip


async def try_all(api: Api, by: Person, make: Make, steps: dict[str, tuple[str, Any]]) -> set[str]:
    """Take every step: the refused ones on one report, each allowed one on a fresh report."""
    report = await make()
    found = await seen(api, by, report)
    reply = found["proposal"]["id"] if found["proposal"] else str(uuid.uuid4())
    allowed = set(found["allowed_actions"])
    assert allowed <= steps.keys()
    for event, (path, body) in steps.items():
        place, this = report, reply
        if event in allowed:
            place = await make()
            this = ((await seen(api, by, place))["proposal"] or {}).get("id", reply)
        answer = await api.post(f"{REPORTS}/{place}/{path.format(reply=this)}", body, by=by)
        wanted = {201} if event in allowed else {403, 409}
        assert answer.status_code in wanted, (by.name, event, answer.text)
    assert (await seen(api, by, report))["version"] == found["version"]
    return allowed


@pytest.mark.parametrize("status", STATUSES)
async def test_allowed_actions_are_what_one_may_do(api: Api, world: World, status: str):
    staff = await offices_of(world)
    accused = await world.employee("Terlapor", unit=await world.unit("Dinas Lain"))
    target = await new_report(world)
    inspected = await new_report(world, led_by="inspectorate")
    is_begun = status not in {"received", "awaiting_information", "verified", "archived"}
    parties: list[tuple[Person, dict[str, Any]]] = [
        (staff.officer, {}),
        (staff.officer, {**RICH, **PUBLISHED}),
        (staff.inspector, {**RICH, "led_by": "inspectorate"}),
    ]
    if is_begun:
        parties += [(staff.head, {}), (staff.handler, {})]
    for by, columns in parties:

        async def make(columns: dict[str, Any] = columns) -> UUID:
            return await new_report(
                world, status=status, unit=staff.unit if is_begun else None,
                handler=staff.handler if is_begun else None, **columns,
            )  # fmt: skip

        into = inspected if columns.get("led_by") else target
        steps = bodies(world, staff, into, accused)
        allowed = await try_all(api, by, make, steps)
        assert "message" in allowed
