"""Reads of campaigns by the staff: published ones by all, others by those who keep the service.

Keepers are the heads of the service's unit and of those above it, and who manages surveys by a
grant; who reads surveys of the whole government sees them too.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    FromClause,
    Text,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.tables import units
from kinerja_api.services.tables import services
from kinerja_api.surveys.errors import NotKeeperOfService
from kinerja_api.surveys.policies import allowed_actions
from kinerja_api.surveys.rules import CampaignStatus
from kinerja_api.surveys.schemas.campaigns import (
    CampaignListParams,
    CampaignOut,
    CampaignSort,
    TrendOut,
    TrendPointOut,
)
from kinerja_api.surveys.tables import survey_campaigns

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_UNIT = bindparam("unit_id", type_=Uuid)
_CAMPAIGN = survey_campaigns.c
_POINTS = 100

FILTERS = {
    "unit_id": _CAMPAIGN.unit_id == _UNIT,
    "service_id": _CAMPAIGN.service_id == bindparam("service_id", type_=Uuid),
    "status": _CAMPAIGN.status == bindparam("status", type_=Text),
}
IS_PUBLISHED = _CAMPAIGN.status == CampaignStatus.PUBLISHED
SORTS = {
    sort: Sort(
        (("ends_on", _CAMPAIGN.ends_on), ("id", _CAMPAIGN.id)), descending=sort.startswith("-")
    )
    for sort in CampaignSort
}


def is_kept(unit_id: ColumnElement[Any], *, kept: Reach) -> ColumnElement[bool]:
    """Return the condition that the actor keeps the services of the unit.

    kept: ``reach`` of SURVEYS_MANAGE; values: ``scope_values`` of it.
    """
    return func.coalesce(in_scope(cast(null(), Uuid), unit_id, reach=kept), False)


def shape_of(actor: Actor) -> tuple[Reach, Reach]:
    """Return how far the actor reads and manages."""
    return reach(actor, Permission.SURVEYS_READ), reach(actor, Permission.SURVEYS_MANAGE)


def values_of(actor: Actor) -> dict[str, object]:
    """Return the values of the parameters in ``is_kept`` and ``is_seen``."""
    return scope_values(actor, Permission.SURVEYS_MANAGE)


def is_seen(*, seen: Reach, kept: Reach) -> ColumnElement[bool]:
    """Return the condition that the actor sees the campaign."""
    if seen == "tenant":
        return true()
    return or_(IS_PUBLISHED, is_kept(_CAMPAIGN.unit_id, kept=kept))


def name_of(table: FromClause, row_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the name of the row of this id; for a select list."""
    return (
        select(table.c.name)
        .where(table.c.tenant_id == _TENANT, table.c.id == row_id)
        .scalar_subquery()
    )


IS_SAMPLE_MET = _CAMPAIGN.respondents >= _CAMPAIGN.sample_needed
DERIVED: dict[str, ColumnElement[Any]] = {
    "service_name": name_of(services, _CAMPAIGN.service_id).label("service_name"),
    "unit_name": name_of(units, _CAMPAIGN.unit_id).label("unit_name"),
    "is_sample_met": IS_SAMPLE_MET.label("is_sample_met"),
    "is_published": IS_PUBLISHED.label("is_published"),
    "campaign_id": _CAMPAIGN.id.label("campaign_id"),
}


def columns_of(names: list[str]) -> list[ColumnElement[Any]]:
    """Return the columns of a campaign by their names on the wire."""
    return [DERIVED[name] if name in DERIVED else _CAMPAIGN[name] for name in names]


def _shown(*, seen: Reach, kept: Reach) -> Rows:
    plain = [name for name in CampaignOut.__annotations__ if name != "allowed_actions"]
    keeper = is_kept(_CAMPAIGN.unit_id, kept=kept).label("keeper")
    return select(*columns_of(plain), keeper).where(
        _CAMPAIGN.tenant_id == _TENANT, is_seen(seen=seen, kept=kept)
    )


def _out(*, keeper: bool, **row: Any) -> CampaignOut:  # noqa: ANN401 - the columns of a row
    return CampaignOut(**row, allowed_actions=allowed_actions(row["status"], keeper=keeper))


@statement
def _campaign(*, seen: Reach, kept: Reach) -> Executable:
    return _shown(seen=seen, kept=kept).where(_CAMPAIGN.id == _ID)


@statement
def _lock() -> Executable:
    return (
        select(_CAMPAIGN.id)
        .where(_CAMPAIGN.tenant_id == _TENANT, _CAMPAIGN.id == _ID)
        .with_for_update()
    )


@statement
def _is_keeper(kept: Reach) -> Executable:
    return select(is_kept(_UNIT, kept=kept))


async def get_campaign(reading: Reading, actor: Actor, campaign_id: UUID) -> CampaignOut:
    """Return the campaign; ResourceNotFound."""
    seen, kept = shape_of(actor)
    wanted = _campaign(seen=seen, kept=kept)
    row = await reading.row(wanted, _out, id=campaign_id, **values_of(actor))
    if row is None:
        raise ResourceNotFound
    return row


async def lock_campaign(writing: Writing, actor: Actor, campaign_id: UUID) -> CampaignOut:
    """Lock the campaign for its keeper, against answers too; ResourceNotFound, NotKeeper…."""
    await writing.value(_lock(), id=campaign_id)
    campaign = await get_campaign(writing, actor, campaign_id)
    await require_keeper(writing, actor, campaign["unit_id"])
    return campaign


async def require_keeper(reading: Reading, actor: Actor, unit_id: UUID) -> None:
    """Raise NotKeeperOfService unless the actor keeps the services of the unit."""
    kept = shape_of(actor)[1]
    if not await reading.value(_is_keeper(kept), unit_id=unit_id, **values_of(actor)):
        raise NotKeeperOfService


@statement
def _unit_of_service() -> Executable:
    return select(services.c.unit_id).where(
        services.c.tenant_id == _TENANT,
        services.c.id == bindparam("service_id", type_=Uuid),
        services.c.is_active,
    )


async def unit_of_service(reading: Reading, service_id: UUID) -> UUID:
    """Return the unit of an active service; UnknownReference."""
    unit_id = await reading.value(_unit_of_service(), service_id=service_id)
    if unit_id is None:
        raise UnknownReference.at("/service_id")
    return unit_id


async def list_campaigns(
    reading: Reading, actor: Actor, params: CampaignListParams, cursors: Cursors
) -> Page[CampaignOut]:
    """Return one page of campaigns."""
    filters = params.filters()
    given, (seen, kept) = tuple(sorted(filters)), shape_of(actor)
    return await fetch_page(
        reading,
        lambda: _shown(seen=seen, kept=kept).where(*[FILTERS[name] for name in given]),
        _out,
        name="survey_campaigns",
        params=params,
        sort=SORTS[params.sort],
        cursors=cursors,
        shape_key=(given, seen, kept),
        values={**filters, **values_of(actor)},
    )


def _points(*conditions: ColumnElement[bool]) -> Rows:
    names = list(TrendPointOut.__annotations__)
    last = (
        select(*columns_of(names))
        .where(
            _CAMPAIGN.tenant_id == _TENANT,
            _CAMPAIGN.unit_id == _UNIT,
            _CAMPAIGN.respondents.is_not(None),
            *conditions,
        )
        .order_by(_CAMPAIGN.ends_on.desc(), _CAMPAIGN.id.desc())
        .limit(_POINTS)
        .subquery("last_points")
    )
    return select(last).order_by(last.c.ends_on, last.c.campaign_id)


@statement
def _seen_points(*, seen: Reach, kept: Reach) -> Executable:
    return _points(is_seen(seen=seen, kept=kept))


@statement
def _published_points() -> Executable:
    return _points(IS_PUBLISHED)


@statement
def _unit_exists() -> Executable:
    return select(exists().where(units.c.tenant_id == _TENANT, units.c.id == _UNIT))


async def get_trend(reading: Reading, actor: Actor, unit_id: UUID) -> TrendOut:
    """Return the results of the unit that the actor sees; ResourceNotFound."""
    seen, kept = shape_of(actor)
    wanted = _seen_points(seen=seen, kept=kept)
    points = await reading.rows(wanted, TrendPointOut, unit_id=unit_id, **values_of(actor))
    return await _trend(reading, unit_id, points)


async def get_published_trend(reading: Reading, unit_id: UUID) -> TrendOut:
    """Return the published results of the unit; ResourceNotFound."""
    points = await reading.rows(_published_points(), TrendPointOut, unit_id=unit_id)
    return await _trend(reading, unit_id, points)


async def _trend(reading: Reading, unit_id: UUID, points: list[TrendPointOut]) -> TrendOut:
    if not points and not await reading.value(_unit_exists(), unit_id=unit_id):
        raise ResourceNotFound
    return TrendOut(unit_id=unit_id, points=points)
