"""People without an account: what they send, answer and read, and how offices work for them."""

import csv
import email
import email.policy
import io
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinerja_api.core.mail import outbox_folder
from tests.scenarios.city import Citizen, City

REPORTS = "/v1/citizen-reports"
_numbers = itertools.count(1)


@dataclass
class Passer:
    """Somebody without an account, and the receipt of what he reported."""

    city: City
    name: str = "Seorang warga"
    ticket: str = ""
    receipt: str = ""

    async def report(self, title: str, body: str, **more: Any) -> Any:
        """Send a report, and keep ticket and receipt."""
        given = {"kind": "pengaduan", "title": title, "body": body, **more}
        made = await self._call("POST", "reports", given, key=f"pelapor-{next(_numbers):020d}")
        self.ticket, self.receipt = made["ticket"], made["receipt"]
        return made

    async def mine(self) -> Any:
        """Read the own report."""
        return await self._call("GET", "reports/mine", None)

    async def do(self, what: str, **body: Any) -> Any:
        """Take a step with the own report."""
        return await self._call("POST", f"reports/mine/{what}", body)

    async def refused(self, what: str, **body: Any) -> str:
        """Try a step with the own report; return the code of the problem that answers."""
        path = f"/v1/public/{self.city.code}/reports/mine/{what}"
        answer = await self.city.api.post(path, body, headers={"X-Receipt": self.receipt})
        assert answer.status_code >= 400, answer.text
        return answer.json()["code"]

    async def attach(self, content: bytes) -> Any:
        """Add a file to the own report."""
        return await self._call("POST", "reports/mine/attachments", None, content=content)

    async def send(self, path: str, **body: Any) -> Any:
        """Send something else to the city: a rating, an answer to a survey."""
        return await self._call("POST", path, body)

    async def _call(self, method: str, path: str, body: Any, **extra: Any) -> Any:
        headers = {"X-Receipt": self.receipt} if self.receipt else {}
        path = f"/v1/public/{self.city.code}/{path}"
        return await self.city.call(None, method, path, body, headers=headers, **extra)


async def public(city: City, path: str, **params: Any) -> Any:
    """Read a page of everybody."""
    return await city.call(None, "GET", f"/v1/public/{city.code}/{path}", params=params)


async def table(city: City, path: str, **params: Any) -> list[dict[str, str]]:
    """Download the table of a page of everybody."""
    params["format"] = "csv"
    answer = await city.send(None, "GET", f"/v1/public/{city.code}/{path}", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def find(officer: Citizen, ticket: str) -> Any:
    """Find a report by its number, as the staff does."""
    (found,) = (await officer.get(REPORTS, ticket=ticket))["items"]
    return found


async def step(who: Citizen, report: Any, what: str, **body: Any) -> Any:
    """Take a step with a report of citizens."""
    return await who.post(f"{REPORTS}/{report['id']}/{what}", body)


async def verify(officer: Citizen, ticket: str, category: Any, **more: Any) -> Any:
    """The complaints office looks at a report."""
    given = {
        "report_class": "pengaduan_tidak_berkadar_pengawasan",
        "category_id": category["id"],
        **more,
    }
    return await step(officer, await find(officer, ticket), "verifications", **given)


async def answer(handler: Citizen, head: Citizen, report: Any, reply: str) -> Any:
    """The handler proposes a reply, and the head of the unit sends it."""
    proposed = await step(handler, report, "replies", body=reply)
    place = f"replies/{proposed['proposal']['id']}/approvals"
    return await step(head, report, place)


def mail_to(app: Any, address: str) -> list[str]:
    """Return the mails that lie in the outbox for an address: subject and text."""
    folder: Path = outbox_folder(app.state.settings)
    found: list[str] = []
    for file in sorted(folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
        mail: Any = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if mail["To"] == address:
            found.append(f"{mail['Subject']}\n{mail.get_body().get_content()}")
    return found
