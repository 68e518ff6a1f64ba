"""A report as commands see it: its row locked, with what the caller is to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.one_time import digest, secret_of_public_token
from kinerja_api.complaints.policies import Party, Standing
from kinerja_api.complaints.queries.visible import (
    ReportReach,
    find_conflicted,
    report_reach,
    report_values,
    sees,
    standing,
)
from kinerja_api.complaints.rules import ReportClass, ReportKind, ReportStatus
from kinerja_api.complaints.tables import citizen_reports
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_report = citizen_reports.c
_HIDDEN = frozenset({"tenant_id", "receipt_hash"})
_COLUMNS = [column for column in citizen_reports.c if column.name not in _HIDDEN]
_FLAGS = frozenset(Standing.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class LockedReport:
    """A report under its lock; ``row`` holds its columns."""

    row: Mapping[str, Any]
    parties: frozenset[Party]

    @property
    def id(self) -> UUID:
        """Return its id."""
        return self.row["id"]

    @property
    def status(self) -> ReportStatus:
        """Return where it stands."""
        return ReportStatus(self.row["status"])

    @property
    def kind(self) -> ReportKind:
        """Return what was sent."""
        return ReportKind(self.row["kind"])

    @property
    def report_class(self) -> ReportClass:
        """Return what it was found to be."""
        return ReportClass(self.row["report_class"])

    @property
    def asked_in(self) -> ReportStatus | None:
        """Return where the open question was asked."""
        return ReportStatus(self.row["asked_in"]) if self.row["asked_in"] else None


async def lock_report(writing: Writing, actor: Actor, report_id: UUID) -> LockedReport:
    """Lock a report that the actor sees; ResourceNotFound."""
    wanted = _visible(reach=report_reach(actor))
    row = await writing.row(wanted, dict[str, Any], id=report_id, **report_values(actor))
    if row is None:
        raise ResourceNotFound
    is_guarded = row["has_accused"] or row["parent_id"] is not None
    if is_guarded and actor.employee_id is not None:
        # An accused named while this waited for the lock is not in the statement's snapshot.
        people = [actor.employee_id]
        if await find_conflicted(writing, report_id, people, today=actor.today):
            raise ResourceNotFound
    own = Standing(**{name: row.pop(name) for name in _FLAGS})
    return LockedReport(row, own.parties(row["led_by"]))


async def lock_by_receipt(writing: Writing, receipt: str) -> LockedReport:
    """Lock the report of a citizen's receipt; ResourceNotFound."""
    hashed = digest(secret_of_public_token(receipt))
    row = await writing.row(_of_receipt(), dict[str, Any], receipt_hash=hashed)
    if row is None:
        raise ResourceNotFound
    return LockedReport(row, frozenset({Party.CITIZEN}))


async def lock_as_system(
    writing: Writing, report_id: UUID, *, skip_locked: bool = False
) -> LockedReport:
    """Lock a report for what happens by itself; ResourceNotFound.

    skip_locked: one that somebody else is changing is not found.
    """
    row = await writing.row(_of_id(skip_locked=skip_locked), dict[str, Any], id=report_id)
    if row is None:
        raise ResourceNotFound
    return LockedReport(row, frozenset({Party.SYSTEM}))


@statement
def _visible(*, reach: ReportReach) -> Executable:
    return (
        select(*_COLUMNS, *standing(citizen_reports, reach=reach))
        .where(
            _report.tenant_id == _TENANT,
            _report.id == bindparam("id", type_=Uuid),
            sees(citizen_reports, reach=reach),
        )
        .with_for_update(of=citizen_reports)
    )


@statement
def _of_receipt() -> Executable:
    hashed = bindparam("receipt_hash", type_=LargeBinary)
    return (
        select(*_COLUMNS)
        .where(_report.tenant_id == _TENANT, _report.receipt_hash == hashed)
        .with_for_update()
    )


@statement
def _of_id(*, skip_locked: bool) -> Executable:
    return (
        select(*_COLUMNS)
        .where(_report.tenant_id == _TENANT, _report.id == bindparam("id", type_=Uuid))
        .with_for_update(skip_locked=skip_locked)
    )
