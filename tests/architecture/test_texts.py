"""Every code that a caller can meet has its words in both languages."""

import ast
import importlib
import string
import tomllib
from enum import EnumType
from pathlib import Path
from typing import Any

import pytest

import kinerja_api.app
from kinerja_api.core.i18n import LANGUAGES, has_text, problem_text, texts_of
from kinerja_api.core.problems import Problem

SOURCE = Path(kinerja_api.app.__file__).parent


def test_every_problem_has_its_texts_and_a_code_of_its_own():
    assert sorted(code for code in Problem.registry if not has_text("problems", code)) == []
    classes = [kind.__qualname__ for kind in Problem.registry.values()]
    assert len(set(classes)) == len(classes)


def test_every_text_belongs_to_a_problem():
    for language in LANGUAGES:
        assert sorted(texts_of(language)["problems"].keys() - Problem.registry.keys()) == []


@pytest.mark.parametrize("table", ["problems", "labels", "fields"])
def test_both_languages_have_the_same_texts_with_the_same_blanks(table: str):
    first, second = (texts_of(language)[table] for language in LANGUAGES)
    assert sorted(first.keys() ^ second.keys()) == []
    for code, text in first.items():
        assert blanks(text) == blanks(second[code]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_in_two_files_has_the_same_text_in_both(language: str):
    said: dict[tuple[str, str], Any] = {}
    for file in sorted((SOURCE / "core" / "messages" / language).iterdir()):
        for table, texts in tomllib.loads(file.read_text("utf-8")).items():
            for code, text in texts.items():
                assert said.setdefault((table, code), text) == text, (file.name, code)


def blanks(text: Any) -> set[str]:
    whole = " ".join(text.values()) if isinstance(text, dict) else text
    return {name for _, name, _, _ in string.Formatter().parse(whole) if name}


def state_words() -> set[str]:
    """The states and events of all state tables."""
    rules = [
        importlib.import_module(".".join(file.with_suffix("").relative_to(SOURCE.parent).parts))
        for file in SOURCE.glob("*/rules/**/*.py")
    ] + [
        importlib.import_module(f"kinerja_api.{file.parent.name}.rules")
        for file in SOURCE.glob("*/rules.py")
    ]
    kinds = [kind for module in rules for kind in vars(module).values()]
    words = [
        kind
        for kind in kinds
        if isinstance(kind, EnumType) and kind.__name__.endswith(("Status", "Event"))
    ]
    return {str(word) for kind in words for word in kind}


def test_every_state_and_event_has_a_label():
    assert len(state_words()) > 20
    assert sorted(word for word in state_words() if not has_text("labels", word)) == []


def test_a_refused_transition_is_told_in_words_not_in_codes():
    params = {"status": "submitted", "event": "approve"}
    detail = problem_text("transition_refused", "id", params)[1]
    assert detail == 'Langkah "Setujui" tidak dapat dilakukan pada status "Diajukan".'


@pytest.mark.parametrize(
    "reason",
    ["length", "birth_date", "appointment", "sex", "order", "kind", "missing", "not_allowed"],
)
def test_a_refused_employee_number_tells_its_reason_in_words(reason: str):
    for language in LANGUAGES:
        detail = problem_text("invalid_nip", language, {"reason": reason})[1]
        assert texts_of(language)["labels"][f"invalid_nip_{reason}"] in detail


def field_codes() -> set[str]:
    """The codes that are written at ``FieldError(…)`` and ``PydanticCustomError(…)``."""
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "FieldError",
                "PydanticCustomError",
            }:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


def test_every_code_of_a_faulty_field_has_its_text():
    silent = {
        code
        for code in field_codes()
        if not has_text("fields", code) and not has_text("problems", code)
    }
    assert sorted(silent) == []
