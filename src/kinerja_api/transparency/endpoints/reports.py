"""Published reports and the follow-up of musrenbang input, for everybody."""

from typing import Annotated

from fastapi import Depends, Query, Response

from kinerja_api.access.entrance import PublicTenant
from kinerja_api.core.csv_out import Format, TooManyRows, whole_table
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import RateLimited, ResourceNotFound
from kinerja_api.core.routes import PUBLIC, CallerLanguage, ReadingUnit, Router
from kinerja_api.core.schemas import Page
from kinerja_api.transparency.queries.reports import (
    Reader,
    count_musrenbang,
    list_musrenbang,
    list_published_reports,
)
from kinerja_api.transparency.schemas.reports import (
    MUSRENBANG_COLUMNS,
    REPORT_COLUMNS,
    MusrenbangInputOut,
    MusrenbangListParams,
    MusrenbangTotalsOut,
    MusrenbangTotalsParams,
    PublishedReportListParams,
    PublishedReportOut,
)

router = Router(tag="Public", prefix="/v1/public/{tenant}")

_MAX_AGE = 300


async def _reader(tenant: PublicTenant, reading: ReadingUnit, language: CallerLanguage) -> Reader:
    """Tell caches that the answer is in one of two languages."""
    reading.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    return Reader(tenant.time_zone, language)


CurrentReader = Annotated[Reader, Depends(_reader)]


@router.list(
    "/reports",
    permission=PUBLIC,
    name="public_reports_list",
    item=PublishedReportOut,
    problems=[ResourceNotFound, RateLimited, TooManyRows],
    max_age=_MAX_AGE,
    csv=True,
)
async def get_reports(
    reader: CurrentReader,
    reading: ReadingUnit,
    params: Annotated[PublishedReportListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PublishedReportOut] | Response:
    """List the published reports of citizens, as JSON or CSV.

    Shown are the texts as an officer published them, days without a clock time and a place
    rounded to about a kilometre. Nobody is named: not who reported, handles it or is accused.
    """
    if params.format is Format.JSON:
        return await list_published_reports(reading, params, cursors, reader)
    return await whole_table(
        lambda page: list_published_reports(reading, page, cursors, reader),
        params,
        REPORT_COLUMNS,
        name="reports",
    )


@router.list(
    "/musrenbang",
    permission=PUBLIC,
    name="public_musrenbang_list",
    item=MusrenbangInputOut,
    problems=[ResourceNotFound, RateLimited, TooManyRows],
    max_age=_MAX_AGE,
    csv=True,
)
async def get_musrenbang(
    reader: CurrentReader,
    reading: ReadingUnit,
    params: Annotated[MusrenbangListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[MusrenbangInputOut] | Response:
    """List the published input of development planning meetings (musrenbang), as JSON or CSV.

    Each with its state, the answer and the days it took.
    """
    if params.format is Format.JSON:
        return await list_musrenbang(reading, params, cursors, reader)
    return await whole_table(
        lambda page: list_musrenbang(reading, page, cursors, reader),
        params,
        MUSRENBANG_COLUMNS,
        name="musrenbang",
    )


@router.get(
    "/musrenbang/totals",
    permission=PUBLIC,
    name="public_musrenbang_totals",
    model=MusrenbangTotalsOut,
    problems=[ResourceNotFound, RateLimited],
    max_age=_MAX_AGE,
)
async def get_musrenbang_totals(
    reader: CurrentReader,
    reading: ReadingUnit,
    params: Annotated[MusrenbangTotalsParams, Query()],
) -> MusrenbangTotalsOut:
    """Count the musrenbang input of a year by stage, published or not.

    Counts of one to four are not told, nor one from which they would follow.
    """
    return await count_musrenbang(reading, params.year, reader)
