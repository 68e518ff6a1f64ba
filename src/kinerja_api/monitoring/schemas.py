"""Wire shapes of the start page and of the live view."""

import datetime as dt
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.access.rules import AccountKind, Role
from kinerja_api.core.schemas import word
from kinerja_api.evaluations.rules import EvaluationStatus
from kinerja_api.organisation.rules import EmployeeKind, PlacementKind
from kinerja_api.planning.rules import PeriodKind, PeriodStatus, PlanStatus
from kinerja_api.scoring.rules import Predicate


class MyAccount(TypedDict):
    """The account of the caller."""

    id: UUID
    kind: Annotated[str, word(AccountKind)]
    login: str
    name: str
    roles: Annotated[list[Annotated[str, word(Role)]], Field(description="Held today")]


class MyTenant(TypedDict):
    """The caller's government."""

    id: UUID
    code: str
    name: str
    time_zone: str


class MyEmployee(TypedDict):
    """The person behind the account."""

    id: UUID
    kind: Annotated[str, word(EmployeeKind)]
    nip: str | None
    name: str
    rank: str | None


class MyPlacement(TypedDict):
    """Where the caller works today; the definitive placement before an acting one."""

    id: UUID
    kind: Annotated[str, word(PlacementKind)]
    unit_id: UUID
    unit_code: str
    unit_name: str
    position_id: UUID
    position_title: str
    is_head: bool
    starts_on: dt.date
    ends_on: dt.date | None


class NamedEmployee(TypedDict):
    """An employee by name."""

    id: UUID
    name: str


class NamedUnit(TypedDict):
    """A unit by name."""

    id: UUID
    code: str
    name: str


class MyPeriod(TypedDict):
    """A period that contains today."""

    id: UUID
    code: str
    kind: Annotated[str, word(PeriodKind)]
    starts_on: dt.date
    ends_on: dt.date
    status: Annotated[str, word(PeriodStatus)]


class MyPlan(TypedDict):
    """The plan of this year for today's placement."""

    id: UUID
    year: int
    status: Annotated[str, word(PlanStatus)]


class MyNorms(TypedDict):
    """The limits in force today."""

    first_log_day: Annotated[dt.date, Field(description="Oldest day that still takes a log")]
    first_late_log_day: Annotated[
        dt.date, Field(description="Oldest day that takes a late log, with a reason")
    ]
    last_log_day: Annotated[dt.date, Field(description="Latest day that takes a log")]
    first_approval_day: Annotated[
        dt.date, Field(description="Oldest submission that may be decided")
    ]
    first_late_approval_day: Annotated[
        dt.date, Field(description="Oldest submission that may be decided late, with a note")
    ]
    log_days_back: int
    daily_minutes_limit: int
    log_overlap_allowed: bool
    working_week: Annotated[list[int], Field(description="ISO weekdays; 1 is Monday")]
    objection_days: int


class MyTasks(TypedDict):
    """What waits for the caller."""

    plans: Annotated[int, Field(description="Submitted plans of subordinates")]
    logs: Annotated[int, Field(description="Submitted logs of subordinates, of the last 92 days")]
    results: Annotated[int, Field(description="Entered results of subordinates")]
    obstacles: Annotated[int, Field(description="Open, of subordinates and of units one heads")]
    evaluations: Annotated[int, Field(description="Evaluations to decide")]
    acknowledgements: Annotated[int, Field(description="Own evaluations to acknowledge")]


class MeOut(TypedDict):
    """Everything a client needs at start, in one answer."""

    server_time: dt.datetime
    today: Annotated[dt.date, Field(description="Of the government's time zone")]
    account: MyAccount
    tenant: MyTenant
    employee: MyEmployee | None
    placement: MyPlacement | None
    superior: NamedEmployee | None
    periods: list[MyPeriod]
    plan: MyPlan | None
    norms: MyNorms
    unread_notices: int
    headed_units: list[NamedUnit]
    subordinate_count: Annotated[int, Field(description="Direct subordinates today")]
    waiting: MyTasks


class LiveWaiting(TypedDict):
    """What waits for approval."""

    plans: int
    logs: Annotated[int, Field(description="Of the last 92 days")]
    results: int


class LiveProgress(TypedDict):
    """Achievement so far in the current period, by the formula of scoring."""

    indicator_count: Annotated[
        int, Field(description="Indicators of main targets of approved plans with a target")
    ]
    reported_count: Annotated[int, Field(description="Those with a result not returned")]
    verified_count: Annotated[int, Field(description="Those with a verified result")]
    mean_achievement_percent: Annotated[
        Decimal | None,
        Field(description="Mean of the capped achievements; without a result 0; null: none"),
    ]


class LiveStages(TypedDict):
    """Evaluations of the latest closing by stage."""

    opened: int
    decided: int
    objected: int
    final: int


class LiveUnitOut(TypedDict):
    """The unit's own people, or a unit directly below with all under it."""

    unit_id: UUID
    unit_code: str
    unit_name: str
    people_count: Annotated[int, Field(description="Placed today; each person once")]
    working_count: Annotated[int, Field(description="Of these, in a unit that works today")]
    logged_count: Annotated[int, Field(description="With a log of today in any state")]
    missing_count: Annotated[int, Field(description="Working today, without a log of today")]
    planned_count: Annotated[int, Field(description="With a plan of this year in force")]
    waiting: LiveWaiting
    progress: LiveProgress
    open_obstacle_count: int
    evaluations: LiveStages
    predicates: Annotated[
        dict[Annotated[str, word(Predicate)], int], Field(description="Decided predicates")
    ]


class LiveTotal(TypedDict):
    """The sums over the whole subtree."""

    people_count: int
    working_count: int
    logged_count: int
    missing_count: int
    planned_count: int
    waiting: LiveWaiting
    progress: LiveProgress
    open_obstacle_count: int
    evaluations: LiveStages
    predicates: dict[Annotated[str, word(Predicate)], int]


class LivePeriod(TypedDict):
    """The period of the progress: the shortest that contains today."""

    id: UUID
    code: str
    starts_on: dt.date
    ends_on: dt.date
    gone_percent: Annotated[Decimal, Field(description="Share of its days gone, today included")]


class LiveObstacle(TypedDict):
    """An open obstacle."""

    id: UUID
    unit_id: UUID
    employee_id: UUID
    employee_name: str
    title: str
    created_at: dt.datetime


class LiveClosing(TypedDict):
    """The latest closing that is done."""

    id: UUID
    period_id: UUID
    period_code: str
    number: int


class LiveOut(TypedDict):
    """What a head sees of a unit and everything below it, now."""

    unit_id: UUID
    today: dt.date
    server_time: dt.datetime
    period: LivePeriod | None
    closing: LiveClosing | None
    total: LiveTotal
    units: Annotated[
        list[LiveUnitOut],
        Field(description="The unit itself (its own people), then each unit directly below it"),
    ]
    not_logged: Annotated[
        list[NamedEmployee],
        Field(description="At most 200 who work today and have no log yet, by name"),
    ]
    obstacles: Annotated[list[LiveObstacle], Field(description="The newest 20 that are open")]


STAGES = (
    EvaluationStatus.OPENED,
    EvaluationStatus.DECIDED,
    EvaluationStatus.OBJECTED,
    EvaluationStatus.FINAL,
)


class StatusSum(TypedDict):
    """Logs of one status in a month."""

    logs: int
    minutes: int


class DashboardMonth(TypedDict):
    """Logs of a month by status."""

    month: Annotated[dt.date, Field(description="Its first day")]
    draft: StatusSum
    submitted: StatusSum
    approved: StatusSum
    returned: StatusSum


class DashboardUnit(TypedDict):
    """The unit's own people, or a unit directly below with all under it."""

    unit_id: UUID
    unit_code: str
    unit_name: str
    months: list[DashboardMonth]


class DashboardOut(TypedDict):
    """A year of a unit and everything below it, by month and status of the logs."""

    unit_id: UUID
    year: int
    total: Annotated[list[DashboardMonth], Field(description="The whole subtree, all 12 months")]
    units: Annotated[
        list[DashboardUnit],
        Field(description="The unit itself (its own people), then each unit directly below it"),
    ]
