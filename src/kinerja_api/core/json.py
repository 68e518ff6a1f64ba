"""Strict JSON reading (RFC 8259): UTF-8 only, no NaN, no duplicate keys, bounded depth."""

from typing import Any

import jiter

from kinerja_api.core.problems import InvalidJson

_DEEPEST = 64
_INT64 = 1 << 63


def read_json(content: bytes) -> Any:
    """Return the value in ``content``; raises InvalidJson.

    Floats come as ``Decimal``-exact strings are the rule of the interface, so a float in the
    result is refused later by the field that gets it. Integers stay within 64 bits.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        raise InvalidJson(reason="byte order mark")
    if content.count(b"[") + content.count(b"{") > _DEEPEST:
        _check_depth(content)
    try:
        return jiter.from_json(
            content, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys"
        )
    except ValueError as error:
        raise InvalidJson(reason=str(error)[:200]) from error


def _check_depth(content: bytes) -> None:
    """Raise InvalidJson if brackets outside strings nest too deep."""
    depth, in_string, escaped = 0, False, False
    for byte in content:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            if depth > _DEEPEST:
                raise InvalidJson(reason="nested too deep")
        elif byte in b"]}":
            depth -= 1
