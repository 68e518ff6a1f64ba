"""Create the tables of activities."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "activity_logs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="of the employee on the work date"),
        sa.Column("starts_minute", sa.SmallInteger(), nullable=False, comment="since midnight"),
        sa.Column(
            "ends_minute", sa.SmallInteger(), nullable=False, comment="past 1440: the next day"
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("indicator_id", sa.Uuid(), nullable=True),
        sa.Column("volume", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("volume_unit", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True, comment="employee"),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'returned')",
            name=op.f("activity_logs_status_check"),
        ),
        sa.CheckConstraint(
            "starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute AND ends_minute - starts_minute <= 960",
            name=op.f("activity_logs_times_check"),
        ),
        sa.CheckConstraint("volume IS NULL OR volume > 0", name=op.f("activity_logs_volume_check")),
        sa.PrimaryKeyConstraint("tenant_id", "id", "work_date", name=op.f("activity_logs_pkey")),
        schema="kinerja",
        comment="No foreign keys on purpose: the insert proves employee, unit and target itself",
        postgresql_partition_by="RANGE (work_date)",
    )
    op.create_index(
        "activity_logs_employee_idx",
        "activity_logs",
        ["tenant_id", "employee_id", "work_date", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "activity_logs_pending_idx",
        "activity_logs",
        ["tenant_id", "unit_id", "status", "work_date", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status <> 'approved'"),
    )
    op.create_index(
        "activity_logs_unit_idx",
        "activity_logs",
        ["tenant_id", "unit_id", "work_date", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "day_ledgers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("slots", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "employee_id", "work_date", name=op.f("day_ledgers_pkey")
        ),
        schema="kinerja",
        comment="Minutes and times taken on one day; what no two parallel logs can both take",
    )
    op.create_table(
        "log_client_refs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="all zero: the agency's files"),
        sa.Column("client_ref", sa.Text(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("log_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "account_id", "client_ref", name=op.f("log_client_refs_pkey")
        ),
        schema="kinerja",
        comment="The caller's own name of a log, which makes an item of a batch or file repeatable",
    )
    op.create_table(
        "evidence",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False, comment="of the subject"),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "subject_type IN ('log', 'result')", name=op.f("evidence_subject_type_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("evidence_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("evidence_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("evidence_pkey")),
        schema="kinerja",
        comment="Files kept by their hash; a file once stored never changes",
    )
    op.create_index(
        "evidence_employee_idx",
        "evidence",
        ["tenant_id", "employee_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("evidence_tenant_id_subject_id_id_idx"),
        "evidence",
        ["tenant_id", "subject_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "evidence_unit_idx", "evidence", ["tenant_id", "unit_id"], unique=False, schema="kinerja"
    )
    op.create_table(
        "obstacles",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True, comment="employee"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'answered', 'resolved')", name=op.f("obstacles_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "answered_by_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("obstacles_answered_by_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("obstacles_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_id"],
            ["kinerja.targets.tenant_id", "kinerja.targets.id"],
            name=op.f("obstacles_target_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("obstacles_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("obstacles_pkey")),
        schema="kinerja",
    )
    op.create_index(
        "obstacles_answered_by_idx",
        "obstacles",
        ["tenant_id", "answered_by_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "obstacles_target_idx",
        "obstacles",
        ["tenant_id", "target_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("obstacles_tenant_id_employee_id_id_idx"),
        "obstacles",
        ["tenant_id", "employee_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "obstacles_unit_idx",
        "obstacles",
        ["tenant_id", "unit_id", "id"],
        unique=False,
        schema="kinerja",
    )
    isolate(
        "activity_logs",
        "day_ledgers",
        "log_client_refs",
        "evidence",
        "obstacles",
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("obstacles", schema="kinerja")
    op.drop_table("evidence", schema="kinerja")
    op.drop_table("log_client_refs", schema="kinerja")
    op.drop_table("day_ledgers", schema="kinerja")
    op.drop_table("activity_logs", schema="kinerja")
