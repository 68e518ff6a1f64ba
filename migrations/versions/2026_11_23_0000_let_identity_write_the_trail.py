"""Let the identity role write the trail, and nothing else yet."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Give it the schema and the insert; rows reach their partition through the whole table."""
    op.execute("GRANT USAGE ON SCHEMA kinerja TO kinerja_identity")
    op.execute("GRANT INSERT ON kinerja.audit_entries TO kinerja_identity")


def downgrade() -> None:
    """Take both back."""
    op.execute("REVOKE INSERT ON kinerja.audit_entries FROM kinerja_identity")
    op.execute("REVOKE USAGE ON SCHEMA kinerja FROM kinerja_identity")
