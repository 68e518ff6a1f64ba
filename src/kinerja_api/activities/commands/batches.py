"""Entering a batch of own logs, each named by the caller."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.entries import NewLog, enter_logs
from kinerja_api.activities.commands.logs import new_log, record_entry
from kinerja_api.activities.commands.refs import Claim, claim_refs, drop_refs
from kinerja_api.activities.errors import BatchRefused, ClientRefRepeated
from kinerja_api.activities.schemas import BatchIn, BatchItemIn
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import FieldError, Problem
from kinerja_api.organisation.rules import Norms


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item: its log, entered now or before, or why it was refused."""

    client_ref: str
    log_id: UUID | None = None
    is_new: bool = False
    problem: Problem | None = None


async def create_batch(
    writing: Writing, actor: Actor, batch: BatchIn, norms: Mapping[dt.date, Norms]
) -> list[Outcome]:
    """Enter the logs of the batch in their order; BatchRefused if atomic and one is refused."""
    _check_refs(batch.items)
    news, refused = _read(batch.items, actor, norms)
    claims = [Claim(ref, new.work_date, new.id) for ref, new in news.items()]
    known = await claim_refs(writing, actor.account_id, claims)
    wanted = {ref: new for ref, new in news.items() if ref not in known}
    found = await enter_logs(writing, list(wanted.values()), now=clock.now())
    refused |= {
        ref: problem for ref, problem in zip(wanted, found, strict=True) if problem is not None
    }
    if refused and batch.atomic:
        raise BatchRefused(errors=_errors(batch.items, refused))
    await drop_refs(writing, actor.account_id, [ref for ref in refused if ref in wanted])
    for ref, new in wanted.items():
        if ref not in refused:
            record_entry(writing, new)
    return [_outcome(item.client_ref, news, known, refused) for item in batch.items]


def _outcome(
    ref: str,
    news: Mapping[str, NewLog],
    known: Mapping[str, UUID],
    refused: Mapping[str, Problem],
) -> Outcome:
    if ref in known:
        return Outcome(ref, known[ref])
    if ref in refused:
        return Outcome(ref, problem=refused[ref])
    return Outcome(ref, news[ref].id, is_new=True)


def _read(
    items: Sequence[BatchItemIn], actor: Actor, norms: Mapping[dt.date, Norms]
) -> tuple[dict[str, NewLog], dict[str, Problem]]:
    news: dict[str, NewLog] = {}
    refused: dict[str, Problem] = {}
    for item in items:
        try:
            news[item.client_ref] = new_log(item, actor, norms[item.work_date])
        except Problem as problem:
            refused[item.client_ref] = problem
    return news, refused


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
