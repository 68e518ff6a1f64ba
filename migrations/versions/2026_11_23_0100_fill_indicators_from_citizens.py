"""Fill indicators from citizens' figures: their sources, the figures, what a closing freezes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import each_tenant, isolate

revision = "0021"
down_revision = "0020"

FIGURES = (
    "'response_time_median', 'response_time_p90', 'on_time_share', 'settlement_share',"
    " 'reopen_rate', 'handling_satisfaction', 'survey_index', 'processing_time_median',"
    " 'processing_time_p90', 'processing_on_time_share', 'substantiated_findings'"
)
OWN = (
    "'response_time_median', 'response_time_p90', 'on_time_share', 'settlement_share',"
    " 'reopen_rate', 'processing_time_median', 'processing_time_p90',"
    " 'processing_on_time_share', 'substantiated_findings'"
)
SCOPE = (
    "(source_scope IS NULL) = (source IN ('entered', 'approved_volume'))"
    " AND (source_scope IS NOT DISTINCT FROM 'service') = (source_service_id IS NOT NULL)"
)
NOT_OWN = "source <> 'substantiated_findings'"

# Contents of plans kept as JSON: each indicator says that its source has no scope.
NAME_SCOPES = """
UPDATE kinerja.[table] SET [column] = jsonb_set([column], '{targets}', (
    SELECT coalesce(jsonb_agg(target || jsonb_build_object('indicators', (
        SELECT coalesce(jsonb_agg(
            jsonb_build_object('source_scope', NULL, 'source_service_id', NULL) || indicator
            ORDER BY place
        ), '[]')
        FROM jsonb_array_elements(target->'indicators') WITH ORDINALITY AS i (indicator, place)
    )) ORDER BY number), '[]')
    FROM jsonb_array_elements([column]->'targets') WITH ORDINALITY AS t (target, number)
))
WHERE tenant_id = tenant AND [column] IS NOT NULL
"""

FORGET_RESULTS = (
    "DELETE FROM kinerja.indicator_results WHERE tenant_id = tenant AND figure_id IS NOT NULL"
)
FORGET_SOURCES = """
UPDATE kinerja.indicators SET source = 'entered', source_scope = NULL, source_service_id = NULL
WHERE tenant_id = tenant AND source_scope IS NOT NULL
"""


def name_scopes(table: str, column: str) -> str:
    """Return the statement for one column of contents."""
    return NAME_SCOPES.replace("[table]", table).replace("[column]", column)


def upgrade() -> None:
    """Add sources and figures; closings of before freeze no samples and keep their hashes."""
    _widen_indicators()
    _create_figures()
    _widen_results()
    for name, comment in (
        ("samples", "of the figure that the result is; null: it is none"),
        ("minimums", None),
        ("part_samples", None),
        ("part_minimums", None),
    ):
        op.add_column(
            "closing_people",
            sa.Column(
                name,
                postgresql.ARRAY(sa.Integer()),
                server_default="{}",
                nullable=False,
                comment=comment,
            ),
            schema="kinerja",
        )
    each_tenant(name_scopes("plans", "revision_content"), name_scopes("plan_versions", "content"))


def _widen_indicators() -> None:
    op.drop_constraint(
        op.f("indicators_source_check"), "indicators", schema="kinerja", type_="check"
    )
    op.add_column(
        "indicators",
        sa.Column(
            "source_scope",
            sa.Text(),
            nullable=True,
            comment="whose figure; null: the source is none",
        ),
        schema="kinerja",
    )
    op.add_column(
        "indicators", sa.Column("source_service_id", sa.Uuid(), nullable=True), schema="kinerja"
    )
    op.create_foreign_key(
        op.f("indicators_source_service_id_fkey"),
        "indicators",
        "services",
        ["tenant_id", "source_service_id"],
        ["tenant_id", "id"],
        source_schema="kinerja",
        referent_schema="kinerja",
    )
    for name, check in (
        ("source", f"source IN ('entered', 'approved_volume', {FIGURES})"),
        ("source_scope", "source_scope IN ('unit', 'service', 'own')"),
        (
            "scope",
            SCOPE,
        ),
        (
            "own",
            f"CASE source_scope WHEN 'own' THEN source IN ({OWN}) ELSE {NOT_OWN} END",
        ),
    ):
        op.create_check_constraint(
            op.f(f"indicators_{name}_check"), "indicators", check, schema="kinerja"
        )
    op.create_index(
        "indicators_service_idx",
        "indicators",
        ["tenant_id", "source_service_id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("source_service_id IS NOT NULL"),
    )


def _create_figures() -> None:
    op.create_table(
        "derived_figures",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("employee_id", sa.Uuid(), nullable=True),
        sa.Column(
            "value",
            sa.Numeric(precision=14, scale=2),
            nullable=True,
            comment="null: the sample is below the minimum",
        ),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column(
            "measured_in",
            sa.Text(),
            nullable=True,
            comment="unit of a time; null: the figure is none, or has its own",
        ),
        sa.Column(
            "items",
            postgresql.ARRAY(sa.Uuid()),
            nullable=False,
            comment="what was counted; never who answered",
        ),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(unit_id, service_id, employee_id) = 1 AND CASE scope"
            " WHEN 'unit' THEN unit_id WHEN 'service' THEN service_id ELSE employee_id"
            " END IS NOT NULL",
            name=op.f("derived_figures_subject_check"),
        ),
        sa.CheckConstraint(
            "scope IN ('unit', 'service', 'own')", name=op.f("derived_figures_scope_check")
        ),
        sa.CheckConstraint(f"source IN ({FIGURES})", name=op.f("derived_figures_source_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("derived_figures_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["kinerja.periods.tenant_id", "kinerja.periods.id"],
            name=op.f("derived_figures_period_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["kinerja.services.tenant_id", "kinerja.services.id"],
            name=op.f("derived_figures_service_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("derived_figures_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("derived_figures_pkey")),
        sa.UniqueConstraint(
            "tenant_id",
            "period_id",
            "source",
            "unit_id",
            "service_id",
            "employee_id",
            name="derived_figures_key",
            postgresql_nulls_not_distinct=True,
        ),
        schema="kinerja",
        comment="Figures of a period that results of indicators are, as last computed",
    )
    for name in ("employee", "service", "unit"):
        op.create_index(
            f"derived_figures_{name}_idx",
            "derived_figures",
            ["tenant_id", f"{name}_id"],
            unique=False,
            schema="kinerja",
        )
    isolate("derived_figures")


def _widen_results() -> None:
    for name in ("source", "content"):
        op.drop_constraint(
            op.f(f"indicator_results_{name}_check"),
            "indicator_results",
            schema="kinerja",
            type_="check",
        )
    op.add_column(
        "indicator_results",
        sa.Column(
            "figure_id", sa.Uuid(), nullable=True, comment="that the result is; null: it is none"
        ),
        schema="kinerja",
    )
    op.alter_column(
        "indicator_results",
        "value",
        existing_type=sa.Numeric(precision=14, scale=2),
        existing_nullable=True,
        comment="null: told in words, or the figure says nothing",
        schema="kinerja",
    )
    op.create_foreign_key(
        op.f("indicator_results_figure_id_fkey"),
        "indicator_results",
        "derived_figures",
        ["tenant_id", "figure_id"],
        ["tenant_id", "id"],
        source_schema="kinerja",
        referent_schema="kinerja",
    )
    for name, check in (
        ("source", f"source IN ('entered', 'approved_volume', {FIGURES})"),
        ("content", "num_nonnulls(value, note, figure_id) > 0"),
        ("figure", "(figure_id IS NULL) = (source IN ('entered', 'approved_volume'))"),
    ):
        op.create_check_constraint(
            op.f(f"indicator_results_{name}_check"), "indicator_results", check, schema="kinerja"
        )
    op.create_index(
        "indicator_results_figure_idx",
        "indicator_results",
        ["tenant_id", "figure_id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("figure_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it away again, with the results and sources that there were not before."""
    each_tenant(FORGET_RESULTS, FORGET_SOURCES)
    for name in ("part_minimums", "part_samples", "minimums", "samples"):
        op.drop_column("closing_people", name, schema="kinerja")
    op.drop_index("indicator_results_figure_idx", "indicator_results", schema="kinerja")
    for name in ("figure", "content", "source"):
        op.drop_constraint(
            op.f(f"indicator_results_{name}_check"),
            "indicator_results",
            schema="kinerja",
            type_="check",
        )
    op.drop_column("indicator_results", "figure_id", schema="kinerja")
    op.alter_column(
        "indicator_results",
        "value",
        existing_type=sa.Numeric(precision=14, scale=2),
        existing_nullable=True,
        comment="null: told in words, in the note",
        schema="kinerja",
    )
    op.create_check_constraint(
        op.f("indicator_results_content_check"),
        "indicator_results",
        "num_nonnulls(value, note) > 0",
        schema="kinerja",
    )
    op.drop_table("derived_figures", schema="kinerja")
    op.drop_index("indicators_service_idx", "indicators", schema="kinerja")
    for name in ("own", "scope", "source_scope", "source"):
        op.drop_constraint(
            op.f(f"indicators_{name}_check"), "indicators", schema="kinerja", type_="check"
        )
    op.drop_column("indicators", "source_service_id", schema="kinerja")
    op.drop_column("indicators", "source_scope", schema="kinerja")
    for table in ("indicators", "indicator_results"):
        op.create_check_constraint(
            op.f(f"{table}_source_check"),
            table,
            "source IN ('entered', 'approved_volume')",
            schema="kinerja",
        )
