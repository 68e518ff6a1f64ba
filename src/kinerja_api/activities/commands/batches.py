"""Entering a batch of own logs, each named by the caller."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.entries import NewLog, enter_logs
from kinerja_api.activities.commands.logs import new_log, record_entry
from kinerja_api.activities.commands.refs import Claim, KnownRef, claim_refs, drop_refs
from kinerja_api.activities.errors import BatchRefused, ClientRefDiffers, ClientRefRepeated
from kinerja_api.activities.rules import EntryPolicy
from kinerja_api.activities.schemas.logs import BatchIn, BatchItemIn
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import FieldError, Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item: its log, entered now or before, or why it was refused."""

    client_ref: str
    log_id: UUID | None = None
    is_new: bool = False
    problem: Problem | None = None


async def create_batch(
    writing: Writing, actor: Actor, batch: BatchIn, policy: EntryPolicy
) -> list[Outcome]:
    """Enter the logs of the batch in their order; BatchRefused if atomic and one is refused.

    An item entered before stands as it was entered, whatever the windows say by now; sent again
    with other content it is refused.
    """
    _check_refs(batch.items)
    claims = {item.client_ref: _claim(item) for item in batch.items}
    known = await claim_refs(writing, actor.account_id, list(claims.values()))
    outcomes = {ref: _known_outcome(claims[ref], known[ref]) for ref in known}
    news: dict[str, NewLog] = {}
    for item in batch.items:
        ref = item.client_ref
        if ref not in known:
            try:
                news[ref] = new_log(item, actor, policy, log_id=claims[ref].log_id)
            except Problem as problem:
                outcomes[ref] = Outcome(ref, problem=problem)
    found = await enter_logs(writing, list(news.values()), now=clock.now())
    for (ref, new), problem in zip(news.items(), found, strict=True):
        entered = Outcome(ref, new.id, is_new=True)
        outcomes[ref] = entered if problem is None else Outcome(ref, problem=problem)
    refused = {ref: outcome.problem for ref, outcome in outcomes.items() if outcome.problem}
    if refused and batch.atomic:
        raise BatchRefused(errors=_errors(batch.items, refused))
    await drop_refs(writing, actor.account_id, [ref for ref in refused if ref not in known])
    for ref, new in news.items():
        if ref not in refused:
            record_entry(writing, new)
    return [outcomes[item.client_ref] for item in batch.items]


def _claim(item: BatchItemIn) -> Claim:
    content = item.model_dump_json(exclude={"client_ref"}, exclude_none=True)
    return Claim(
        item.client_ref, item.work_date, new_id(), hashlib.sha256(content.encode()).digest()
    )


def _known_outcome(claim: Claim, known: KnownRef) -> Outcome:
    if known.content_hash in (None, claim.content_hash):
        return Outcome(claim.client_ref, known.log_id)
    return Outcome(claim.client_ref, problem=ClientRefDiffers.at("/client_ref"))


def _check_refs(items: Sequence[BatchItemIn]) -> None:
    seen: set[str] = set()
    for place, item in enumerate(items):
        if item.client_ref in seen:
            raise ClientRefRepeated.at(f"/items/{place}/client_ref")
        seen.add(item.client_ref)


def _errors(items: Sequence[BatchItemIn], refused: Mapping[str, Problem]) -> list[FieldError]:
    errors: list[FieldError] = []
    for place, item in enumerate(items):
        problem = refused.get(item.client_ref)
        if problem is not None:
            within = problem.errors[0].pointer if problem.errors else ""
            pointer = f"/items/{place}{within}"
            errors.append(FieldError(problem.code, pointer=pointer, params=problem.params))
    return errors
