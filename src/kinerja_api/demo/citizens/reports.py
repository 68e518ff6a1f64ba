"""Reports of citizens, each on its way through the steps of the API."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.categories import create_category
from kinerja_api.complaints.commands.citizens import (
    confirm_reply,
    reopen_report,
    send_message,
    withdraw,
)
from kinerja_api.complaints.commands.entering import enter_report
from kinerja_api.complaints.commands.handling import accept, answer_first
from kinerja_api.complaints.commands.leading import (
    archive,
    assign,
    publish,
    refer,
    sign_off,
    verify,
    wait,
)
from kinerja_api.complaints.commands.merging import merge
from kinerja_api.complaints.commands.messages import ask
from kinerja_api.complaints.commands.replying import approve_reply, propose_reply
from kinerja_api.complaints.commands.sending import send_report
from kinerja_api.complaints.queries.receipts import find_mine
from kinerja_api.complaints.queries.reports import get_report
from kinerja_api.complaints.rules import FIRST_CLASS, Channel, ReportKind, ReportStatus
from kinerja_api.complaints.schemas.categories import ReportCategoryIn
from kinerja_api.complaints.schemas.entries import ReportEntryIn
from kinerja_api.complaints.schemas.public import NewReportIn, PublicChannel
from kinerja_api.complaints.schemas.steps import (
    AcceptanceIn,
    ArchivalIn,
    AssignmentIn,
    FirstReplyIn,
    MergerIn,
    ReferralIn,
    ReportPublicationIn,
    ReportQuestionIn,
    ReportReplyIn,
    SignOffIn,
    VerificationIn,
    WaitIn,
)
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import DEFAULT
from kinerja_api.demo.citizens.answered import ANSWERED_CASES
from kinerja_api.demo.citizens.cases import CATEGORIES, FOLLOWED, OPEN_CASES, Case, Category
from kinerja_api.demo.citizens.opinions import rate
from kinerja_api.demo.citizens.scene import Office, Scene

_S = ReportStatus
_KINDS = {category.code: category.kind for category in CATEGORIES}
_PLAN = "Berkas dan kejadiannya kami periksa, lalu kami kabari."
_FIRST = "Blanko tiba Senin; kartu Anda dicetak lebih dahulu dan kami hubungi bila siap."
_QUESTION = "Terima kasih. Apakah kartu bisa diambil oleh anggota keluarga?"
_AGAIN = "Sudah saya lengkapi, tetapi ditolak lagi tanpa catatan."
_THANKS = "Terima kasih, sudah selesai."


@dataclass(frozen=True, slots=True)
class Told:
    """A report that came: its id, its public number, and its citizen's receipt."""

    id: UUID
    ticket: str
    receipt: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A report on its way, with who takes part in it."""

    writing: Writing
    scene: Scene
    case: Case
    told: Told
    category_id: UUID
    into: UUID | None

    @property
    def lead(self) -> Actor:
        """Return who leads it: whistle-blowing only the inspectorate does."""
        is_inspected = _KINDS[self.case.category] is ReportKind.PELAPORAN_PELANGGARAN
        return self.scene.inspector if is_inspected else self.scene.officer

    @property
    def office(self) -> Office:
        """Return who works on it."""
        return self.scene.offices[self.case.office]


async def hear_citizens(writing: Writing, scene: Scene, services: Mapping[str, UUID]) -> Told:
    """Take all reports in and bring each to its state; return the one that is followed."""
    categories = {
        category.code: await _open(writing, scene, category, services) for category in CATEGORIES
    }
    followed = await _play(writing, scene, FOLLOWED, categories)
    await _talk(writing, scene, followed)
    for number, case in enumerate((*OPEN_CASES, *ANSWERED_CASES)):
        channel = PublicChannel.WEB if number % 3 else PublicChannel.MOBILE
        await _play(writing, scene, case, categories, channel=channel, into=followed.id)
    return followed


async def _open(
    writing: Writing, scene: Scene, category: Category, services: Mapping[str, UUID]
) -> UUID:
    unit_id = scene.offices[category.office].unit_id if category.office else None
    given = {
        "code": category.code,
        "name": category.name,
        "kind": category.kind,
        "group_name": category.group,
        "unit_id": unit_id and str(unit_id),
        "service_id": category.service and str(services[category.service]),
        "is_confidential": category.is_confidential,
    }
    wanted = ReportCategoryIn.model_validate(given)
    return (await create_category(writing, scene.officer, wanted))["id"]


async def _play(
    writing: Writing,
    scene: Scene,
    case: Case,
    categories: Mapping[str, UUID],
    *,
    channel: PublicChannel = PublicChannel.WEB,
    into: UUID | None = None,
) -> Told:
    """Send the report and let everything happen to it up to its goal."""
    category_id = categories[case.category]
    told = await _send(writing, scene, case, category_id, channel)
    part = _Part(writing, scene, case, told, category_id, into)
    reached, last = _ASIDE.get(case.goal, (case.goal, None))
    if case.is_reopened:
        reached, last = _S.ANSWERED, _reopen
    for status, step in _WAY.items() if reached is not _S.RECEIVED else ():
        await step(part)
        if status is reached:
            break
    if last is not None:
        await last(part)
    if case.is_public:
        await _publish(part)
    return told


async def _send(
    writing: Writing, scene: Scene, case: Case, category_id: UUID, channel: PublicChannel
) -> Told:
    latitude, longitude = case.spot or (None, None)
    name = case.reporter
    address = f"{name.lower().replace(' ', '-')}@warga.example" if name else None
    content = {
        "kind": _KINDS[case.category],
        "category_id": str(category_id),
        "title": case.title,
        "body": case.body,
        "place": case.place,
        "latitude": latitude,
        "longitude": longitude,
        "is_confidential": case.is_confidential,
        "contact": {"name": name, "email": address} if name else None,
    }
    if case.is_musrenbang:
        entry = ReportEntryIn.model_validate({**content, "channel": Channel.MUSRENBANG})
        entered = await enter_report(writing, scene.entrance.master, scene.officer, entry)
        return Told(entered["id"], entered["ticket"], entered["receipt"])
    given = NewReportIn.model_validate(
        {**content, "channel": channel, "is_anonymous": name is None}
    )
    sent = await send_report(writing, scene.tenant, scene.code, scene.entrance, given, DEFAULT)
    found = await find_mine(writing, scene.visit(sent["receipt"]))
    return Told(found, sent["ticket"], sent["receipt"])


async def _talk(writing: Writing, scene: Scene, told: Told) -> None:
    """Let the handler answer for the first time, and the citizen ask back."""
    worker = scene.offices[FOLLOWED.office].worker
    await answer_first(writing, worker, told.id, FirstReplyIn(text=_FIRST), expected=None)
    await send_message(writing, scene.visit(told.receipt), _QUESTION)


async def _verify(part: _Part) -> None:
    found = part.case.supervisory or FIRST_CLASS[_KINDS[part.case.category]]
    given = {"report_class": found, "category_id": str(part.category_id)}
    wanted = VerificationIn.model_validate(given)
    await verify(part.writing, part.lead, part.told.id, wanted, expected=None)


async def _assign(part: _Part) -> None:
    handler_id = str(part.office.worker.employee_id) if part.case.has_handler else None
    given = {"unit_id": str(part.office.unit_id), "handler_id": handler_id}
    wanted = AssignmentIn.model_validate(given)
    await assign(part.writing, part.lead, part.told.id, wanted, expected=None)


async def _accept(part: _Part) -> None:
    worker = part.office.worker
    promised_on = worker.today + dt.timedelta(days=7)
    given = AcceptanceIn.model_validate({"plan": _PLAN, "promised_on": str(promised_on)})
    await accept(part.writing, worker, part.told.id, given, expected=None)


async def _propose(part: _Part) -> None:
    given = ReportReplyIn(body=part.case.said)
    await propose_reply(part.writing, part.office.worker, part.told.id, given, expected=None)


async def _approve(part: _Part) -> None:
    head, report_id = part.office.head, part.told.id
    report = await get_report(part.writing, head, report_id)
    if report["proposal"] is not None:
        reply_id = report["proposal"]["id"]
        await approve_reply(part.writing, head, report_id, reply_id, expected=None)


async def _close(part: _Part) -> None:
    """Let the citizen confirm and rate the service; what was supervised the inspectorate closes."""
    if part.case.supervisory is not None:
        note = SignOffIn(public_note="Pemeriksaan selesai.")
        await sign_off(part.writing, part.scene.inspector, part.told.id, note, expected=None)
        return
    visit = part.scene.visit(part.told.receipt)
    _, token = await confirm_reply(part.writing, visit, _THANKS)
    if token is not None:
        await rate(part.writing, part.scene, token, len(part.case.title))


async def _reopen(part: _Part) -> None:
    await reopen_report(part.writing, part.scene.visit(part.told.receipt), _AGAIN)


async def _withdraw(part: _Part) -> None:
    await withdraw(part.writing, part.scene.visit(part.told.receipt), part.case.said)


async def _ask(part: _Part) -> None:
    given = ReportQuestionIn(text=part.case.said)
    await ask(part.writing, part.lead, part.told.id, given, expected=None)


async def _archive(part: _Part) -> None:
    given = ArchivalIn.model_validate(
        {"reason": part.case.archived_for, "public_note": part.case.said}
    )
    await archive(part.writing, part.lead, part.told.id, given, expected=None)


async def _refer(part: _Part) -> None:
    whose = "Balai Besar Pelaksanaan Jalan Nasional"
    given = ReferralIn(referred_to=whose, public_note=part.case.said)
    await refer(part.writing, part.lead, part.told.id, given, expected=None)


async def _merge(part: _Part) -> None:
    given = MergerIn.model_validate({"into": str(part.into)})
    await merge(part.writing, part.lead, part.told.id, given, expected=None)


async def _wait(part: _Part) -> None:
    until = part.lead.today + dt.timedelta(days=5)
    given = {"reason": "awaiting_other_agency", "until": str(until), "note": part.case.said}
    wanted = WaitIn.model_validate(given)
    await wait(part.writing, part.lead, part.told.id, wanted, expected=None)


async def _publish(part: _Part) -> None:
    """Publish it with the reply, once there is one that stands."""
    case = part.case
    is_answered = case.goal in {_S.ANSWERED, _S.CLOSED}
    given = ReportPublicationIn(
        public_title=case.title,
        public_body=case.body,
        public_reply=case.said if is_answered else None,
    )
    await publish(part.writing, part.lead, part.told.id, given, expected=None)


_Step = Callable[[_Part], Awaitable[None]]
_WAY: Mapping[ReportStatus, _Step] = {
    _S.VERIFIED: _verify,
    _S.ASSIGNED: _assign,
    _S.IN_PROGRESS: _accept,
    _S.REPLY_PROPOSED: _propose,
    _S.ANSWERED: _approve,
    _S.CLOSED: _close,
}
_ASIDE: Mapping[ReportStatus, tuple[ReportStatus, _Step]] = {
    _S.AWAITING_INFORMATION: (_S.RECEIVED, _ask),
    _S.AWAITING_OTHER_PARTY: (_S.IN_PROGRESS, _wait),
    _S.ARCHIVED: (_S.RECEIVED, _archive),
    _S.OUT_OF_JURISDICTION: (_S.RECEIVED, _refer),
    _S.WITHDRAWN: (_S.RECEIVED, _withdraw),
    _S.MERGED: (_S.VERIFIED, _merge),
}
"""Statuses beside the way: from where, and by what."""
