"""A closed month in which a confirmed finding lowered somebody's score."""

import dataclasses
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kinerja_api.core.jobs import run_pending
from kinerja_api.worker import HANDLERS, SUBSCRIBERS
from tests.factories import scoring as factory
from tests.factories.complaints import new_accused, new_report
from tests.factories.evaluations import of
from tests.factories.findings import EXAMINED, Case, new_case
from tests.factories.planning import Goal, Measure, Planned, approved_plan, period
from tests.factories.world import Person, World
from tests.plugins.service import Api

WITH, WITHOUT = ("50.00", "butuh_perbaikan"), ("110.00", "baik")
"""Work result and predicate while a finding counts, and when none does."""


@dataclass
class Counted:
    """Who was accused, a colleague nobody accused, and the month that runs."""

    api: Api
    world: World
    sql: Any
    case: Case
    colleague: Person
    month: UUID
    planned: Planned

    @property
    def accused(self) -> Person:
        return self.case.accused

    @property
    def head(self) -> Person:
        return self.case.head

    async def confirm(self, case: Case | None = None) -> str:
        """Let a finding be made and confirmed; return it."""
        of_case = case or self.case
        found = (await of_case.find())["id"]
        await of_case.let_time_pass(self.sql, found)
        done = await of_case.act(found, "confirmations", of_case.second)
        assert done.status_code == 201, done.text
        return found

    async def another_case(self) -> Case:
        """Make another report about the same person."""
        report = await new_report(
            self.world, status="in_progress", report_class=EXAMINED, unit=self.case.unit
        )
        await new_accused(self.world, report, self.accused)
        return dataclasses.replace(self.case, report=report)

    async def reverse(self, finding: str, *, deliver: bool = True) -> None:
        """Reverse a finding over HTTP, and let the worker hear of it."""
        body = {"reason": "Bukti baru."}
        done = await self.case.act(finding, "reversals", self.case.third, body)
        assert done.status_code == 201, done.text
        if deliver:
            await self.deliver()

    async def deliver(self) -> int:
        """Deliver what is due until nothing is left, as a worker does."""
        done = 0
        while count := await run_pending(
            self.world.database, self.world.tenant_id, HANDLERS, SUBSCRIBERS
        ):
            done += count
        return done

    async def close(self, period_id: UUID | None = None) -> UUID:
        """Close the month or another period."""
        return await factory.close(self.api, self.world, period_id or self.month)

    async def reopen(self, closing: UUID) -> None:
        """Open a closed period again."""
        path, body = f"/v1/closings/{closing}/reopenings", {"reason": "Realisasi salah"}
        assert (await self.api.post(path, body, by=self.world.agency)).status_code == 201
        await self.deliver()

    async def evaluation(self, person: Person, period_id: UUID | None = None) -> dict[str, Any]:
        """Return the person's evaluation of the month, as the head sees it."""
        wanted = {"period_id": str(period_id or self.month)}
        (found,) = await of(self.api, person, by=self.head, **wanted)
        return found

    async def explain(self, evaluation: str, *, by: Person, language: str = "id") -> Any:
        """Ask for the explanation of an evaluation."""
        return await self.api.get(
            f"/v1/evaluations/{evaluation}/explanation",
            by=by,
            headers={"Accept-Language": language},
        )


async def counted(api: Api, world: World, sql: Any) -> Counted:
    """Plan a month with one indicator typed in and one that counts findings."""
    case = await new_case(api, world)
    colleague = await world.employee("Rekan", unit=case.unit)
    month = await period(world, f"{world.today:%Y-%m}")
    planned = [
        await plan_with_findings(world, person, {month: "10.00"}, {month: "1.00"})
        for person in (case.accused, colleague)
    ]
    for person, plan in zip((case.accused, colleague), planned, strict=True):
        await factory.result(world, person, plan.targets[0].indicators[0], month, "10.00")
        await factory.behaviours(world, person, month)
    return Counted(api, world, sql, case, colleague, month, planned[0])


async def plan_with_findings(
    world: World, person: Person, typed: dict[UUID, str], findings: dict[UUID, str]
) -> Planned:
    """Approve a plan: one indicator typed in, one that the fewer findings the better."""
    measures = (
        Measure(periods=typed),
        Measure(
            title="Pengaduan terbukti", direction="lower", low="1.00", scope="own",
            source="substantiated_findings", periods=findings,
        ),
    )  # fmt: skip
    goals = [Goal(measures=measures)]
    return await approved_plan(world, person, targets=goals, year=world.today.year)


def suggested(evaluation: dict[str, Any]) -> tuple[str, str]:
    """Return work result and predicate of the suggestion."""
    suggestion = evaluation["suggestion"]
    return suggestion["work_result"], suggestion["predicate"]
