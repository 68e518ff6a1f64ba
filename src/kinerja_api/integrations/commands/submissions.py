"""Reports that clients of Open311 send, and the answers that a repeat gets again.

A client whose answer was lost sends its form again: within some minutes it gets the same answer,
which is kept sealed under the client's own key, because it holds the citizen's receipt.
"""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Uuid, bindparam, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.commands.throttle import take_of_key
from kinerja_api.access.one_time import digest
from kinerja_api.complaints.commands.advancing import CITIZEN
from kinerja_api.complaints.commands.intake import NewReport, create_report
from kinerja_api.complaints.rules import Channel, ReportKind
from kinerja_api.complaints.rules.reporters import Reporter
from kinerja_api.core import clock
from kinerja_api.core.cleaning import delete_older
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.problems import FieldError, InvalidRequest
from kinerja_api.core.sealing import seal, unseal
from kinerja_api.core.sql import statement
from kinerja_api.integrations.queries.categories import ClientService, find_service
from kinerja_api.integrations.rules.questions import answer_all
from kinerja_api.integrations.schemas.open311 import SubmissionForm
from kinerja_api.integrations.tables import open311_answers, open311_tokens

ANSWERS_ARE_KEPT = dt.timedelta(minutes=10)

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_SCOPE = bindparam("scope", type_=LargeBinary)
_CONTEXT = b"open311 answer"
_TOKEN_BYTES = 18


@dataclass(frozen=True, slots=True)
class Client:
    """Who sends a form, for which government. limit: how many an hour."""

    key: str
    tenant_code: str
    language: Language
    master: bytes
    limit: int


Answer = Mapping[str, str]
"""The fields of the answer: ``service_request_id`` or ``token``, and ``service_notice``."""


async def submit(
    writing: Writing,
    client: Client,
    form: SubmissionForm,
    attributes: Mapping[str, Sequence[str]],
    *,
    content: str,
) -> Answer:
    """Take the report in, or return what the same form was answered some minutes ago.

    content: the form in one spelling. Raises RateLimited, ServiceCodeUnknown, InvalidRequest.
    """
    await take_of_key(writing, client.key, "open311", limit=client.limit)
    now = clock.now()
    scope = hashlib.sha256(digest(client.key) + content.encode()).digest()
    kept = await writing.value(_kept(), scope=scope, since=now - ANSWERS_ARE_KEPT)
    if kept is not None:
        return json.loads(unseal(kept, key=client.key, context=_CONTEXT))
    service = await find_service(writing, form.service_code)
    made = await create_report(
        writing,
        client.master,
        client.tenant_code,
        _report(client, service, form, attributes),
        by=CITIZEN,
        reporter=_reporter(form),
    )
    notice = label("open311_receipt", client.language, receipt=made.receipt)
    name, value = "service_request_id", made.ticket
    if service.is_moderated:
        name, value = "token", await _issue_token(writing, made.id)
    answer = {name: value, "service_notice": notice}
    sealed = seal(json.dumps(answer).encode(), key=client.key, context=_CONTEXT)
    await writing.execute(_keep(), scope=scope, sealed=sealed, now=now)
    return answer


async def forget_answers(database: Database, tenant_id: UUID) -> int:
    """Delete answers that no repeat gets any more."""
    before = clock.now() - ANSWERS_ARE_KEPT
    return await delete_older(database, tenant_id, open311_answers, "created_at", before=before)


def _report(
    client: Client,
    service: ClientService,
    form: SubmissionForm,
    given: Mapping[str, Sequence[str]],
) -> NewReport:
    """Return what is reported; InvalidRequest with everything that is wrong."""
    answers, faults = answer_all(service.questions, given)
    if (form.lat is None) != (form.long is None):
        absent = "lat" if form.lat is None else "long"
        faults.append(FieldError("missing", parameter=absent))
    elif form.lat is None and form.address_string is None:
        faults.append(FieldError("open311_place", parameter="lat"))
    if faults:
        raise InvalidRequest(errors=faults)
    picture = {"media_url": form.media_url} if form.media_url else {}
    return NewReport(
        kind=ReportKind(service.kind),
        title=service.name,
        body=form.description or service.name,
        channel=Channel.OPEN311,
        category_id=service.id,
        place=form.address_string,
        latitude=form.lat,
        longitude=form.long,
        attributes={**answers, **picture},
        language=client.language,
    )


def _reporter(form: SubmissionForm) -> Reporter:
    name = " ".join(part for part in (form.first_name, form.last_name) if part)
    return Reporter(name or None, form.email, form.phone)


async def _issue_token(writing: Writing, report_id: UUID) -> str:
    token = secrets.token_hex(_TOKEN_BYTES)
    await writing.execute(_insert_token(), token_hash=digest(token), report_id=report_id)
    return token


@statement
def _kept() -> Executable:
    answer = open311_answers.c
    return select(answer.sealed).where(
        answer.tenant_id == _TENANT,
        answer.scope == _SCOPE,
        answer.created_at > bindparam("since", type_=DateTime(timezone=True)),
    )


@statement
def _keep() -> Executable:
    sealed = bindparam("sealed", type_=LargeBinary)
    added = insert(open311_answers).values(
        tenant_id=_TENANT, scope=_SCOPE, sealed=sealed, created_at=_NOW
    )
    return added.on_conflict_do_update(
        index_elements=["tenant_id", "scope"], set_={"sealed": sealed, "created_at": _NOW}
    )


@statement
def _insert_token() -> Executable:
    return plain_insert(open311_tokens).values(
        tenant_id=_TENANT,
        token_hash=bindparam("token_hash", type_=LargeBinary),
        report_id=bindparam("report_id", type_=Uuid),
    )
