"""The start page: one statement, beside the norms, which are cached."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Date,
    FromClause,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.access.tables import accounts, tenants
from kinerja_api.activities.queries.logs import WAITING_DAYS
from kinerja_api.activities.queries.obstacles import OPEN
from kinerja_api.activities.rules import LogStatus
from kinerja_api.activities.tables import activity_logs, obstacles
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import Rows, statement
from kinerja_api.evaluations.rules import EvaluationStatus
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.monitoring.queries.people import TODAY, of_same
from kinerja_api.monitoring.schemas import MeOut, MyNorms, MyTasks
from kinerja_api.notices.queries import unread_count_select
from kinerja_api.organisation.queries.leading import headed_units
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.organisation.queries.outages import windows_on
from kinerja_api.organisation.queries.scope import is_me, scope_values, superior_of
from kinerja_api.organisation.queries.subordinates import direct_subordinates
from kinerja_api.organisation.rules import Norms, PlacementKind, Windows
from kinerja_api.organisation.tables import employees, placements, positions, units
from kinerja_api.planning.rules import PlanStatus
from kinerja_api.planning.tables import periods, plans
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.tables import indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)
_ME = bindparam("scope_me", type_=Uuid)


@dataclass(frozen=True, slots=True)
class _Row:
    account: dict[str, Any]
    tenant: dict[str, Any]
    employee: dict[str, Any] | None
    placement: dict[str, Any] | None
    superior: dict[str, Any] | None
    periods: list[Any]
    plan: dict[str, Any] | None
    unread_notices: int
    headed_units: list[Any]
    subordinate_count: int
    waiting_plans: int
    waiting_logs: int
    waiting_results: int
    waiting_obstacles: int
    waiting_evaluations: int
    acknowledgements: int


async def get_me(reading: Reading, actor: Actor) -> MeOut:
    """Return who the caller is, where he works, what he leads and what waits for him."""
    today = actor.today
    row = await reading.row(
        _me(),
        _Row,
        account_id=actor.account_id,
        first_log_day=today - WAITING_DAYS,
        year=today.year,
        **scope_values(actor, Permission.ME),
    )
    if row is None:
        raise ResourceNotFound
    return MeOut(
        server_time=clock.now(),
        today=today,
        account={**row.account, "roles": [str(role) for role in actor.roles()]},  # pyright: ignore[reportArgumentType] - jsonb has the keys of MyAccount
        tenant=row.tenant,  # pyright: ignore[reportArgumentType] - jsonb, as account
        employee=row.employee,  # pyright: ignore[reportArgumentType] - jsonb, as account
        placement=row.placement,  # pyright: ignore[reportArgumentType] - jsonb, as account
        superior=row.superior,  # pyright: ignore[reportArgumentType] - jsonb, as account
        periods=row.periods,
        plan=row.plan,  # pyright: ignore[reportArgumentType] - jsonb, as account
        norms=_norms(await norms_on(reading, today), await windows_on(reading, today)),
        unread_notices=row.unread_notices,
        headed_units=row.headed_units,
        subordinate_count=row.subordinate_count,
        waiting=MyTasks(
            plans=row.waiting_plans,
            logs=row.waiting_logs,
            results=row.waiting_results,
            obstacles=row.waiting_obstacles,
            evaluations=row.waiting_evaluations,
            acknowledgements=row.acknowledgements,
        ),
    )


def _norms(norms: Norms, windows: Windows) -> MyNorms:
    return MyNorms(
        first_log_day=windows.first_entry_day,
        first_late_log_day=windows.first_late_entry_day,
        last_log_day=windows.last_entry_day,
        first_approval_day=windows.first_approval_day,
        first_late_approval_day=windows.first_late_approval_day,
        log_days_back=norms.log_days_back,
        daily_minutes_limit=norms.daily_minutes_limit,
        log_overlap_allowed=norms.log_overlap_allowed,
        working_week=list(norms.working_week),
        objection_days=norms.objection_days,
    )


def as_object(**columns: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the columns as one JSON object."""
    pairs = [part for name, column in columns.items() for part in (_key(name), column)]
    return func.jsonb_build_object(*pairs, type_=JSONB)


def _key(name: str) -> ColumnElement[str]:
    return literal(name, Text, literal_execute=True)


def as_list(item: ColumnElement[Any], *order: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the items of all rows as one JSON list."""
    rows = func.jsonb_agg(item).aggregate_order_by(*order) if order else func.jsonb_agg(item)
    return func.coalesce(rows, func.jsonb_build_array(), type_=JSONB)


@statement
def _me() -> Executable:
    mine = _placement().cte("mine")
    led = direct_subordinates().cte("led").prefix_with("MATERIALIZED")
    parts: dict[str, Rows] = {
        "employee": _employee(),
        "placement": select(as_object(**dict(mine.c.items()))),
        "superior": _superior(),
        "periods": _periods(),
        "plan": _plan(mine),
        "unread_notices": unread_count_select(_ME),
        "headed_units": _headed_units(),
        "subordinate_count": select(func.count()).select_from(led),
        "waiting_plans": _waiting_plans(led),
        "waiting_logs": _waiting_logs(led),
        "waiting_results": _waiting_results(led),
        "waiting_obstacles": _waiting_obstacles(led),
        "waiting_evaluations": _evaluations("superior_id", EvaluationStatus.OPENED),
        "acknowledgements": _evaluations("employee_id", EvaluationStatus.DECIDED),
    }
    own = accounts.c
    account = as_object(id=own.id, kind=own.kind, login=own.login, name=own.name)
    tenant = as_object(
        id=tenants.c.id, code=tenants.c.code, name=tenants.c.name, time_zone=tenants.c.time_zone
    )
    return (
        select(
            account.label("account"),
            tenant.label("tenant"),
            *[part.scalar_subquery().label(name) for name, part in parts.items()],
        )
        .join_from(accounts, tenants, tenants.c.id == own.tenant_id)
        .where(own.tenant_id == _TENANT, own.id == bindparam("account_id", type_=Uuid))
    )


def _employee() -> Rows:
    own = employees.c
    return select(
        as_object(id=own.id, kind=own.kind, nip=own.nip, name=own.name, rank=own.rank)
    ).where(own.tenant_id == _TENANT, own.id == _ME)


def _placement() -> Rows:
    """The placement of today that also decides who the superior is (``superior_of``)."""
    return (
        select(
            placements.c.id,
            placements.c.kind,
            placements.c.unit_id,
            units.c.code.label("unit_code"),
            units.c.name.label("unit_name"),
            placements.c.position_id,
            positions.c.title.label("position_title"),
            placements.c.is_head,
            placements.c.starts_on,
            placements.c.ends_on,
        )
        .join_from(placements, units, of_same(placements, units, id="unit_id"))
        .join(positions, of_same(placements, positions, id="position_id"))
        .where(
            placements.c.tenant_id == _TENANT,
            placements.c.employee_id == _ME,
            holds_on(placements, TODAY),
        )
        .order_by(
            placements.c.kind != PlacementKind.DEFINITIVE, placements.c.starts_on, placements.c.id
        )
        .limit(1)
    )


def _superior() -> Rows:
    return select(as_object(id=employees.c.id, name=employees.c.name)).where(
        employees.c.tenant_id == _TENANT, employees.c.id == superior_of(_ME, TODAY)
    )


def _periods() -> Rows:
    own = periods.c
    item = as_object(
        id=own.id, code=own.code, kind=own.kind, starts_on=own.starts_on, ends_on=own.ends_on,
        status=own.status,
    )  # fmt: skip
    return select(as_list(item, own.ends_on - own.starts_on, own.id)).where(
        own.tenant_id == _TENANT, own.starts_on <= TODAY, own.ends_on >= TODAY
    )


def _plan(mine: FromClause) -> Rows:
    own = plans.c
    return (
        select(as_object(id=own.id, year=own.year, status=own.status))
        .join_from(plans, mine, mine.c.id == own.placement_id)
        .where(
            own.tenant_id == _TENANT,
            own.employee_id == _ME,
            own.year == bindparam("year", type_=Integer),
        )
    )


def _headed_units() -> Rows:
    item = as_object(id=units.c.id, code=units.c.code, name=units.c.name)
    return select(as_list(item, units.c.code)).where(
        units.c.tenant_id == _TENANT, units.c.id.in_(headed_units())
    )


def _waiting_plans(led: FromClause) -> Rows:
    return select(func.count()).where(
        plans.c.tenant_id == _TENANT,
        plans.c.employee_id.in_(select(led.c.employee_id)),
        plans.c.status == PlanStatus.SUBMITTED,
    )


def _waiting_logs(led: FromClause) -> Rows:
    return select(func.count()).where(
        activity_logs.c.tenant_id == _TENANT,
        activity_logs.c.employee_id.in_(select(led.c.employee_id)),
        activity_logs.c.work_date >= bindparam("first_log_day", type_=Date),
        activity_logs.c.work_date <= TODAY,
        activity_logs.c.status == LogStatus.SUBMITTED,
    )


def _waiting_results(led: FromClause) -> Rows:
    return select(func.count()).where(
        indicator_results.c.tenant_id == _TENANT,
        indicator_results.c.employee_id.in_(select(led.c.employee_id)),
        indicator_results.c.status == ResultStatus.ENTERED,
    )


def _waiting_obstacles(led: FromClause) -> Rows:
    own = obstacles.c
    headed = func.any(func.array(headed_units().scalar_subquery()))
    return select(func.count()).where(
        own.tenant_id == _TENANT,
        own.status == OPEN,
        or_(own.employee_id.in_(select(led.c.employee_id)), own.unit_id == headed),
        ~is_me(own.employee_id),
    )


def _evaluations(whose: str, status: EvaluationStatus) -> Rows:
    return select(func.count()).where(
        and_(
            evaluations.c.tenant_id == _TENANT,
            evaluations.c[whose] == _ME,
            evaluations.c.status == status,
        )
    )
