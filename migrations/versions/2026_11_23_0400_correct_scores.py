"""Correct one person's score of a closed period, and show whose suggestion an evaluation has."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import each_tenant, isolate

revision = "0024"
down_revision = "0023"

# What is shown after the downgrade is what the closing says.
SHOW_CLOSINGS = """
UPDATE kinerja.evaluations e SET suggested_work_result = s.work_result,
    suggested_work_rating = s.work_rating, suggested_behaviour_rating = s.behaviour_rating,
    suggested_predicate = s.predicate
FROM kinerja.closing_scores s
WHERE e.tenant_id = tenant AND e.correction_number IS NOT NULL AND s.tenant_id = tenant
    AND s.closing_id = e.closing_id AND s.employee_id = e.employee_id
"""


def upgrade() -> None:
    """Create the table, append-only, and the evaluations' column."""
    op.create_table(
        "score_corrections",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="1, 2, …: each corrects the one before",
        ),
        sa.Column("cause_type", sa.Text(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False, comment="the finding"),
        sa.Column("reason", sa.Text(), nullable=False),
        *_inputs(),
        sa.Column(
            "sha256",
            sa.LargeBinary(),
            nullable=False,
            comment="of the frozen row so corrected",
        ),
        sa.Column("work_result", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("work_rating", sa.Text(), nullable=True),
        sa.Column("behaviour_rating", sa.Text(), nullable=True),
        sa.Column("predicate", sa.Text(), nullable=True),
        sa.Column("unrated_reason", sa.Text(), nullable=True),
        sa.Column("missing_count", sa.Integer(), nullable=False),
        sa.Column(
            "is_provisional",
            sa.Boolean(),
            nullable=False,
            comment="head: organisation not yet rated",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause_type IN ('finding')", name=op.f("score_corrections_cause_type_check")
        ),
        sa.CheckConstraint(
            "reason IN ('finding_reversed')", name=op.f("score_corrections_reason_check")
        ),
        sa.CheckConstraint("number > 0", name=op.f("score_corrections_number_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "closing_id"],
            ["kinerja.closings.tenant_id", "kinerja.closings.id"],
            name=op.f("score_corrections_closing_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("score_corrections_employee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "closing_id",
            "employee_id",
            "number",
            name=op.f("score_corrections_pkey"),
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "closing_id",
            "employee_id",
            "cause_type",
            "cause_id",
            name="score_corrections_cause_key",
        ),
        schema="kinerja",
        comment="What one person's score of a closing became when what it was counted from"
        " fell away",
    )
    op.create_index(
        "score_corrections_employee_idx",
        "score_corrections",
        ["tenant_id", "employee_id"],
        unique=False,
        schema="kinerja",
    )
    isolate("score_corrections", append_only=True)
    op.add_column(
        "evaluations",
        sa.Column(
            "correction_number",
            sa.Integer(),
            nullable=True,
            comment="whose suggestion it is; null: the close's",
        ),
        schema="kinerja",
    )


def _inputs() -> list[sa.Column[object]]:
    amount = sa.Numeric(precision=14, scale=2)
    lists = {
        "results": amount,
        "exclusions": sa.Boolean(),
        "samples": sa.Integer(),
        "minimums": sa.Integer(),
        "part_results": amount,
        "part_samples": sa.Integer(),
        "part_minimums": sa.Integer(),
    }
    told = {"results": "as corrected, in the order of the frozen row; so all lists"}
    return [
        sa.Column(
            name,
            postgresql.ARRAY(kind),
            server_default="{}",
            nullable=False,
            comment=told.get(name),
        )
        for name, kind in lists.items()
    ]


def downgrade() -> None:
    """Drop them again; evaluations show what their closing says."""
    each_tenant(SHOW_CLOSINGS)
    op.drop_column("evaluations", "correction_number", schema="kinerja")
    op.drop_table("score_corrections", schema="kinerja")
