"""Every way of an account, and every fate of a refresh token."""

import datetime as dt
import itertools

import pytest

from kinerja_api.access.rules import (
    AccountEvent,
    AccountStatus,
    RefreshOutcome,
    next_account_status,
    refresh_outcome,
)

WAYS = {
    ("invited", "activate", True): "active",
    ("invited", "activate", False): "active",
    ("invited", "disable", True): "disabled",
    ("invited", "disable", False): "disabled",
    ("active", "reset_password", True): "active",
    ("active", "reset_password", False): "active",
    ("active", "disable", True): "disabled",
    ("active", "disable", False): "disabled",
    ("disabled", "enable", True): "active",
    ("disabled", "enable", False): "invited",
}
NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("status", "event", "was_activated"),
    list(itertools.product(AccountStatus, AccountEvent, [True, False])),
)
def test_an_account_goes_these_ways_and_no_others(
    status: AccountStatus, event: AccountEvent, *, was_activated: bool
):
    following = next_account_status(status, event, was_activated=was_activated)
    assert following == WAYS.get((status, event, was_activated))


@pytest.mark.parametrize(
    ("seconds_since", "is_unused", "is_idle", "outcome"),
    [
        (None, False, False, RefreshOutcome.ROTATE),
        (None, False, True, RefreshOutcome.REFUSE),
        (60, True, False, RefreshOutcome.ROTATE),
        (61, True, False, RefreshOutcome.REVOKE),
        (0, False, False, RefreshOutcome.REVOKE),
        (61, False, True, RefreshOutcome.REVOKE),
    ],
)
def test_a_refresh_token_meets_its_fate(
    seconds_since: int | None, is_unused: bool, is_idle: bool, outcome: RefreshOutcome
):
    replaced_at = None if seconds_since is None else NOW - dt.timedelta(seconds=seconds_since)
    idle_until = NOW - dt.timedelta(seconds=1) if is_idle else NOW + dt.timedelta(seconds=1)
    assert (
        refresh_outcome(
            now=NOW,
            idle_until=idle_until,
            replaced_at=replaced_at,
            successor_is_unused=is_unused,
        )
        is outcome
    )
