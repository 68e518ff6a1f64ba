"""Services, survey forms and campaigns for tests."""

import datetime as dt
import uuid
from typing import Any
from uuid import UUID

from kinerja_api.access.one_time import digest, new_public_token, secret_of_public_token
from kinerja_api.services.tables import service_tokens
from kinerja_api.surveys.rules import Element
from kinerja_api.surveys.tables import service_ratings
from tests.factories.world import World, put
from tests.plugins.service import Api

QUESTIONS = [
    {"code": element.value, "text": f"Bagaimana {element.value}?", "labels": ["1", "2", "3", "4"]}
    for element in Element
]
FORM: dict[str, Any] = {
    "code": "SKM",
    "title": "Kuesioner SKM",
    "questions": QUESTIONS,
    "profile_fields": ["age_band", "sex"],
}
ALL_FOUR = dict.fromkeys((element.value for element in Element), 4)


async def make_token(world: World, service: UUID, unit: UUID) -> str:
    """Issue a one-time token."""
    token = new_public_token(world.code)
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, service_tokens, tenant_id=world.tenant_id,
            token_hash=digest(secret_of_public_token(token)), service_id=service, unit_id=unit,
            expires_on=world.today + dt.timedelta(days=7),
        )  # fmt: skip
    return token


async def make_rating(
    world: World, service: UUID, unit: UUID, day: dt.date, stars: int, comment: str | None = None
) -> None:
    """Insert a rating of a day."""
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, service_ratings, tenant_id=world.tenant_id, id=uuid.uuid4(),
            service_id=service, unit_id=unit, rated_on=day, treatment=stars, comment=comment,
        )  # fmt: skip


async def make_campaign(
    api: Api, world: World, service: UUID, *, opened: bool = True, **given: Any
) -> dict[str, Any]:
    """Make a form and a campaign of today as the agency does."""
    form = await api.post(
        "/v1/survey-forms", {**FORM, "code": uuid.uuid4().hex[:10]}, by=world.agency
    )
    assert form.status_code == 201, form.text
    body = {
        "service_id": str(service),
        "form_id": form.json()["id"],
        "title": "Survei",
        "starts_on": str(world.today),
        "ends_on": str(world.today),
        "population": 5,
        "needs_token": False,
        **given,
    }
    made = await api.post("/v1/survey-campaigns", body, by=world.agency)
    assert made.status_code == 201, made.text
    if not opened:
        return made.json()
    path = f"/v1/survey-campaigns/{made.json()['id']}/openings"
    done = await api.post(path, by=world.agency)
    assert done.status_code == 201, done.text
    return done.json()
