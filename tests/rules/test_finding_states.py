"""Findings: every status with every event, how a dispute lessens, who may do what."""

import itertools
from decimal import Decimal

import pytest

from kinerja_api.complaints.errors import FindingNotLessened, SeverityMismatch
from kinerja_api.complaints.rules import SUBSTANTIATED, FindingStatus, Outcome, Severity
from kinerja_api.complaints.rules.findings import (
    RULINGS,
    WEIGHTS,
    FindingEvent,
    FindingPart,
    Ruling,
    check_gravity,
    finding_actions,
    lessened,
    next_finding_status,
)
from kinerja_api.core.problems import TransitionRefused

TABLE = {
    ("found", "dispute_finding"): "disputed",
    ("found", "confirm_finding"): "confirmed",
    ("found", "reverse_finding"): "reversed",
    ("disputed", "accept_dispute"): "reversed",
    ("disputed", "partly_accept_dispute"): "found",
    ("disputed", "reject_dispute"): "found",
    ("confirmed", "reverse_finding"): "reversed",
}
EVERYBODY = list(itertools.product([False, True], repeat=6))
FULL, PARTLY = Outcome.TERBUKTI, Outcome.TERBUKTI_SEBAGIAN
LIGHT, MIDDLE, HEAVY = Severity.RINGAN, Severity.SEDANG, Severity.BERAT


@pytest.mark.parametrize(("status", "event"), list(itertools.product(FindingStatus, FindingEvent)))
def test_the_whole_product_of_states_and_events(status: FindingStatus, event: FindingEvent):
    wanted = TABLE.get((status, event))
    if wanted is None:
        with pytest.raises(TransitionRefused):
            next_finding_status(status, event)
    else:
        assert next_finding_status(status, event) == wanted


def test_only_confirmed_can_follow_from_no_dispute_and_nothing_follows_a_reversal():
    into = {before for (before, _), after in TABLE.items() if after == "confirmed"}
    assert into == {"found"}
    assert not [before for before, _ in TABLE if before == "reversed"]
    assert {event for event, _ in RULINGS.values()} == {
        event for status, event in TABLE if status == "disputed"
    }
    assert set(RULINGS) == set(Ruling)


@pytest.mark.parametrize(
    ("outcome", "severity"), list(itertools.product(Outcome, [None, *Severity]))
)
def test_only_what_is_substantiated_is_grave(outcome: Outcome, severity: Severity | None):
    if (outcome in SUBSTANTIATED) == (severity is not None):
        check_gravity(outcome, severity)
    else:
        with pytest.raises(SeverityMismatch):
            check_gravity(outcome, severity)


def test_severity_weighs_not_number():
    assert [WEIGHTS[severity] for severity in Severity] == [Decimal(1), Decimal(2), Decimal(4)]


@pytest.mark.parametrize(
    ("present", "outcome", "severity", "wanted"),
    [
        ((FULL, HEAVY), None, LIGHT, (FULL, LIGHT)),
        ((FULL, HEAVY), PARTLY, None, (PARTLY, HEAVY)),
        ((FULL, HEAVY), PARTLY, MIDDLE, (PARTLY, MIDDLE)),
        ((FULL, MIDDLE), PARTLY, MIDDLE, (PARTLY, MIDDLE)),
        ((PARTLY, MIDDLE), None, LIGHT, (PARTLY, LIGHT)),
        ((FULL, HEAVY), None, None, None),
        ((FULL, HEAVY), None, HEAVY, None),
        ((FULL, LIGHT), None, HEAVY, None),
        ((FULL, LIGHT), PARTLY, MIDDLE, None),
        ((PARTLY, LIGHT), PARTLY, LIGHT, None),
        ((PARTLY, MIDDLE), FULL, LIGHT, None),
    ],
)
def test_partly_accepted_lessens_and_never_adds(
    present: tuple[Outcome, Severity],
    outcome: Outcome | None,
    severity: Severity | None,
    wanted: tuple[Outcome, Severity] | None,
):
    if wanted is None:
        with pytest.raises(FindingNotLessened):
            lessened(present, outcome, severity)
    else:
        assert lessened(present, outcome, severity) == wanted


@pytest.mark.parametrize("status", list(FindingStatus))
@pytest.mark.parametrize("outcome", [FULL, Outcome.TIDAK_TERBUKTI])
def test_what_is_offered_is_what_the_part_allows(status: FindingStatus, outcome: Outcome):
    for own, decides, finder, decided, in_time, left in EVERYBODY:
        part = FindingPart(
            is_own=own, may_decide=decides, is_finder=finder, has_decided=decided,
            in_time=in_time, may_appeal=left,
        )  # fmt: skip
        allowed = set(finding_actions(status, outcome, part))
        live = status == "found" and outcome is FULL
        assert ("dispute" in allowed) == (live and own and in_time and left)
        assert ("confirm" in allowed) == (live and decides and not finder and not in_time)
        assert ("reverse" in allowed) == (decides and status in {"found", "confirmed"})
        assert ("decide_dispute" in allowed) == (
            status == "disputed" and decides and not finder and not decided
        )
