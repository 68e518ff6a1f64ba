"""Who works where: units with codes, posts, people who do not exist, placements with dates."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kinerja_api.demo.cities import City, Names
from kinerja_api.demo.jobs import HEADS, JOBS, SECRETARY, Job
from kinerja_api.demo.units import Unit, government

FIRST_PPPK_YEAR = 2021
RETIREMENT_AGE = 58
PPPK_SHARE = 0.32  # of the posts open to PPPK; about a quarter of everybody
PREFIX_SHARE = 0.35
SECOND_NAME_SHARE = 0.25

RANKS = {
    "pratama": ("IV/b", "IV/c"),
    "administrator": ("IV/a", "IV/b"),
    "pengawas": ("III/c", "III/d"),
    "pelaksana": ("II/b", "II/c", "II/d", "III/a"),
    "pertama": ("III/a", "III/b"),
    "muda": ("III/c", "III/d"),
    "madya": ("IV/a", "IV/b"),
    "terampil": ("II/c", "II/d"),
    "mahir": ("III/a", "III/b"),
}
PPPK_RANKS = {"pelaksana": "V", "terampil": "VII", "mahir": "VII"}
PPPK_RANK_OF_EXPERTS = "IX"


@dataclass(frozen=True, slots=True)
class Person:
    """An employee, or the mayor (no NIP, no rank)."""

    ref: str
    kind: str
    nip: str
    name: str
    rank: str
    born_on: date
    sex: str
    email: str


@dataclass(eq=False, slots=True)
class Post:
    """A position; ``job`` is None for the mayor's."""

    code: str
    title: str
    job: Job | None
    is_head: bool
    office: "Office"
    holder: Person | None = None


@dataclass(eq=False, slots=True)
class Office:
    """A unit with its code, its posts (head first) and the unit above."""

    code: str
    plan: Unit
    parent: "Office | None"
    posts: list[Post]


@dataclass(frozen=True, slots=True)
class Placement:
    """A person in a post; ``superior`` only where it is not the head of the unit."""

    person: Person
    post: Post
    kind: str
    starts_on: date
    ends_on: date | None = None
    superior: Person | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """One government's organisation."""

    offices: list[Office]
    people: list[Person]
    placements: list[Placement]

    def current(self, today: date) -> Iterator[Placement]:
        """Yield the definitive placements in force."""
        for placement in self.placements:
            if placement.kind == "definitive" and covers(placement, today):
                yield placement

    def superior_on(self, placement: Placement, day: date) -> Person | None:
        """Return who is above this placement: PLH before PLT before definitive, then upwards."""
        if placement.superior is not None:
            return placement.superior
        office = placement.post.office
        above = office.parent if placement.post.is_head else office
        while above is not None:
            acting = {
                found.kind: found.person
                for found in self.placements
                if found.post is above.posts[0] and covers(found, day)
            }
            for kind in ("plh", "plt", "definitive"):
                if kind in acting and acting[kind] is not placement.person:
                    return acting[kind]
            above = above.parent
        return None


def covers(placement: Placement, day: date) -> bool:
    """Return whether the placement is in force on that day."""
    return placement.starts_on <= day and (placement.ends_on is None or day <= placement.ends_on)


class Recruiter:
    """Invents people; keeps names, addresses and numbers apart."""

    def __init__(self, city: City, rng: random.Random, *, year: int, numbers: set[str]) -> None:
        self.city = city
        self.rng = rng
        self.year = year
        self.numbers = numbers
        self.names: set[str] = set()
        self.addresses: set[str] = set()

    def official(self, name: str) -> Person:
        """Return the mayor."""
        born_on = date(self.year - 52, 4, 17)
        return Person("OFF-1", "official", "", name, "", born_on, "male", self.address(name))

    def employee(self, job: Job, *, retires: bool = False) -> Person:
        """Return a new employee fit for the job."""
        rng = self.rng
        is_open = job.kind == "fungsional" or job.level == "pelaksana"
        is_pppk = is_open and job.level != "madya" and rng.random() < PPPK_SHARE
        youngest, oldest = job.ages
        age = RETIREMENT_AGE if retires else rng.randint(youngest, oldest)
        born_on = date(self.year - age, 1, 1) + timedelta(days=rng.randint(0, 364))
        sex = rng.choice(("male", "female"))
        nip = self.number(born_on, sex, is_pppk=is_pppk)
        bare = self.new_name(sex)
        rank = rng.choice(RANKS[job.level])
        if is_pppk:
            rank = PPPK_RANKS.get(job.level, PPPK_RANK_OF_EXPERTS)
        degree = rng.choice(job.degrees)
        if sex == "female":
            degree = degree.replace("Drs.", "Dra.")
        name = degree.format(bare)
        kind = "pppk" if is_pppk else "pns"
        return Person(nip, kind, nip, name, rank, born_on, sex, self.address(bare))

    def number(self, born_on: date, sex: str, *, is_pppk: bool) -> str:
        """Return an unused NIP: birth date, appointment, sex, order."""
        if is_pppk:
            earliest, latest = max(FIRST_PPPK_YEAR, born_on.year + 21), self.year - 1
            month = f"2{self.rng.choice((1, 1, 1, 2))}"
        else:
            earliest, latest = born_on.year + 21, min(born_on.year + 34, self.year - 1)
            month = f"{self.rng.choice((1, 1, 2, 3, 4, 6, 9, 12)):02}"
        year = self.rng.randint(min(earliest, latest), latest)
        start = f"{born_on:%Y%m%d}{year}{month}{1 if sex == 'male' else 2}"
        order = self.rng.randint(1, 40)
        while f"{start}{order:03}" in self.numbers:
            order += 1
        number = f"{start}{order:03}"
        self.numbers.add(number)
        return number

    def new_name(self, sex: str) -> str:
        """Return a name that nobody here has yet."""
        while True:
            name = self.compose(self.rng.choice(self.city.names), sex)
            if name not in self.names:
                self.names.add(name)
                return name

    def compose(self, names: Names, sex: str) -> str:
        """Return a name of two to four words."""
        rng = self.rng
        given = (names.male if sex == "male" else names.female).split()
        prefixes = names.male_prefixes if sex == "male" else names.female_prefixes
        words = [rng.choice(given)]
        if prefixes and rng.random() < PREFIX_SHARE:
            words.insert(0, rng.choice(prefixes))
        if rng.random() < SECOND_NAME_SHARE:
            words.append(rng.choice(given))
        words.append(rng.choice(names.last.split()))
        return " ".join(dict.fromkeys(words))

    def address(self, name: str) -> str:
        """Return an unused address under the reserved domain."""
        stem = ".".join("".join(filter(str.isalpha, word)) for word in name.lower().split())
        address, count = f"{stem}@pegawai.example", 2
        while address in self.addresses:
            address, count = f"{stem}{count}@pegawai.example", count + 1
        self.addresses.add(address)
        return address


def build_offices(city: City) -> list[Office]:
    """Return all units, each before those below it, with their posts."""
    offices: list[Office] = []

    def add(plan: Unit, code: str, parent: Office | None) -> None:
        office = Office(code, plan, parent, [])
        offices.append(office)
        office.posts.extend(build_posts(office, city))
        for number, child in enumerate(plan.children, start=1):
            add(child, f"{code}.{number:02}", office)

    add(government(city), "1", None)
    return offices


def build_posts(office: Office, city: City) -> Iterator[Post]:
    """Yield the head's post, then one post per seat."""
    plan = office.plan
    head = HEADS.get(plan.head)
    place = plan.name.partition(" ")[2]
    title = f"Wali Kota {city.name.removeprefix('Kota ')}"
    if head is not None:
        title = head.title.format(unit=plan.name, place=place)
    yield Post(f"{office.code}-01", title, head, is_head=True, office=office)
    number = 1
    for name, seats in plan.staff.items():
        job = SECRETARY if name == "sekretaris" else JOBS[name]
        for _ in range(seats if seats == 1 else round(seats * city.staffing)):
            number += 1
            title = job.title.format(unit=plan.name)
            yield Post(f"{office.code}-{number:02}", title, job, is_head=False, office=office)


def appointed_on(person: Person) -> date:
    """Return the first day of the appointment that the NIP tells."""
    month = int(person.nip[12:14]) if person.kind == "pns" else 1
    return date(int(person.nip[8:12]), month, 1)


def recruit(city: City, *, today: date, numbers: set[str]) -> Staff:
    """Return the government with all its people; the same for every day of one year."""
    rng = random.Random(f"{city.code}/staff")  # noqa: S311 - invented people, no secret
    recruiter = Recruiter(city, rng, year=today.year, numbers=numbers)
    staff = Staff(build_offices(city), [], [])
    new_year = date(today.year, 1, 1)
    for office in staff.offices:
        for post in office.posts:
            if post.is_head and office.plan.acting and not office.plan.acting_since_retirement:
                continue
            retires = post.is_head and office.plan.acting_since_retirement
            person = (
                recruiter.official(city.mayor)
                if post.job is None
                else recruiter.employee(post.job, retires=retires)
            )
            staff.people.append(person)
            post.holder = person
            years = rng.randint(1, 4) + retires  # a retirement may lie in the year before
            starts_on = date(today.year - years, rng.randint(1, 12), 1)
            if person.nip:
                starts_on = max(starts_on, appointed_on(person))
            ends_on = retirement(today) if retires else None
            superior = secretary_of(post)
            staff.placements.append(
                Placement(person, post, "definitive", starts_on, ends_on, superior)
            )
    staff.placements.extend(acting_placements(staff, today))
    add_history(staff, new_year)
    return staff


def retirement(today: date) -> date:
    """Return the last day of the month about four months back."""
    return (today - timedelta(days=120)).replace(day=1) - timedelta(days=1)


def secretary_of(post: Post) -> Person | None:
    """Return the agency's secretary for its office clerks, who report to him, not to the head."""
    is_clerk = post.job is not None and post.job.level == "pelaksana"
    second = post.office.posts[1] if len(post.office.posts) > 1 else post
    return second.holder if is_clerk and second.job is SECRETARY else None


def acting_placements(staff: Staff, today: date) -> Iterator[Placement]:
    """Yield the acting officers: PLT for vacant posts, a past PLH for a camat on leave."""
    by_name = {office.plan.name: office for office in staff.offices}
    for office in staff.offices:
        head = (
            by_name[office.plan.acting].posts[0].holder if office.plan.acting in by_name else None
        )
        if head is not None:
            starts_on = date(today.year - 1, 10, 1)
            if office.plan.acting_since_retirement:
                starts_on = retirement(today) + timedelta(days=1)
            yield Placement(head, office.posts[0], "plt", starts_on)
    camats = [office.posts[0] for office in staff.offices if office.plan.kind == "kecamatan"]
    if len(camats) > 1 and camats[1].holder is not None:
        leave = today - timedelta(days=30)
        yield Placement(camats[1].holder, camats[0], "plh", leave, leave + timedelta(days=8))


def add_history(staff: Staff, new_year: date) -> None:
    """Let two clerks of each of two agencies have come from another post at the turn of the year.

    The posts they left are vacant now.
    """
    agencies = [office for office in staff.offices if office.plan.kind == "badan"]
    for target, source in zip(agencies, reversed(agencies), strict=True):
        movers = [p for p in staff.placements if p.post.office is target and p.superior][:2]
        for mover in movers:
            since = max(appointed_on(mover.person), date(new_year.year - 4, 3, 1))
            before = new_year - timedelta(days=1)
            if since >= before:
                continue
            code = f"{source.code}-{len(source.posts) + 1:02}"
            old = mover.post
            left = Post(code, old.title, old.job, is_head=False, office=source)
            source.posts.append(left)
            index = staff.placements.index(mover)
            staff.placements[index : index + 1] = [
                Placement(mover.person, left, "definitive", since, before),
                Placement(mover.person, old, "definitive", new_year, None, mover.superior),
            ]
