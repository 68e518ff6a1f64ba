"""Wire shapes of evidence."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.activities.rules import EvidenceKind, EvidenceSubject
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import In, Name, word

_WEB_ADDRESS = (
    r"^[Hh][Tt][Tt][Pp][Ss]?://"
    r"([A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?"
    r"([/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?$"
)

Url = Annotated[
    str,
    Strict(),
    Field(
        pattern=_WEB_ADDRESS,
        max_length=2000,
        description="Whole web address: letters of URLs only, no user name or password in it",
        examples=["https://arsip.kota.example/berkas/42"],
    ),
]


class LinkIn(In):
    """A link that proves a log or result; the service never opens it."""

    url: Url
    label: Annotated[Name, Field(description="What it leads to")]


class EvidenceOut(TypedDict):
    """A file or link that proves a log or result (bukti dukung)."""

    id: UUID
    subject_type: Annotated[str, word(EvidenceSubject)]
    subject_id: UUID
    employee_id: UUID
    kind: Annotated[str, word(EvidenceKind)]
    file_name: Annotated[str | None, Field(description="This and the next three: files only")]
    content_type: str | None
    size_bytes: int | None
    sha256: Annotated[str | None, Field(description="Hash of the content, hexadecimal")]
    label: Annotated[str | None, Field(description="This and the next: links only")]
    url: Annotated[str | None, Field(description="Given by the employee; nobody here checks it")]
    created_at: dt.datetime


class EvidenceSort(StrEnum):
    ID = "id"


class EvidenceListParams(ListParams):
    """Parameters of the list of evidence."""

    sort: EvidenceSort = EvidenceSort.ID
