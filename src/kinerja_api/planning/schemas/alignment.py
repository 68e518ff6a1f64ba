"""Wire shapes of alignment: who carries which goal, and what carries none."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Id, word
from kinerja_api.planning.rules import Approach, Cascading, Perspective, PlanStatus, TargetKind

_UNNAMED = Field(description="Targets of people outside your reach that come next below this")


class CarrierOut(TypedDict):
    """A target that carries a goal, or supports a target that does, and those that support it."""

    target_id: UUID
    number: int
    kind: Annotated[str, word(TargetKind)]
    title: str
    cascading: Annotated[str, word(Cascading)] | None
    plan_id: UUID
    plan_status: Annotated[str, word(PlanStatus)]
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    unit_name: str
    is_direct: Annotated[
        bool, Field(description="False where targets that you do not see lie between")
    ]
    unnamed_count: Annotated[int, _UNNAMED]
    supported_by: "list[CarrierOut]"


class AlignedGoalOut(TypedDict):
    """A goal with the goals that serve it and the targets that carry it."""

    goal_id: UUID
    code: str
    title: str
    perspective: Annotated[str, word(Perspective)] | None
    unit_id: UUID
    unit_name: str
    unnamed_count: Annotated[int, _UNNAMED]
    goals: "list[AlignedGoalOut]"
    targets: list[CarrierOut]


class GoalAlignmentOut(TypedDict):
    """A goal down to the people who carry it."""

    goal: AlignedGoalOut
    is_cut: Annotated[
        bool, Field(description="More than 1,000 goals and targets, or 20 levels: the rest is cut")
    ]


class ListedTargetOut(TypedDict):
    """A target with its plan and what it carries."""

    id: UUID
    number: int
    kind: Annotated[str, word(TargetKind)]
    title: str
    weight_percent: Decimal | None
    plan_id: UUID
    plan_status: Annotated[str, word(PlanStatus)]
    approach: Annotated[str, word(Approach)]
    year: int
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    unit_name: str
    goal_id: UUID | None
    goal_title: str | None
    superior_target_id: UUID | None
    superior_target_title: str | None
    cascading: Annotated[str, word(Cascading)] | None
    carries_goal: Annotated[
        bool, Field(description="Itself, or through the targets of superiors that it supports")
    ]


class TargetListParams(ListParams):
    """Filters of the list of targets."""

    year: Annotated[
        int | None, Field(ge=2014, le=2200, description="This year if not given")
    ] = None  # fmt: skip
    employee_id: Id | None = None
    below_id: Annotated[Id | None, Field(description="A unit and everything below it")] = None
    kind: TargetKind | None = None
    approach: Approach | None = None
    in_force: Annotated[Only, Field(description="Of plans in force only")] = None
    aligned: Annotated[
        bool | None, Field(description="Whether it names a goal or a target of the superior")
    ] = None
    carries_goal: Annotated[
        bool | None, Field(description="Whether it leads to a goal, itself or through superiors")
    ] = None


class AlignmentParams(ListParams):
    """What is asked of a unit's alignment."""


class UnitAlignmentOut(TypedDict):
    """How far the plans of a unit and everything below it are aligned."""

    unit_id: UUID
    unit_name: str
    year: int
    goal_count: int
    carried_goal_count: int
    main_target_count: Annotated[int, Field(description="In plans in force")]
    linked_target_count: Annotated[
        int, Field(description="Of these, with a goal or a target of the superior")
    ]
    planned_count: Annotated[int, Field(description="Civil servants with a plan in force")]
    unplanned_count: Annotated[int, Field(description="Civil servants without")]
