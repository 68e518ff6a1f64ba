"""Employee numbers (Nomor Induk Pegawai, NIP; for PPPK: NI PPPK): 18 digits that carry meaning.

Source: Perka BKN 22/2007 and 43/2007.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from kinerja_api.organisation.errors import InvalidNip
from kinerja_api.organisation.rules.kinds import EmployeeKind, Sex

_DIGITS = re.compile(r"[0-9]{18}")
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
_LAST_MONTH = 12
_FIRST_CONTRACT, _LAST_CONTRACT = 21, 29


@dataclass(frozen=True, slots=True)
class Nip:
    """A number and what it says.

    A civil servant's (PNS) holds the month of appointment, a contract employee's (PPPK) the
    count of contracts. The text stays out of ``repr``, and so out of logs.
    """

    text: str = field(repr=False)
    kind: EmployeeKind
    born_on: dt.date
    appointed_year: int
    appointed_month: int | None
    contracts: int | None
    sex: Sex
    order: int


def normal_nip(text: str) -> str:
    """Return the 18 digits without the spaces and leading apostrophe of print and spreadsheet.

    Raises InvalidNip (reason ``length``).
    """
    digits = "".join(text.split()).removeprefix("'")
    if _DIGITS.fullmatch(digits) is None:
        raise _invalid("length")
    return digits


def parse_nip(text: str) -> Nip:
    """Return what a number says.

    Raises InvalidNip with the reason ``length``, ``birth_date``, ``appointment`` (year or
    month, or count of contracts), ``sex`` or ``order``.
    """
    digits = normal_nip(text)
    born_on = _birth_date(digits[:8])
    year, month = int(digits[8:12]), int(digits[12:14])
    is_pns = 1 <= month <= _LAST_MONTH
    is_pppk = _FIRST_CONTRACT <= month <= _LAST_CONTRACT
    if year <= born_on.year or not (is_pns or is_pppk):
        raise _invalid("appointment")
    sex, order = _SEXES.get(digits[14]), int(digits[15:])
    if sex is None:
        raise _invalid("sex")
    if order == 0:
        raise _invalid("order")
    return Nip(
        text=digits,
        kind=EmployeeKind.PNS if is_pns else EmployeeKind.PPPK,
        born_on=born_on,
        appointed_year=year,
        appointed_month=month if is_pns else None,
        contracts=month - _FIRST_CONTRACT + 1 if is_pppk else None,
        sex=sex,
        order=order,
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """The number, birth date and sex under which somebody is kept."""

    nip: str | None = field(repr=False)
    born_on: dt.date | None
    sex: str | None


def check_identity(kind: str, given: Identity, *, is_overridden: bool = False) -> Identity:
    """Return the identity with what the number says of birth date and sex.

    Officials have no number, everybody else has one of his kind. Where an authority overrides
    the check (numbers with an old error exist), 18 digits are enough. Raises InvalidNip, also
    with the reasons ``missing``, ``not_allowed`` and ``kind``.
    """
    if kind == EmployeeKind.OFFICIAL:
        if given.nip is not None:
            raise _invalid("not_allowed")
        return given
    if given.nip is None:
        raise _invalid("missing")
    if is_overridden:
        return Identity(normal_nip(given.nip), given.born_on, given.sex)
    nip = parse_nip(given.nip)
    if nip.kind != kind:
        raise _invalid("kind")
    if given.born_on not in (None, nip.born_on):
        raise _invalid("birth_date")
    if given.sex not in (None, nip.sex):
        raise _invalid("sex")
    return Identity(nip.text, nip.born_on, nip.sex)


def _birth_date(digits: str) -> dt.date:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise _invalid("birth_date") from None


def _invalid(reason: str) -> Exception:
    return InvalidNip.at("/nip", reason=reason)
