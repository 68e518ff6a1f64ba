"""Callers without login are told apart by address range and day, under a hash."""

import datetime as dt
from typing import Any, cast

import pytest

from kinerja_api.access.entrance import Entrance

DAY = dt.date(2026, 11, 2)


def hashed(address: str, *, action: str = "survey", day: dt.date = DAY) -> bytes:
    entrance = Entrance(cast("Any", None), cast("Any", None), b"master", cast("Any", None), address)
    return entrance.passer_by(action, day)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.4", "203.0.113.250", True),
        ("203.0.113.4", "203.0.114.4", False),
        ("::ffff:203.0.113.4", "203.0.113.9", True),
        ("2001:db8:1:2::1", "2001:db8:1:ffff::9", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("", "unknown", True),
    ],
)
def test_neighbours_share_their_range(one: str, other: str, same: bool):
    assert (hashed(one) == hashed(other)) is same


def test_another_day_or_action_is_another_name():
    names = {
        hashed("203.0.113.4"),
        hashed("203.0.113.4", day=DAY + dt.timedelta(days=1)),
        hashed("203.0.113.4", action="rating"),
    }
    assert len(names) == 3
