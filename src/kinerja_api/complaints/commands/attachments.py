"""Evidence that a citizen sends: its kind told by its content, pictures written anew.

The names are ours; what the citizen's device called a file is not asked.
"""

import hashlib
import io
import secrets
from typing import BinaryIO

from sqlalchemy import DateTime, Integer, LargeBinary, Text, Uuid, bindparam, func, insert, select
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.commands.advancing import CITIZEN, Happening, advance
from kinerja_api.complaints.errors import (
    AttachmentDamaged,
    AttachmentTypeRefused,
    TooManyAttachments,
)
from kinerja_api.complaints.queries.receipts import Visit, hold_mine
from kinerja_api.complaints.rules import PartyKind, ReportEvent
from kinerja_api.complaints.schemas.public import MyAttachmentOut
from kinerja_api.complaints.tables import report_attachments
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.files import Files, Upload, name_of
from kinerja_api.core.ids import new_id
from kinerja_api.core.pictures import NoPicture, PictureDamaged, clean_picture
from kinerja_api.core.sql import statement

MOST_FILES = 5

_TENANT = bindparam("tenant_id", type_=Uuid)
_PDF = "application/pdf"
_ENDINGS = {_PDF: ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_UNSPECIFIC = ("", "application/octet-stream")
_OTHER_NAMES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg"}
"""What some browsers and phones say."""
_TAIL = 2048


async def attach(writing: Writing, files: Files, visit: Visit, upload: Upload) -> MyAttachmentOut:
    """Keep a file as evidence; the same one again is the one that is there.

    AttachmentTypeRefused, AttachmentDamaged, TooManyAttachments and what ``hold_mine`` raises.
    """
    content, kind = await _cleaned(upload)
    sha256 = hashlib.sha256(content).digest()
    report = await hold_mine(writing, visit, ReportEvent.MESSAGE)
    known = await writing.row(_same(), MyAttachmentOut, report_id=report.id, sha256=sha256)
    if known is not None:
        return known
    if await writing.value(_count(), report_id=report.id) >= MOST_FILES:
        raise TooManyAttachments(most=MOST_FILES)
    await files.keep(name_of(writing.tenant_id, sha256), io.BytesIO(content))
    made = MyAttachmentOut(
        id=new_id(),
        file_name=f"lampiran-{secrets.token_hex(4)}{_ENDINGS[kind]}",
        content_type=kind,
        size_bytes=len(content),
        created_at=clock.now(),
    )
    what = Happening(data={"attachment_id": str(made["id"])})
    await advance(writing, report, ReportEvent.MESSAGE, CITIZEN, what)
    await writing.execute(_insert(), report_id=report.id, sha256=sha256, **made)
    return made


async def _cleaned(upload: Upload) -> tuple[bytes, str]:
    upload.file.seek(0)
    if upload.file.read(5) == b"%PDF-":
        found = (_whole_pdf(upload.file), _PDF)
    else:
        try:
            found = await clean_picture(upload.file)
        except NoPicture:
            raise AttachmentTypeRefused from None
        except PictureDamaged:
            raise AttachmentDamaged from None
    said = _OTHER_NAMES.get(upload.content_type, upload.content_type)
    if said not in (*_UNSPECIFIC, found[1]):
        raise AttachmentTypeRefused
    return found


def _whole_pdf(file: BinaryIO) -> bytes:
    file.seek(0)
    content = file.read()
    if b"%%EOF" not in content[-_TAIL:]:
        raise AttachmentDamaged
    return content


@statement
def _same() -> Executable:
    attachment = report_attachments.c
    return select(*[attachment[name] for name in MyAttachmentOut.__annotations__]).where(
        attachment.tenant_id == _TENANT,
        attachment.report_id == bindparam("report_id", type_=Uuid),
        attachment.sha256 == bindparam("sha256", type_=LargeBinary),
    )


@statement
def _count() -> Executable:
    attachment = report_attachments.c
    return select(func.count()).where(
        attachment.tenant_id == _TENANT,
        attachment.report_id == bindparam("report_id", type_=Uuid),
        attachment.party == PartyKind.CITIZEN,
    )


@statement
def _insert() -> Executable:
    return insert(report_attachments).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        report_id=bindparam("report_id", type_=Uuid),
        party=PartyKind.CITIZEN.value,
        file_name=bindparam("file_name", type_=Text),
        content_type=bindparam("content_type", type_=Text),
        size_bytes=bindparam("size_bytes", type_=Integer),
        sha256=bindparam("sha256", type_=LargeBinary),
        created_at=bindparam("created_at", type_=DateTime(timezone=True)),
    )
