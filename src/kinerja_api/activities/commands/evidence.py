"""Keeping evidence (bukti dukung): links, and files: the file first, then the row of it.

Evidence that is removed stays known to the trail, with the hash of its content; the content stays
in the store, where a file of the same content may use it too.
"""

import asyncio
import re
import unicodedata
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.changes import hold_log
from kinerja_api.activities.commands.checks import EXTENSIONS, content_type_of
from kinerja_api.activities.errors import TooManyFiles
from kinerja_api.activities.rules import EvidenceKind, EvidenceSubject, LogEvent
from kinerja_api.activities.schemas.evidence import EvidenceOut, LinkIn
from kinerja_api.activities.tables import evidence
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.files import Files, Upload, name_of
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement

MOST_FILES = 20
_LONGEST_NAME = 120
_UNSAFE = re.compile(r"[^\w .()\-]+", re.UNICODE)

_TOLD = ("kind", "file_name", "content_type", "sha256", "label", "url")

Subject = tuple[EvidenceSubject, UUID]


async def attach_to_log(
    writing: Writing, files: Files, actor: Actor, log_id: UUID, upload: Upload, file_name: str
) -> EvidenceOut:
    """Keep a file as evidence of an own log that is not approved yet."""
    log = await hold_log(writing, actor, log_id, LogEvent.ATTACH)
    return await store_evidence(
        writing,
        files,
        (EvidenceSubject.LOG, log_id),
        owner=(log["employee_id"], log["unit_id"]),
        upload=upload,
        file_name=file_name,
    )


async def link_to_log(writing: Writing, actor: Actor, log_id: UUID, link: LinkIn) -> EvidenceOut:
    """Keep a link as evidence of an own log that is not approved yet."""
    log = await hold_log(writing, actor, log_id, LogEvent.ATTACH)
    subject, owner = (EvidenceSubject.LOG, log_id), (log["employee_id"], log["unit_id"])
    return await store_link(writing, subject, owner=owner, link=link)


async def detach_from_log(writing: Writing, actor: Actor, log_id: UUID, evidence_id: UUID) -> None:
    """Remove evidence of an own log that is a draft or was returned."""
    await hold_log(writing, actor, log_id, LogEvent.DETACH)
    await remove_evidence(writing, (EvidenceSubject.LOG, log_id), evidence_id)


async def store_evidence(
    writing: Writing,
    files: Files,
    subject: Subject,
    *,
    owner: tuple[UUID, UUID],
    upload: Upload,
    file_name: str,
) -> EvidenceOut:
    """Keep a file as evidence of the subject, which the caller has locked and may change.

    owner: employee and unit of the subject, through whom the file is visible.
    Raises FileTypeRefused, FileDamaged, FileInflates, TooManyFiles.
    """
    kind = await asyncio.to_thread(content_type_of, upload.file, declared=upload.content_type)
    await _check_count(writing, subject)
    await files.keep(name_of(writing.tenant_id, upload.sha256), upload.file)
    out = _blank(subject, owner[0], EvidenceKind.FILE)
    out["file_name"] = safe_name(file_name, kind)
    out["content_type"] = kind
    out["size_bytes"] = upload.size
    out["sha256"] = upload.sha256.hex()
    return await _store(writing, out, unit_id=owner[1], sha256=upload.sha256)


async def store_link(
    writing: Writing, subject: Subject, *, owner: tuple[UUID, UUID], link: LinkIn
) -> EvidenceOut:
    """Keep a link as evidence, as ``store_evidence`` keeps a file; TooManyFiles."""
    await _check_count(writing, subject)
    out = _blank(subject, owner[0], EvidenceKind.LINK)
    out["label"], out["url"] = link.label, link.url
    return await _store(writing, out, unit_id=owner[1], sha256=None)


async def remove_evidence(writing: Writing, subject: Subject, evidence_id: UUID) -> None:
    """Remove evidence of the subject, which the caller has locked; ResourceNotFound."""
    gone = await writing.row(
        _delete_evidence(), dict[str, object], id=evidence_id, subject_id=subject[1]
    )
    if gone is None:
        raise ResourceNotFound
    before = {name: value for name, value in gone.items() if value is not None}
    writing.record("evidence.removed", subject, before={"id": evidence_id, **before})
    writing.emit("evidence.removed", ("evidence", evidence_id), subject_id=subject[1])


async def _check_count(writing: Writing, subject: Subject) -> None:
    if await writing.value(_count_evidence(), subject_id=subject[1]) >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)


def _blank(subject: Subject, employee_id: UUID, kind: EvidenceKind) -> EvidenceOut:
    return EvidenceOut(
        id=new_id(),
        subject_type=subject[0],
        subject_id=subject[1],
        employee_id=employee_id,
        kind=kind,
        file_name=None,
        content_type=None,
        size_bytes=None,
        sha256=None,
        label=None,
        url=None,
        created_at=clock.now(),
    )


async def _store(
    writing: Writing, out: EvidenceOut, *, unit_id: UUID, sha256: bytes | None
) -> EvidenceOut:
    await writing.execute(_insert_evidence(), **{**out, "sha256": sha256, "unit_id": unit_id})
    told = {name: out[name] for name in _TOLD if out[name] is not None}
    subject = (out["subject_type"], out["subject_id"])
    writing.record("evidence.stored", subject, after={"id": out["id"], **told})
    writing.emit("evidence.stored", ("evidence", out["id"]), subject_id=out["subject_id"])
    return out


def safe_name(name: str, kind: str) -> str:
    """Return a name that is harmless in any file system, with the ending of its kind."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = _UNSAFE.sub("_", text).strip(" ._")
    ending = EXTENSIONS[kind]
    stem, _, given = text.rpartition(".")
    same = f".{given.lower()}" in (ending, ".jpeg" if ending == ".jpg" else ending)
    stem = stem if same and stem else text
    return f"{stem[:_LONGEST_NAME].strip(' ._') or 'berkas'}{ending}"


@statement
def _count_evidence() -> Executable:
    return select(func.count()).where(
        evidence.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        evidence.c.subject_id == bindparam("subject_id", type_=Uuid),
    )


@statement
def _insert_evidence() -> Executable:
    return insert(evidence).values(
        tenant_id=bindparam("tenant_id", type_=Uuid),
        id=bindparam("id", type_=Uuid),
        subject_type=bindparam("subject_type", type_=Text),
        subject_id=bindparam("subject_id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        unit_id=bindparam("unit_id", type_=Uuid),
        kind=bindparam("kind", type_=Text),
        label=bindparam("label", type_=Text),
        url=bindparam("url", type_=Text),
        file_name=bindparam("file_name", type_=Text),
        content_type=bindparam("content_type", type_=Text),
        size_bytes=bindparam("size_bytes", type_=Integer),
        sha256=bindparam("sha256", type_=LargeBinary),
        created_at=bindparam("created_at", type_=DateTime(timezone=True)),
    )


@statement
def _delete_evidence() -> Executable:
    found = evidence.c
    return (
        delete(evidence)
        .where(
            found.tenant_id == bindparam("tenant_id", type_=Uuid),
            found.id == bindparam("id", type_=Uuid),
            found.subject_id == bindparam("subject_id", type_=Uuid),
        )
        .returning(
            found.kind,
            found.file_name,
            func.encode(found.sha256, "hex", type_=Text).label("sha256"),
            found.label,
            found.url,
        )
    )
