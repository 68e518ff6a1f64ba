"""Obstacles to the work, from raising to resolving, and what is said about them."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.commands.obstacles import (
    answer_obstacle,
    raise_obstacle,
    reply_to_answer,
    resolve_obstacle,
)
from kinerja_api.activities.errors import NoPlacement, NotLeader, NotOwnLog
from kinerja_api.activities.queries.obstacles import get_obstacle, list_messages, list_obstacles
from kinerja_api.activities.schemas.obstacles import (
    AnswerIn,
    ObstacleIn,
    ObstacleListParams,
    ObstacleMessageListParams,
    ObstacleMessageOut,
    ObstacleOut,
    ReplyIn,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused, UnknownReference
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Activities")


@router.list(
    "/obstacles", permission=Permission.OBSTACLES_READ, name="obstacles_list", item=ObstacleOut
)
async def get_obstacles(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ObstacleListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ObstacleOut]:
    """List obstacles: your own and those of the people and units you see."""
    return await list_obstacles(reading, actor, params, cursors)


@router.post(
    "/obstacles",
    permission=Permission.OBSTACLES_WRITE,
    name="obstacles_create",
    model=ObstacleOut,
    location="/v1/obstacles/{id}",
    problems=[UnknownReference, NoPlacement, NotOwnLog],
)
async def post_obstacle(
    actor: CurrentActor, writing: WritingUnit, obstacle: ObstacleIn
) -> ObstacleOut:
    """Raise an obstacle; your superior and the head of your unit hear of it at once."""
    return await raise_obstacle(writing, actor, obstacle)


@router.get(
    "/obstacles/{obstacle_id}",
    permission=Permission.OBSTACLES_READ,
    name="obstacles_get",
    model=ObstacleOut,
    problems=[ResourceNotFound],
)
async def get_one_obstacle(
    actor: CurrentActor, reading: ReadingUnit, obstacle_id: Id
) -> ObstacleOut:
    """Read an obstacle."""
    return await get_obstacle(reading, actor, obstacle_id)


@router.post(
    "/obstacles/{obstacle_id}/answers",
    permission=Permission.OBSTACLES_ANSWER,
    name="obstacles_answer",
    model=ObstacleOut,
    problems=[ResourceNotFound, NotLeader, TransitionRefused],
)
async def post_obstacle_answer(
    actor: CurrentActor,
    writing: WritingUnit,
    obstacle_id: Id,
    given: AnswerIn,
    version: OptionalVersion,
) -> ObstacleOut:
    """Answer an obstacle of your subordinate, or of anybody below a unit you head."""
    return await answer_obstacle(writing, actor, obstacle_id, given.answer, expected=version)


@router.post(
    "/obstacles/{obstacle_id}/replies",
    permission=Permission.OBSTACLES_WRITE,
    name="obstacles_reply",
    model=ObstacleOut,
    problems=[ResourceNotFound, NotOwnLog, TransitionRefused],
)
async def post_obstacle_reply(
    actor: CurrentActor,
    writing: WritingUnit,
    obstacle_id: Id,
    reply: ReplyIn,
    version: OptionalVersion,
) -> ObstacleOut:
    """Say that the answer did not help: your obstacle is open again, and its leaders hear why."""
    return await reply_to_answer(writing, actor, obstacle_id, reply.note, expected=version)


@router.list(
    "/obstacles/{obstacle_id}/messages",
    permission=Permission.OBSTACLES_READ,
    name="obstacles_list_messages",
    item=ObstacleMessageOut,
    problems=[ResourceNotFound],
)
async def get_obstacle_messages(
    actor: CurrentActor,
    reading: ReadingUnit,
    obstacle_id: Id,
    params: Annotated[ObstacleMessageListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ObstacleMessageOut]:
    """List the answers and replies of an obstacle, the oldest first."""
    page = await list_messages(reading, actor, obstacle_id, params, cursors)
    if not page["items"]:
        await get_obstacle(reading, actor, obstacle_id)  # nothing said, or no such obstacle
    return page


@router.post(
    "/obstacles/{obstacle_id}/resolutions",
    permission=Permission.OBSTACLES_WRITE,
    name="obstacles_resolve",
    model=ObstacleOut,
    problems=[ResourceNotFound, NotOwnLog, TransitionRefused],
)
async def post_obstacle_resolution(
    actor: CurrentActor, writing: WritingUnit, obstacle_id: Id, version: OptionalVersion
) -> ObstacleOut:
    """Declare your obstacle gone; one that comes back is raised anew."""
    return await resolve_obstacle(writing, actor, obstacle_id, expected=version)
