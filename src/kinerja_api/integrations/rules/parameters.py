"""What a client of Open311 asks for: parameters of the address, and the answers of a form.

A parameter that is empty is absent, and one that is not known is passed over: clients of other
cities send more than we ask for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kinerja_api.core.problems import FieldError, InvalidRequest

Pairs = Sequence[tuple[str, str]]

MOST_ROWS = 1000
LONGEST_SPAN = timedelta(days=90)

_MOST_LISTED = 1000
_MOST_PAGES = 1000
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
_YEARS = range(1900, 2200)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](\[\])?")
_STATUSES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests a client asks for. tickets: if any, nothing else counts."""

    tickets: Sequence[str]
    service_codes: Sequence[str]
    statuses: frozenset[str]
    start: datetime | None
    end: datetime | None
    page: int
    page_size: int
    is_extended: bool


def refuse(code: str, parameter: str) -> InvalidRequest:
    """Return the refusal of one parameter."""
    return InvalidRequest(errors=[FieldError(code, parameter=parameter)])


def single(pairs: Pairs) -> dict[str, str]:
    """Return the first value of each parameter that is not empty; InvalidRequest."""
    found: dict[str, str] = {}
    for name, value in pairs:
        text = value.strip()
        if _CONTROL.search(text):
            raise refuse("invalid_text", _shown(name))
        if text and name not in found:
            found[name] = text
    return found


def read_wanted(pairs: Pairs, now: datetime) -> Wanted:
    """Return which requests are asked for; InvalidRequest."""
    given = single(pairs)
    start, end = _span(_instant(given, "start_date"), _instant(given, "end_date"), now)
    statuses = _listed(pairs, "status")
    if not statuses.issubset(_STATUSES):
        raise refuse("open311_status", "status")
    return Wanted(
        tickets=sorted(_listed(pairs, "service_request_id")),
        service_codes=sorted(_listed(pairs, "service_code")),
        statuses=statuses,
        start=start,
        end=end,
        page=_number(given, "page", default=1, most=_MOST_PAGES),
        page_size=_number(given, "page_size", default=MOST_ROWS, most=MOST_ROWS),
        is_extended=given.get("extensions", "").lower() == "true",
    )


def read_attributes(pairs: Pairs) -> dict[str, list[str]]:
    """Return what is answered to each question: ``attribute[CODE]`` or ``attribute[CODE][]``."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        match = _ATTRIBUTE.fullmatch(name)
        if match and value.strip():
            found.setdefault(match[1], []).append(value.strip())
    return found


def is_instant(text: str) -> bool:
    """Return whether this is an instant of ISO 8601 with its zone."""
    return _read_instant(text) is not None


def content_of(given: Mapping[str, str], attributes: Mapping[str, Sequence[str]]) -> str:
    """Return a form in one spelling, without who sends it: equal for a repeated form only."""
    sent = {name: value for name, value in given.items() if name not in _OF_CLIENT}
    return repr((sorted(sent.items()), sorted((k, list(v)) for k, v in attributes.items())))


_OF_CLIENT = frozenset({"api_key", "jurisdiction_id"})


def _listed(pairs: Pairs, name: str) -> frozenset[str]:
    """Return the values of a comma list, which may be given several times."""
    texts = [text.strip() for key, value in pairs if key == name for text in value.split(",")]
    found = frozenset(text for text in texts if text)
    if len(found) > _MOST_LISTED:
        raise refuse("open311_too_many", name)
    return found


def _span(
    start: datetime | None, end: datetime | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    if start is None:
        return (end or now) - LONGEST_SPAN, end
    if end is None:
        return start, start + LONGEST_SPAN
    if end < start:
        raise refuse("open311_dates", "end_date")
    if end - start > LONGEST_SPAN:
        raise refuse("open311_span", "end_date")
    return start, end


def _instant(given: Mapping[str, str], name: str) -> datetime | None:
    text = given.get(name)
    if text is None:
        return None
    # A plus that was not written %2B arrives as a blank.
    found = _read_instant(text.replace(" ", "+"))
    if found is None:
        raise refuse("invalid_instant", name)
    return found


def _read_instant(text: str) -> datetime | None:
    if not _INSTANT.fullmatch(text) or int(text[:4]) not in _YEARS:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _number(given: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        raise refuse("open311_page", name)
    return int(text)


def _shown(name: str) -> str:
    return _CONTROL.sub("\ufffd", name)[:60]
