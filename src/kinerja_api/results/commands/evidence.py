"""Evidence of results (bukti dukung); how files are kept is the business of activities."""

from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.evidence import store_evidence
from kinerja_api.activities.rules import EvidenceSubject
from kinerja_api.activities.schemas import EvidenceOut
from kinerja_api.core.db import Writing
from kinerja_api.core.files import Files, Upload
from kinerja_api.planning.commands.periods import hold_open_period
from kinerja_api.results.policies import check_may_enter
from kinerja_api.results.queries.results import see_result, see_result_for_update
from kinerja_api.results.rules import ResultEvent, ResultStatus, next_status


async def attach_to_result(
    writing: Writing, files: Files, actor: Actor, result_id: UUID, upload: Upload, file_name: str
) -> EvidenceOut:
    """Keep a file as evidence of an own result that is not verified yet.

    NotOwnResult, PeriodClosed, TransitionRefused, and what ``store_evidence`` raises.
    """
    seen = await see_result(writing, actor, result_id)
    await hold_open_period(writing, seen.out["period_id"])
    seen = await see_result_for_update(writing, actor, result_id)
    check_may_enter(own=seen.is_own)
    next_status(ResultStatus(seen.out["status"]), ResultEvent.ATTACH)
    return await store_evidence(
        writing,
        files,
        (EvidenceSubject.RESULT, result_id),
        owner=(seen.out["employee_id"], seen.out["unit_id"]),
        upload=upload,
        file_name=file_name,
    )
