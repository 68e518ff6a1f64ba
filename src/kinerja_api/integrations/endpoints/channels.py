"""The national complaint channel: files that go out and come in, links, and the log of runs."""

from typing import Annotated

from fastapi import Query, Response

from kinerja_api.access.actor import Actor
from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import (
    OptionalVersion,
    ReadingUnit,
    Router,
    UploadedFile,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.integrations.commands.channels import (
    Exchange,
    export_reports,
    import_statuses,
    set_link,
)
from kinerja_api.integrations.errors import (
    ChannelFileRefused,
    ExternalIdTaken,
    ReportNotForChannel,
)
from kinerja_api.integrations.queries.channels import get_link, get_run, list_links, list_runs
from kinerja_api.integrations.rules import ChannelName
from kinerja_api.integrations.rules.channel_files import CsvChannel
from kinerja_api.integrations.schemas.channels import (
    ChannelExportIn,
    ChannelLinkListParams,
    ChannelLinkOut,
    ChannelRunListParams,
    ChannelRunOut,
    ExternalLinkIn,
)

router = Router(tag="Channels")

_MANAGE = Permission.CHANNELS_MANAGE
_NATIONAL = ChannelName.NATIONAL


class CsvFile(Response):
    """A file with a header line."""

    media_type = "text/csv"


def _exchange(actor: Actor) -> Exchange:
    return Exchange(_NATIONAL, CsvChannel(), actor)


@router.post(
    "/channels/national/exports",
    permission=_MANAGE,
    name="channels_export",
    key_required=True,
    response_class=CsvFile,
)
async def post_export(
    actor: CurrentActor, writing: WritingUnit, given: ChannelExportIn
) -> Response:
    """Write a file (CSV) of what the national channel may know and does not know yet.

    Public, referred and linked reports that changed since they were last exported, at most 1,000:
    repeat with a new key until only the header comes. Words of a report only where they were
    published; never a confidential report, nor who reported. An answer that was lost comes again
    with its key.
    """
    content, run_id = await export_reports(writing, _exchange(actor), everything=given.everything)
    writing.headers["Location"] = f"/v1/channels/national/runs/{run_id}"
    writing.headers["Content-Disposition"] = f'attachment; filename="reports-{run_id}.csv"'
    return CsvFile(content, 201)


@router.post(
    "/channels/national/imports",
    permission=_MANAGE,
    name="channels_import",
    model=ChannelRunOut,
    location="/v1/channels/national/runs/{id}",
    raw=True,
    creates=True,
    problems=[ChannelFileRefused],
)
async def post_import(
    actor: CurrentActor,
    writing: WritingUnit,
    upload: UploadedFile,
    response: Response,
) -> ChannelRunOut:
    """Take in a file (CSV) of numbers and statuses from the national channel.

    Columns: `external_id`, `external_status`, `updated_at` (with its zone), and `ticket` or
    `report_id`. All rows or none; the pointer of a fault is line and column. The same file again
    changes nothing (200), an older status neither.
    """
    upload.file.seek(0)
    run, is_new = await import_statuses(writing, _exchange(actor), upload.file.read())
    if not is_new:
        response.status_code = 200
    return run


@router.list(
    "/channels/national/links", permission=_MANAGE, name="channel_links_list", item=ChannelLinkOut
)
async def get_links(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ChannelLinkListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ChannelLinkOut]:
    """List which report has which number in the national channel."""
    return await list_links(reading, actor, params, cursors, channel=_NATIONAL)


@router.list(
    "/channels/national/runs", permission=_MANAGE, name="channel_runs_list", item=ChannelRunOut
)
async def get_runs(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ChannelRunListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ChannelRunOut]:
    """List the exchanges with the national channel, refused ones too."""
    del actor
    return await list_runs(reading, params, cursors, channel=_NATIONAL)


@router.get(
    "/channels/national/runs/{run_id}",
    permission=_MANAGE,
    name="channel_runs_get",
    model=ChannelRunOut,
    problems=[ResourceNotFound],
)
async def get_one_run(actor: CurrentActor, reading: ReadingUnit, run_id: Id) -> ChannelRunOut:
    """Read one exchange with the national channel."""
    del actor
    return await get_run(reading, run_id)


@router.get(
    "/citizen-reports/{report_id}/external-link",
    permission=_MANAGE,
    name="citizen_reports_external_link",
    model=ChannelLinkOut,
    problems=[ResourceNotFound],
)
async def get_external_link(
    actor: CurrentActor, reading: ReadingUnit, report_id: Id
) -> ChannelLinkOut:
    """Read under which number the national channel knows a report."""
    return await get_link(reading, actor, _NATIONAL, report_id)


@router.put(
    "/citizen-reports/{report_id}/external-link",
    permission=_MANAGE,
    name="citizen_reports_set_external_link",
    model=ChannelLinkOut,
    creates=True,
    problems=[ResourceNotFound, ReportNotForChannel, ExternalIdTaken],
)
async def put_external_link(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ExternalLinkIn,
    version: OptionalVersion,
    response: Response,
) -> ChannelLinkOut:
    """Set by hand under which number the national channel knows a report, and how it stands."""
    link, is_new = await set_link(writing, _exchange(actor), report_id, given, expected=version)
    if is_new:
        response.status_code = 201
    return link
