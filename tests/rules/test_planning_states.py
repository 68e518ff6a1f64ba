"""The states of a plan: the full product of status and event."""

import itertools

import pytest

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.planning.policies import allowed_actions
from kinerja_api.planning.rules import PlanEvent as Event
from kinerja_api.planning.rules import PlanStatus as Status
from kinerja_api.planning.rules import next_status

TABLE = {
    (Status.DRAFT, Event.WRITE): Status.DRAFT,
    (Status.DRAFT, Event.EXPECT): Status.DRAFT,
    (Status.DRAFT, Event.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Event.EXPECT): Status.SUBMITTED,
    (Status.SUBMITTED, Event.APPROVE): Status.APPROVED,
    (Status.SUBMITTED, Event.RETURN): Status.RETURNED,
    (Status.RETURNED, Event.WRITE): Status.RETURNED,
    (Status.RETURNED, Event.EXPECT): Status.RETURNED,
    (Status.RETURNED, Event.SUBMIT): Status.SUBMITTED,
    (Status.APPROVED, Event.REVISE): Status.REVISION,
    (Status.REVISION, Event.WRITE): Status.REVISION,
    (Status.REVISION, Event.EXPECT): Status.REVISION,
    (Status.REVISION, Event.SUBMIT): Status.REVISION_SUBMITTED,
    (Status.REVISION, Event.WITHDRAW): Status.APPROVED,
    (Status.REVISION_SUBMITTED, Event.EXPECT): Status.REVISION_SUBMITTED,
    (Status.REVISION_SUBMITTED, Event.APPROVE): Status.APPROVED,
    (Status.REVISION_SUBMITTED, Event.RETURN): Status.REVISION,
}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(Status, Event)))
def test_every_event_in_every_status(status: Status, event: Event):
    if (status, event) in TABLE:
        assert next_status(status, event) is TABLE[status, event]
        return
    with pytest.raises(TransitionRefused) as refused:
        next_status(status, event)
    assert refused.value.params == {"status": status, "event": event}


@pytest.mark.parametrize("status", list(Status))
def test_a_stranger_may_do_nothing_and_nobody_both_writes_and_decides(status: Status):
    own = set(allowed_actions(status, own=True, superior=False))
    above = set(allowed_actions(status, own=False, superior=True))
    assert allowed_actions(status, own=False, superior=False) == []
    assert not own & above
    assert own | above == {str(event) for found, event in TABLE if found is status}
