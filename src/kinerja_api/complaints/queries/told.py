"""What everybody may know of a report, and how: one rule for every public answer.

Told is what an officer published. Not the reports of whistle-blowers and of retaliation, nor what
its citizen took back and the inspectorate goes on with; and never the unit of a case that the
inspectorate leads. Places are rounded to about a kilometre.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, func, select

from kinerja_api.complaints.rules import INSPECTED, Lead
from kinerja_api.complaints.tables import citizen_reports
from kinerja_api.core.masking import mask_personal
from kinerja_api.organisation.tables import units

_PLACES = 2
_TEXTS = ("title", "body", "reply")
_report = citizen_reports.c

IS_OF_OFFICE: ColumnElement[bool] = _report.led_by == Lead.OFFICER
"""The condition that everybody may know in whose care the report is."""


def is_told(reports: FromClause = citizen_reports) -> ColumnElement[bool]:
    """Return the condition that everybody may read a report."""
    report = reports.c
    return and_(
        report.published_at.is_not(None),
        report.is_confidential.is_(False),
        report.is_ex_officio.is_(False),
        report.report_class.not_in(sorted(INSPECTED)),
    )


def told_unit_id() -> ColumnElement[Any]:
    """Return the id of the responsible unit; null where the inspectorate leads."""
    return case((IS_OF_OFFICE, _report.unit_id))


def told_unit_name() -> ColumnElement[Any]:
    """Select the name of the responsible unit; null where the inspectorate leads."""
    name = select(units.c.name).where(
        units.c.tenant_id == _report.tenant_id, units.c.id == told_unit_id()
    )
    return name.scalar_subquery().label("unit_name")


def coarse(degrees: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a coordinate as everybody may know it."""
    return func.round(degrees, _PLACES)


def told_texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the published texts of a row; an officer masked them, this makes sure of it."""
    return {
        name: row[f"public_{name}"] and mask_personal(row[f"public_{name}"])
        for name in _TEXTS
        if f"public_{name}" in row
    }
