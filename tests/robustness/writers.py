"""Clients that write logs and repeat what got no answer, as phones do."""

import asyncio
import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx

from tests.factories.world import Person
from tests.robustness.city import City, Violation

_PAUSE = 0.03
_BATCH = 5
_LAST_MINUTE = 450

Place = tuple[UUID, dt.date, int]
"""Whose minute of which day a log takes: nobody can take it twice."""


class Writers:
    """All clients of a city; ``acknowledged`` holds what the service said it has."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._free = [_places(person, city.world.today) for person in city.people]
        self.acknowledged: dict[Place, UUID] = {}
        self.with_key = 0

    def start(self) -> None:
        """Write until ``finish``."""
        self._stop.clear()
        ways = itertools.cycle([self._one, self._one, self._batch])
        self._tasks = [
            asyncio.create_task(self._write(person, free, way))
            for person, free, way in zip(self._city.people, self._free, ways, strict=False)
        ]

    async def finish(self) -> None:
        """Write nothing new, and wait for the answers still owed."""
        self._stop.set()
        await asyncio.wait_for(asyncio.gather(*self._tasks), 150)

    async def _write(self, person: Person, free: Iterator[Place], way: Any) -> None:
        async with self._city.client() as client:
            while not self._stop.is_set():
                await way(client, person, free)
                await asyncio.sleep(_PAUSE)

    async def _one(self, client: httpx.AsyncClient, person: Person, free: Iterator[Place]) -> None:
        place = next(free)
        answer = await self._city.answered(
            client, person, "POST", "/v1/logs", _body(place), key=str(uuid.uuid4())
        )
        self.with_key += 1
        self._keep(place, answer["id"])

    async def _batch(
        self, client: httpx.AsyncClient, person: Person, free: Iterator[Place]
    ) -> None:
        places = list(itertools.islice(free, _BATCH))
        items = [{**_body(place), "client_ref": f"hp-{place[1]}-{place[2]}"} for place in places]
        body = {"atomic": False, "items": items}
        answer = await self._city.answered(client, person, "POST", "/v1/logs/batches", body)
        for place, item in zip(places, answer["items"], strict=True):
            if item["status"] not in (200, 201):
                raise Violation(f"an item was refused: {item}")
            self._keep(place, item["id"])

    def _keep(self, place: Place, log_id: str) -> None:
        self.acknowledged[place] = UUID(log_id)


def _places(person: Person, today: dt.date) -> Iterator[Place]:
    if person.employee_id is None:
        raise ValueError(person)
    for back, minute in itertools.product(range(7), range(_LAST_MINUTE)):
        yield person.employee_id, today - dt.timedelta(days=back), 480 + minute


def _body(place: Place) -> dict[str, Any]:
    _, day, minute = place
    return {
        "work_date": str(day),
        "starts_at": f"{minute // 60:02d}:{minute % 60:02d}",
        "ends_at": f"{(minute + 1) // 60:02d}:{(minute + 1) % 60:02d}",
        "description": "Melayani warga di loket",
    }
