"""What the people do and achieve: daily logs, results, behaviours.

A day or a period is drawn from its own seed, so the files of two days agree on the time before.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from kinerja_api.demo.jobs import Job, Measure
from kinerja_api.demo.periods import Period, past, planned_days, seeded
from kinerja_api.demo.plans import Plan

LOG_DAYS = 61
LOGGING_SHARE = 0.6
LOGS_A_MONTH = 36
RECENT_DAYS = 4
UNRATED_SHARE = 0.05
EXPLAINED_BELOW = 0.92
OPENS_AT = 7 * 60 + 30
FIXED_HOLIDAYS = {(1, 1), (5, 1), (6, 1), (8, 17), (12, 25)}
LATEST = {"month": (97, 2, 1), "quarter": (86, 11, 3)}  # verified, entered, missing
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
ACHIEVEMENTS = (
    "tercapai seluruhnya, bukti dukung tersimpan di bagian tata usaha",
    "tercapai; dua catatan perbaikan sudah ditindaklanjuti",
    "sebagian besar tercapai, sisanya selesai pada periode berikutnya",
)


def is_working_day(day: date, week: int) -> bool:
    """Return whether an office is open; of the holidays only those of a fixed date.

    week: days it works in a week, from Monday on.
    """
    return day.isoweekday() <= week and (day.month, day.day) not in FIXED_HOLIDAYS


def log_rows(
    plans: Sequence[Plan], *, today: date, featured: Sequence[str]
) -> Iterator[Sequence[object]]:
    """Yield the daily logs of those who keep one, up to and including today."""
    first = max(today - timedelta(days=LOG_DAYS), date(planned_days(today)[0].year, 1, 1))
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    for plan in plans:
        keeps = seeded(plan.person.ref, "keeps").random() < LOGGING_SHARE
        if plan.status == "approved" and (keeps or plan.person.ref in featured):
            volumes = usual_volumes(plan.job)
            for day in days:
                if day.year == plan.year and is_working_day(day, plan.week):
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
        is_counted = plan.approach == "quantitative"
        yield [
            f"{day:%Y%m%d}-{plan.person.ref}-{number}",
            plan.person.ref,
            day,
            clock(minute),
            clock(minute + length),
            rng.choice(goal.activities),
            target + 1,
            1,
            volume if is_counted else None,
            goal.measures[0].unit if is_counted else None,
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


def result_rows(plans: Sequence[Plan], *, today: date) -> Iterator[Sequence[object]]:
    """Yield results of all past periods; the latest ones are partly still to be verified."""
    over = past(today)
    latest = {period.kind: period for period in over}
    for plan in plans:
        is_rated = plan.status == "approved" and plan.year == over[-1].ends_on.year
        if not is_rated:
            continue
        if plan.approach == "qualitative":
            yield from _told(plan, latest)
            continue
        talent = min(1.1, max(0.82, seeded(plan.person.ref, "talent").gauss(0.99, 0.06)))
        for period in over:
            rng = seeded(plan.person.ref, period.code)
            for target_no, number, measure in measured(plan.job, period.kind):
                factor = talent + rng.gauss(0, 0.035)
                drawn = rng.choices(("verified", "entered", ""), LATEST[period.kind])[0]
                status = drawn if period is latest[period.kind] else "verified"
                value = achieved(measure, factor)
                is_short = factor < EXPLAINED_BELOW and value != measure.low
                note = rng.choice(SHORTFALLS) if is_short else ""
                row = [plan.person.ref, period.code, target_no, number, value, note, status]
                if status:
                    yield row


def _told(plan: Plan, latest: Mapping[str, Period]) -> Iterator[Sequence[object]]:
    """Yield the results in words of a qualitative plan, for the latest periods that are over."""
    for period in latest.values():
        for target_no, number, measure in measured(plan.job, period.kind):
            rng = seeded(plan.person.ref, period.code, measure.title)
            note = f"{measure.title}: {rng.choice(ACHIEVEMENTS)}"
            yield [plan.person.ref, period.code, target_no, number, None, note, "verified"]


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


def behaviour_rows(
    plans: Sequence[Plan], *, today: date, featured: Sequence[str]
) -> Iterator[Sequence[object]]:
    """Yield the superiors' ratings for the latest month and quarter that are over."""
    over = past(today)
    kinds = {period.kind: period for period in over}
    for plan in plans:
        if plan.status != "approved" or plan.year != over[-1].ends_on.year:
            continue
        for period in kinds.values():
            rng = seeded(plan.person.ref, period.code, "behaviour")
            if rng.random() < UNRATED_SHARE and plan.person.ref not in featured:
                continue
            bright = rng.random()
            for value, (praise, blame) in NOTES.items():
                chances = (0.1 + 0.6 * bright, 0.9 - 0.6 * bright, 0.05 * (1 - bright))
                rating = rng.choices((ABOVE, AS_EXPECTED, BELOW), chances)[0]
                words = {ABOVE: praise, BELOW: blame}.get(rating, "Sesuai harapan pimpinan")
                yield [plan.person.ref, period.code, value, rating, words]
