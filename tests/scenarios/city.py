"""The words in which the stories are told: a city, its offices and people, over HTTP only."""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

from kinerja_api.core.jobs import run_pending
from kinerja_api.core.tools import open_tools
from kinerja_api.worker import SCHEDULE, SUBSCRIBERS, all_handlers
from tests.factories.access import code_now
from tests.factories.world import Person
from tests.plugins.service import Api

BEHAVIOURS = (
    "berorientasi_pelayanan",
    "akuntabel",
    "kompeten",
    "harmonis",
    "loyal",
    "adaptif",
    "kolaboratif",
)
_PASSWORD = "Melayani-dengan-hati-{}"
_QUARTER_MONTHS = 3
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Quarter:
    """The quarter in which a story plays."""

    first: dt.date
    last: dt.date

    @classmethod
    def before(cls, today: dt.date) -> "Quarter":
        """Return the one before the quarter of the day: it can be closed without a reason."""
        running = dt.date(today.year, (today.month - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1, 1)
        last = running - dt.timedelta(days=1)
        return cls(dt.date(last.year, last.month - _QUARTER_MONTHS + 1, 1), last)

    @classmethod
    def after(cls, today: dt.date) -> "Quarter":
        """Return the one after the quarter of the day, for stories that turn the clock."""
        far = dt.date(today.year, (today.month - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1, 1)
        return cls.before(far + dt.timedelta(days=200))

    @property
    def year(self) -> int:
        return self.first.year

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.last.month // _QUARTER_MONTHS}"

    @property
    def months(self) -> list[str]:
        """Codes of its months."""
        return [f"{self.year}-{self.first.month + number:02}" for number in range(_QUARTER_MONTHS)]

    def day(self, month: int, day: int) -> dt.date:
        """Return a day of its first (0), second or third month."""
        return dt.date(self.year, self.first.month + month, day)

    def weekday(self, week: int, day: int = 0) -> dt.date:
        """Return a day of one of its full weeks, both from 0; the first day is Monday."""
        monday = self.first + dt.timedelta(days=-self.first.weekday() % 7)
        return monday + dt.timedelta(weeks=week, days=day)


class Refused(AssertionError):
    """The service refused what the story takes for granted."""


@dataclass
class Citizen:
    """Somebody of the city who has signed in, and what the service knows of them."""

    city: "City"
    name: str
    token: str = ""
    employee_id: str = ""
    placement_id: str = ""
    account_id: str = ""
    sign_in: dict[str, str] = field(default_factory=dict)
    factor: str = ""
    refresh_token: str = ""

    async def get(self, path: str, **params: Any) -> Any:
        """Read something that must be there."""
        return await self.city.call(self, "GET", path, params=params or None)

    async def post(self, path: str, body: Any = None, **extra: Any) -> Any:
        """Do something that must succeed."""
        return await self.city.call(self, "POST", path, {} if body is None else body, **extra)

    async def put(self, path: str, body: Any, **extra: Any) -> Any:
        """Set something that must succeed."""
        return await self.city.call(self, "PUT", path, body, **extra)

    async def patch(self, path: str, body: Any, **extra: Any) -> Any:
        """Change something that must change."""
        return await self.city.call(self, "PATCH", path, body, **extra)

    async def refusal(self, method: str, path: str, body: Any = None, **extra: Any) -> str:
        """Try something; return the code of the problem that answers."""
        answer = await self.city.send(self, method, path, body, **extra)
        assert answer.status_code >= 400, answer.text
        return answer.json()["code"]

    async def feed(self) -> list[str]:
        """Return the texts of the own feed, newest first."""
        return [notice["text"] for notice in (await self.get("/v1/me/notices"))["items"]]


@dataclass
class City:
    """A government and those who run it."""

    api: Api
    code: str
    today: dt.date
    administrator: Citizen
    agency: Citizen
    quarter: Quarter
    units: dict[str, str] = field(default_factory=dict)
    periods: dict[str, str] = field(default_factory=dict)

    async def send(
        self, who: Citizen | None, method: str, path: str, body: Any = None, **extra: Any
    ) -> Any:
        """Send a request as somebody, whose client renews a token that is over."""
        headers = dict(extra.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {who.token}"
        answer = await self.api.call(method, path, body, headers=headers, **extra)
        if who is None or answer.status_code != 401 or answer.json()["code"] != "token_expired":
            return answer
        await stay(self.api, who)
        headers["Authorization"] = f"Bearer {who.token}"
        return await self.api.call(method, path, body, headers=headers, **extra)

    async def call(
        self, who: Citizen | None, method: str, path: str, body: Any = None, **extra: Any
    ) -> Any:
        """Send a request that must succeed; return its JSON."""
        answer = await self.send(who, method, path, body, **extra)
        if answer.status_code >= 400:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    async def open_year(self, basis: str) -> None:
        """The agency opens the quarter's year, and lets its people write up what is past."""
        made = await self.agency.post("/v1/periods/years", {"year": self.quarter.year})
        self.periods = {period["code"]: period["id"] for period in made["items"]}
        await self.norm("log_days_back", 200, basis)

    async def norm(self, key: str, value: object, basis: str) -> None:
        """The agency sets a norm for the year."""
        start = f"{self.quarter.year}-01-01"
        await self.agency.post(
            "/v1/norms", {"key": key, "value": value, "basis": basis, "starts_on": start}
        )

    async def close(self, code: str, app: Any, body: Any = None) -> Any:
        """The agency closes a period, and the worker does its part; return the closing."""
        closing = await self.agency.post(f"/v1/periods/{self.periods[code]}/closings", body)
        await self.work(app, scheduled=False)
        closing = await self.agency.get(f"/v1/closings/{closing['id']}")
        assert closing["status"] == "done", closing
        return closing

    async def work(self, app: Any, *, scheduled: bool = True) -> None:
        """Let the worker have its turn: what time brings, then events, jobs and mail."""
        tenant_id = uuid.UUID((await self.administrator.get("/v1/tenant"))["id"])
        database = app.state.database
        for entry in SCHEDULE if scheduled else ():
            await entry.run(database, tenant_id)
        handlers = all_handlers(open_tools(app.state.settings))
        await run_pending(database, tenant_id, handlers, SUBSCRIBERS)

    async def officer(self, name: str, role: str) -> Citizen:
        """The administrator makes an account without an employee, with a role."""
        number = next(_numbers)
        account = await self.administrator.post(
            "/v1/accounts",
            {"login": f"petugas-{number}", "name": name},
            key=f"account-of-officer-{number:012d}",
        )
        person = Citizen(self, name, account_id=account["id"])
        await self.grant(person, role)
        await activate(self.api, self.code, person, account)
        return person

    async def grant(self, who: Citizen, role: str) -> None:
        """The administrator gives somebody a role in the whole government."""
        await self.administrator.post(
            "/v1/grants",
            {
                "account_id": who.account_id,
                "role": role,
                "starts_on": str(self.today),
                "basis": "SK Wali Kota 2/2026",
            },
        )

    async def unit(self, name: str, kind: str, *, below: str | None = None) -> str:
        """The agency adds a unit below another."""
        body = {
            "code": f"U{next(_numbers)}",
            "name": name,
            "kind": kind,
            "parent_id": self.units[below] if below else None,
        }
        made = await self.agency.post("/v1/units", body)
        self.units[name] = made["id"]
        return made["id"]

    async def employ(
        self, name: str, title: str, unit: str, *, head: bool = False, nip: str | None = None
    ) -> Citizen:
        """The agency adds a person with a position; the person activates the account."""
        number = next(_numbers)
        position = await self.agency.post(
            "/v1/positions",
            {
                "unit_id": self.units[unit],
                "code": f"J{number}",
                "title": title,
                "kind": "administrasi" if nip else "pejabat_negara",
                "level": "pelaksana" if nip else "kepala_daerah",
                "is_head": head,
            },
        )
        employee = await self.agency.post(
            "/v1/employees",
            {"ref": f"P{number}", "kind": "pns" if nip else "official", "nip": nip, "name": name},
        )
        placement = await self.agency.post(
            "/v1/placements",
            {
                "employee_id": employee["id"],
                "position_id": position["id"],
                "starts_on": f"{self.quarter.year}-01-01",
            },
        )
        invited = await self.administrator.post(
            "/v1/accounts/invitations",
            {
                "accounts": [
                    {"employee_id": employee["id"], "login": f"pegawai-{number}", "name": name}
                ]
            },
            key=f"invitation-of-person-{number:012d}",
        )
        person = Citizen(
            self, name, employee_id=employee["id"], placement_id=placement["id"],
            account_id=invited["items"][0]["account_id"],
        )  # fmt: skip
        await activate(self.api, self.code, person, invited["items"][0])
        return person

    async def plan(self, who: Citizen, superior: Citizen, targets: list[dict[str, Any]]) -> Any:
        """Somebody drafts a plan, the superior says what is expected, and approves it."""
        plan = await who.post(
            "/v1/plans",
            {
                "placement_id": who.placement_id,
                "year": self.quarter.year,
                "approach": "quantitative",
            },
        )
        path = f"/v1/plans/{plan['id']}"
        plan = await who.put(f"{path}/content", {"targets": targets}, version=plan["version"])
        expectations = [{"value": value, "expectation": _expected(value)} for value in BEHAVIOURS]
        plan = await superior.put(
            f"{path}/behaviours", {"behaviours": expectations}, version=plan["version"]
        )
        await who.post(f"{path}/submissions")
        await superior.post(f"{path}/approvals", {"note": "Disepakati bersama."})
        return await who.get(path)


def indicator(
    title: str, aspect: str, unit: str, annual: str, targets: dict[str, str], **more: Any
) -> dict[str, Any]:
    """An indicator with its target of the year and of some periods, by their ids."""
    return {
        "aspect": aspect,
        "title": title,
        "unit": unit,
        "direction": "higher",
        "annual_low": annual,
        "accumulation": "sum",
        "period_targets": [{"period_id": period, "low": low} for period, low in targets.items()],
        **more,
    }


async def result(who: Citizen, superior: Citizen, indicator: Any, period: str, value: str) -> None:
    """Somebody enters a result, and the superior verifies it."""
    made = await who.put(
        f"/v1/indicators/{indicator['id']}/results/{period}",
        {"value": value, "note": "Rekap loket dan buku register."},
    )
    await superior.post(f"/v1/results/{made['id']}/verifications", {})


async def rate(
    superior: Citizen, who: Citizen, period: str, *, above: int = 0, below: int = 0
) -> None:
    """The superior rates the seven values: the first ones above, the last ones below."""
    words = ["di_atas_ekspektasi"] * above + ["sesuai_ekspektasi"] * (
        len(BEHAVIOURS) - above - below
    )
    words += ["di_bawah_ekspektasi"] * below
    ratings = [
        {"value": value, "rating": rating, "note": "Diamati sepanjang masa penilaian."}
        for value, rating in zip(BEHAVIOURS, words, strict=True)
    ]
    await superior.put(f"/v1/employees/{who.employee_id}/behaviours/{period}", {"ratings": ratings})


async def found(
    api: Api,
    operator: Person,
    *,
    code: str,
    name: str,
    today: dt.date,
    zone: str = "Asia/Jakarta",
) -> City:
    """The operator creates a city; its administrator and personnel agency sign in."""
    body = {
        "code": code,
        "name": name,
        "time_zone": zone,
        "administrator": {"login": "admin", "name": "Rahmat Hidayat"},
    }
    made = await api.post("/v1/tenants", body, by=operator, key=f"create-city-{code}-0000000000")
    assert made.status_code == 201, made.text
    city = City(api, code, today, None, None, Quarter.before(today))  # type: ignore[arg-type]
    city.administrator = Citizen(city, "Rahmat Hidayat")
    await activate(api, code, city.administrator, made.json()["administrator"])
    city.agency = await city.officer("BKPSDM", "personnel_agency")
    return city


async def activate(api: Api, code: str, person: Citizen, invitation: dict[str, Any]) -> None:
    """Use a one-time code, choose a password, and sign in (with a second factor if asked)."""
    password = _PASSWORD.format(next(_numbers))
    who = {"tenant": code, "login": invitation["login"]}
    answer = await api.post(
        "/v1/activations", {**who, "code": invitation["code"], "password": password}
    )
    assert answer.status_code == 201, answer.text
    factor = answer.json()["second_factor"]
    person.sign_in = {**who, "password": password}
    person.factor = "" if factor is None else factor["secret"]
    await enter(api, person)


async def enter(api: Api, person: Citizen) -> None:
    """Sign in with the password, and with a second factor where there is one."""
    body = dict(person.sign_in)
    if person.factor:
        body["otp"] = code_now(person.factor)
    session = await api.post("/v1/sessions", body)
    assert session.status_code == 201, session.text
    _keep(person, session.json())


async def stay(api: Api, person: Citizen) -> None:
    """Renew the token, or sign in again after a month of absence."""
    renewed = await api.post("/v1/sessions/refreshes", {"refresh_token": person.refresh_token})
    if renewed.status_code >= 400:
        await enter(api, person)
    else:
        _keep(person, renewed.json())


def _keep(person: Citizen, tokens: Any) -> None:
    person.token, person.refresh_token = tokens["access_token"], tokens["refresh_token"]


def _expected(value: str) -> str:
    return f"Tunjukkan nilai {value.replace('_', ' ')} setiap hari."
