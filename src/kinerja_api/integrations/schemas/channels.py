"""Wire shapes of links with other channels, and of the runs of an exchange."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Code, Flag, Id, In, Instant, Name, word
from kinerja_api.integrations.rules import ChannelName, Direction, RunKind

_EXTERNAL_ID = Field(description="Number of the report in the channel; null: not known yet")
_EXTERNAL_STATUS = Field(description="In the words of the channel")


class ChannelExportIn(In):
    """What to write out."""

    everything: Annotated[
        Flag, Field(description="Also what was exported before and did not change since")
    ] = False


class ExternalLinkIn(In):
    """Under which number the national channel knows a report."""

    external_id: Annotated[Code, Field(description="Number of the report in the channel")]
    external_status: Annotated[Name | None, _EXTERNAL_STATUS] = None


class ChannelLinkOut(TypedDict):
    """Under which number another channel knows a report, and how it stands there."""

    id: UUID
    report_id: UUID
    ticket: Annotated[str, Field(description="Public number of the report")]
    channel: Annotated[str, word(ChannelName)]
    direction: Annotated[str, word(Direction)]
    external_id: Annotated[str | None, _EXTERNAL_ID]
    external_status: Annotated[str | None, _EXTERNAL_STATUS]
    external_updated_at: Annotated[dt.datetime | None, Field(description="Told by the channel")]
    last_synced_at: dt.datetime
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class ChannelRunOut(TypedDict):
    """One exchange with a channel: a file that went out, or that was taken in or refused."""

    id: UUID
    channel: Annotated[str, word(ChannelName)]
    kind: Annotated[str, word(RunKind)]
    started_at: dt.datetime
    finished_at: dt.datetime
    account_id: Annotated[UUID, Field(description="Who asked for it")]
    rows: Annotated[int, Field(description="Of the file")]
    changed: Annotated[int, Field(description="Links made or changed")]
    faults: int
    error: Annotated[str | None, Field(description="Code of the refusal; null: done")]
    file_sha256: Annotated[str, Field(description="Of the file, hexadecimal")]
    file_bytes: int


class ChannelLinkSort(StrEnum):
    """Orders of the list of links."""

    UPDATED_AT_DESC = "-updated_at"
    UPDATED_AT = "updated_at"


class ChannelLinkListParams(ListParams):
    """Filters of the list of links."""

    external_id: Code | None = None
    report_id: Id | None = None
    updated_since: Annotated[Instant | None, Field(description="At or after")] = None
    sort: ChannelLinkSort = ChannelLinkSort.UPDATED_AT_DESC


class ChannelRunListParams(ListParams):
    """Filters of the list of runs; the newest come first."""

    kind: RunKind | None = None
