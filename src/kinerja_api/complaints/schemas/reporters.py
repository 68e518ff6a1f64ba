"""Wire shapes of break-glass: asking who reported, and who asked."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import In, Prose

_SHORTEST_REASON = 20


def _long_enough(text: str) -> str:
    if len(text) < _SHORTEST_REASON:
        raise PydanticCustomError("reason_too_short", "tell more")
    return text


class DisclosureIn(In):
    """Why who reported must be known; it stays in the trail, and the inspectorate is told.

    Write nothing of the reporter here.
    """

    reason: Annotated[
        Prose,
        AfterValidator(_long_enough),
        Field(description=f"At least {_SHORTEST_REASON} characters"),
    ]


class ReporterOut(TypedDict):
    """Who reported (identitas pelapor), as far as it was left."""

    report_id: UUID
    name: str | None
    email: str | None
    phone: str | None


class DisclosureOut(TypedDict):
    """That somebody was told who reported, and why."""

    id: Annotated[UUID, Field(description="Entry of the trail")]
    at: dt.datetime
    account_id: UUID
    account_name: str
    acting_as: Annotated[str, Field(description="Roles held at the time")]
    reason: str


class DisclosureListParams(ListParams):
    """The list of disclosures has no filters; the newest comes first."""
