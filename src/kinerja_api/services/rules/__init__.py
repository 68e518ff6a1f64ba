"""States, facts, times and figures of services. Pure."""

from kinerja_api.services.rules.facts import Facts, PauseFact, advance, check_facts
from kinerja_api.services.rules.figures import (
    Measured,
    ProcessingFigures,
    common_unit,
    figures_of,
)
from kinerja_api.services.rules.rows import ServiceRow, TransactionRow
from kinerja_api.services.rules.states import (
    ENDED,
    WAYS,
    PauseReason,
    ProcessingUnit,
    TransactionEvent,
    TransactionStatus,
    next_status,
)
from kinerja_api.services.rules.texts import holds_personal_number
from kinerja_api.services.rules.times import Processing, Standard, day_in

__all__ = [
    "ENDED",
    "WAYS",
    "Facts",
    "Measured",
    "PauseFact",
    "PauseReason",
    "Processing",
    "ProcessingFigures",
    "ProcessingUnit",
    "ServiceRow",
    "Standard",
    "TransactionEvent",
    "TransactionRow",
    "TransactionStatus",
    "advance",
    "check_facts",
    "common_unit",
    "day_in",
    "figures_of",
    "holds_personal_number",
    "next_status",
]
