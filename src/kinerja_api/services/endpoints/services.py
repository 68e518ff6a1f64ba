"""Public services, their standards, figures and rating tokens."""

import datetime as dt
from dataclasses import asdict
from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Day, Id, Page
from kinerja_api.organisation.errors import EndsBeforeStart, RangeTooLong
from kinerja_api.organisation.rules import Figure
from kinerja_api.services.commands.services import (
    change_service,
    change_standard,
    create_service,
    create_standard,
)
from kinerja_api.services.commands.tokens import issue_tokens
from kinerja_api.services.errors import (
    NotServiceKeeper,
    NotServiceStaff,
    ServiceCodeTaken,
    ServiceInactive,
    StandardOverlaps,
    TokenDaysRefused,
)
from kinerja_api.services.queries.figures import figures
from kinerja_api.services.queries.services import (
    get_service,
    get_standard,
    list_services,
    list_standards,
)
from kinerja_api.services.queries.staff import require_reader
from kinerja_api.services.schemas.figures import (
    MeasuredTransactionOut,
    RatingTokensIn,
    RatingTokensOut,
    ServiceFigureOut,
    ServiceFiguresOut,
)
from kinerja_api.services.schemas.services import (
    ServiceIn,
    ServiceListParams,
    ServiceOut,
    ServicePatch,
    StandardIn,
    StandardListParams,
    StandardOut,
    StandardPatch,
)

router = Router(tag="Services")

_READ, _MANAGE = Permission.SERVICES_READ, Permission.SERVICES_MANAGE
_MOST_DAYS = 1096
_MOST_ITEMS = 1000


@router.list("/services", permission=_READ, name="services_list", item=ServiceOut)
async def get_services(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ServiceListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ServiceOut]:
    """List services; every member of the government sees them."""
    del actor
    return await list_services(reading, params, cursors)


@router.post(
    "/services",
    permission=_MANAGE,
    name="services_create",
    model=ServiceOut,
    location="/v1/services/{id}",
    problems=[NotServiceKeeper, ServiceCodeTaken, UnknownReference],
)
async def post_service(actor: CurrentActor, writing: WritingUnit, service: ServiceIn) -> ServiceOut:
    """Create a service of a unit.

    For the personnel agency, and for heads of the unit or of one above.
    """
    return await create_service(writing, actor, service)


@router.get(
    "/services/{service_id}",
    permission=_READ,
    name="services_get",
    model=ServiceOut,
    problems=[ResourceNotFound],
)
async def get_one_service(actor: CurrentActor, reading: ReadingUnit, service_id: Id) -> ServiceOut:
    """Read a service."""
    del actor
    return await get_service(reading, service_id)


@router.patch(
    "/services/{service_id}",
    permission=_MANAGE,
    name="services_change",
    model=ServiceOut,
    problems=[ResourceNotFound, NotServiceKeeper, ServiceCodeTaken],
)
async def patch_service(
    actor: CurrentActor,
    writing: WritingUnit,
    service_id: Id,
    patch: ServicePatch,
    version: RequiredVersion,
) -> ServiceOut:
    """Change a service; with `is_active` false it takes no new transactions or ratings."""
    return await change_service(writing, actor, service_id, patch, expected=version)


@router.list(
    "/services/{service_id}/standards",
    permission=_READ,
    name="service_standards_list",
    item=StandardOut,
    problems=[ResourceNotFound],
)
async def get_standards(
    actor: CurrentActor,
    reading: ReadingUnit,
    service_id: Id,
    params: Annotated[StandardListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[StandardOut]:
    """List the standards of a service, the newest first."""
    del actor
    return await list_standards(reading, service_id, params, cursors)


@router.post(
    "/services/{service_id}/standards",
    permission=_MANAGE,
    name="service_standards_create",
    model=StandardOut,
    location="/v1/service-standards/{id}",
    problems=[ResourceNotFound, NotServiceKeeper, StandardOverlaps, EndsBeforeStart],
)
async def post_standard(
    actor: CurrentActor, writing: WritingUnit, service_id: Id, standard: StandardIn
) -> StandardOut:
    """Publish a standard; end the former one first, for a service has one on a day."""
    return await create_standard(writing, actor, service_id, standard)


@router.get(
    "/service-standards/{standard_id}",
    permission=_READ,
    name="service_standards_get",
    model=StandardOut,
    problems=[ResourceNotFound],
)
async def get_one_standard(
    actor: CurrentActor, reading: ReadingUnit, standard_id: Id
) -> StandardOut:
    """Read a standard."""
    del actor
    return await get_standard(reading, standard_id)


@router.patch(
    "/service-standards/{standard_id}",
    permission=_MANAGE,
    name="service_standards_change",
    model=StandardOut,
    problems=[ResourceNotFound, NotServiceKeeper, StandardOverlaps, EndsBeforeStart],
)
async def patch_standard(
    actor: CurrentActor,
    writing: WritingUnit,
    standard_id: Id,
    patch: StandardPatch,
    version: RequiredVersion,
) -> StandardOut:
    """Change or end a standard; figures are computed anew from it, closed periods stay."""
    return await change_standard(writing, actor, standard_id, patch, expected=version)


@router.get(
    "/services/{service_id}/figures",
    permission=Permission.TRANSACTIONS_READ,
    name="services_figures",
    model=ServiceFiguresOut,
    problems=[ResourceNotFound, NotServiceStaff, RangeTooLong],
)
async def get_service_figures(
    actor: CurrentActor,
    reading: ReadingUnit,
    service_id: Id,
    first: Annotated[Day, Query(alias="from", description="First day, inside")],
    last: Annotated[Day, Query(alias="to", description="Last day, inside")],
) -> ServiceFiguresOut:
    """Read the processing times of what was done on these days, at most three years.

    Each document is held against the standard in force when its file was complete; below the
    minimum sample a figure says nothing. For those who see the unit's transactions.
    """
    service = await get_service(reading, service_id)
    await require_reader(reading, actor, service["unit_id"])
    if last - first > dt.timedelta(days=_MOST_DAYS):
        raise RangeTooLong(most=_MOST_DAYS)
    found = await figures(reading, None, service_id, first, last)
    return ServiceFiguresOut(
        service_id=service_id,
        first_day=first,
        last_day=last,
        processing_unit=found.processing_unit,
        median=_figure(found.median),
        ninetieth=_figure(found.ninetieth),
        on_time_share=_figure(found.on_time_share),
        items=[MeasuredTransactionOut(**asdict(item)) for item in found.items[:_MOST_ITEMS]],
    )


def _figure(figure: Figure) -> ServiceFigureOut:
    return ServiceFigureOut(value=figure.value, sample=figure.sample, minimum=figure.minimum)


@router.post(
    "/services/{service_id}/tokens",
    permission=_MANAGE,
    name="services_issue_tokens",
    model=RatingTokensOut,
    sealed=True,
    problems=[ResourceNotFound, NotServiceKeeper, ServiceInactive, TokenDaysRefused],
)
async def post_tokens(
    actor: CurrentActor, writing: WritingUnit, service_id: Id, given: RatingTokensIn
) -> RatingTokensOut:
    """Issue one-time tokens for ratings of a service, to be printed as QR codes.

    They are shown this once; kept are hashes, which lead to no document and no person.
    """
    return await issue_tokens(writing, actor, service_id, given)
