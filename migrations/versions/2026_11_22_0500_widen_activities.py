"""Widen the tables of activities."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import each_tenant, isolate

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add what the domain gained."""

    op.add_column(
        "activity_logs",
        sa.Column(
            "progress_percent",
            sa.Numeric(precision=5, scale=2),
            nullable=True,
            comment="of the target, as the employee sees it",
        ),
        schema="kinerja",
    )
    op.add_column(
        "activity_logs", sa.Column("late_reason", sa.Text(), nullable=True), schema="kinerja"
    )
    op.create_check_constraint(
        op.f("activity_logs_progress_percent_check"),
        "activity_logs",
        "progress_percent BETWEEN 0 AND 100",
        schema="kinerja",
    )
    op.add_column(
        "log_client_refs",
        sa.Column(
            "content_hash",
            sa.LargeBinary(),
            nullable=True,
            comment="of the item as it was sent; null: a file's row",
        ),
        schema="kinerja",
    )
    op.create_table(
        "month_deltas",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("logs", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "unit_id", "month", "status", "id", name=op.f("month_deltas_pkey")
        ),
        schema="kinerja",
        comment="Logs of a unit and month by status: the sum of all rows, so no writers meet on one",
    )
    op.add_column(
        "evidence",
        sa.Column("kind", sa.Text(), server_default="file", nullable=False),
        schema="kinerja",
    )
    op.alter_column(
        "evidence", "file_name", existing_type=sa.Text(), nullable=True, schema="kinerja"
    )
    op.alter_column(
        "evidence", "content_type", existing_type=sa.Text(), nullable=True, schema="kinerja"
    )
    op.alter_column(
        "evidence", "size_bytes", existing_type=sa.Integer(), nullable=True, schema="kinerja"
    )
    op.alter_column(
        "evidence", "sha256", existing_type=sa.LargeBinary(), nullable=True, schema="kinerja"
    )
    op.add_column(
        "evidence",
        sa.Column("label", sa.Text(), nullable=True, comment="what a link leads to"),
        schema="kinerja",
    )
    op.add_column("evidence", sa.Column("url", sa.Text(), nullable=True), schema="kinerja")
    op.create_check_constraint(
        op.f("evidence_kind_check"), "evidence", "kind IN ('file', 'link')", schema="kinerja"
    )
    op.create_check_constraint(
        op.f("evidence_content_check"),
        "evidence",
        "num_nulls(file_name, content_type, size_bytes, sha256) = CASE kind WHEN 'file' THEN 0 ELSE 4 END AND num_nulls(label, url) = CASE kind WHEN 'link' THEN 0 ELSE 2 END",
        schema="kinerja",
    )
    op.alter_column(
        "obstacles",
        "answer",
        existing_type=sa.Text(),
        comment="the latest; all are in obstacle_messages",
        existing_nullable=True,
        schema="kinerja",
    )
    op.create_index(
        "obstacles_open_idx",
        "obstacles",
        ["tenant_id", "unit_id", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "obstacle_messages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("obstacle_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False, comment="employee"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('answer', 'reply')", name=op.f("obstacle_messages_kind_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "author_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("obstacle_messages_author_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "obstacle_id"],
            ["kinerja.obstacles.tenant_id", "kinerja.obstacles.id"],
            name=op.f("obstacle_messages_obstacle_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("obstacle_messages_pkey")),
        schema="kinerja",
        comment="Answers of leaders and replies of the one who has the obstacle",
    )
    op.create_index(
        "obstacle_messages_author_idx",
        "obstacle_messages",
        ["tenant_id", "author_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("obstacle_messages_tenant_id_obstacle_id_id_idx"),
        "obstacle_messages",
        ["tenant_id", "obstacle_id", "id"],
        unique=False,
        schema="kinerja",
    )
    isolate("month_deltas")
    isolate("obstacle_messages", append_only=True)

    # The id of an obstacle is older than any message of it.
    each_tenant(
        "INSERT INTO kinerja.obstacle_messages"
        " (tenant_id, id, obstacle_id, author_id, kind, text, created_at)"
        " SELECT tenant_id, id, id, answered_by_id, 'answer', answer, answered_at"
        " FROM kinerja.obstacles WHERE answer IS NOT NULL AND answered_by_id IS NOT NULL"
    )
    each_tenant(
        "INSERT INTO kinerja.month_deltas (tenant_id, id, unit_id, month, status, logs, minutes)"
        " SELECT tenant_id, gen_random_uuid(), unit_id, date_trunc('month', work_date::timestamp),"
        " status, count(*), sum(ends_minute - starts_minute)"
        " FROM kinerja.activity_logs GROUP BY 1, 3, 4, 5"
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("obstacle_messages", schema="kinerja")
    op.drop_index(
        "obstacles_open_idx",
        table_name="obstacles",
        schema="kinerja",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.alter_column(
        "obstacles",
        "answer",
        existing_type=sa.Text(),
        comment=None,
        existing_comment="the latest; all are in obstacle_messages",
        existing_nullable=True,
        schema="kinerja",
    )
    op.drop_constraint(op.f("evidence_content_check"), "evidence", schema="kinerja", type_="check")
    op.drop_constraint(op.f("evidence_kind_check"), "evidence", schema="kinerja", type_="check")
    op.drop_column("evidence", "url", schema="kinerja")
    op.drop_column("evidence", "label", schema="kinerja")
    op.alter_column(
        "evidence", "sha256", existing_type=sa.LargeBinary(), nullable=False, schema="kinerja"
    )
    op.alter_column(
        "evidence", "size_bytes", existing_type=sa.Integer(), nullable=False, schema="kinerja"
    )
    op.alter_column(
        "evidence", "content_type", existing_type=sa.Text(), nullable=False, schema="kinerja"
    )
    op.alter_column(
        "evidence", "file_name", existing_type=sa.Text(), nullable=False, schema="kinerja"
    )
    op.drop_column("evidence", "kind", schema="kinerja")
    op.drop_table("month_deltas", schema="kinerja")
    op.drop_column("log_client_refs", "content_hash", schema="kinerja")
    op.drop_constraint(
        op.f("activity_logs_progress_percent_check"),
        "activity_logs",
        schema="kinerja",
        type_="check",
    )
    op.drop_column("activity_logs", "late_reason", schema="kinerja")
    op.drop_column("activity_logs", "progress_percent", schema="kinerja")
