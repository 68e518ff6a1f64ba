"""Reads of evidence: visible through the employee and unit of its subject."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.rules import EvidenceSubject
from kinerja_api.activities.schemas.evidence import EvidenceListParams, EvidenceOut
from kinerja_api.activities.tables import evidence
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values

_SORT = Sort((("id", evidence.c.id),))


def visible_evidence(reach: Reach) -> Select[Any]:
    """Select the evidence that the actor may see, as ``EvidenceOut``."""
    found = evidence.c
    query: Select[Any] = select(
        found.id,
        found.subject_type,
        found.subject_id,
        found.employee_id,
        found.kind,
        found.file_name,
        found.content_type,
        found.size_bytes,
        func.encode(found.sha256, "hex", type_=Text).label("sha256"),
        found.label,
        found.url,
        found.created_at,
    )  # pyright: ignore[reportAssignmentType] - the columns are those of EvidenceOut
    return query.where(
        found.tenant_id == bindparam("tenant_id", type_=Uuid),
        in_scope(found.employee_id, found.unit_id, reach=reach),
    )


@statement
def _one(*, reach: Reach) -> Executable:
    return visible_evidence(reach).where(evidence.c.id == bindparam("id", type_=Uuid))


async def get_evidence(reading: Reading, actor: Actor, evidence_id: UUID) -> EvidenceOut:
    """Return what is known of the file or link; ResourceNotFound."""
    permission = Permission.LOGS_READ
    row = await reading.row(
        _one(reach=reach(actor, permission)),
        EvidenceOut,
        id=evidence_id,
        **scope_values(actor, permission),
    )
    if row is None:
        raise ResourceNotFound
    return row


async def list_evidence(
    reading: Reading,
    actor: Actor,
    subject: tuple[EvidenceSubject, UUID],
    params: EvidenceListParams,
    cursors: Cursors,
) -> Page[EvidenceOut]:
    """Return one page of the evidence of a subject."""
    permission = Permission.LOGS_READ
    scope = reach(actor, permission)
    return await fetch_page(
        reading,
        lambda: visible_evidence(scope).where(
            evidence.c.subject_type == bindparam("subject_type", type_=Text),
            evidence.c.subject_id == bindparam("subject_id", type_=Uuid),
        ),
        EvidenceOut,
        name="evidence",
        params=params,
        sort=_SORT,
        cursors=cursors,
        shape_key=(scope,),
        values={
            "subject_type": subject[0],
            "subject_id": subject[1],
            **scope_values(actor, permission),
        },
    )
