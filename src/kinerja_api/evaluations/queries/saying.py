"""Values as a sentence says them."""

from kinerja_api.core.i18n import Language, label
from kinerja_api.planning.rules import BehaviourValue
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.decimal_ops import Scalar
from kinerja_api.scoring.rules import Predicate

_WORDS = frozenset({*Rating, *Predicate, *BehaviourValue})


def said(value: Scalar, language: Language) -> str:
    """Return a value as a sentence says it: words by their label, a dash for nothing."""
    if value is None:
        return "–"
    if value in _WORDS and isinstance(value, str):
        return label(value, language)
    return str(value).replace(".", ",") if language == "id" else str(value)
