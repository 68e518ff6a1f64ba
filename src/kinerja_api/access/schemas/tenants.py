"""Governments and their settings."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.access.rules import TimeZone
from kinerja_api.access.schemas.accounts import Login
from kinerja_api.access.schemas.passwords import CodeOut
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Code, Flag, In, Name, Patch, word

TenantCode = Annotated[Code, Field(pattern="^[a-z0-9][a-z0-9-]{1,62}$")]


class AdministratorIn(In):
    """The first administrator of a government."""

    login: Login
    name: Name


class TenantIn(In):
    """A government to create."""

    code: Annotated[TenantCode, Field(description="Named at sign-in and in public addresses")]
    name: Name
    time_zone: TimeZone
    administrator: AdministratorIn


class TenantPatch(Patch):
    """Changes by an operator (merge patch)."""

    name: Name | None = None
    is_active: Annotated[Flag | None, Field(description="false: nobody gets in")] = None


class TenantSettingsPatch(Patch):
    """Changes by the government's own administrator (merge patch)."""

    name: Name | None = None
    time_zone: TimeZone | None = None


class TenantOut(TypedDict):
    """A government (instansi)."""

    id: UUID
    code: str
    name: str
    time_zone: Annotated[str, word(TimeZone)]
    is_active: bool
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class TenantCreatedOut(TenantOut):
    """A new government with the activation code of its first administrator."""

    administrator: CodeOut


class TenantSort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class TenantListParams(ListParams):
    """Filters of the list of governments."""

    is_active: bool | None = None
    sort: TenantSort = TenantSort.CODE
