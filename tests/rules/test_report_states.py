"""Reports of citizens: the whole product of statuses, events and where a question was asked."""

import itertools
from typing import Any

import pytest

from kinerja_api.complaints.errors import NotYourPart, SecondPersonNeeded, StepRefused
from kinerja_api.complaints.policies import (
    PARTIES,
    Party,
    Situation,
    Standing,
    allowed_events,
    check_may,
    check_open,
)
from kinerja_api.complaints.rules import (
    ENDED,
    OPEN,
    WAYS,
    Lead,
    ReportClass,
    ReportEvent,
    ReportStatus,
    next_status,
    open_events,
)
from kinerja_api.core.problems import TransitionRefused

EXPECTED: dict[str, dict[str, str]] = {
    "received": {
        "verify": "verified", "ask": "awaiting_information", "archive": "archived",
        "refer": "out_of_jurisdiction", "merge": "merged", "withdraw": "withdrawn",
        "disown": "received", "take_over": "received",
    },
    "awaiting_information": {
        "lapse_information": "archived", "merge": "merged", "withdraw": "withdrawn",
        "disown": "awaiting_information", "take_over": "verified",
        "publish": "awaiting_information",
    },
    "verified": {
        "assign": "assigned", "archive": "archived", "refer": "out_of_jurisdiction",
        "merge": "merged", "withdraw": "withdrawn", "disown": "verified", "take_over": "verified",
        "publish": "verified",
    },
    "assigned": {
        "return": "verified", "accept": "in_progress", "refer": "out_of_jurisdiction",
        "merge": "merged", "withdraw": "withdrawn", "disown": "assigned", "take_over": "verified",
        "answer_first": "assigned", "extend": "assigned", "publish": "assigned",
    },
    "in_progress": {
        "ask": "awaiting_information", "assign": "assigned", "wait": "awaiting_other_party",
        "propose_reply": "reply_proposed", "refer": "out_of_jurisdiction", "merge": "merged",
        "withdraw": "withdrawn", "disown": "in_progress", "take_over": "verified",
        "answer_first": "in_progress", "extend": "in_progress", "publish": "in_progress",
    },
    "awaiting_other_party": {
        "resume": "in_progress", "merge": "merged", "withdraw": "withdrawn",
        "disown": "awaiting_other_party", "take_over": "verified",
        "publish": "awaiting_other_party",
    },
    "reply_proposed": {
        "reject_reply": "in_progress", "approve_reply": "answered", "merge": "merged",
        "withdraw": "withdrawn", "disown": "reply_proposed", "take_over": "verified",
        "publish": "reply_proposed",
    },
    "answered": {
        "confirm": "closed", "sign_off": "closed", "lapse_silence": "closed",
        "reopen": "in_progress", "escalate": "answered", "take_over": "answered",
        "name_accused": "answered", "publish": "answered",
    },
    "closed": {
        "reopen": "in_progress", "escalate": "closed", "take_over": "closed",
        "name_accused": "closed", "publish": "closed",
    },
    "archived": {"appeal": "received", "publish": "archived"},
    "out_of_jurisdiction": {"publish": "out_of_jurisdiction"},
    "merged": {},
    "withdrawn": {},
}  # fmt: skip
"""Written from the table of the field, not from the code; what holds everywhere is below."""

ALWAYS = {"message", "raise_confidentiality", "lower_confidentiality", "unpublish"}
WHILE_OPEN = {"propose_class", "reclassify", "name_accused", "remind"}
OPEN_WORDS = [
    "received", "awaiting_information", "verified", "assigned", "in_progress",
    "awaiting_other_party", "reply_proposed",
]  # fmt: skip
ASKED = [None, ReportStatus.RECEIVED, ReportStatus.IN_PROGRESS]
L, H, W, I = Party.LEAD, Party.HEAD, Party.HANDLER, Party.INSPECTOR  # noqa: E741 - the inspector


def expected(status: str, event: str, asked_in: str | None) -> str | None:
    if event == "inform":
        return asked_in if status == "awaiting_information" else None
    stays = event in ALWAYS or (event in WHILE_OPEN and status in OPEN_WORDS)
    return status if stays else EXPECTED[status].get(event)


@pytest.mark.parametrize(("status", "event"), list(itertools.product(ReportStatus, ReportEvent)))
def test_each_status_takes_the_events_of_the_table_and_no_other(
    status: ReportStatus, event: ReportEvent
):
    for asked_in in ASKED:
        following = expected(status.value, event.value, asked_in.value if asked_in else None)
        if following is None:
            with pytest.raises(TransitionRefused):
                next_status(status, event, asked_in=asked_in)
        else:
            assert next_status(status, event, asked_in=asked_in) == following
            assert event in open_events(status)


def test_the_table_knows_every_status_and_no_other_event():
    assert set(EXPECTED) == {status.value for status in ReportStatus}
    named = {event for ways in EXPECTED.values() for event in ways}
    known = {event.value for event in ReportEvent}
    assert named | ALWAYS | WHILE_OPEN | {"receive", "inform"} == known
    assert {status.value for status in OPEN} == set(OPEN_WORDS)
    assert OPEN | ENDED | {ReportStatus.ANSWERED} == set(ReportStatus)


def test_nothing_leads_out_of_an_end_but_reopening_and_one_appeal():
    leaving = {
        (status, event) for (status, event), after in WAYS.items()
        if status in ENDED and after != status
    }  # fmt: skip
    assert leaving == {
        (ReportStatus.CLOSED, ReportEvent.REOPEN), (ReportStatus.ARCHIVED, ReportEvent.APPEAL),
    }  # fmt: skip


def test_every_event_has_its_parties():
    assert set(PARTIES) == set(ReportEvent)
    assert all(PARTIES.values())


def situation(**changes: Any) -> Situation:
    row = {
        "status": "in_progress", "report_class": "pengaduan_tidak_berkadar_pengawasan",
        "led_by": "officer", "is_confidential": False, "published_at": None,
        "extended_days": None, "first_reply_at": None, "proposed_class": None,
        "proposed_class_by": None, "is_escalated": False, "is_ex_officio": False,
    }  # fmt: skip
    return Situation({**row, **changes})


@pytest.mark.parametrize(
    ("flags", "led_by", "parties"),
    [
        ((True, False, False, False), "officer", {L}),
        ((True, True, True, False), "inspectorate", {W}),
        ((False, True, False, False), "officer", {H}),
        ((False, True, False, False), "inspectorate", set()),
        ((True, False, False, True), "officer", {L, I}),
        ((False, False, True, True), "inspectorate", {L, H, W, I}),
        ((False, False, False, False), "officer", set()),
    ],
)
def test_what_the_inspectorate_leads_has_no_other_lead_and_no_other_head(
    flags: tuple[bool, bool, bool, bool], led_by: str, parties: set[Party]
):
    assert Standing(*flags).parties(led_by) == parties


@pytest.mark.parametrize(("event", "party"), list(itertools.product(ReportEvent, Party)))
def test_a_step_is_its_parties_alone(event: ReportEvent, party: Party):
    if party in PARTIES[event]:
        check_may(event, frozenset({party}))
    else:
        with pytest.raises(NotYourPart):
            check_may(event, frozenset({party}))


@pytest.mark.parametrize(
    ("event", "changes", "reason"),
    [
        ("sign_off", {}, "not_supervisory"),
        ("sign_off", {"report_class": "pembalasan"}, None),
        ("sign_off", {"led_by": "inspectorate"}, None),
        ("sign_off", {"is_escalated": True}, None),
        ("take_over", {"led_by": "inspectorate"}, "taken_over"),
        ("take_over", {}, None),
        ("ask", {"is_ex_officio": True}, "disowned"),
        ("ask", {}, None),
        ("extend", {"extended_days": 3}, "extended"),
        ("answer_first", {"first_reply_at": "x"}, "answered_first"),
        ("propose_class", {"proposed_class": "aspirasi"}, "class_waits"),
        ("reclassify", {}, "no_class_waits"),
        ("reclassify", {"proposed_class": "aspirasi", "proposed_class_by": "x"}, None),
        ("raise_confidentiality", {"is_confidential": True}, "confidential"),
        ("publish", {"is_confidential": True}, "hidden"),
        ("publish", {"led_by": "inspectorate"}, "hidden"),
        ("publish", {"report_class": "pelaporan_pelanggaran"}, "hidden"),
        ("publish", {}, None),
        ("unpublish", {}, "not_published"),
        ("unpublish", {"published_at": "x"}, None),
    ],
)
def test_some_steps_ask_for_more_than_the_status(
    event: str, changes: dict[str, Any], reason: str | None
):
    found = situation(**changes)
    assert found.refusal(ReportEvent(event)) == reason
    if reason is not None:
        with pytest.raises(StepRefused):
            check_open(ReportEvent(event), found)
    else:
        check_open(ReportEvent(event), found)


def test_nobody_decides_on_his_own_proposal():
    own_class = situation(proposed_class="aspirasi", proposed_class_by=None)
    with pytest.raises(SecondPersonNeeded):
        check_open(ReportEvent.RECLASSIFY, own_class)
    own_reply = Situation({**own_class.row, "status": "reply_proposed"}, None, is_own_reply=True)
    allowed = allowed_events(own_reply, frozenset({L, H}))
    assert not {"approve_reply", "reject_reply", "reclassify"} & {str(one) for one in allowed}


@pytest.mark.parametrize(
    ("status", "report_class"), list(itertools.product(ReportStatus, ReportClass))
)
def test_who_is_no_party_may_do_nothing(status: ReportStatus, report_class: ReportClass):
    found = situation(status=status, report_class=report_class, led_by=Lead.OFFICER)
    assert allowed_events(found, frozenset()) == []
    for event in allowed_events(found, frozenset(Party)):
        assert (status, event) in WAYS or event is ReportEvent.INFORM
