"""An official who is accused tries every address of the service to learn who reported him.

The addresses come from the service itself, so that one added tomorrow is tried as well.
"""

import dataclasses
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from kinerja_api.access.rules import Role
from kinerja_api.complaints.commands.reporters import keep_reporter
from kinerja_api.core.openapi import build_openapi
from kinerja_api.core.routes import Route
from tests.contract.requests import Operation, operations_of
from tests.factories.complaints import new_accused, new_report
from tests.factories.findings import Case, new_case
from tests.factories.reporters import RINA
from tests.factories.world import Person, World
from tests.plugins.service import Api

TITLE, BODY = "Pungutan liar di loket tujuh", "Saya diminta uang seratus ribu rupiah."
PLACE, TICKET = "Kantor Kecamatan Bontoala", "T-88441"
SECRETS = [TITLE, BODY, PLACE, str(RINA.name), str(RINA.email), str(RINA.phone)]
WRITTEN: dict[str, Any] = {"title": TITLE, "body": BODY, "place": PLACE, "is_anonymous": False}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SEARCHES = {"q", "ref", "ticket", "external_ref", "code", "name"}
ENDS_HIS_SESSION = ("sessions_", "me_sign_out")


Addresses = tuple[list[Operation], list[str]]
"""The operations of the document, and the addresses of foreign protocols, which have their own."""


@pytest.fixture(scope="module")
def addresses(app: FastAPI) -> Addresses:
    """Every address of the service."""
    operations = operations_of(build_openapi(app))
    served = {
        (method, context.path)
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, Route)
        for method in context.original_route.methods or ()
    }
    foreign = served - {(one.method, one.path) for one in operations}
    return operations, sorted(str(path) for method, path in foreign if method == "GET")


class Everywhere(dict[str, uuid.UUID]):
    """The same id for every place of an address."""

    def __init__(self, known: uuid.UUID) -> None:
        super().__init__()
        self.known = known

    def get(self, key: str, default: Any = None) -> Any:
        del key, default
        return self.known


class Trier:
    """Calls every operation as one person, with the ids that he could know."""

    def __init__(self, addresses: Addresses, case: Case, person: Person, known: list[uuid.UUID]):
        self._case, self._person, self._known = case, person, known
        self._operations, self._foreign = addresses
        self.answers: dict[str, list[str]] = {}

    async def walk(self, methods: Iterable[str]) -> None:
        """Send all that the methods allow, and keep what is answered, by operation."""
        wanted = [
            one for one in self._operations
            if one.method in methods and not one.name.startswith(ENDS_HIS_SESSION)
        ]  # fmt: skip
        for operation in wanted:
            for one in self._known if "{" in operation.path else self._known[:1]:
                await self._call(operation, one)
            for params in self._queries(operation):
                await self._call(operation, self._known[0], params)
        for path in self._foreign:
            for one in (*self._known, TICKET):
                await self._look(path, one)

    async def _look(self, path: str, known: uuid.UUID | str) -> None:
        """Read an address of a foreign protocol, which has a document of its own."""
        for form in ("json", "xml"):
            address = re.sub(r"\{[^}]+\}", str(known), path.replace("{form}", form))
            query = {"jurisdiction_id": self._case.world.code, "extensions": "true"}
            answer = await self._case.api.get(address, by=self._person, params=query)
            self.answers.setdefault(path, []).append(answer.text)

    def _queries(self, operation: Operation) -> list[dict[str, str]]:
        """Every filter alone, with the id or the number that he knows."""
        found: list[dict[str, str]] = []
        for parameter in operation.definition.get("parameters", []):
            is_id = "uuid" in str(parameter["schema"])
            if parameter["in"] == "query" and (is_id or parameter["name"] in SEARCHES):
                found.append({parameter["name"]: str(self._known[0]) if is_id else TICKET})
        return found if operation.method == "GET" else []

    async def _call(
        self, operation: Operation, known: uuid.UUID, params: dict[str, str] | None = None
    ) -> None:
        sent = operation.request(Everywhere(known))
        path = re.sub(r"\{tenant\}", self._case.world.code, operation.path)
        path = re.sub(r"\{\w*id\}", str(known), path)
        path = re.sub(r"\{[^}]+\}", TICKET, path)
        answer = await self._case.api.call(
            operation.method,
            path,
            _named(sent.get("json"), known),
            by=self._person,
            headers=sent["headers"],
            params={**sent["params"], **(params or {})},
            content=sent.get("content"),
        )
        assert answer.status_code != 500, (operation.name, answer.text)
        self.answers.setdefault(operation.name, []).append(f"{answer.headers} {answer.text}")

    def told(self) -> dict[str, set[str]]:
        """What was told of the report, by operation."""
        found = {
            name: {secret for secret in SECRETS for text in texts if secret in text}
            for name, texts in self.answers.items()
        }
        return {name: secrets for name, secrets in found.items() if secrets}


def _named(value: Any, known: uuid.UUID) -> Any:
    """The body with the known id wherever an id stands."""
    if isinstance(value, Mapping):
        return {name: _named(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [_named(one, known) for one in value]
    return str(known) if isinstance(value, str) and _UUID.fullmatch(value) else value


async def accuse(
    api: Api, world: World, *, is_head: bool, role: Role | None = None
) -> tuple[Case, list[uuid.UUID]]:
    """Two reports about an official, one led by each office, a finding and its dispute."""
    case = await new_case(api, world, led_by="inspectorate", ticket=TICKET, **WRITTEN)
    if is_head:
        case = dataclasses.replace(case, accused=case.head, head=case.accused)
        await new_accused(world, case.report, case.accused)
    if role is not None:
        await world.grant(case.accused, role)
    other = await new_report(world, status="in_progress", unit=case.unit, **WRITTEN)
    await new_accused(world, other, case.accused)
    async with world.database.write(world.tenant_id) as writing:
        for report_id in (case.report, other):
            await keep_reporter(writing, world.app.state.secret, report_id, RINA)
    found = await case.find()
    filed = await case.act(found["id"], "disputes", case.accused, {"statement": "Tidak benar."})
    assert filed.status_code == 201, filed.text
    decided = await case.act(
        found["id"], "dispute-decisions", case.second, {"decision": "rejected", "reason": "Cukup."}
    )
    assert decided.status_code == 201, decided.text
    return case, [case.report, other, uuid.UUID(found["id"])]


@pytest.mark.parametrize(
    ("is_head", "role"),
    [(False, None), (True, Role.COMPLAINTS_OFFICER), (False, Role.INSPECTORATE)],
)
async def test_the_accused_never_learns_who_reported(
    api: Api, addresses: Addresses, world: World, role: Role | None, *, is_head: bool
):
    case, known = await accuse(api, world, is_head=is_head, role=role)
    trier = Trier(addresses, case, case.accused, known)
    await trier.walk(["GET"])
    assert str(known[2]) in str(trier.answers["findings_get"])
    await trier.walk(["POST", "PUT", "PATCH", "DELETE"])
    assert (await api.get("/v1/me", by=case.accused)).status_code == 200
    assert trier.told() == {}
    assert len(trier.answers) > 250


async def test_his_superior_learns_nothing_either_and_an_inspector_does(
    api: Api, addresses: Addresses, world: World
):
    case, known = await accuse(api, world, is_head=False)
    await world.grant(case.head, Role.COMPLAINTS_OFFICER)
    superior = Trier(addresses, case, case.head, known)
    await superior.walk(["GET"])
    assert superior.told() == {}
    inspector = Trier(addresses, case, case.third, known)
    await inspector.walk(["GET"])
    told = inspector.told()
    assert {TITLE, BODY} <= told["citizen_reports_get"]
    assert not {str(RINA.name), str(RINA.email)} & set().union(*told.values())
