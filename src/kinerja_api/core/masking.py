"""Hiding numbers and addresses of persons in free text. Pure.

It hides rather too much than too little: a long number of any kind is taken for a person's.
"""

import re

_HIDDEN = "[…]"
_EMAIL = re.compile(r"(?<![^\s@\uff20<>])[^\s@\uff20<>]+[@\uff20][^\s@\uff20<>]+")
_UNSEEN = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_BETWEEN = rf"[\s./()_\-\u2010-\u2015\u2212\u2022\u00b7{_UNSEEN}]{{0,3}}"
"""What people put between digits: dashes of all kinds, and signs that nobody sees."""
_NUMBER = re.compile(rf"[+\uff0b]?\d(?:{_BETWEEN}\d){{7,}}")
_LONGEST_AMOUNT = 12
_SHORTEST_PHONE = 9


def mask_personal(text: str) -> str:
    """Return the text without e-mail addresses, phone numbers, NIK and NIP."""
    return _NUMBER.sub(_masked, _EMAIL.sub(_HIDDEN, text))


def _masked(match: re.Match[str]) -> str:
    number = match[0]
    digits = "".join(str(int(sign)) for sign in number if sign.isdecimal())
    is_phone = digits[0] == "0" or number[0] in "+\uff0b" or digits.startswith("62")
    is_personal = len(digits) > _LONGEST_AMOUNT or (is_phone and len(digits) >= _SHORTEST_PHONE)
    return _HIDDEN if is_personal else number
