"""What the people plan, do and achieve: plans, daily logs, results, behaviours.

A day or a period is drawn from its own seed, so the files of two days agree on the time before.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kinerja_api.demo.jobs import Goal, Job, Measure
from kinerja_api.demo.staff import Person, Placement, Staff

LOG_DAYS = 61
LOGGING_SHARE = 0.6
LOGS_A_MONTH = 36
RECENT_DAYS = 4
QUALITATIVE_SHARE = 0.06
UNRATED_SHARE = 0.05
EXPLAINED_BELOW = 0.92
FRIDAY = 5
OPENS_AT = 7 * 60 + 30
FIXED_HOLIDAYS = {(1, 1), (5, 1), (6, 1), (8, 17), (12, 25)}
PERIODS_A_YEAR = {"month": 12, "quarter": 4}
MEASURE_WEIGHTS = {1: (100,), 2: (60, 40), 3: (40, 30, 30)}
HUNDREDTH = Decimal("0.01")
CEILING = Decimal(100)  # of an index or a percentage

ABOVE, AS_EXPECTED, BELOW = "di_atas_ekspektasi", "sesuai_ekspektasi", "di_bawah_ekspektasi"
NOTES = {
    "berorientasi_pelayanan": ("Ramah dan sabar kepada warga", "Belum tanggap kepada pemohon"),
    "akuntabel": ("Laporan selalu lengkap dan tepat", "Beberapa laporan perlu diperbaiki"),
    "kompeten": ("Menguasai pekerjaan dan berbagi ilmu", "Perlu mengikuti pelatihan teknis"),
    "harmonis": ("Menjaga suasana kerja yang baik", "Perlu lebih menghargai rekan"),
    "loyal": ("Mendahulukan kepentingan instansi", "Beberapa kali tidak mengikuti apel"),
    "adaptif": ("Cepat menyesuaikan diri dan memberi gagasan", "Lambat memakai aplikasi baru"),
    "kolaboratif": ("Aktif membantu unit lain", "Jarang berkoordinasi dengan tim"),
}
SHORTFALLS = (
    "Permohonan masuk lebih sedikit dari perkiraan",
    "Sebagian pekerjaan bergeser ke periode berikutnya",
    "Gangguan jaringan selama beberapa hari",
)


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the year."""

    code: str
    kind: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """A person's SKP; ``cascade`` holds the superior's target number per goal, or None."""

    person: Person
    job: Job
    concern: str
    unit: str
    approach: str
    status: str
    cascade: tuple[int | None, ...]

    def words(self, text: str) -> str:
        """Return the text with unit and field filled in."""
        return text.format(field=self.concern, unit=self.unit)


def seeded(*parts: object) -> random.Random:
    """Return a generator that depends on these parts only."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - invented data, no secret


def periods(year: int) -> list[Period]:
    """Return the year, its quarters and its months."""

    def span(code: str, kind: str, first: int, last: int) -> Period:
        after = date(year + last // 12, last % 12 + 1, 1)
        return Period(code, kind, date(year, first, 1), after - timedelta(days=1))

    return [
        span(f"{year}", "year", 1, 12),
        *(span(f"{year}-Q{n}", "quarter", 3 * n - 2, 3 * n) for n in range(1, 5)),
        *(span(f"{year}-{n:02}", "month", n, n) for n in range(1, 13)),
    ]


def is_working_day(day: date) -> bool:
    """Return whether a five-day office is open; of the holidays only those of a fixed date."""
    return day.isoweekday() <= FRIDAY and (day.month, day.day) not in FIXED_HOLIDAYS


def make_plans(staff: Staff, *, today: date, featured: Sequence[str]) -> list[Plan]:
    """Return the plan of everybody who holds a post now; a few without staff are not approved."""
    current = [held for held in staff.current(today) if held.post.job is not None]
    jobs = {held.person.ref: held.post.job for held in current}
    plans: list[Plan] = []
    for held in current:
        job = held.post.job
        if job is None:
            continue
        rng = seeded(held.person.ref, today.year, "plan")
        superior = steady_superior(staff, held, today)
        above = jobs.get(superior.ref) if superior else None
        is_settled = job.level not in {"pelaksana", "pertama"} or held.person.ref in featured
        drawn = rng.choices(("approved", "submitted", "draft"), (92, 6, 2))[0]
        plan = Plan(
            person=held.person,
            job=job,
            concern=held.post.office.plan.concern,
            unit=held.post.office.plan.name,
            approach="qualitative" if rng.random() < QUALITATIVE_SHARE else "quantitative",
            status="approved" if is_settled or held.post.is_head else drawn,
            cascade=tuple(supported(goal, above) for goal in job.goals),
        )
        plans.append(plan)
    return plans


def steady_superior(staff: Staff, held: Placement, today: date) -> Person | None:
    """Return the superior if he is the same today as on the first day of the year."""
    superior = staff.superior_on(held, today)
    return superior if superior is staff.superior_on(held, date(today.year, 1, 1)) else None


def supported(goal: Goal, above: Job | None) -> int | None:
    """Return the number of the superior's target that the goal serves."""
    return None if above is None or goal.weight is None else goal.supports


def plan_rows(plan: Plan, year: int) -> Iterator[Sequence[object]]:
    """Yield one row per indicator."""
    for target_no, (goal, superior_no) in enumerate(
        zip(plan.job.goals, plan.cascade, strict=True), start=1
    ):
        kind = "tambahan" if goal.weight is None else "utama"
        weights = MEASURE_WEIGHTS[len(goal.measures)]
        target = [target_no, kind, plan.words(goal.title), goal.weight, superior_no]
        for number, (measure, weight) in enumerate(zip(goal.measures, weights, strict=True), 1):
            annual = PERIODS_A_YEAR[measure.every] if measure.accumulation == "sum" else 1
            high = measure.high
            yield [
                plan.person.ref,
                year,
                plan.approach,
                *target,
                number,
                measure.aspect,
                plan.words(measure.title),
                measure.unit,
                measure.direction,
                weight,
                measure.low * annual,
                None if high is None else high * annual,
                measure.accumulation,
                measure.every,
                measure.low,
                high,
                plan.status,
            ]


def log_rows(
    plans: Sequence[Plan], *, today: date, featured: Sequence[str]
) -> Iterator[Sequence[object]]:
    """Yield the daily logs of those who keep one, up to and including today."""
    first = max(today - timedelta(days=LOG_DAYS), date(today.year, 1, 1))
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    days = [day for day in days if is_working_day(day)]
    for plan in plans:
        keeps = seeded(plan.person.ref, "keeps").random() < LOGGING_SHARE
        if plan.status == "approved" and (keeps or plan.person.ref in featured):
            volumes = usual_volumes(plan.job)
            for day in days:
                yield from day_rows(plan, volumes, day, today=today)


def usual_volumes(job: Job) -> list[tuple[float, float]]:
    """Return per goal how often it is worked on and how much is done each time."""
    monthly = [
        float(goal.measures[0].low) / (1 if goal.measures[0].every == "month" else 3)
        for goal in job.goals
    ]
    shares = [min(amount, 15.0) for amount in monthly]
    whole = sum(shares)
    return [
        (share, amount / (LOGS_A_MONTH * share / whole))
        for share, amount in zip(shares, monthly, strict=True)
    ]


def day_rows(
    plan: Plan, volumes: Sequence[tuple[float, float]], day: date, *, today: date
) -> Iterator[Sequence[object]]:
    """Yield a person's logs of one day; the day under way has one so far, or none."""
    rng = seeded(plan.person.ref, day)
    if rng.random() < (0.35 if day == today else 0.1):
        return
    wanted = rng.choices((1, 2, 3), (35, 45, 20))[0]
    minute = OPENS_AT + rng.choice((0, 0, 15, 30))
    for number in range(1, (1 if day == today else wanted) + 1):
        target = rng.choices(range(len(volumes)), [share for share, _ in volumes])[0]
        goal = plan.job.goals[target]
        length = rng.choice((45, 60, 75, 90, 120, 135))
        volume = max(1, round(volumes[target][1] * rng.uniform(0.8, 1.25)))
        yield [
            f"{day:%Y%m%d}-{plan.person.ref}-{number}",
            plan.person.ref,
            day,
            clock(minute),
            clock(minute + length),
            rng.choice(goal.activities),
            target + 1,
            1,
            volume,
            goal.measures[0].unit,
            log_status(rng, age=(today - day).days),
        ]
        minute += length + rng.choice((0, 0, 15, 30))


def log_status(rng: random.Random, *, age: int) -> str:
    """Return how far the superior is with a log of that many days ago."""
    chances = (3, 7, 90) if age <= RECENT_DAYS else (0, 3, 97)
    if age <= 1:
        chances = (20, 80, 0)
    return rng.choices(("draft", "submitted", "approved"), chances)[0]


def clock(minute: int) -> str:
    """Return the minute of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


def past(year: int, today: date) -> list[Period]:
    """Return the months and quarters that are over, in order of their end."""
    over = [p for p in periods(year) if p.kind != "year" and p.ends_on < today]
    return sorted(over, key=lambda period: (period.ends_on, period.code))


def result_rows(plans: Sequence[Plan], *, today: date) -> Iterator[Sequence[object]]:
    """Yield results of all past periods; the latest month is partly still to be verified."""
    over = past(today.year, today)
    latest = max((p.ends_on for p in over), default=today)
    for plan in plans:
        if plan.status != "approved":
            continue
        talent = min(1.1, max(0.82, seeded(plan.person.ref, "talent").gauss(0.99, 0.06)))
        for period in over:
            rng = seeded(plan.person.ref, period.code)
            for target_no, number, measure in measured(plan.job, period.kind):
                factor = talent + rng.gauss(0, 0.035)
                drawn = rng.choices(("verified", "entered", ""), (86, 11, 3))[0]
                status = drawn if period.ends_on == latest else "verified"
                value = achieved(measure, factor)
                is_short = factor < EXPLAINED_BELOW and value != measure.low
                note = rng.choice(SHORTFALLS) if is_short else ""
                row = [plan.person.ref, period.code, target_no, number, value, note, status]
                if status:
                    yield row


def measured(job: Job, every: str) -> Iterator[tuple[int, int, Measure]]:
    """Yield the indicators reported that often, with the numbers of target and indicator."""
    for target_no, goal in enumerate(job.goals, start=1):
        for number, measure in enumerate(goal.measures, start=1):
            if measure.every == every:
                yield target_no, number, measure


def achieved(measure: Measure, factor: float) -> Decimal:
    """Return a result that is this good in relation to the target."""
    good = Decimal(repr(round(factor, 4)))
    if measure.aspect == "kuantitas":
        return (measure.low * good).quantize(Decimal(1))
    if measure.high is not None:
        middle = (measure.low + measure.high) / 2
        return (middle * (2 * good - 1)).quantize(HUNDREDTH)
    if measure.direction == "lower":
        return (measure.low * (2 - good)).quantize(HUNDREDTH)
    return min(CEILING, measure.low * good).quantize(HUNDREDTH)


def behaviour_rows(plans: Sequence[Plan], *, today: date) -> Iterator[Sequence[object]]:
    """Yield the superiors' ratings for the latest month and quarter that are over."""
    over = past(today.year, today)
    kinds = {period.kind: period for period in over}
    for plan in plans:
        if plan.status != "approved":
            continue
        for period in kinds.values():
            rng = seeded(plan.person.ref, period.code, "behaviour")
            if rng.random() < UNRATED_SHARE:
                continue
            bright = rng.random()
            for value, (praise, blame) in NOTES.items():
                chances = (0.1 + 0.6 * bright, 0.9 - 0.6 * bright, 0.05 * (1 - bright))
                rating = rng.choices((ABOVE, AS_EXPECTED, BELOW), chances)[0]
                words = {ABOVE: praise, BELOW: blame}.get(rating, "Sesuai harapan pimpinan")
                yield [plan.person.ref, period.code, value, rating, words]
