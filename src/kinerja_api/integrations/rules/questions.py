"""Questions of a category, and whether a form answers them (Open311: attributes)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kinerja_api.core.problems import FieldError
from kinerja_api.integrations.rules.kinds import LISTS, Datatype
from kinerja_api.integrations.rules.parameters import is_instant

_LONGEST = {Datatype.STRING: 500, Datatype.TEXT: 4000}
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Question:
    """What a category asks for; one that is no variable only tells something."""

    code: str
    datatype: Datatype
    is_required: bool
    is_variable: bool
    description: str
    datatype_description: str | None
    values: Sequence[Mapping[str, str]]

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys that may be answered."""
        return frozenset(value["key"] for value in self.values)


def answer_all(
    questions: Sequence[Question], given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str | list[str]], list[FieldError]]:
    """Return the answers by code, and what is wrong with them; others than asked are left out."""
    answers: dict[str, str | list[str]] = {}
    faults: list[FieldError] = []
    for question in questions:
        texts = given.get(question.code, ())
        fault = _fault(question, texts) if question.is_variable else None
        if fault is not None:
            faults.append(FieldError(fault, parameter=f"attribute[{question.code}]"))
        elif texts and question.is_variable:
            several = question.datatype is Datatype.MULTIVALUELIST
            answers[question.code] = list(dict.fromkeys(texts)) if several else texts[0]
    return answers, faults


def _fault(question: Question, texts: Sequence[str]) -> str | None:
    if not texts:
        return "missing" if question.is_required else None
    if len(texts) > 1 and question.datatype is not Datatype.MULTIVALUELIST:
        return "open311_one_answer"
    if any(_CONTROL.search(text) for text in texts):
        return "invalid_text"
    if not all(_fits(question, text) for text in texts):
        return "open311_answer"
    return None


def _fits(question: Question, text: str) -> bool:
    if question.datatype in LISTS:
        return text in question.keys
    if question.datatype is Datatype.NUMBER:
        return _NUMBER.fullmatch(text) is not None
    if question.datatype is Datatype.DATETIME:
        return is_instant(text)
    is_line = question.datatype is Datatype.TEXT or "\n" not in text
    return is_line and len(text) <= _LONGEST[question.datatype]
