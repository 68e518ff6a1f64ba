"""Tables of closings: frozen inputs and scores, keyed (tenant, closing, employee).

Everything frozen of an employee is one row: a row for each indicator and rating, with keys of four
ids and a text to hash, took most of the time of a close. Its lists are typed arrays
of one order: they are built several times faster than JSON and keep decimals as they are.

The frozen rows have no foreign key on purpose: one statement of the close writes them all beside
its locked closing, nothing ever deletes a closing, and the key would cost half of the close.

What is frozen never changes. A correction stands beside it, for one person, and holds the lists
that it corrects in the order of the frozen row; all else stays as frozen.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine

from kinerja_api.core.tables import (
    belongs_to,
    id_column,
    metadata,
    one_of,
    tenant_column,
    version_columns,
)
from kinerja_api.scoring.rules import ClosingStatus, CorrectionCause, CorrectionReason

AMOUNT, SCORE, WEIGHT = Numeric(14, 2), Numeric(14, 2), Numeric(5, 2)

closings = Table(
    "closings",
    metadata,
    tenant_column(),
    id_column(),
    Column("period_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("policy", JSONB, nullable=False, comment="norms in force, frozen"),
    Column("job_id", Uuid, nullable=False),
    Column("people", Integer),
    Column("rated", Integer),
    Column("unrated", Integer),
    Column("snapshot_sha256", LargeBinary),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("reason", Text, comment="of the reopening"),
    Column("error", Text),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "id"),
    UniqueConstraint("tenant_id", "period_id", "number", name="closings_number_key"),
    belongs_to("period_id", "periods"),
    one_of("status", list(ClosingStatus)),
    Index(
        "closings_standing_key",
        "tenant_id",
        "period_id",
        unique=True,
        postgresql_where=text("status IN ('queued', 'running', 'done')"),
    ),
)


def _list(name: str, of: TypeEngine[Any], comment: str | None = None) -> Column[Any]:
    """Return a column with one element for each indicator, part or behaviour value."""
    return Column(name, ARRAY(of), nullable=False, server_default="{}", comment=comment)


closing_people = Table(
    "closing_people",
    metadata,
    tenant_column(),
    Column("closing_id", Uuid, nullable=False),
    Column("employee_id", Uuid, nullable=False),
    Column("plan_id", Uuid, comment="in force on the period's last day; null: none"),
    Column("unit_id", Uuid, nullable=False),
    Column("superior_id", Uuid, comment="employee, frozen; null: none"),
    Column("is_head", Boolean, nullable=False),
    Column("approach", Text, comment="of the plan; null: no plan"),
    _list("target_ids", Uuid(), "of each indicator, in the order of the plan; so all to results"),
    _list("target_kinds", Text()),
    _list("target_titles", Text()),
    _list("target_weights", WEIGHT),
    _list("indicator_ids", Uuid()),
    _list("indicator_titles", Text()),
    _list("indicator_units", Text()),
    _list("indicator_weights", WEIGHT),
    _list("directions", Text()),
    _list("accumulations", Text()),
    _list("target_lows", AMOUNT),
    _list("target_highs", AMOUNT),
    _list("results", AMOUNT, "of the period itself; null: none verified"),
    _list("exclusions", Boolean()),
    _list("part_indicator_ids", Uuid(), "of each shorter period accumulated, in their order"),
    _list("part_periods", Text(), "code"),
    _list("part_results", AMOUNT),
    _list("behaviour_values", Text(), "all, in their legal order; none if none is rated"),
    _list("behaviour_ratings", Text(), "null: not rated"),
    Column("sha256", LargeBinary, nullable=False, server_default="", comment="of all the others"),
    _list("samples", Integer(), "of the figure that the result is; null: it is none"),
    _list("minimums", Integer()),
    _list("part_samples", Integer()),
    _list("part_minimums", Integer()),
    PrimaryKeyConstraint("tenant_id", "closing_id", "employee_id"),
)


def _score() -> list[Column[Any]]:
    """Return the columns of a suggestion."""
    return [
        Column("work_result", SCORE),
        Column("work_rating", Text),
        Column("behaviour_rating", Text),
        Column("predicate", Text),
        Column("unrated_reason", Text),
        Column("missing_count", Integer, nullable=False),
        Column(
            "is_provisional", Boolean, nullable=False, comment="head: organisation not yet rated"
        ),
    ]


closing_scores = Table(
    "closing_scores",
    metadata,
    tenant_column(),
    Column("closing_id", Uuid, nullable=False),
    Column("employee_id", Uuid, nullable=False),
    *_score(),
    PrimaryKeyConstraint("tenant_id", "closing_id", "employee_id"),
)

score_corrections = Table(
    "score_corrections",
    metadata,
    tenant_column(),
    Column("closing_id", Uuid, nullable=False),
    Column("employee_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False, comment="1, 2, …: each corrects the one before"),
    Column("cause_type", Text, nullable=False),
    Column("cause_id", Uuid, nullable=False, comment="the finding"),
    Column("reason", Text, nullable=False),
    _list("results", AMOUNT, "as corrected, in the order of the frozen row; so all lists"),
    _list("exclusions", Boolean()),
    _list("samples", Integer()),
    _list("minimums", Integer()),
    _list("part_results", AMOUNT),
    _list("part_samples", Integer()),
    _list("part_minimums", Integer()),
    Column("sha256", LargeBinary, nullable=False, comment="of the frozen row so corrected"),
    *_score(),
    Column("made_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant_id", "closing_id", "employee_id", "number"),
    UniqueConstraint(
        "tenant_id",
        "closing_id",
        "employee_id",
        "cause_type",
        "cause_id",
        name="score_corrections_cause_key",
    ),
    belongs_to("closing_id", "closings"),
    belongs_to("employee_id", "employees"),
    one_of("cause_type", list(CorrectionCause)),
    one_of("reason", list(CorrectionReason)),
    CheckConstraint("number > 0", name="number"),
    Index("score_corrections_employee_idx", "tenant_id", "employee_id"),
    comment="What one person's score of a closing became when what it was counted from fell away",
    info={"append_only": True},
)
