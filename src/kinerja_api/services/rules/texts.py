"""Personal numbers have no place in the register of an office."""

import re
import unicodedata

_PERSONAL_NUMBER = re.compile(r"\d(?: ?\d){15}")


def holds_personal_number(text: str) -> bool:
    """Return whether the text holds 16 digits in a row, as a citizen's number (NIK) has.

    Spaces between the digits hide none, digits of other scripts count; points, dashes and
    strokes part the numbers of a register.
    """
    return _PERSONAL_NUMBER.search(unicodedata.normalize("NFKC", text)) is not None
