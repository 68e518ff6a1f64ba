"""Wire shapes of employees and their superiors."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, Strict
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Clearable, Code, Day, Id, In, Name, Patch, Sentence, word
from kinerja_api.organisation.rules import EmployeeKind, EmployeeStatus, Sex


def _address(text: str) -> str:
    name, _, host = text.partition("@")
    if not name or not host or not text.isascii() or not text.isprintable() or " " in text:
        raise PydanticCustomError("invalid_email", "not an e-mail address")
    return text


Email = Annotated[str, Strict(), Field(min_length=3, max_length=254), AfterValidator(_address)]
NipText = Annotated[
    str,
    Strict(),
    Field(min_length=18, max_length=40, description="18 digits; spaces and `'` are dropped"),
]
_OVERRIDE = Field(description="Why a number that breaks the rules is right (a decree, say)")


class EmployeeIn(In):
    """An employee to create. Birth date and sex are taken from the number where it is given."""

    ref: Annotated[Code, Field(description="The agency's own key, unique in the government")]
    kind: EmployeeKind
    nip: Annotated[NipText | None, Field(description="null for officials only")] = None
    nip_override_reason: Annotated[Sentence | None, _OVERRIDE] = None
    name: Name
    rank: Annotated[Code | None, Field(description="Golongan, such as `III/b` or `IX`")] = None
    born_on: Day | None = None
    sex: Sex | None = None
    email: Email | None = None


class EmployeePatch(Patch):
    """Changes of an employee (merge patch); null clears what may be empty."""

    ref: Code | None = None
    kind: EmployeeKind | None = None
    nip: Clearable[NipText] = None
    nip_override_reason: Annotated[Clearable[Sentence], _OVERRIDE] = None
    name: Name | None = None
    rank: Clearable[Code] = None
    born_on: Clearable[Day] = None
    sex: Clearable[Sex] = None
    email: Clearable[Email] = None
    status: EmployeeStatus | None = None


class EmployeeOut(TypedDict):
    """An employee (pegawai ASN), or an official who leads and is none (pejabat negara)."""

    id: UUID
    ref: str
    kind: Annotated[str, word(EmployeeKind)]
    nip: str | None
    nip_override_reason: str | None
    name: str
    rank: str | None
    born_on: dt.date | None
    sex: Annotated[str, word(Sex)] | None
    email: str | None
    status: Annotated[str, word(EmployeeStatus)]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class EmployeeSort(StrEnum):
    NAME = "name"
    NAME_DESC = "-name"


class EmployeeListParams(ListParams):
    """Filters of the list of employees."""

    q: Annotated[Name | None, Field(description="Beginning of the name")] = None
    unit_id: Annotated[Id | None, Field(description="Placed in this unit today")] = None
    kind: EmployeeKind | None = None
    status: EmployeeStatus | None = None
    sort: EmployeeSort = EmployeeSort.NAME


class EmployeeSearchIn(In):
    """A number to look for; it stands in the body so that no address or log holds it."""

    nip: NipText


class EmployeeSearchOut(TypedDict):
    """The employees found: one or none."""

    items: list[EmployeeOut]


class SuperiorReason(StrEnum):
    """Why somebody is the superior, or why there is none."""

    NAMED = "named"
    PLH = "plh"
    PLT = "plt"
    DEFINITIVE = "definitive"
    NOBODY = "nobody"
    NOT_PLACED = "not_placed"


class SuperiorOut(TypedDict):
    """Who an employee's superior is on a day, and why."""

    employee_id: UUID
    on: dt.date
    superior_id: UUID | None
    superior_name: str | None
    reason: Annotated[
        str,
        word(SuperiorReason),
        Field(
            description="Named in the placement, or head of the unit (acting daily, acting,"
            " definitive); `nobody`: no head up to the root; `not_placed`: no placement that day"
        ),
    ]
    unit_id: Annotated[UUID | None, Field(description="The unit that the superior heads")]
    units_up: Annotated[int | None, Field(description="Units above the employee's own")]
