"""Whose a stage is: of who worked on it when it ended, be it that much happened on that day."""

from collections.abc import Sequence
from uuid import UUID

from kinerja_api.complaints.rules import Levels, LogEntry, Reckoning, ReportStatus
from kinerja_api.complaints.rules.measures import Asked, Handled, Measured, Ruler, measure
from kinerja_api.core.types import DateRange
from tests.rules.test_report_clocks import COMPLAINT, PLAIN, UNIT, ZONE, at, day, log_of

LATE, HELPFUL = UUID(int=8), UUID(int=9)


def measured(log: Sequence[LogEntry], handler: UUID) -> Measured:
    report = Handled(UUID(int=1), COMPLAINT, ReportStatus.ASSIGNED, None, False, log)
    days = DateRange(day(8, 1), day(9, 30))
    ruler = Ruler(Levels(), ZONE, Reckoning(PLAIN), day(9, 1))
    return measure([report], Asked(days, frozenset({UNIT}), handler), ruler)


def test_who_is_assigned_on_the_day_of_a_late_answer_is_not_late():
    log = log_of(
        ("receive", at(8, 3)), ("verify", at(8, 3)),
        ("assign", at(8, 3), {"handler_id": str(LATE)}), ("accept", at(8, 4)),
        ("propose_reply", at(8, 28)), ("approve_reply", at(8, 28, 4)), ("reopen", at(8, 28, 5)),
        ("assign", at(8, 28, 6), {"handler_id": str(HELPFUL)}),
    )  # fmt: skip
    late, helpful = measured(log, LATE), measured(log, HELPFUL)
    assert [int(item.value) for item in late.stages] == [0, 0]  # first reply and resolution
    assert len(late.responses) == 1
    assert helpful.stages == helpful.responses == []
