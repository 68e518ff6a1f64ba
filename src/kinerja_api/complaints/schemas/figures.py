"""Wire shapes of the figures of handled reports."""

import datetime as dt
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import ReportStatus
from kinerja_api.core.schemas import word


class ReportFigureOut(TypedDict):
    """A figure with the sample it rests on."""

    value: Annotated[Decimal | None, Field(description="null: not enough data")]
    sample: int
    minimum: Annotated[int, Field(description="Below it the figure says nothing")]


class ReportStatusCountOut(TypedDict):
    """How many reports stand in a status now."""

    status: Annotated[str, word(ReportStatus)]
    count: int


class ReportFiguresOut(TypedDict):
    """The board of a unit or of the government: how reports are handled."""

    unit_id: UUID | None
    service_id: UUID | None
    first_day: dt.date
    last_day: dt.date
    response_time_median: Annotated[
        ReportFigureOut, Field(description="Working days from disposition to the first reply")
    ]
    response_time_p90: ReportFigureOut
    on_time_share: Annotated[
        ReportFigureOut, Field(description="Percent of the stages due in these days")
    ]
    settlement_share: Annotated[
        ReportFigureOut, Field(description="Percent of the valid reports received in these days")
    ]
    reopen_rate: Annotated[
        ReportFigureOut, Field(description="Percent of answers sent back early, and rightly")
    ]
    misrouted_share: Annotated[
        ReportFigureOut, Field(description="Percent of dispositions that were given back")
    ]
    statuses: list[ReportStatusCountOut]
    overdue_count: Annotated[int, Field(description="Open reports past their due date today")]
