"""The file of employees."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Text,
    Uuid,
    and_,
    bindparam,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.loading.given import (
    doubles,
    fault_select,
    given_table,
    put_given,
    tell_loaded,
)
from kinerja_api.organisation.errors import InvalidNip
from kinerja_api.organisation.rules import (
    EmployeeRow,
    EmployeeStatus,
    Identity,
    RowFault,
    check_identity,
)
from kinerja_api.organisation.tables import employees

_TENANT = bindparam("tenant_id", type_=Uuid)
_given = given_table(
    "given_employees",
    Column("ref", Text),
    Column("kind", Text),
    Column("nip", Text),
    Column("name", Text),
    Column("rank", Text),
    Column("born_on", Date),
    Column("sex", Text),
    Column("email", Text),
)


@dataclass(frozen=True, slots=True)
class _Overridden:
    ref: str
    nip: str = field(repr=False)


async def load_employees(writing: Writing, rows: Sequence[EmployeeRow]) -> list[RowFault]:
    """Create and change employees by their ref; return what is wrong with the file."""
    overridden = {(row.ref, row.nip) for row in await writing.rows(_overrides(), _Overridden)}
    identities: list[Identity] = []
    faults = doubles(rows, lambda row: row.ref, "ref")
    for row in rows:
        try:
            identities.append(_identity(row, is_overridden=(row.ref, row.nip) in overridden))
        except InvalidNip as error:
            faults.append(RowFault(row.line, "nip", error.code, error.params))
    if faults:
        return faults
    records = [
        (row.ref, row.kind, who.nip, row.name, row.rank, who.born_on, who.sex, row.email)
        for row, who in zip(rows, identities, strict=True)
    ]
    numbered = [row for row, who in zip(rows, identities, strict=True) if who.nip is not None]
    faults = doubles(numbered, lambda row: "".join(str(row.nip).split()), "nip")
    if faults:
        return faults
    given = ((row.line, new_id(), *record) for row, record in zip(rows, records, strict=True))
    await put_given(writing, _given, given)
    faults = await writing.rows(_faults(), RowFault)
    if faults:
        return faults
    changed = await writing.execute(_upsert_employees(), now=clock.now())
    tell_loaded(writing, "employees", records, changed=changed)
    return []


def _identity(row: EmployeeRow, *, is_overridden: bool) -> Identity:
    given = Identity(row.nip, row.born_on, row.sex)
    return check_identity(row.kind, given, is_overridden=is_overridden)


@statement
def _overrides() -> Executable:
    return select(employees.c.ref, employees.c.nip).where(
        employees.c.tenant_id == _TENANT,
        employees.c.nip_override_reason.is_not(None),
        employees.c.nip.is_not(None),
    )


@statement
def _faults() -> Executable:
    other = and_(
        employees.c.tenant_id == _TENANT,
        employees.c.nip == _given.c.nip,
        employees.c.ref != _given.c.ref,
    )
    taken = fault_select(_given, "nip", "nip_taken").join_from(_given, employees, other)
    return taken.order_by(_given.c.line)


@statement
def _upsert_employees() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    kept = ["ref", "kind", "nip", "name", "rank", "born_on", "sex", "email"]
    given = select(
        _TENANT,
        _given.c.id,
        *[_given.c[name] for name in kept],
        literal(EmployeeStatus.ACTIVE, Text),
        now,
        now,
    )
    columns = ["tenant_id", "id", *kept, "status", "created_at", "updated_at"]
    put = upsert(employees).from_select(columns, given)
    new, old = put.excluded, employees.c
    changed = kept[1:]
    return put.on_conflict_do_update(
        index_elements=["tenant_id", "ref"],
        set_={
            **{name: new[name] for name in changed},
            "updated_at": new.updated_at,
            "version": old.version + 1,
        },
        where=tuple_(*[old[name] for name in changed]).is_distinct_from(
            tuple_(*[new[name] for name in changed])
        ),
    )
