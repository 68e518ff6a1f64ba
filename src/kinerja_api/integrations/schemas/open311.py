"""The form of a client of Open311. What it does not know it passes over."""

import re
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from kinerja_api.core.mail_addresses import is_address
from kinerja_api.core.schemas import Code, Name, Prose, Sentence

_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,17})?")
_MARKUP = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_MICRODEGREE = Decimal("0.000001")


def _degrees(value: object) -> Decimal:
    if not isinstance(value, str) or _DEGREES.fullmatch(value) is None:
        raise PydanticCustomError("open311_degrees", "decimal degrees")
    return Decimal(value).quantize(_MICRODEGREE)


def _plain(text: str) -> str:
    if _MARKUP.search(text):
        raise PydanticCustomError("open311_markup", "plain text only")
    return text


def _mail(text: str) -> str:
    if not is_address(text):
        raise PydanticCustomError("open311_email", "one address")
    return text


def _web(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        is_web = False
    if not is_web or not text.isascii() or " " in text:
        raise PydanticCustomError("open311_media_url", "a web address")
    return text


class SubmissionForm(BaseModel):
    """What is reported: the fields of GeoReport v2, and who reports, as far as he likes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    service_code: Code
    lat: Annotated[Decimal | None, BeforeValidator(_degrees), Field(ge=-90, le=90)] = None
    long: Annotated[Decimal | None, BeforeValidator(_degrees), Field(ge=-180, le=180)] = None
    address_string: Annotated[Sentence, AfterValidator(_plain)] | None = None
    description: Annotated[Prose, AfterValidator(_plain)] | None = None
    first_name: Annotated[Name, Field(max_length=100)] | None = None
    last_name: Annotated[Name, Field(max_length=100)] | None = None
    email: Annotated[Name, AfterValidator(_mail)] | None = None
    phone: Annotated[Name, Field(max_length=40)] | None = None
    media_url: Annotated[Sentence, AfterValidator(_web)] | None = None
