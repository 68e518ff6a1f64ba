"""An examined report with an accused official and inspectors, for findings."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kinerja_api.access.rules import Role
from kinerja_api.complaints.rules import ReportClass, ReportStatus
from tests.factories.complaints import new_accused, new_report
from tests.factories.world import Person, World
from tests.plugins.service import Api

EXAMINED = ReportClass.PENGADUAN_BERKADAR_PENGAWASAN
SUMMARY = "Terbukti meminta biaya di luar ketentuan."
FOUND = {"outcome": "terbukti", "severity": "sedang", "summary": SUMMARY}


@dataclass(frozen=True)
class Case:
    """Whom a finding is about, who heads his office, three inspectors, and the report."""

    api: Api
    world: World
    report: UUID
    unit: UUID
    accused: Person
    head: Person
    finder: Person
    second: Person
    third: Person

    async def find(self, **values: Any) -> dict[str, Any]:
        """Make a finding about the accused and return it."""
        body = {"employee_id": str(self.accused.employee_id), **FOUND, **values}
        path = f"/v1/citizen-reports/{self.report}/findings"
        made = await self.api.post(path, body, by=self.finder)
        assert made.status_code == 201, made.text
        return made.json()

    async def let_time_pass(self, sql: Any, finding_id: str) -> None:
        """Put the end of the time for a dispute into the past."""
        await sql(
            "UPDATE kinerja.report_findings SET dispute_until = $2 WHERE id = $1",
            UUID(finding_id),
            self.world.today - dt.timedelta(days=1),
        )

    async def act(self, finding_id: str, what: str, by: Person, body: Any = None) -> Any:
        """Post to a sub-resource of the finding."""
        return await self.api.post(f"/v1/findings/{finding_id}/{what}", body, by=by)


async def new_case(api: Api, world: World, **report: Any) -> Case:
    """Make a report of a supervisory class with an accused and those who examine it."""
    unit = await world.unit("Dinas Perizinan")
    head = await world.employee("Kepala Dinas", unit=unit, head=True)
    accused = await world.employee("Terlapor", unit=unit)
    office = await world.unit("Inspektorat")
    people = [await world.employee(f"Auditor {n}", unit=office) for n in range(3)]
    for person in people:
        await world.grant(person, Role.INSPECTORATE)
    values: dict[str, Any] = {
        "status": ReportStatus.IN_PROGRESS,
        "report_class": EXAMINED,
        "unit": unit,
        **report,
    }
    report_id = await new_report(world, **values)
    await new_accused(world, report_id, accused)
    return Case(api, world, report_id, unit, accused, head, *people)
