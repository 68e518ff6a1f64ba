"""Who works on reports, for the tests of their steps."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kinerja_api.access.rules import Role
from tests.factories.complaints import new_category
from tests.factories.world import Person, World
from tests.plugins.service import Api

REPORTS = "/v1/citizen-reports"


@dataclass(frozen=True)
class Offices:
    """A unit with its head and people, two officers, two inspectors, a category."""

    unit: UUID
    head: Person
    handler: Person
    colleague: Person
    officer: Person
    second: Person
    inspector: Person
    examiner: Person
    category: UUID


async def offices_of(world: World) -> Offices:
    unit = await world.unit("Dinas Pekerjaan Umum")
    desk = await world.unit("Seksi Jalan", parent=unit, kind="seksi")
    return Offices(
        unit=unit,
        head=await world.employee("Kepala Dinas", unit=unit, head=True),
        handler=await world.employee("Petugas Jalan", unit=desk),
        colleague=await world.employee("Rekan", unit=desk),
        officer=await world.officer("Petugas Pengaduan", Role.COMPLAINTS_OFFICER),
        second=await world.officer("Petugas Pengaduan Dua", Role.COMPLAINTS_OFFICER),
        inspector=await world.officer("Inspektur", Role.INSPECTORATE),
        examiner=await world.officer("Auditor", Role.INSPECTORATE),
        category=await new_category(world),
    )


async def step(
    api: Api, by: Person, report: UUID | str, path: str, body: Any = None, *, expect: int = 201
) -> dict[str, Any]:
    """Take a step and return its answer."""
    answer = await api.post(f"{REPORTS}/{report}/{path}", body, by=by)
    assert answer.status_code == expect, (path, answer.status_code, answer.text)
    return answer.json()


async def seen(api: Api, by: Person, report: UUID | str) -> dict[str, Any]:
    answer = await api.get(f"{REPORTS}/{report}", by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()
