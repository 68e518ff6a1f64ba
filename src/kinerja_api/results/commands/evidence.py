"""Evidence of results (bukti dukung); how it is kept is the business of activities."""

from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.evidence import (
    remove_evidence,
    store_evidence,
    store_link,
)
from kinerja_api.activities.rules import EvidenceSubject
from kinerja_api.activities.schemas.evidence import EvidenceOut, LinkIn
from kinerja_api.core.db import Writing
from kinerja_api.core.files import Files, Upload
from kinerja_api.planning.commands.periods import hold_open_period
from kinerja_api.results.policies import check_may_enter
from kinerja_api.results.queries.results import see_result, see_result_for_update
from kinerja_api.results.rules import ResultEvent, ResultStatus, next_status
from kinerja_api.results.schemas import ResultOut


async def attach_to_result(
    writing: Writing, files: Files, actor: Actor, result_id: UUID, upload: Upload, file_name: str
) -> EvidenceOut:
    """Keep a file as evidence of an own result that is not verified yet.

    NotOwnResult, PeriodClosed, TransitionRefused, and what ``store_evidence`` raises.
    """
    result = await _hold_result(writing, actor, result_id, ResultEvent.ATTACH)
    return await store_evidence(
        writing,
        files,
        (EvidenceSubject.RESULT, result_id),
        owner=(result["employee_id"], result["unit_id"]),
        upload=upload,
        file_name=file_name,
    )


async def link_to_result(
    writing: Writing, actor: Actor, result_id: UUID, link: LinkIn
) -> EvidenceOut:
    """Keep a link as evidence of an own result that is not verified yet."""
    result = await _hold_result(writing, actor, result_id, ResultEvent.ATTACH)
    subject = (EvidenceSubject.RESULT, result_id)
    owner = (result["employee_id"], result["unit_id"])
    return await store_link(writing, subject, owner=owner, link=link)


async def detach_from_result(
    writing: Writing, actor: Actor, result_id: UUID, evidence_id: UUID
) -> None:
    """Remove evidence of an own result that is not verified yet."""
    await _hold_result(writing, actor, result_id, ResultEvent.DETACH)
    await remove_evidence(writing, (EvidenceSubject.RESULT, result_id), evidence_id)


async def _hold_result(
    writing: Writing, actor: Actor, result_id: UUID, event: ResultEvent
) -> ResultOut:
    """Return the own result, locked, its period held open, if the event is possible now."""
    seen = await see_result(writing, actor, result_id)
    await hold_open_period(writing, seen.out["period_id"])
    seen = await see_result_for_update(writing, actor, result_id)
    check_may_enter(own=seen.is_own)
    next_status(ResultStatus(seen.out["status"]), event)
    return seen.out
