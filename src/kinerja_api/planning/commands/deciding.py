"""The way of a plan, or of its revision: submission, approval or return."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import Language, field_text
from kinerja_api.core.problems import FieldError
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.planning.commands.changes import gone_links
from kinerja_api.planning.commands.plans import begin, change_plan, is_closed, notify_of, tell
from kinerja_api.planning.commands.revising import take_in_force
from kinerja_api.planning.errors import PlanIncomplete
from kinerja_api.planning.queries.content import Content, read_contents
from kinerja_api.planning.queries.links import Links, find_links
from kinerja_api.planning.queries.plans import LockedPlan, get_plan
from kinerja_api.planning.rules import (
    UNDER_REVISION,
    Bounds,
    DraftIndicator,
    DraftTarget,
    PlanEvent,
    Surroundings,
    next_status,
    plan_faults,
    plan_warnings,
)
from kinerja_api.planning.schemas.content import IndicatorOut
from kinerja_api.planning.schemas.plans import PlanContentOut, PlanSubmittedOut, WarningOut


async def submit_plan(
    writing: Writing, actor: Actor, plan_id: UUID, *, expected: int | None, language: Language
) -> PlanSubmittedOut:
    """Hand a plan, or its revision, to the superior; PlanIncomplete with all that is wrong."""
    plan = await begin(writing, actor, plan_id, PlanEvent.SUBMIT, expected=expected)
    contents = await read_contents(writing, plan_id)
    content = contents["waiting"] or contents["live"]
    linked = [one["superior_target_id"] for one in content["targets"]]
    links = await find_links(writing, plan, filter(None, linked), today=actor.today)
    drafted = _drafted(content, links)
    norms = await norms_on(writing, actor.today)
    faults = plan_faults(drafted, alignment_required=norms.alignment_required)
    if contents["waiting"] is not None:
        faults += await gone_links(writing, contents["waiting"])
    if faults:
        raise PlanIncomplete(errors=faults)
    warnings = plan_warnings(drafted, _surroundings(plan, links))
    await _submit(writing, actor, plan, links["superior_id"])
    answer = await get_plan(writing, actor, plan_id, language=language)
    return PlanSubmittedOut(**answer, warnings=[_told(found, language) for found in warnings])


async def _submit(
    writing: Writing, actor: Actor, plan: LockedPlan, superior_id: UUID | None
) -> None:
    status, now = next_status(plan["status"], PlanEvent.SUBMIT), clock.now()
    if plan["status"] in UNDER_REVISION:
        changes = {"revision_submitted_at": now, "revision_note": None}
    else:
        changes = {"submitted_at": now, **_decided(None, None, None)}
    await change_plan(writing, plan, status=status, **changes)
    kind = tell(writing, plan, "submitted", status=status)
    if superior_id is not None:
        await notify_of(writing, plan, actor, superior_id, kind)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a plan, why, and the version the caller saw."""

    event: PlanEvent
    note: str | None
    expected: int | None


_VERBS = {PlanEvent.APPROVE: "approved", PlanEvent.RETURN: "returned"}


async def decide_plan(
    writing: Writing, actor: Actor, plan_id: UUID, decision: Decision, *, language: Language
) -> PlanContentOut:
    """Approve or return a submitted plan or revision, as the superior of today.

    An approved revision takes the place of the content in force: UnknownReference, TargetInUse,
    ClosedPeriodChanged.
    """
    plan = await begin(writing, actor, plan_id, decision.event, expected=decision.expected)
    status, note = next_status(plan["status"], decision.event), decision.note
    decided = _decided(clock.now(), actor.employee_id, note)
    if plan["status"] not in UNDER_REVISION:
        await change_plan(writing, plan, status=status, **decided)
    elif decision.event is PlanEvent.APPROVE:
        await take_in_force(writing, plan, decided)
    else:
        await change_plan(writing, plan, status=status, revision_note=note)
    kind = tell(writing, plan, _VERBS[decision.event], status=status, reason=note)
    await notify_of(writing, plan, actor, plan["employee_id"], kind, note=note)
    return await get_plan(writing, actor, plan_id, language=language)


def _decided(at: dt.datetime | None, by_id: UUID | None, note: str | None) -> dict[str, object]:
    return {"decided_at": at, "decided_by_id": by_id, "decision_note": note}


def _surroundings(plan: LockedPlan, links: Links) -> Surroundings:
    return Surroundings(
        has_superior=links["superior_id"] is not None,
        can_link=bool(links["targets"] or links["goals"]),
        open_periods=[
            period["code"]
            for period in plan["periods"]
            if period["is_served"] and not is_closed(period)
        ],
    )


def _told(found: FieldError, language: Language) -> WarningOut:
    return WarningOut(
        code=found.code,
        pointer=found.pointer or "",
        message=field_text(found.code, language, found.params),
    )


def _drafted(content: Content, links: Links) -> list[DraftTarget]:
    in_force = {str(target_id) for target_id in links["in_force"]}
    return [
        DraftTarget(
            target["kind"],
            _number(target["weight_percent"]),
            bool(target["superior_target_id"] or target["goal_id"]),
            [_indicator(indicator) for indicator in target["indicators"]],
            is_lapsed=bool(target["superior_target_id"])
            and str(target["superior_target_id"]) not in in_force,
        )
        for target in content["targets"]
    ]


def _indicator(indicator: IndicatorOut) -> DraftIndicator:
    return DraftIndicator(
        indicator["direction"],
        _number(indicator["weight_percent"]),
        _bounds(indicator["annual_low"], indicator["annual_high"]),
        {
            wanted["period_code"]: bounds
            for wanted in indicator["period_targets"]
            if (bounds := _bounds(wanted["low"], wanted["high"]))
        },
        indicator["accumulation"],
    )


def _bounds(low: Decimal | None, high: Decimal | None) -> Bounds | None:
    return None if low is None else Bounds(Decimal(low), _number(high))


def _number(text: Decimal | str | None) -> Decimal | None:
    """The decimals of a content read as JSON are text."""
    return None if text is None else Decimal(text)
