"""Norms: every key has its form and bounds, and defaults lie within them."""

import dataclasses
from decimal import Decimal

import pytest

from kinerja_api.organisation.errors import InvalidNorm
from kinerja_api.organisation.rules import NormKey, Norms, read_norm


def test_every_key_is_a_field_and_reads_its_default():
    assert [field.name for field in dataclasses.fields(Norms)] == list(NormKey)
    for key, default in dataclasses.asdict(Norms()).items():
        wire = str(default) if isinstance(default, Decimal) else default
        wire = list(default) if isinstance(default, tuple) else wire
        assert read_norm(NormKey(key), wire) == default


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("daily_minutes_limit", 0),
        ("daily_minutes_limit", 1441),
        ("daily_minutes_limit", "450"),
        ("daily_minutes_limit", True),
        ("log_days_ahead", 32),
        ("log_days_ahead", -1),
        ("log_overlap_allowed", 1),
        ("log_overlap_allowed", "true"),
        ("score_cap_percent", 120),
        ("score_cap_percent", "99.99"),
        ("score_cap_percent", "1e2"),
        ("work_as_from", "-1"),
        ("work_as_from", "90.001"),
        ("work_as_from", "٩٠"),
        ("behaviour_above_from", 8),
        ("working_week", []),
        ("working_week", [0]),
        ("working_week", [8]),
        ("working_week", [2, 1]),
        ("working_week", [1, 1]),
        ("working_week", [1, True]),
        ("working_week", "12345"),
        ("objection_days", None),
        ("reporter_days", 29),
        ("reporter_days", 3661),
    ],
)
def test_refuses_another_form_and_what_is_out_of_bounds(key: str, value: object):
    with pytest.raises(InvalidNorm):
        read_norm(NormKey(key), value)
