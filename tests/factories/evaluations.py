"""A closed period with a head and a clerk, and the steps of an evaluation over HTTP."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kinerja_api.results.rules import Rating
from tests.factories import scoring as factory
from tests.factories.planning import Planned
from tests.factories.world import Person, World
from tests.plugins.service import Api

AS, ABOVE, BELOW = Rating.SESUAI, Rating.DI_ATAS, Rating.DI_BAWAH
AGREED = {"work_rating": AS, "behaviour_rating": AS}
CHANGED = {"work_rating": ABOVE, "behaviour_rating": AS, "reason": "Bukti baru"}
RULED = {"outcome": "changed", "work_rating": ABOVE, "reason": "Bukti cukup"}
KEPT = {"outcome": "kept", "reason": "Bukti tidak cukup"}


@dataclass
class Closed:
    """A closed period of a unit with a head and a clerk who did as expected."""

    api: Api
    world: World
    period: UUID
    closing: UUID
    unit: UUID
    head: Person
    clerk: Person
    evaluation: str
    planned: Planned

    @property
    def path(self) -> str:
        return f"/v1/evaluations/{self.evaluation}"

    async def read(self, *, by: Person | None = None) -> dict[str, Any]:
        """Return the evaluation as the head, or somebody else, sees it."""
        read = await self.api.get(self.path, by=by or self.head)
        assert read.status_code == 200, read.text
        return read.json()

    async def decide(self, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Decide as the head."""
        return await self._post(f"{self.path}/decisions", body or AGREED, self.head)

    async def acknowledge(self) -> dict[str, Any]:
        """Acknowledge as the clerk."""
        return await self._post(f"{self.path}/acknowledgements", {}, self.clerk)

    async def correct(self) -> dict[str, Any]:
        """Correct as the head; the new version is the evaluation from now on."""
        corrected = await self._post(f"{self.path}/corrections", CHANGED, self.head)
        self.evaluation = corrected["id"]
        return corrected

    async def object(self) -> dict[str, Any]:
        """Object as the clerk, after the head decided; return the objection."""
        await self.decide()
        return await self._post(f"{self.path}/objections", {"reasons": "Kurang"}, self.clerk)

    async def _post(self, path: str, body: dict[str, Any], by: Person) -> dict[str, Any]:
        done = await self.api.post(path, body, by=by)
        assert done.status_code == 201, done.text
        return done.json()


async def of(api: Api, person: Person, *, by: Person, **params: Any) -> list[dict[str, Any]]:
    """Return the person's evaluations as somebody lists them."""
    query = {"employee_id": str(person.employee_id), **params}
    listed = await api.get("/v1/evaluations", by=by, params=query)
    assert listed.status_code == 200, listed.text
    return listed.json()["items"]


async def closed_unit(api: Api, world: World) -> Closed:
    """Close a month for a unit below the root."""
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    planned = await factory.rated_employee(world, clerk, period, year=2026)
    closing = await factory.close(api, world, period)
    (evaluation,) = await of(api, clerk, by=head)
    return Closed(api, world, period, closing, unit, head, clerk, evaluation["id"], planned)
