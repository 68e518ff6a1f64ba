"""Event logs of reports as the clocks read them, of one or of many in one statement."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.rules import LogEntry, ReportEvent, ReportStatus
from kinerja_api.complaints.tables import report_events
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement

_E = ReportEvent
SILENT = frozenset(
    {
        _E.MESSAGE, _E.PROPOSE_CLASS, _E.NAME_ACCUSED, _E.RAISE_CONFIDENTIALITY,
        _E.LOWER_CONFIDENTIALITY, _E.PUBLISH, _E.UNPUBLISH, _E.REMIND, _E.ESCALATE, _E.DISOWN,
        _E.PROPOSE_REPLY, _E.REJECT_REPLY,
    }
)  # fmt: skip
"""Events that no clock hears."""
_HEARD = [str(event) for event in ReportEvent if event not in SILENT]


_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Log:
    """A whole log, column by column: many logs make few objects."""

    report_id: UUID
    numbers: list[int]
    events: list[str]
    statuses: list[str]
    ats: list[dt.datetime]
    facts: list[Mapping[str, Any] | None]

    def entries(self) -> list[LogEntry]:
        """Return the events in their order."""
        columns = zip(
            self.numbers,
            map(_EVENTS.__getitem__, self.events),
            map(_STATUSES.__getitem__, self.statuses),
            self.ats,
            [facts or _NOTHING for facts in self.facts],
            strict=True,
        )
        return [LogEntry(*column) for column in columns]


_EVENTS = {str(event): event for event in ReportEvent}
_STATUSES = {str(status): status for status in ReportStatus}


async def read_logs(reading: Reading, report_ids: Sequence[UUID]) -> dict[UUID, list[LogEntry]]:
    """Return the log of each of the reports, without the events that no clock hears."""
    rows = await reading.rows(_logs(), _Log, report_ids=list(report_ids), heard=_HEARD)
    logs: dict[UUID, list[LogEntry]] = {report_id: [] for report_id in report_ids}
    for row in rows:
        logs[row.report_id] = row.entries()
    return logs


@statement
def _logs() -> Executable:
    log = report_events.c
    facts = func.nullif(log.data, literal_column("'{}'::jsonb"))
    columns = {
        "numbers": log.number, "events": log.event, "statuses": log.status, "ats": log.at,
        "facts": facts,
    }  # fmt: skip
    return (
        select(
            log.report_id,
            *[
                func.array_agg(aggregate_order_by(column, log.number)).label(name)
                for name, column in columns.items()
            ],
        )
        .where(
            log.tenant_id == bindparam("tenant_id", type_=Uuid),
            log.report_id == func.any(bindparam("report_ids", type_=ARRAY(Uuid))),
            log.event == func.any(bindparam("heard", type_=ARRAY(Text))),
        )
        .group_by(log.report_id)
    )
