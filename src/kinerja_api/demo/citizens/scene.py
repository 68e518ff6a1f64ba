"""Who acts on the citizens' side of the demonstration: a passer-by, officers, offices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.access.entrance import Entrance
from kinerja_api.access.queries.credentials import NamedTenant, credentials_by_login
from kinerja_api.access.rules import Role
from kinerja_api.access.tokens import KeyRing
from kinerja_api.complaints.queries.people import heads_over
from kinerja_api.complaints.queries.receipts import Visit
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.listing import Cursors
from kinerja_api.core.settings import SecuritySettings
from kinerja_api.demo.actors import acting, signed_in
from kinerja_api.demo.files import DemoGovernment
from kinerja_api.organisation.queries.employees import get_employee, list_employees
from kinerja_api.organisation.queries.units import list_units
from kinerja_api.organisation.schemas.employees import EmployeeListParams
from kinerja_api.organisation.schemas.units import UnitListParams

ONE_PAGE = Cursors(b"")  # nobody asks for a second one

REGISTRY = "Dinas Kependudukan dan Pencatatan Sipil"
COUNTER = "Bidang Pelayanan Pendaftaran Penduduk"
RECORDS = "Bidang Pelayanan Pencatatan Sipil"
HEALTH = "Dinas Kesehatan"
CENTRE = "Puskesmas Petisah Hulu"
WASTE = "UPT Pengelolaan Sampah"
ROADS = "Dinas Pekerjaan Umum"
_OFFICES = (REGISTRY, COUNTER, RECORDS, HEALTH, CENTRE, WASTE, ROADS)
_ADDRESS = "192.0.2.7"  # of documentation (RFC 5737): no caller shares its limits


@dataclass(frozen=True, slots=True)
class Office:
    """A unit that works on reports: its head, and one of its people."""

    unit_id: UUID
    head: Actor
    worker: Actor


@dataclass(frozen=True, slots=True)
class Scene:
    """The government, who leads reports in it, and its offices by name."""

    tenant: NamedTenant
    code: str
    entrance: Entrance
    officer: Actor
    inspector: Actor
    agency: Actor
    offices: Mapping[str, Office]

    def visit(self, receipt: str) -> Visit:
        """Return the citizen who comes with the receipt."""
        return Visit(self.tenant, self.code, self.entrance, receipt)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Finds who acts by the login of his account."""

    writing: Writing
    tenant: NamedTenant
    code: str

    async def of(self, login: str, *, role: Role | None = None) -> Actor:
        """Return who signs in with the login."""
        account = await credentials_by_login(self.writing, self.tenant, login)
        if account is None:
            raise LookupError(login)
        return signed_in(account, self.code, self.tenant.time_zone, role=role)


async def set_scene(
    writing: Writing,
    database: Database,
    master: bytes,
    tenant: NamedTenant,
    government: DemoGovernment,
) -> Scene:
    """Return who acts; master: the installation's secret, which seals who reports."""
    accounts = Accounts(writing, tenant, government.code)
    agency = acting(tenant.id, tenant.time_zone, role=Role.PERSONNEL_AGENCY)
    units = await list_units(writing, UnitListParams(limit=200), ONE_PAGE)
    ids = {unit["name"]: unit["id"] for unit in units["items"]}
    offices = {name: await _office(accounts, agency, ids[name]) for name in _OFFICES}
    printed = await accounts.of(government.employee_nip)
    entrance = Entrance(
        database=database,
        keys=KeyRing.from_pem([KeyRing.generate_pem()]),  # nobody signs in here
        master=master,
        settings=SecuritySettings(),
        address=_ADDRESS,
    )
    return Scene(
        tenant=tenant,
        code=government.code,
        entrance=entrance,
        officer=await accounts.of("complaints_officer", role=Role.COMPLAINTS_OFFICER),
        inspector=await accounts.of("inspectorate", role=Role.INSPECTORATE),
        agency=agency,
        offices={**offices, COUNTER: replace(offices[COUNTER], worker=printed)},
    )


async def _office(accounts: Accounts, agency: Actor, unit_id: UUID) -> Office:
    """Return the unit with its head, and the first by name of its other people."""
    writing = accounts.writing
    head_id = (await heads_over(writing, unit_id, agency.today))[0]
    head = await get_employee(writing, agency, head_id)
    placed = EmployeeListParams.model_validate({"unit_id": str(unit_id)})
    people = (await list_employees(writing, agency, placed, ONE_PAGE))["items"]
    worker = next(each for each in people if each["id"] != head_id)
    return Office(unit_id, await accounts.of(head["ref"]), await accounts.of(worker["ref"]))
