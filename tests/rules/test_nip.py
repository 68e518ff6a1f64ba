"""Employee numbers: what they say, and why one is refused."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.organisation.errors import InvalidNip
from kinerja_api.organisation.rules import Identity, check_identity, parse_nip

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "nip_cases.json").read_text(encoding="utf-8")
)
FIELDS = ("kind", "appointed_year", "appointed_month", "contracts", "sex", "order")
PNS, PPPK = "198012302010012005", "198902252024211013"


@pytest.mark.parametrize("case", CASES["valid"], ids=lambda case: case["why"])
def test_reads_what_a_number_says(case: dict[str, Any]):
    nip = parse_nip(case["nip"])
    assert {name: getattr(nip, name) for name in FIELDS} == {name: case[name] for name in FIELDS}
    assert nip.born_on == dt.date.fromisoformat(case["born_on"])
    assert nip.text == case["nip"].replace(" ", "").removeprefix("'")
    assert nip.text not in repr(nip)


@pytest.mark.parametrize("case", CASES["invalid"], ids=lambda case: case["why"])
def test_refuses_a_number_and_says_why(case: dict[str, Any]):
    with pytest.raises(InvalidNip) as refused:
        parse_nip(case["nip"])
    assert refused.value.params == {"reason": case["reason"]}


@given(st.text(alphabet="0123456789 '", max_size=24) | st.text())
def test_any_text_is_read_or_refused(text: str):
    try:
        nip = parse_nip(text)
    except InvalidNip:
        return
    assert parse_nip(nip.text) == nip


@pytest.mark.parametrize(
    ("kind", "nip", "born_on", "sex", "reason"),
    [
        ("pns", None, None, None, "missing"),
        ("official", PNS, None, None, "not_allowed"),
        ("pns", PPPK, None, None, "kind"),
        ("pppk", PNS, None, None, "kind"),
        ("pns", PNS, dt.date(1980, 12, 31), None, "birth_date"),
        ("pns", PNS, None, "male", "sex"),
    ],
)
def test_number_and_person_have_to_agree(
    kind: str, nip: str | None, born_on: dt.date | None, sex: str | None, reason: str
):
    with pytest.raises(InvalidNip) as refused:
        check_identity(kind, Identity(nip, born_on, sex))
    assert refused.value.params == {"reason": reason}


def test_an_override_needs_eighteen_digits_only():
    wrong = Identity("1986 1326 201505 1 001", None, "female")
    assert check_identity("pns", wrong, is_overridden=True) == Identity(
        "198613262015051001", None, "female"
    )
    with pytest.raises(InvalidNip):
        check_identity("pns", Identity("1986", None, None), is_overridden=True)
