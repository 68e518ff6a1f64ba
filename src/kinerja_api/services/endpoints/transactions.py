"""Transactions: the processing of documents, as facts."""

from typing import Annotated

from fastapi import Query, Request, Response

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.i18n import problem_text
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused, UnknownReference
from kinerja_api.core.routes import (
    OptionalVersion,
    ReadingUnit,
    RequiredVersion,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.services import errors
from kinerja_api.services.commands.entries import Outcome, enter_batch
from kinerja_api.services.commands.transactions import (
    cancel,
    change_transaction,
    complete,
    create_transaction,
    finish,
    pause,
    resume,
)
from kinerja_api.services.queries.clocks import get_clock
from kinerja_api.services.queries.transactions import get_transaction, list_transactions
from kinerja_api.services.schemas.transactions import (
    TransactionBatchIn,
    TransactionBatchOut,
    TransactionCancelIn,
    TransactionClockOut,
    TransactionDoneOut,
    TransactionEventIn,
    TransactionFinishIn,
    TransactionIn,
    TransactionItemOut,
    TransactionListParams,
    TransactionOut,
    TransactionPatch,
    TransactionPauseStartIn,
    TransactionProblem,
)

router = Router(tag="Services")

_READ, _WRITE = Permission.TRANSACTIONS_READ, Permission.TRANSACTIONS_WRITE
_EVENT = (
    ResourceNotFound,
    errors.NotServiceStaff,
    TransitionRefused,
    errors.TimesOutOfOrder,
    errors.TimeInFuture,
)


@router.list("/transactions", permission=_READ, name="transactions_list", item=TransactionOut)
async def get_transactions(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[TransactionListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[TransactionOut]:
    """List the transactions of the units you serve, head, or read by a grant."""
    return await list_transactions(reading, actor, params, cursors)


@router.post(
    "/transactions",
    permission=_WRITE,
    name="transactions_create",
    model=TransactionOut,
    location="/v1/transactions/{id}",
    problems=[
        errors.NotServiceStaff,
        errors.ServiceInactive,
        errors.TimesOutOfOrder,
        errors.TimeInFuture,
        errors.CancelReasonMissing,
        errors.TransactionNameTaken,
        UnknownReference,
    ],
)
async def post_transaction(
    actor: CurrentActor, writing: WritingUnit, given: TransactionIn, response: Response
) -> TransactionOut:
    """Enter a transaction, just received or with all that happened since.

    No citizen is named: `ref` is the number of the office's own register. A `client_ref` that was
    entered before adds nothing (200).
    """
    found, is_new = await create_transaction(writing, actor, given)
    if not is_new:
        response.status_code = 200
    return found


@router.post(
    "/transactions/batches",
    permission=_WRITE,
    name="transactions_create_batch",
    model=TransactionBatchOut,
    status=207,
    creates=True,
    problems=[errors.TransactionsRefused, errors.TransactionNameRepeated],
)
async def post_transaction_batch(
    actor: CurrentActor,
    writing: WritingUnit,
    batch: TransactionBatchIn,
    request: Request,
    response: Response,
) -> TransactionBatchOut:
    """Enter up to 500 transactions at once; what was not answered may be sent again as it was.

    Atomic (201): all or none. Otherwise (207) each is decided by itself.
    """
    outcomes = await enter_batch(writing, actor, batch)
    if batch.atomic:
        response.status_code = 201
    names = [item.client_ref for item in batch.items]
    return TransactionBatchOut(
        items=[_item(request, *pair) for pair in zip(names, outcomes, strict=True)]
    )


def _item(request: Request, client_ref: str, outcome: Outcome) -> TransactionItemOut:
    problem, told = outcome.problem, None
    if problem is not None:
        language = request.scope["state"]["language"]
        title, detail = problem_text(problem.code, language, problem.params)
        told = TransactionProblem(code=problem.code, title=title, detail=detail)
    return TransactionItemOut(
        client_ref=client_ref,
        status=problem.status if problem else 201 if outcome.is_new else 200,
        id=outcome.transaction_id,
        problem=told,
    )


@router.get(
    "/transactions/{transaction_id}",
    permission=_READ,
    name="transactions_get",
    model=TransactionOut,
    problems=[ResourceNotFound],
)
async def get_one_transaction(
    actor: CurrentActor, reading: ReadingUnit, transaction_id: Id
) -> TransactionOut:
    """Read a transaction."""
    return await get_transaction(reading, actor, transaction_id)


@router.get(
    "/transactions/{transaction_id}/clock",
    permission=_READ,
    name="transactions_clock",
    model=TransactionClockOut,
    problems=[ResourceNotFound],
)
async def get_transaction_clock(
    actor: CurrentActor, reading: ReadingUnit, transaction_id: Id
) -> TransactionClockOut:
    """Explain how the time of a transaction is counted, and until when it may take."""
    return await get_clock(reading, actor, transaction_id)


@router.patch(
    "/transactions/{transaction_id}",
    permission=_WRITE,
    name="transactions_change",
    model=TransactionOut,
    problems=[ResourceNotFound, errors.NotServiceStaff, UnknownReference],
)
async def patch_transaction(
    actor: CurrentActor,
    writing: WritingUnit,
    transaction_id: Id,
    patch: TransactionPatch,
    version: RequiredVersion,
) -> TransactionOut:
    """Change the register number or who works on it."""
    return await change_transaction(writing, actor, transaction_id, patch, expected=version)


@router.post(
    "/transactions/{transaction_id}/completions",
    permission=_WRITE,
    name="transactions_complete",
    model=TransactionOut,
    problems=_EVENT,
)
async def post_completion(
    actor: CurrentActor,
    writing: WritingUnit,
    transaction_id: Id,
    given: TransactionEventIn,
    version: OptionalVersion,
) -> TransactionOut:
    """Mark the file as complete: the clock starts."""
    return await complete(writing, actor, transaction_id, given, expected=version)


@router.post(
    "/transactions/{transaction_id}/pauses",
    permission=_WRITE,
    name="transactions_pause",
    model=TransactionOut,
    problems=_EVENT,
)
async def post_pause(
    actor: CurrentActor,
    writing: WritingUnit,
    transaction_id: Id,
    given: TransactionPauseStartIn,
    version: OptionalVersion,
) -> TransactionOut:
    """Stop the clock: waiting for the citizen's data or another agency, legal process, force."""
    return await pause(writing, actor, transaction_id, given, expected=version)


@router.post(
    "/transactions/{transaction_id}/resumptions",
    permission=_WRITE,
    name="transactions_resume",
    model=TransactionOut,
    problems=_EVENT,
)
async def post_resumption(
    actor: CurrentActor,
    writing: WritingUnit,
    transaction_id: Id,
    given: TransactionEventIn,
    version: OptionalVersion,
) -> TransactionOut:
    """Let the clock run again."""
    return await resume(writing, actor, transaction_id, given, expected=version)


@router.post(
    "/transactions/{transaction_id}/endings",
    permission=_WRITE,
    name="transactions_finish",
    model=TransactionDoneOut,
    sealed=True,
    problems=_EVENT,
)
async def post_ending(
    actor: CurrentActor,
    writing: WritingUnit,
    transaction_id: Id,
    given: TransactionFinishIn,
    version: OptionalVersion,
) -> TransactionDoneOut:
    """End a transaction with its result.

    With `rating_token` the answer holds a one-time token for the citizen, shown this once. Nothing
    links it to the transaction.
    """
    return await finish(writing, actor, transaction_id, given, expected=version)


@router.post(
    "/transactions/{transaction_id}/cancellations",
    permission=_WRITE,
    name="transactions_cancel",
    model=TransactionOut,
    problems=_EVENT,
)
async def post_cancellation(
    actor: CurrentActor,
    writing: WritingUnit,
    transaction_id: Id,
    given: TransactionCancelIn,
    version: OptionalVersion,
) -> TransactionOut:
    """End a transaction without a result, for a reason."""
    return await cancel(writing, actor, transaction_id, given, expected=version)
