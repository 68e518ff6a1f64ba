"""Strict JSON reading (RFC 8259): UTF-8 only, no NaN, no duplicate keys, bounded depth."""

import re
from typing import Any

import jiter

from kinerja_api.core.problems import InvalidJson

_DEEPEST = 64
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def read_json(content: bytes) -> Any:
    """Return the value in ``content``; raises InvalidJson.

    A float or a too large integer is refused later by the field that gets it.
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
    depth = 0
    for bracket in _STRINGS.sub(b"", content):
        if bracket in b"[{":
            depth += 1
        elif bracket in b"]}":
            depth -= 1
        if depth > _DEEPEST:
            raise InvalidJson(reason="nested too deep")
