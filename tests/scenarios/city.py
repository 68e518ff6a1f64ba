"""The words in which the stories are told: a city, its offices and people, over HTTP only."""

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any

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
_numbers = itertools.count(1)


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

    async def get(self, path: str, **params: Any) -> Any:
        """Read something that must be there."""
        return await self.city.call(self, "GET", path, params=params or None)

    async def post(self, path: str, body: Any = None, **extra: Any) -> Any:
        """Do something that must succeed."""
        return await self.city.call(self, "POST", path, {} if body is None else body, **extra)

    async def put(self, path: str, body: Any, **extra: Any) -> Any:
        """Set something that must succeed."""
        return await self.city.call(self, "PUT", path, body, **extra)

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
    units: dict[str, str] = field(default_factory=dict)

    async def send(
        self, who: Citizen | None, method: str, path: str, body: Any = None, **extra: Any
    ) -> Any:
        """Send a request as somebody."""
        headers = dict(extra.pop("headers", {}))
        if who is not None:
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
                "starts_on": f"{self.today.year}-01-01",
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
        person = Citizen(self, name, employee_id=employee["id"], placement_id=placement["id"])
        await activate(self.api, self.code, person, invited["items"][0])
        return person

    async def plan(self, who: Citizen, superior: Citizen, targets: list[dict[str, Any]]) -> Any:
        """Somebody drafts a plan, the superior says what is expected, and approves it."""
        plan = await who.post(
            "/v1/plans",
            {
                "placement_id": who.placement_id,
                "year": self.today.year,
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


async def found(api: Api, operator: Person, *, code: str, name: str, today: dt.date) -> City:
    """The operator creates a city; its administrator and personnel agency sign in."""
    body = {
        "code": code,
        "name": name,
        "time_zone": "Asia/Jakarta",
        "administrator": {"login": "admin", "name": "Rahmat Hidayat"},
    }
    made = await api.post("/v1/tenants", body, by=operator, key=f"create-city-{code}-0000000000")
    assert made.status_code == 201, made.text
    city = City(api, code, today, None, None)  # type: ignore[arg-type]
    city.administrator = Citizen(city, "Rahmat Hidayat")
    await activate(api, code, city.administrator, made.json()["administrator"])
    city.agency = Citizen(city, "BKPSDM")
    account = await city.administrator.post(
        "/v1/accounts", {"login": "bkpsdm", "name": "BKPSDM"}, key=f"agency-of-{code}-00000000"
    )
    await city.administrator.post(
        "/v1/grants",
        {
            "account_id": account["id"],
            "role": "personnel_agency",
            "starts_on": str(today),
            "basis": "SK Wali Kota 1/2026",
        },
    )
    await activate(api, code, city.agency, account)
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
    sign_in = {**who, "password": password}
    if factor is not None:
        sign_in["otp"] = code_now(factor["secret"])
    session = await api.post("/v1/sessions", sign_in)
    assert session.status_code == 201, session.text
    person.token = session.json()["access_token"]


def _expected(value: str) -> str:
    return f"Tunjukkan nilai {value.replace('_', ' ')} setiap hari."
