"""Keeping evidence (bukti dukung): the file first, then the row that mentions it."""

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
    func,
    insert,
    select,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.changes import hold_log
from kinerja_api.activities.commands.checks import EXTENSIONS, content_type_of
from kinerja_api.activities.errors import TooManyFiles
from kinerja_api.activities.rules import EvidenceSubject, LogEvent
from kinerja_api.activities.schemas import EvidenceOut
from kinerja_api.activities.tables import evidence
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.files import Files, Upload, name_of
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement

MOST_FILES = 20
_LONGEST_NAME = 120
_UNSAFE = re.compile(r"[^\w .()\-]+", re.UNICODE)

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
    if await writing.value(_count_files(), subject_id=subject[1]) >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    await files.keep(name_of(writing.tenant_id, upload.sha256), upload.file)
    out = EvidenceOut(
        id=new_id(),
        subject_type=subject[0],
        subject_id=subject[1],
        employee_id=owner[0],
        file_name=safe_name(file_name, kind),
        content_type=kind,
        size_bytes=upload.size,
        sha256=upload.sha256.hex(),
        created_at=clock.now(),
    )
    await writing.execute(
        _insert_evidence(), **{**out, "sha256": upload.sha256, "unit_id": owner[1]}
    )
    after = {name: out[name] for name in ("file_name", "content_type", "sha256")}
    writing.record("evidence.stored", (subject[0], subject[1]), after={"id": out["id"], **after})
    writing.emit("evidence.stored", ("evidence", out["id"]), subject_id=subject[1])
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
def _count_files() -> Executable:
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
        file_name=bindparam("file_name", type_=Text),
        content_type=bindparam("content_type", type_=Text),
        size_bytes=bindparam("size_bytes", type_=Integer),
        sha256=bindparam("sha256", type_=LargeBinary),
        created_at=bindparam("created_at", type_=DateTime(timezone=True)),
    )
