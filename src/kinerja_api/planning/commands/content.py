"""The content of a plan: targets with their indicators, and expected behaviours.

A draft's content is in the tables. Under revision the content in force stays there, and what is
set waits beside it in ``plans.revision_content`` until it is approved.
"""

from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import Language
from kinerja_api.core.problems import FieldError, InvalidRequest
from kinerja_api.planning.commands.changes import refuse_changes
from kinerja_api.planning.commands.plans import begin, change_plan, tell_change
from kinerja_api.planning.commands.references import ContentReader, Known, parts_of
from kinerja_api.planning.commands.writing import write_expectations, write_targets
from kinerja_api.planning.queries.content import Content, Contents, read_contents
from kinerja_api.planning.queries.links import find_links, find_services
from kinerja_api.planning.queries.plans import LockedPlan, get_plan
from kinerja_api.planning.rules import UNDER_REVISION, PlanEvent
from kinerja_api.planning.schemas.content import ExpectationsIn, PlanContentIn
from kinerja_api.planning.schemas.plans import PlanContentOut


async def set_content(
    writing: Writing,
    actor: Actor,
    plan_id: UUID,
    wanted: PlanContentIn,
    *,
    expected: int | None,
    language: Language,
) -> PlanContentOut:
    """Set all targets of a draft, or of the revision that waits.

    UnknownReference, InvalidRequest, TargetInUse, ClosedPeriodChanged.
    """
    plan = await begin(writing, actor, plan_id, PlanEvent.WRITE, expected=expected)
    contents = await read_contents(writing, plan_id)
    known = await _known(writing, actor, plan, contents, wanted)
    approach = _approach(plan, wanted)
    before = contents["waiting"] or contents["live"]
    after = Content(
        targets=ContentReader(known, approach).read(wanted.targets),
        expectations=before["expectations"],
    )
    await refuse_changes(writing, plan, contents["live"], after)
    if plan["status"] in UNDER_REVISION:
        await change_plan(writing, plan, revision_content=after)
    else:
        await write_targets(writing, plan, after["targets"])
        await change_plan(writing, plan, approach=approach)
    old = {"approach": plan["approach"], "targets": before["targets"]}
    new = {"approach": approach, "targets": after["targets"]}
    tell_change(writing, plan, "content_set", before=old, after=new)
    return await get_plan(writing, actor, plan_id, language=language)


def _approach(plan: LockedPlan, wanted: PlanContentIn) -> str:
    approach = str(wanted.approach or plan["approach"])
    if plan["status"] in UNDER_REVISION and approach != plan["approach"]:
        raise InvalidRequest(errors=[FieldError("approach_in_force", "/approach")])
    return approach


async def _known(
    writing: Writing, actor: Actor, plan: LockedPlan, contents: Contents, wanted: PlanContentIn
) -> Known:
    """Return what a content may refer to: what it held before, and what may be carried today."""
    measures = [measure for target in wanted.targets for measure in target.indicators]
    services = {measure.source_service_id for measure in measures if measure.source_service_id}
    links = await find_links(writing, plan, today=actor.today)
    held = [content for content in (contents["live"], contents["waiting"]) if content]
    earlier = [target for content in held for target in content["targets"]]
    linked = {str(one["superior_target_id"]): one["superior_target_title"] for one in earlier}
    carried = {str(one["goal_id"]): one["goal_title"] for one in earlier}
    return Known(
        own=parts_of(*held),
        targets=linked | links["targets"],
        goals=carried | links["goals"],
        periods={str(period["id"]): period["code"] for period in plan["periods"]},
        services=await find_services(writing, services) if services else (),
    )


async def set_behaviours(
    writing: Writing,
    actor: Actor,
    plan_id: UUID,
    wanted: ExpectationsIn,
    *,
    expected: int | None,
    language: Language,
) -> PlanContentOut:
    """Set the superior's special expectations of a plan, or revision, not yet approved."""
    plan = await begin(writing, actor, plan_id, PlanEvent.EXPECT, expected=expected)
    _refuse_doubles(wanted)
    contents = await read_contents(writing, plan_id)
    before = contents["waiting"] or contents["live"]
    after = {str(one.value): one.expectation for one in wanted.behaviours}
    if plan["status"] in UNDER_REVISION:
        content = Content(targets=before["targets"], expectations=after)
        await change_plan(writing, plan, revision_content=content)
    else:
        await write_expectations(writing, plan_id, after)
        await change_plan(writing, plan)
    old, new = {"behaviours": before["expectations"]}, {"behaviours": after}
    tell_change(writing, plan, "behaviours_set", before=old, after=new)
    return await get_plan(writing, actor, plan_id, language=language)


def _refuse_doubles(wanted: ExpectationsIn) -> None:
    named = [behaviour.value for behaviour in wanted.behaviours]
    twice = [position for position, value in enumerate(named) if value in named[:position]]
    if twice:
        places = [f"/behaviours/{position}/value" for position in twice]
        raise InvalidRequest(errors=[FieldError("duplicate_value", place) for place in places])
