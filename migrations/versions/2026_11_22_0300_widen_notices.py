"""Widen the tables of notices."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add what the domain gained."""

    op.create_index(
        "notices_notes_idx",
        "notices",
        ["tenant_id", "employee_id", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("kind = 'note'"),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_index(
        "notices_notes_idx",
        table_name="notices",
        schema="kinerja",
        postgresql_where=sa.text("kind = 'note'"),
    )
