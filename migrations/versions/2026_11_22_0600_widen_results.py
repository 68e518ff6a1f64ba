"""Widen the tables of results."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add what the domain gained."""

    op.alter_column(
        "indicator_results",
        "value",
        existing_type=sa.Numeric(precision=14, scale=2),
        nullable=True,
        comment="null: told in words, in the note",
        schema="kinerja",
    )
    op.create_check_constraint(
        op.f("indicator_results_content_check"),
        "indicator_results",
        "num_nonnulls(value, note) > 0",
        schema="kinerja",
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_constraint(
        op.f("indicator_results_content_check"),
        "indicator_results",
        schema="kinerja",
        type_="check",
    )
    op.alter_column(
        "indicator_results",
        "value",
        existing_type=sa.Numeric(precision=14, scale=2),
        nullable=False,
        comment=None,
        existing_comment="null: told in words, in the note",
        schema="kinerja",
    )
