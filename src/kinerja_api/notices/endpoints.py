"""Each person's feed."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.routes import CallerLanguage, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Page
from kinerja_api.notices.commands import read_notices
from kinerja_api.notices.queries import list_notices
from kinerja_api.notices.schemas import (
    NoticeListParams,
    NoticeOut,
    ReadingsIn,
    ReadingsOut,
)

router = Router(tag="Notices")


@router.list("/me/notices", permission=Permission.ME, name="notices_list", item=NoticeOut)
async def get_notices(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[NoticeListParams, Query()],
    cursors: CursorsOfApp,
    language: CallerLanguage,
) -> Page[NoticeOut]:
    """List the notices of one's own feed, newest first.

    `text` is written in the language of the request (`Accept-Language`: `id` or `en`).
    """
    return await list_notices(reading, actor, params, cursors, language=language)


@router.post(
    "/me/notices/readings",
    permission=Permission.ME,
    name="notices_read",
    model=ReadingsOut,
)
async def post_readings(
    actor: CurrentActor, writing: WritingUnit, readings: ReadingsIn
) -> ReadingsOut:
    """Mark notices as read: those named, or everything up to one."""
    return await read_notices(writing, actor, readings)
