"""Documents of Open311 in both formats: XML, and JSON after the Spark convention.

One structure of plain values makes both. In JSON a list loses its wrapper; in XML each entry of a
list has the name that ``_ENTRIES`` gives. What is None is absent.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

Value = str | int | float | bool | None | Mapping[str, "Value"] | Sequence["Value"]


class Form(StrEnum):
    """A format of the documents; XML is the one that every client knows."""

    XML = "xml"
    JSON = "json"


MEDIA_TYPES = {Form.XML: "text/xml", Form.JSON: "application/json"}

_ENTRIES = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOUR = timedelta(hours=1)


def render(root: str, value: Value, form: Form) -> bytes:
    """Return the document; root: the name of its outermost element."""
    if form is Form.JSON:
        return json.dumps(_present(value), ensure_ascii=False).encode()
    element = ET.Element(root)
    _fill(element, value)
    return ET.tostring(element, encoding="utf-8", xml_declaration=True)


def _present(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {name: _present(one) for name, one in value.items() if one is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_present(one) for one in value]
    return value


def _fill(element: ET.Element, value: Value) -> None:
    if isinstance(value, Mapping):
        for name, one in value.items():
            if one is not None:
                _fill(ET.SubElement(element, name), one)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            _fill(ET.SubElement(element, _ENTRIES[element.tag]), one)
    else:
        element.text = _text(cast("str | int | float | bool", value))


def _text(value: str | float) -> str:
    """Return the text of an element: what XML has no way to write becomes a replacement sign."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _FORBIDDEN.sub("\ufffd", str(value))


def shown_hour(instant: datetime, zone: str) -> str:
    """Return the instant as the public may know it: its hour, with the government's own offset."""
    return floor_hour(instant).astimezone(ZoneInfo(zone)).isoformat()


def floor_hour(instant: datetime) -> datetime:
    """Return the beginning of the hour; the offsets of Indonesia are whole hours."""
    return instant.replace(minute=0, second=0, microsecond=0)


def next_hour(instant: datetime) -> datetime:
    """Return the end of the hour."""
    return floor_hour(instant) + _HOUR
