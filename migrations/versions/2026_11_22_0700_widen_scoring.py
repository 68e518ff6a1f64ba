"""Widen the tables of scoring."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import each_tenant

revision = "0016"
down_revision = "0015"

FREEZE_LINES = """
INSERT INTO frozen_lines
SELECT closing_id, employee_id,
    array_agg(target_id ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(target_kind ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(target_title ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(target_weight ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(indicator_id ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(indicator_title ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(indicator_unit ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(indicator_weight ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(direction ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(NULL::text ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(target_low ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(target_high ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(result ORDER BY target_kind DESC, target_number, target_id, indicator_number),
    array_agg(is_excluded ORDER BY target_kind DESC, target_number, target_id, indicator_number)
FROM kinerja.closing_indicators WHERE tenant_id = tenant GROUP BY 1, 2
"""

FREEZE_BEHAVIOURS = """
INSERT INTO frozen_behaviours
SELECT closing_id, employee_id,
    ARRAY[
        'berorientasi_pelayanan', 'akuntabel', 'kompeten', 'harmonis', 'loyal', 'adaptif',
        'kolaboratif'
    ],
    ARRAY[
        max(rating) FILTER (WHERE value = 'berorientasi_pelayanan'),
        max(rating) FILTER (WHERE value = 'akuntabel'),
        max(rating) FILTER (WHERE value = 'kompeten'),
        max(rating) FILTER (WHERE value = 'harmonis'),
        max(rating) FILTER (WHERE value = 'loyal'),
        max(rating) FILTER (WHERE value = 'adaptif'),
        max(rating) FILTER (WHERE value = 'kolaboratif')
    ]
FROM kinerja.closing_behaviours WHERE tenant_id = tenant GROUP BY 1, 2
"""

TAKE_LINES = """
UPDATE kinerja.closing_people p SET
    target_ids = l.target_ids,
    target_kinds = l.target_kinds,
    target_titles = l.target_titles,
    target_weights = l.target_weights,
    indicator_ids = l.indicator_ids,
    indicator_titles = l.indicator_titles,
    indicator_units = l.indicator_units,
    indicator_weights = l.indicator_weights,
    directions = l.directions,
    accumulations = l.accumulations,
    target_lows = l.target_lows,
    target_highs = l.target_highs,
    results = l.results,
    exclusions = l.exclusions
FROM frozen_lines l
WHERE p.tenant_id = tenant AND l.closing_id = p.closing_id AND l.employee_id = p.employee_id
"""

TAKE_BEHAVIOURS = """
UPDATE kinerja.closing_people p
SET behaviour_values = b.behaviour_values, behaviour_ratings = b.behaviour_ratings
FROM frozen_behaviours b
WHERE p.tenant_id = tenant AND b.closing_id = p.closing_id AND b.employee_id = p.employee_id
"""

HASH_PEOPLE = """
UPDATE kinerja.closing_people SET sha256 = sha256(convert_to(
        coalesce(employee_id::text, '') || chr(10)
        || coalesce(plan_id::text, '') || chr(10)
        || coalesce(unit_id::text, '') || chr(10)
        || coalesce(superior_id::text, '') || chr(10)
        || coalesce(is_head::text, '') || chr(10)
        || coalesce(approach::text, '') || chr(10)
        || coalesce(target_ids::text, '') || chr(10)
        || coalesce(target_kinds::text, '') || chr(10)
        || coalesce(target_titles::text, '') || chr(10)
        || coalesce(target_weights::text, '') || chr(10)
        || coalesce(indicator_ids::text, '') || chr(10)
        || coalesce(indicator_titles::text, '') || chr(10)
        || coalesce(indicator_units::text, '') || chr(10)
        || coalesce(indicator_weights::text, '') || chr(10)
        || coalesce(directions::text, '') || chr(10)
        || coalesce(accumulations::text, '') || chr(10)
        || coalesce(target_lows::text, '') || chr(10)
        || coalesce(target_highs::text, '') || chr(10)
        || coalesce(results::text, '') || chr(10)
        || coalesce(exclusions::text, '') || chr(10)
        || coalesce(part_indicator_ids::text, '') || chr(10)
        || coalesce(part_periods::text, '') || chr(10)
        || coalesce(part_results::text, '') || chr(10)
        || coalesce(behaviour_values::text, '') || chr(10)
        || coalesce(behaviour_ratings::text, ''), 'UTF8'))
WHERE tenant_id = tenant
"""

WRITE_PERCENTS = """
UPDATE kinerja.closings SET policy = policy || jsonb_build_object(
    'cap_percent', (policy->>'cap_percent')::numeric(5, 2)::text,
    'above_over', (policy->>'above_over')::numeric(5, 2)::text,
    'as_from', (policy->>'as_from')::numeric(5, 2)::text
)
WHERE tenant_id = tenant
"""

HASH_CLOSINGS = """
UPDATE kinerja.closings c SET snapshot_sha256 = sha256(
    convert_to(c.rule_set || chr(10) || c.policy::text || chr(10), 'UTF8')
    || coalesce((
        SELECT string_agg(p.sha256, ''::bytea ORDER BY p.employee_id)
        FROM kinerja.closing_people p WHERE p.tenant_id = tenant AND p.closing_id = c.id
    ), ''::bytea)
)
WHERE c.tenant_id = tenant AND c.snapshot_sha256 IS NOT NULL
"""


def upgrade() -> None:
    """Add what the domain gained."""
    # Indicators and behaviours of a closing become lists in its row of the employee. Their tables
    # go below, the lists come below, so what they held waits in between.
    op.execute(
        "CREATE TEMP TABLE frozen_lines ON COMMIT DROP AS SELECT closing_id, employee_id,"
        " ARRAY[]::uuid[] AS target_ids, ARRAY[]::text[] AS target_kinds,"
        " ARRAY[]::text[] AS target_titles, ARRAY[]::numeric[] AS target_weights,"
        " ARRAY[]::uuid[] AS indicator_ids, ARRAY[]::text[] AS indicator_titles,"
        " ARRAY[]::text[] AS indicator_units, ARRAY[]::numeric[] AS indicator_weights,"
        " ARRAY[]::text[] AS directions, ARRAY[]::text[] AS accumulations,"
        " ARRAY[]::numeric[] AS target_lows, ARRAY[]::numeric[] AS target_highs,"
        " ARRAY[]::numeric[] AS results, ARRAY[]::boolean[] AS exclusions"
        " FROM kinerja.closing_people WITH NO DATA"
    )
    op.execute(
        "CREATE TEMP TABLE frozen_behaviours ON COMMIT DROP AS SELECT closing_id, employee_id,"
        " ARRAY[]::text[] AS behaviour_values, ARRAY[]::text[] AS behaviour_ratings"
        " FROM kinerja.closing_people WITH NO DATA"
    )
    each_tenant(FREEZE_LINES, FREEZE_BEHAVIOURS)

    op.add_column(
        "closing_people",
        sa.Column("approach", sa.Text(), nullable=True, comment="of the plan; null: no plan"),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "target_ids",
            postgresql.ARRAY(sa.Uuid()),
            server_default="{}",
            nullable=False,
            comment="of each indicator, in the order of the plan; so all to results",
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column("target_kinds", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "target_titles", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "target_weights",
            postgresql.ARRAY(sa.Numeric(precision=5, scale=2)),
            server_default="{}",
            nullable=False,
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "indicator_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "indicator_titles", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "indicator_units", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "indicator_weights",
            postgresql.ARRAY(sa.Numeric(precision=5, scale=2)),
            server_default="{}",
            nullable=False,
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column("directions", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "accumulations", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "target_lows",
            postgresql.ARRAY(sa.Numeric(precision=14, scale=2)),
            server_default="{}",
            nullable=False,
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "target_highs",
            postgresql.ARRAY(sa.Numeric(precision=14, scale=2)),
            server_default="{}",
            nullable=False,
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "results",
            postgresql.ARRAY(sa.Numeric(precision=14, scale=2)),
            server_default="{}",
            nullable=False,
            comment="of the period itself; null: none verified",
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "exclusions", postgresql.ARRAY(sa.Boolean()), server_default="{}", nullable=False
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "part_indicator_ids",
            postgresql.ARRAY(sa.Uuid()),
            server_default="{}",
            nullable=False,
            comment="of each shorter period accumulated, in their order",
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "part_periods",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="code",
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "part_results",
            postgresql.ARRAY(sa.Numeric(precision=14, scale=2)),
            server_default="{}",
            nullable=False,
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "behaviour_values",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="all, in their legal order; none if none is rated",
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "behaviour_ratings",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="null: not rated",
        ),
        schema="kinerja",
    )
    op.add_column(
        "closing_people",
        sa.Column(
            "sha256",
            sa.LargeBinary(),
            server_default="",
            nullable=False,
            comment="of all the others",
        ),
        schema="kinerja",
    )
    op.drop_table("closing_indicators", schema="kinerja")
    op.drop_table("closing_behaviours", schema="kinerja")

    # What was scored was scored by numbers, whatever the approach, and without shorter periods.
    each_tenant(
        "UPDATE kinerja.closing_people SET approach = 'quantitative'"
        " WHERE tenant_id = tenant AND plan_id IS NOT NULL",
        TAKE_LINES,
        TAKE_BEHAVIOURS,
        HASH_PEOPLE,
        WRITE_PERCENTS,
        HASH_CLOSINGS,
    )


def downgrade() -> None:
    """Take it away again."""
    op.create_table(
        "closing_behaviours",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "closing_id", "employee_id", "value", name=op.f("closing_behaviours_pkey")
        ),
        schema="kinerja",
    )
    op.create_table(
        "closing_indicators",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("target_number", sa.SmallInteger(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_title", sa.Text(), nullable=False),
        sa.Column("target_weight", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_number", sa.SmallInteger(), nullable=False),
        sa.Column("indicator_title", sa.Text(), nullable=False),
        sa.Column("indicator_unit", sa.Text(), nullable=False),
        sa.Column("indicator_weight", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("target_low", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("target_high", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("result", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_missing", sa.Boolean(), nullable=False),
        sa.Column("is_excluded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "closing_id",
            "employee_id",
            "indicator_id",
            name=op.f("closing_indicators_pkey"),
        ),
        schema="kinerja",
    )
    op.drop_column("closing_people", "sha256", schema="kinerja")
    op.drop_column("closing_people", "behaviour_ratings", schema="kinerja")
    op.drop_column("closing_people", "behaviour_values", schema="kinerja")
    op.drop_column("closing_people", "part_results", schema="kinerja")
    op.drop_column("closing_people", "part_periods", schema="kinerja")
    op.drop_column("closing_people", "part_indicator_ids", schema="kinerja")
    op.drop_column("closing_people", "exclusions", schema="kinerja")
    op.drop_column("closing_people", "results", schema="kinerja")
    op.drop_column("closing_people", "target_highs", schema="kinerja")
    op.drop_column("closing_people", "target_lows", schema="kinerja")
    op.drop_column("closing_people", "accumulations", schema="kinerja")
    op.drop_column("closing_people", "directions", schema="kinerja")
    op.drop_column("closing_people", "indicator_weights", schema="kinerja")
    op.drop_column("closing_people", "indicator_units", schema="kinerja")
    op.drop_column("closing_people", "indicator_titles", schema="kinerja")
    op.drop_column("closing_people", "indicator_ids", schema="kinerja")
    op.drop_column("closing_people", "target_weights", schema="kinerja")
    op.drop_column("closing_people", "target_titles", schema="kinerja")
    op.drop_column("closing_people", "target_kinds", schema="kinerja")
    op.drop_column("closing_people", "target_ids", schema="kinerja")
    op.drop_column("closing_people", "approach", schema="kinerja")
