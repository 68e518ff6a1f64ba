"""Writes the demonstration governments as CSV files (UTF-8, comma, header row)."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kinerja_api.demo import work
from kinerja_api.demo.cities import CITIES, City
from kinerja_api.demo.goals import goal_rows
from kinerja_api.demo.periods import last_month, periods, planned_days
from kinerja_api.demo.plans import make_plans, plan_rows
from kinerja_api.demo.staff import Person, Staff, recruit

COLUMNS = {
    "units": "code name kind parent_code",
    "positions": "code unit_code title kind level is_head",
    "people": "ref kind nip name rank born_on sex email",
    "placements": "person_ref position_code kind starts_on ends_on superior_ref",
    "periods": "code kind starts_on ends_on",
    "goals": (
        "code year unit_code parent_code title perspective indicator_no indicator_title unit "
        "direction low high"
    ),
    "plans": (
        "person_ref year approach target_no target_kind target_title target_weight "
        "superior_target_no goal_code indicator_no aspect indicator_title unit direction weight "
        "annual_target_low annual_target_high accumulation period_kind period_target_low "
        "period_target_high status"
    ),
    "logs": (
        "ref person_ref work_date starts_at ends_at description target_no indicator_no volume "
        "unit status"
    ),
    "results": "person_ref period_code target_no indicator_no value note status",
    "behaviours": "person_ref period_code value rating note",
}


@dataclass(frozen=True, slots=True)
class DemoGovernment:
    """One government that was written, and people to sign in as.

    The employee works at the counter of Disdukcapil, the superior leads that bidang, the unit
    head leads Disdukcapil, the agency person works at the personnel agency (BKPSDM). closes: code
    of the last month, which is over and ready to be closed.
    """

    code: str
    name: str
    time_zone: str
    folder: Path
    closes: str
    employee_nip: str
    superior_nip: str
    unit_head_nip: str
    agency_nip: str


def write_demo_files(folder: Path, *, today: date) -> list[DemoGovernment]:
    """Write one folder of CSV files per government; the same day gives the same bytes."""
    numbers: set[str] = set()
    return [
        write_government(folder / city.code, city, today=today, numbers=numbers) for city in CITIES
    ]


def write_government(folder: Path, city: City, *, today: date, numbers: set[str]) -> DemoGovernment:
    """Write one government; ``numbers`` collects the NIPs in use in the whole installation."""
    folder.mkdir(parents=True, exist_ok=True)
    staff = recruit(city, today=today, numbers=numbers)
    closes = last_month(today).code
    written = DemoGovernment(city.code, city.name, city.time_zone, folder, closes, *samples(staff))
    featured = (
        written.employee_nip,
        written.superior_nip,
        written.unit_head_nip,
        written.agency_nip,
    )
    years = [day.year for day in planned_days(today)]
    plans = make_plans(staff, today=today, featured=featured)
    tables: dict[str, Iterable[Iterable[object]]] = {
        **organisation_rows(staff),
        "periods": (
            (p.code, p.kind, p.starts_on, p.ends_on) for year in years for p in periods(year)
        ),
        "goals": goal_rows(staff, years),
        "plans": (row for plan in plans for row in plan_rows(plan)),
        "logs": work.log_rows(plans, today=today, featured=featured),
        "results": work.result_rows(plans, today=today),
        "behaviours": work.behaviour_rows(plans, today=today, featured=featured),
    }
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns.split())
            writer.writerows(tables[name])
    return written


def organisation_rows(staff: Staff) -> dict[str, Iterable[Iterable[object]]]:
    """Return the rows of units, positions, people and placements."""
    posts = [post for office in staff.offices for post in office.posts]
    return {
        "units": (
            (o.code, o.plan.name, o.plan.kind, o.parent.code if o.parent else None)
            for o in staff.offices
        ),
        "positions": (
            (
                post.code,
                post.office.code,
                post.title,
                post.job.kind if post.job else "pejabat_negara",
                post.job.level if post.job else "kepala_daerah",
                "true" if post.is_head else "false",
            )
            for post in posts
        ),
        "people": (
            (p.ref, p.kind, p.nip, p.name, p.rank, p.born_on, p.sex, p.email) for p in staff.people
        ),
        "placements": (
            (
                p.person.ref,
                p.post.code,
                p.kind,
                p.starts_on,
                p.ends_on,
                p.superior.ref if p.superior else None,
            )
            for p in staff.placements
        ),
    }


def samples(staff: Staff) -> tuple[str, str, str, str]:
    """Return the NIPs of a counter clerk, his superior, the unit's head and an agency person."""

    def holder(unit: str, job: str) -> Person:
        return next(
            post.holder
            for office in staff.offices
            if office.plan.name == unit
            for post in office.posts
            if post.title.startswith(job) and post.holder is not None
        )

    counter = "Bidang Pelayanan Pendaftaran Penduduk"
    return (
        holder(counter, "Operator").nip,
        holder(counter, "Kepala").nip,
        holder("Dinas Kependudukan dan Pencatatan Sipil", "Kepala").nip,
        holder("Bidang Kinerja", "Analis").nip,
    )
