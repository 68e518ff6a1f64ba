"""Texts of problems and labels in the caller's language, from ``messages/<language>/*.toml``.

Each file has a table ``[problems.<code>]`` with ``title`` and ``detail`` and a table ``[labels]``;
``{name}`` in a text is filled from the parameters.
"""

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
DEFAULT: Language = "id"

_WORDS = ("status", "event")


@functools.cache
def _texts(language: Language) -> dict[str, dict[str, Any]]:
    merged: dict[str, dict[str, Any]] = {"problems": {}, "labels": {}, "fields": {}}
    folder = files("kinerja_api.core") / "messages" / language
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for table, texts in tomllib.loads(file.read_text("utf-8")).items():
            merged[table].update(texts)
    return merged


def problem_text(code: str, language: Language, params: Mapping[str, object]) -> tuple[str, str]:
    """Return title and detail of a problem; codes in it are named by their labels.

    A status or event by its own, a reason by ``<code of the problem>_<reason>`` where there is one.
    """
    texts = _texts(language)["problems"].get(code, {"title": code, "detail": code})
    words = {name: label(str(params[name]), language) for name in _WORDS if name in params}
    if "reason" in params:
        own = f"{code}_{params['reason']}"
        words["reason"] = _texts(language)["labels"].get(own, params["reason"])
    said = {**params, **words}
    return _fill(texts["title"], said), _fill(texts["detail"], said)


def field_text(code: str, language: Language, params: Mapping[str, object]) -> str:
    """Return the message of one faulty field: by its own code, else the problem's detail."""
    text = _texts(language)["fields"].get(code)
    return _fill(text, params) if text else problem_text(code, language, params)[1]


def label(code: str, language: Language, /, **params: object) -> str:
    """Return the label of a code (a status, a rating, a step of an explanation)."""
    return _fill(_texts(language)["labels"].get(code, code), params)


def texts_of(language: Language) -> dict[str, dict[str, Any]]:
    """Return all texts of a language: ``problems``, ``labels`` and ``fields`` by code."""
    return _texts(language)


def has_text(table: Literal["problems", "labels", "fields"], code: str) -> bool:
    """Return whether the code has its texts in every language."""
    return all(code in _texts(language)[table] for language in LANGUAGES)


def preferred(accept_language: str) -> Language:
    """Return the language an ``Accept-Language`` header prefers; Indonesian if unsure."""
    best: tuple[float, Language] = (0.0, DEFAULT)
    for part in accept_language[:200].lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        for language in LANGUAGES:
            if tag.split("-")[0] == language and quality > best[0]:
                best = (quality, language)
    return best[1]


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def _fill(text: str, params: Mapping[str, object]) -> str:
    return text.format_map(_Blank(params)) if "{" in text else text
