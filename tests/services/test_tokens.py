"""Rating tokens: shown once, stored as hashes, used once, linked to nothing."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.core.db import Database
from kinerja_api.services.commands.tokens import UsedToken, use_token
from kinerja_api.services.errors import RatingTokenRefused
from tests.factories.services import add_service
from tests.factories.world import Person, World
from tests.plugins.service import Api
from tests.services.test_transactions import START, at, entered, office_with

DAY = dt.timedelta(days=1)


async def issue(api: Api, by: Person, service: UUID, **changes: Any) -> Any:
    today = dt.datetime.now(dt.UTC).date()
    sent = {"count": 2, "expires_on": str(today + 30 * DAY), **changes}
    return await api.post(f"/v1/services/{service}/tokens", sent, by=by)


async def use(database: Database, world: World, token: str) -> UsedToken | str:
    try:
        async with database.write(world.tenant_id) as writing:
            return await use_token(writing, token)
    except RatingTokenRefused as refused:
        return refused.code


async def test_a_token_is_used_once_even_by_many_at_the_same_moment(
    api: Api, world: World, database: Database, sql: Any
):
    office = await world.unit("Disdukcapil")
    service = await add_service(world, office)
    head = await world.employee("Kepala", unit=office, head=True)
    answer = await issue(api, head, service)
    assert answer.status_code == 201, answer.text
    first, second = answer.json()["tokens"]
    assert first.startswith(f"{world.code}-")
    found = await asyncio.gather(*[use(database, world, first) for _ in range(6)])
    assert [one for one in found if one != "rating_token_refused"] == [UsedToken(service, office)]
    typed = second.lower().replace("-", " ")
    assert await use(database, world, typed) == UsedToken(service, office)
    stored = await sql("SELECT * FROM kinerja.service_tokens WHERE tenant_id = $1", world.tenant_id)
    assert set(stored[0].keys()) == {
        "tenant_id", "token_hash", "service_id", "unit_id", "expires_on", "is_used",
    }  # fmt: skip


async def test_unknown_expired_foreign_and_hostile_tokens_get_one_answer(
    api: Api, world: World, other_world: World, database: Database, administrator: Any
):
    service = await add_service(world, world.root)
    old, foreign = (await issue(api, world.agency, service)).json()["tokens"]
    assert await use(database, other_world, foreign) == "rating_token_refused"
    await administrator.execute(
        "UPDATE kinerja.service_tokens SET expires_on = $2 WHERE tenant_id = $1",
        world.tenant_id, world.today - DAY,
    )  # fmt: skip
    for token in (old, "", "x" * 5000, "\ud800", "' OR 1=1", f"{world.code}-{'0' * 26}"):
        assert await use(database, world, token) == "rating_token_refused"


async def test_a_service_that_ended_takes_no_ratings(api: Api, world: World, database: Database):
    service = await add_service(world, world.root)
    (token, _) = (await issue(api, world.agency, service)).json()["tokens"]
    path = f"/v1/services/{service}"
    assert (await api.patch(path, {"is_active": False}, by=world.agency, version=1)).is_success
    assert await use(database, world, token) == "rating_token_refused"
    refused = await issue(api, world.agency, service)
    assert (refused.status_code, refused.json()["code"]) == (409, "service_inactive")


async def test_heads_issue_tokens_within_bounds_and_clerks_do_not(api: Api, world: World):
    _, service, clerk = await office_with(world)
    assert (await issue(api, clerk, service)).json()["code"] == "not_service_keeper"
    for days in (-1, 367):
        answer = await issue(api, world.agency, service, expires_on=str(world.today + days * DAY))
        assert (answer.status_code, answer.json()["code"]) == (422, "token_days_refused")
    for count in (0, 501, "2"):
        assert (await issue(api, world.agency, service, count=count)).status_code == 422
    many = await issue(api, world.agency, service, count=500)
    assert len(set(many.json()["tokens"])) == 500


async def test_the_end_of_a_document_gives_a_token_that_leads_back_to_nothing(
    api: Api, world: World, database: Database, sql: Any, fresh_key: str
):
    office, service, clerk = await office_with(world)
    path = await entered(api, clerk, service, complete_at=at(START))
    ending = f"{path}/endings"
    done = await api.post(ending, {"rating_token": True}, by=clerk, key=fresh_key)
    token = done.json()["rating_token"]
    repeated = await api.post(ending, {"rating_token": True}, by=clerk, key=fresh_key)
    assert repeated.json()["rating_token"] == token
    assert "rating_token" not in (await api.get(path, by=clerk)).json()
    (row,) = await sql("SELECT * FROM kinerja.service_tokens WHERE tenant_id = $1", world.tenant_id)
    assert row["expires_on"].isoweekday() == 7
    assert row["expires_on"] >= world.today + 14 * DAY
    for table in ("audit_entries", "events", "idempotency_keys"):
        kept = await sql(f"SELECT * FROM kinerja.{table} WHERE tenant_id = $1", world.tenant_id)
        assert token not in str([dict(one) for one in kept])
    assert await use(database, world, token) == UsedToken(service, office)
    with pytest.raises(RatingTokenRefused):
        async with database.write(world.tenant_id) as writing:
            await use_token(writing, token)
