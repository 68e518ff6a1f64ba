"""One real row in every table of a government, made from the metadata."""

import datetime as dt
import json
import re
import uuid
from decimal import Decimal
from typing import Any

import asyncpg
from sqlalchemy import CheckConstraint, Column, Table
from sqlalchemy.dialects.postgresql import ARRAY

from kinerja_api.core.ids import new_id
from kinerja_api.core.tables import SCHEMA
from kinerja_api.schema import metadata

TODAY = dt.date(2026, 11, 2)
REPORT = uuid.UUID("5d3f0f0e-6a4b-4c8e-9d2f-0c1b2a3d4e5f")
NOW = dt.datetime(2026, 11, 2, 3, 4, 5, tzinfo=dt.UTC)
_BY_TYPE: dict[type, Any] = {
    uuid.UUID: None,
    str: "x",
    int: 1,
    bool: False,
    dt.date: TODAY,
    dt.datetime: NOW,
    dt.time: dt.time(8),
    Decimal: Decimal(1),
    bytes: b"x",
}

OVERRIDES: dict[str, dict[str, Any]] = {
    "activity_logs": {"starts_minute": 480, "ends_minute": 540, "work_date": TODAY},
    "derived_figures": {"service_id": None, "employee_id": None},
    "category_questions": {"questions": "[]"},
    "channel_runs": {"faults": 0},
    "citizen_reports": {
        "id": REPORT,
        "kind": "aspirasi",
        "report_class": "aspirasi",
        "channel": "musrenbang",
        "confidentiality_number": 1,
        "is_confidential": False,
        "public_title": "x",
        "public_body": "x",
        "published_at": NOW,
    },
    "closings": {
        "rule_set": "permenpanrb-6-2022",
        "policy": json.dumps(
            {
                "cap_percent": "120",
                "above_over": "100",
                "as_from": "90",
                "behaviour_above_from": 4,
                "behaviour_below_from": 2,
                "basis": "x",
            }
        ),
        "status": "done",
    },
    "evidence": {
        "kind": "file",
        "file_name": "x.pdf",
        "content_type": "application/pdf",
        "size_bytes": 1,
        "sha256": b"x",
    },
    "finding_disputes": {
        "open_status": None,
        "status": "accepted",
        "decided_by": REPORT,
        "decided_at": NOW,
        "reason": "x",
    },
    "finding_effects": {"report_id": REPORT, "finding_status": None, "taken_back_at": NOW},
    "goals": {"year": 2026},
    "indicator_results": {"note": "x", "figure_id": None},
    "indicators": {
        "source_service_id": None,
        "accumulation": "sum",
        "annual_low": Decimal(1),
        "aspect": "kuantitas",
        "direction": "higher",
        "unit": "x",
    },
    "norms": {"key": "daily_minutes_limit", "value": "450"},
    "plan_versions": {"content": json.dumps({"targets": [], "expectations": {}})},
    "periods": {
        "starts_on": dt.date(2026, 11, 1),
        "ends_on": dt.date(2026, 11, 30),
        "code": "2026-11",
    },
    "placements": {"superior_id": None},
    "plans": {"year": 2026},
    "report_categories": {"kind": "aspirasi", "is_active": True},
    "report_confidentialities": {"report_id": REPORT, "set_by": "citizen"},
    "report_findings": {"report_id": REPORT, "severity": "ringan"},
    "report_reminders": {"step": 50},
    "service_ratings": {"rated_on": dt.date(2020, 1, 2), "treatment": 1, "comment": "x"},
    "services": {"is_public": True, "is_active": True},
    "survey_campaigns": {
        "status": "published",
        "respondents": 5,
        "index": Decimal(80),
        "band": "B",
        "published_at": NOW,
    },
    "survey_forms": {"questions": "[]", "profile_fields": "[]"},
    "unit_schedules": {"working_week": [1]},
}
"""Values that the checks of a table demand and no rule finds."""


async def one_row_of_each_table(
    connection: asyncpg.Connection, tenant_id: uuid.UUID, known: dict[str, uuid.UUID]
) -> dict[str, uuid.UUID]:
    """Insert a row into every tenant table; return its id by table name.

    known: ids of rows that are there already and shall be referred to.
    """
    ids = dict(known)
    for table in sorted(metadata.sorted_tables, key=_is_loose):
        if table.info.get("reference") or table.name in known:
            continue
        values = _row(table, tenant_id, ids)
        if "id" in values:
            ids[table.name] = values["id"]
        names = ", ".join(f'"{name}"' for name in values)
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await connection.execute(
            f"INSERT INTO {SCHEMA}.{table.name} ({names}) VALUES ({places})", *values.values()
        )
    return ids


def _is_loose(table: Table) -> bool:
    """Whether its rows name an employee without a foreign key: they come last."""
    return "employee_id" in table.columns and not table.foreign_key_constraints


def _references(
    table: Table, own_id: uuid.UUID, ids: dict[str, uuid.UUID]
) -> dict[str, uuid.UUID | None]:
    references: dict[str, uuid.UUID | None] = {}
    if _is_loose(table):
        references = {"employee_id": ids["employees"], "unit_id": ids["units"]}
    for key in table.foreign_key_constraints:
        for element in key.elements:
            name = element.parent.name
            if name == "tenant_id" or element.column.name not in ("id", "employee_id"):
                continue
            target = element.column.table.name
            if element.column.name == "employee_id":
                target = "employees"
            references[name] = own_id if target == table.name else ids.get(target)
    return references


def _row(table: Table, tenant_id: uuid.UUID, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    own_id = new_id()
    references = _references(table, own_id, ids)
    given = {"tenant_id": tenant_id, "id": own_id, **OVERRIDES.get(table.name, {})}
    values: dict[str, Any] = {}
    for column in table.columns:
        reference = references.get(column.name)
        is_own_parent = column.nullable and reference == own_id
        if column.name in given and not (column.name == "id" and reference):
            values[column.name] = given[column.name]
        elif reference is not None and not is_own_parent:
            values[column.name] = reference
        elif not column.nullable and column.server_default is None:
            values[column.name] = _value(table, column)
    return values


def _value(table: Table, column: Column[Any]) -> Any:
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            listed = re.match(rf"^{column.name} IN \('([^']*)'", str(constraint.sqltext))
            if listed:
                return listed.group(1)
    if isinstance(column.type, ARRAY):
        return []
    if "JSON" in type(column.type).__name__:
        return json.dumps({})
    if "RANGE" in type(column.type).__name__.upper():
        return []
    kind = column.type.python_type
    return uuid.uuid4() if kind is uuid.UUID else _BY_TYPE[kind]
