"""What everybody plans for a year (SKP), and whose target or which goal it serves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kinerja_api.demo.goals import code_of, department
from kinerja_api.demo.jobs import Goal, Job, Measure
from kinerja_api.demo.periods import planned_days, seeded
from kinerja_api.demo.staff import Person, Placement, Staff

QUALITATIVE_SHARE = 0.06
PERIODS_A_YEAR = {"month": 12, "quarter": 4}
MEASURE_WEIGHTS = {1: (100,), 2: (60, 40), 3: (40, 30, 30)}
SIX_DAY_KINDS = {"rsud"}


@dataclass(frozen=True, slots=True)
class Link:
    """What a target serves: the superior's target of that number, or a goal, or neither."""

    superior_no: int | None = None
    goal_code: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A person's SKP of a year; ``links`` holds one for each goal of the job."""

    person: Person
    job: Job
    year: int
    concern: str
    unit: str
    week: int
    approach: str
    status: str
    links: tuple[Link, ...]

    def words(self, text: str) -> str:
        """Return the text with unit and field filled in."""
        return text.format(field=self.concern, unit=self.unit)


def make_plans(staff: Staff, *, today: date, featured: Sequence[str]) -> list[Plan]:
    """Return the plans of the year, in January those of the year before as well."""
    return [
        plan
        for day in planned_days(today)
        for plan in plans_of(staff, on=day, is_over=day < today, featured=featured)
    ]


def plans_of(staff: Staff, *, on: date, is_over: bool, featured: Sequence[str]) -> Iterator[Plan]:
    """Yield the plan of everybody who holds a post on the day.

    A few without staff are not approved, unless the year is over.
    """
    current = [held for held in staff.current(on) if held.post.job is not None]
    jobs = {held.person.ref: held.post.job for held in current}
    for held in current:
        job = held.post.job
        if job is None:
            continue
        rng = seeded(held.person.ref, on.year, "plan")
        superior = steady_superior(staff, held, on)
        above = jobs.get(superior.ref) if superior else None
        is_settled = job.level not in {"pelaksana", "pertama"} or held.person.ref in featured
        drawn = rng.choices(("approved", "submitted", "draft"), (92, 6, 2))[0]
        is_in_words = rng.random() < QUALITATIVE_SHARE and held.person.ref not in featured
        office = held.post.office.plan
        yield Plan(
            person=held.person,
            job=job,
            year=on.year,
            concern=office.concern,
            unit=office.name,
            week=6 if office.kind in SIX_DAY_KINDS else 5,
            approach="qualitative" if is_in_words else "quantitative",
            status="approved" if is_settled or held.post.is_head or is_over else drawn,
            links=tuple(linked(goal, above, held) for goal in job.goals),
        )


def steady_superior(staff: Staff, held: Placement, day: date) -> Person | None:
    """Return the superior if he was the same when the plan's year or the placement began."""
    first = max(date(day.year, 1, 1), held.starts_on)
    superior = staff.superior_on(held, day)
    return superior if superior is staff.superior_on(held, first) else None


def linked(goal: Goal, above: Job | None, held: Placement) -> Link:
    """Return what the goal serves: heads without a superior's plan serve their department's."""
    if goal.weight is None:
        return Link()
    if above is not None:
        return Link(superior_no=goal.supports)
    office = department(held.post.office)
    return Link(goal_code=code_of(office, goal.supports) if held.post.is_head else None)


def plan_rows(plan: Plan) -> Iterator[Sequence[object]]:
    """Yield one row per indicator."""
    for target_no, (goal, link) in enumerate(zip(plan.job.goals, plan.links, strict=True), start=1):
        kind = "tambahan" if goal.weight is None else "utama"
        weights = MEASURE_WEIGHTS[len(goal.measures)]
        served = [link.superior_no, link.goal_code]
        target = [target_no, kind, plan.words(goal.title), goal.weight, *served]
        for number, (measure, weight) in enumerate(zip(goal.measures, weights, strict=True), 1):
            title = plan.words(measure.title)
            is_counted = plan.approach == "quantitative"
            said = in_numbers(measure, title, weight) if is_counted else [None, title, *[None] * 9]
            yield [plan.person.ref, plan.year, plan.approach, *target, number, *said, plan.status]


def in_numbers(measure: Measure, title: str, weight: int) -> list[object]:
    """Return the columns of an indicator of a quantitative plan."""
    annual = PERIODS_A_YEAR[measure.every] if measure.accumulation == "sum" else 1
    high = measure.high
    return [
        measure.aspect,
        title,
        measure.unit,
        measure.direction,
        weight,
        measure.low * annual,
        None if high is None else high * annual,
        measure.accumulation,
        measure.every,
        measure.low,
        high,
    ]
