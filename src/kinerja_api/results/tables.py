"""Tables of indicator results (realisasi) and behaviour ratings."""

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from kinerja_api.core.tables import (
    belongs_to,
    id_column,
    metadata,
    one_of,
    tenant_column,
    version_columns,
)
from kinerja_api.planning.rules import BehaviourValue
from kinerja_api.results.rules import Rating, ResultSource, ResultStatus

indicator_results = Table(
    "indicator_results",
    metadata,
    tenant_column(),
    id_column(),
    Column("indicator_id", Uuid, nullable=False),
    Column("period_id", Uuid, nullable=False),
    Column("employee_id", Uuid, nullable=False),
    Column("unit_id", Uuid, nullable=False, comment="of the plan"),
    Column("value", Numeric(14, 2), nullable=False),
    Column("note", Text),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("decided_by_id", Uuid, comment="employee who verified or returned"),
    Column("decided_at", DateTime(timezone=True)),
    Column("decision_note", Text),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "id"),
    UniqueConstraint("tenant_id", "period_id", "indicator_id", name="indicator_results_key"),
    belongs_to("indicator_id", "indicators"),
    belongs_to("period_id", "periods"),
    belongs_to("employee_id", "employees"),
    belongs_to("unit_id", "units"),
    belongs_to("decided_by_id", "employees"),
    one_of("source", list(ResultSource)),
    one_of("status", list(ResultStatus)),
    Index(None, "tenant_id", "indicator_id"),
    Index("indicator_results_employee_idx", "tenant_id", "employee_id", "id"),
    Index("indicator_results_unit_idx", "tenant_id", "unit_id", "id"),
    Index("indicator_results_decided_by_idx", "tenant_id", "decided_by_id"),
)

behaviour_ratings = Table(
    "behaviour_ratings",
    metadata,
    tenant_column(),
    Column("employee_id", Uuid, nullable=False),
    Column("period_id", Uuid, nullable=False),
    Column("value", Text, nullable=False),
    Column("rating", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("rated_by_id", Uuid, nullable=False, comment="employee"),
    *version_columns(),
    PrimaryKeyConstraint("tenant_id", "period_id", "employee_id", "value"),
    belongs_to("employee_id", "employees"),
    belongs_to("period_id", "periods"),
    belongs_to("rated_by_id", "employees"),
    one_of("value", list(BehaviourValue)),
    one_of("rating", list(Rating)),
    Index(None, "tenant_id", "employee_id"),
    Index("behaviour_ratings_rated_by_idx", "tenant_id", "rated_by_id"),
)
