"""Wire shapes of how plans hang together."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.schemas import word
from kinerja_api.planning.rules import Cascading, PlanStatus, TargetKind


class SuperiorTargetOut(TypedDict):
    """A target of the superior that may be supported."""

    id: UUID
    number: int
    title: str


class SupportOut(TypedDict):
    """A subordinate's target that supports one of the plan."""

    id: UUID
    number: int
    title: str
    cascading: Annotated[str, word(Cascading)] | None
    plan_id: UUID
    plan_status: Annotated[str, word(PlanStatus)]
    employee_id: UUID
    employee_name: str


class CascadedTargetOut(TypedDict):
    """A target and who supports it."""

    id: UUID
    number: int
    kind: Annotated[str, word(TargetKind)]
    title: str
    superior_target_id: UUID | None
    supported_by: list[SupportOut]


class CascadeOut(TypedDict):
    """How a plan hangs together with the plans above and below it (matriks peran hasil)."""

    plan_id: UUID
    superior_targets: Annotated[
        list[SuperiorTargetOut], Field(description="Targets in the superior's approved plan")
    ]
    targets: list[CascadedTargetOut]
