"""Create the tables of complaints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import guard_identity, isolate

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "report_confidentialities",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "is_confidential OR set_by = 'citizen'",
            name=op.f("report_confidentialities_lowered_check"),
        ),
        sa.CheckConstraint(
            "set_by IN ('citizen', 'staff', 'system')",
            name=op.f("report_confidentialities_set_by_check"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "report_id", "number", name=op.f("report_confidentialities_pkey")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "report_id",
            "number",
            "is_confidential",
            name="report_confidentialities_value_key",
        ),
        schema="kinerja",
        comment="Who made a report confidential or open, in order; staff can only raise it",
    )
    op.create_table(
        "service_levels",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_class", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False, comment="working days"),
        sa.Column("start_event", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False, comment="legal basis"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "report_class IN ('pengaduan_tidak_berkadar_pengawasan', 'pengaduan_berkadar_pengawasan', 'aspirasi', 'permintaan_informasi', 'pelaporan_pelanggaran', 'pembalasan')",
            name=op.f("service_levels_report_class_check"),
        ),
        sa.CheckConstraint(
            "stage IN ('verification', 'first_reply', 'resolution', 'citizen_window', 'file_completion', 'after_reopen')",
            name=op.f("service_levels_stage_check"),
        ),
        sa.CheckConstraint(
            "start_event IN ('received', 'verified', 'assigned', 'answered', 'asked', 'reopened')",
            name=op.f("service_levels_start_event_check"),
        ),
        sa.CheckConstraint("days BETWEEN 0 AND 366", name=op.f("service_levels_days_check")),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("service_levels_dates_check")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("service_levels_pkey")),
        schema="kinerja",
        comment="How long a stage may take; a report keeps the row valid when the stage started",
    )
    op.create_index(
        "service_levels_class_idx",
        "service_levels",
        ["tenant_id", "report_class", "stage", "starts_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "report_categories",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column(
            "group_name", sa.Text(), nullable=True, comment="heading under which lists show it"
        ),
        sa.Column("keywords", sa.Text(), nullable=True, comment="comma separated"),
        sa.Column("kind", sa.Text(), nullable=False, comment="what is reported under it"),
        sa.Column("unit_id", sa.Uuid(), nullable=True, comment="to whom its reports usually go"),
        sa.Column("service_id", sa.Uuid(), nullable=True, comment="the service it is about"),
        sa.Column(
            "is_confidential", sa.Boolean(), nullable=False, comment="its reports always are"
        ),
        sa.Column(
            "is_moderated", sa.Boolean(), nullable=False, comment="public only after verification"
        ),
        sa.Column("duplicate_radius_m", sa.Integer(), server_default="100", nullable=False),
        sa.Column("duplicate_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('pengaduan', 'aspirasi', 'permintaan_informasi', 'pelaporan_pelanggaran')",
            name=op.f("report_categories_kind_check"),
        ),
        sa.CheckConstraint(
            "duplicate_days BETWEEN 0 AND 366", name=op.f("report_categories_duplicate_days_check")
        ),
        sa.CheckConstraint(
            "duplicate_radius_m BETWEEN 0 AND 10000",
            name=op.f("report_categories_duplicate_radius_m_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["kinerja.services.tenant_id", "kinerja.services.id"],
            name=op.f("report_categories_service_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("report_categories_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("report_categories_pkey")),
        sa.UniqueConstraint("tenant_id", "code", name="report_categories_code_key"),
        schema="kinerja",
    )
    op.create_index(
        op.f("report_categories_tenant_id_service_id_idx"),
        "report_categories",
        ["tenant_id", "service_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        op.f("report_categories_tenant_id_unit_id_idx"),
        "report_categories",
        ["tenant_id", "unit_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "citizen_reports",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False, comment="public number"),
        sa.Column("receipt_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("report_class", sa.Text(), nullable=False),
        sa.Column("proposed_class", sa.Text(), nullable=True, comment="waits for a second person"),
        sa.Column("proposed_class_by", sa.Uuid(), nullable=True, comment="account"),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column(
            "external_ref", sa.Text(), nullable=True, comment="number in the channel it came from"
        ),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=8, scale=6), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(),
            nullable=True,
            comment="further answers to the category's questions",
        ),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("confidentiality_number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "sends_news", sa.Boolean(), nullable=False, comment="to the sealed e-mail address"
        ),
        sa.Column("language", sa.Text(), server_default="id", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "asked_in", sa.Text(), nullable=True, comment="where the open question was asked"
        ),
        sa.Column("led_by", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True, comment="responsible"),
        sa.Column("handler_id", sa.Uuid(), nullable=True, comment="employee who works on it"),
        sa.Column("has_accused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_ex_officio", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_escalated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True, comment="what the handler promised"),
        sa.Column("extended_days", sa.SmallInteger(), nullable=True, comment="working days, once"),
        sa.Column("reopenings", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("appeals", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column(
            "parent_id", sa.Uuid(), nullable=True, comment="the report this one was merged into"
        ),
        sa.Column(
            "is_merged",
            sa.Boolean(),
            sa.Computed("status = 'merged'", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "parent_is_merged",
            sa.Boolean(),
            nullable=True,
            comment="false with a parent: no chains",
        ),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.Column("referred_to", sa.Text(), nullable=True, comment="whose jurisdiction it is"),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True, comment="the approved public reply"),
        sa.Column("public_title", sa.Text(), nullable=True, comment="moderated; null: not public"),
        sa.Column("public_body", sa.Text(), nullable=True),
        sa.Column("public_reply", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "assigned_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="disposition that counts",
        ),
        sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="closed, archived, referred, merged …",
        ),
        sa.Column(
            "due_on",
            sa.Date(),
            nullable=True,
            comment="of the stage under way; null: its clock stands or none runs",
        ),
        sa.Column("due_stage", sa.Text(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False, comment="number of the last one"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(archive_reason IS NOT NULL) = (status = 'archived')",
            name=op.f("citizen_reports_archived_check"),
        ),
        sa.CheckConstraint(
            "(asked_in IS NOT NULL) = (status = 'awaiting_information')",
            name=op.f("citizen_reports_question_check"),
        ),
        sa.CheckConstraint(
            "(close_reason IS NOT NULL) = (status = 'closed')",
            name=op.f("citizen_reports_closed_check"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (status IN ('closed', 'archived', 'out_of_jurisdiction', 'merged', 'withdrawn'))",
            name=op.f("citizen_reports_ended_check"),
        ),
        sa.CheckConstraint(
            "(parent_id IS NOT NULL) = (status = 'merged') AND (parent_is_merged IS NULL) = (parent_id IS NULL) AND NOT coalesce(parent_is_merged, false) AND parent_id <> id",
            name=op.f("citizen_reports_parent_check"),
        ),
        sa.CheckConstraint(
            "(referred_to IS NOT NULL) = (status = 'out_of_jurisdiction')",
            name=op.f("citizen_reports_referred_check"),
        ),
        sa.CheckConstraint(
            "archive_reason IN ('incomplete', 'unclear', 'too_general', 'not_government_performance', 'spam')",
            name=op.f("citizen_reports_archive_reason_check"),
        ),
        sa.CheckConstraint(
            "asked_in IN ('received', 'in_progress')", name=op.f("citizen_reports_asked_in_check")
        ),
        sa.CheckConstraint(
            "channel IN ('web', 'mobile', 'counter', 'phone', 'letter', 'social_media', 'musrenbang', 'open311', 'national')",
            name=op.f("citizen_reports_channel_check"),
        ),
        sa.CheckConstraint(
            "close_reason IN ('confirmed', 'signed_off', 'silence')",
            name=op.f("citizen_reports_close_reason_check"),
        ),
        sa.CheckConstraint(
            "due_stage IN ('verification', 'first_reply', 'resolution', 'citizen_window', 'file_completion', 'after_reopen')",
            name=op.f("citizen_reports_due_stage_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('pengaduan', 'aspirasi', 'permintaan_informasi', 'pelaporan_pelanggaran')",
            name=op.f("citizen_reports_kind_check"),
        ),
        sa.CheckConstraint("language IN ('id', 'en')", name=op.f("citizen_reports_language_check")),
        sa.CheckConstraint(
            "led_by IN ('officer', 'inspectorate')", name=op.f("citizen_reports_led_by_check")
        ),
        sa.CheckConstraint(
            "proposed_class IN ('pengaduan_tidak_berkadar_pengawasan', 'pengaduan_berkadar_pengawasan', 'aspirasi', 'permintaan_informasi', 'pelaporan_pelanggaran', 'pembalasan')",
            name=op.f("citizen_reports_proposed_class_check"),
        ),
        sa.CheckConstraint(
            "report_class IN ('pengaduan_tidak_berkadar_pengawasan', 'pengaduan_berkadar_pengawasan', 'aspirasi', 'permintaan_informasi', 'pelaporan_pelanggaran', 'pembalasan')",
            name=op.f("citizen_reports_report_class_check"),
        ),
        sa.CheckConstraint(
            "status IN ('received', 'awaiting_information', 'verified', 'assigned', 'in_progress', 'awaiting_other_party', 'reply_proposed', 'answered', 'closed', 'archived', 'out_of_jurisdiction', 'merged', 'withdrawn')",
            name=op.f("citizen_reports_status_check"),
        ),
        sa.CheckConstraint(
            "NOT (is_anonymous AND sends_news)", name=op.f("citizen_reports_news_check")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("citizen_reports_on_earth_check"),
        ),
        sa.CheckConstraint(
            "num_nulls(due_on, due_stage) IN (0, 2)", name=op.f("citizen_reports_due_check")
        ),
        sa.CheckConstraint(
            "num_nulls(latitude, longitude) IN (0, 2)",
            name=op.f("citizen_reports_coordinates_check"),
        ),
        sa.CheckConstraint(
            "num_nulls(proposed_class, proposed_class_by) IN (0, 2)",
            name=op.f("citizen_reports_proposal_check"),
        ),
        sa.CheckConstraint(
            "num_nulls(public_title, public_body, published_at) IN (0, 3) AND (published_at IS NULL OR NOT is_confidential)",
            name=op.f("citizen_reports_published_check"),
        ),
        sa.CheckConstraint(
            "reopenings BETWEEN 0 AND 2 AND appeals BETWEEN 0 AND 1",
            name=op.f("citizen_reports_limits_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["kinerja.report_categories.tenant_id", "kinerja.report_categories.id"],
            name=op.f("citizen_reports_category_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "handler_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("citizen_reports_handler_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id", "confidentiality_number", "is_confidential"],
            [
                "kinerja.report_confidentialities.tenant_id",
                "kinerja.report_confidentialities.report_id",
                "kinerja.report_confidentialities.number",
                "kinerja.report_confidentialities.is_confidential",
            ],
            name="citizen_reports_confidentiality_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id", "parent_is_merged"],
            [
                "kinerja.citizen_reports.tenant_id",
                "kinerja.citizen_reports.id",
                "kinerja.citizen_reports.is_merged",
            ],
            name="citizen_reports_parent_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["kinerja.services.tenant_id", "kinerja.services.id"],
            name=op.f("citizen_reports_service_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("citizen_reports_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("citizen_reports_pkey")),
        sa.UniqueConstraint("tenant_id", "id", "is_merged", name="citizen_reports_merged_key"),
        sa.UniqueConstraint("tenant_id", "receipt_hash", name="citizen_reports_receipt_key"),
        sa.UniqueConstraint("tenant_id", "ticket", name="citizen_reports_ticket_key"),
        schema="kinerja",
        comment="Reports of citizens; who reported is not here",
    )
    op.create_index(
        "citizen_reports_category_idx",
        "citizen_reports",
        ["tenant_id", "category_id", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "citizen_reports_confidentiality_idx",
        "citizen_reports",
        ["tenant_id", "id", "confidentiality_number", "is_confidential"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "citizen_reports_due_idx",
        "citizen_reports",
        ["tenant_id", "due_on", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )
    op.create_index(
        "citizen_reports_external_idx",
        "citizen_reports",
        ["tenant_id", "channel", "external_ref"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "citizen_reports_handler_idx",
        "citizen_reports",
        ["tenant_id", "handler_id", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "citizen_reports_open_idx",
        "citizen_reports",
        ["tenant_id", "unit_id", "due_on", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text(
            "status IN ('received', 'awaiting_information', 'verified', 'assigned', 'in_progress', 'awaiting_other_party', 'reply_proposed', 'answered')"
        ),
    )
    op.create_index(
        "citizen_reports_parent_idx",
        "citizen_reports",
        ["tenant_id", "parent_id", "parent_is_merged"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "citizen_reports_published_idx",
        "citizen_reports",
        ["tenant_id", "published_at", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_index(
        "citizen_reports_received_idx",
        "citizen_reports",
        ["tenant_id", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "citizen_reports_service_idx",
        "citizen_reports",
        ["tenant_id", "service_id", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "citizen_reports_unit_idx",
        "citizen_reports",
        ["tenant_id", "unit_id", "received_at", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "report_accused",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False, comment="account"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("report_accused_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("report_accused_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "report_id", "employee_id", name=op.f("report_accused_pkey")
        ),
        schema="kinerja",
        comment="Officials named in a report (terlapor); neither they nor their line ever see it",
    )
    op.create_index(
        "report_accused_employee_idx",
        "report_accused",
        ["tenant_id", "employee_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "report_attachments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False, comment="made by us"),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "party IN ('citizen', 'staff', 'system')", name=op.f("report_attachments_party_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("report_attachments_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("report_attachments_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "report_id", "sha256", name="report_attachments_sha256_key"
        ),
        schema="kinerja",
        comment="Evidence, kept by its hash after its metadata was taken out",
    )
    op.create_table(
        "report_events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="after the event"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="of staff"),
        sa.Column("employee_id", sa.Uuid(), nullable=True, comment="of staff"),
        sa.Column("note", sa.Text(), nullable=True, comment="for the people who work on it"),
        sa.Column("public_note", sa.Text(), nullable=True, comment="what the citizen reads of it"),
        sa.Column(
            "data",
            postgresql.JSONB(),
            nullable=False,
            comment="what the clocks need: class, unit, handler …",
        ),
        sa.CheckConstraint(
            "(party = 'staff') = (account_id IS NOT NULL)",
            name=op.f("report_events_party_account_check"),
        ),
        sa.CheckConstraint(
            "event IN ('receive', 'verify', 'ask', 'inform', 'lapse_information', 'assign', 'return', 'accept', 'wait', 'resume', 'propose_reply', 'reject_reply', 'approve_reply', 'confirm', 'sign_off', 'lapse_silence', 'reopen', 'escalate', 'archive', 'appeal', 'refer', 'merge', 'withdraw', 'disown', 'take_over', 'answer_first', 'message', 'propose_class', 'reclassify', 'extend', 'name_accused', 'raise_confidentiality', 'lower_confidentiality', 'publish', 'unpublish', 'remind')",
            name=op.f("report_events_event_check"),
        ),
        sa.CheckConstraint(
            "party IN ('citizen', 'staff', 'system')", name=op.f("report_events_party_check")
        ),
        sa.CheckConstraint(
            "status IN ('received', 'awaiting_information', 'verified', 'assigned', 'in_progress', 'awaiting_other_party', 'reply_proposed', 'answered', 'closed', 'archived', 'out_of_jurisdiction', 'merged', 'withdrawn')",
            name=op.f("report_events_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("report_events_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("report_events_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "report_id", "number", name=op.f("report_events_pkey")
        ),
        schema="kinerja",
        comment="What happened to a report, in order; its clocks are computed from this alone",
    )
    op.create_index(
        "report_events_employee_idx",
        "report_events",
        ["tenant_id", "employee_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "report_messages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="of staff"),
        sa.Column(
            "employee_id", sa.Uuid(), nullable=True, comment="of staff; never shown to the citizen"
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_question", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(party = 'staff') = (account_id IS NOT NULL)",
            name=op.f("report_messages_party_account_check"),
        ),
        sa.CheckConstraint(
            "audience IN ('citizen', 'staff')", name=op.f("report_messages_audience_check")
        ),
        sa.CheckConstraint(
            "party IN ('citizen', 'staff', 'system')", name=op.f("report_messages_party_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("report_messages_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("report_messages_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("report_messages_pkey")),
        schema="kinerja",
    )
    op.create_index(
        "report_messages_employee_idx",
        "report_messages",
        ["tenant_id", "employee_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "report_messages_report_idx",
        "report_messages",
        ["tenant_id", "report_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "report_pauses",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="the cap"),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('awaiting_citizen', 'awaiting_other_agency', 'legal_process', 'force_majeure')",
            name=op.f("report_pauses_reason_check"),
        ),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("report_pauses_order_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("report_pauses_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("report_pauses_pkey")),
        schema="kinerja",
        comment="Times in which the clocks of a report stand",
    )
    op.create_index(
        "report_pauses_due_idx",
        "report_pauses",
        ["tenant_id", "due_on"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_index(
        "report_pauses_open_key",
        "report_pauses",
        ["tenant_id", "report_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_index(
        op.f("report_pauses_tenant_id_report_id_starts_at_idx"),
        "report_pauses",
        ["tenant_id", "report_id", "starts_at"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "report_reminders",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False, comment="of the clock"),
        sa.Column(
            "step", sa.SmallInteger(), nullable=False, comment="50, 80, 100, or 105: five days over"
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('verification', 'first_reply', 'resolution', 'citizen_window', 'file_completion', 'after_reopen')",
            name=op.f("report_reminders_stage_check"),
        ),
        sa.CheckConstraint("step IN (50, 80, 100, 105)", name=op.f("report_reminders_step_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("report_reminders_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "report_id",
            "stage",
            "started_on",
            "step",
            name=op.f("report_reminders_pkey"),
        ),
        schema="kinerja",
        comment="Steps of the escalation ladder that were taken, each once",
    )
    op.create_table(
        "report_replies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False, comment="account"),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True, comment="account"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True, comment="why it was sent back"),
        sa.CheckConstraint(
            "(status = 'proposed') = (decided_at IS NULL) AND (status IN ('approved', 'rejected')) = (decided_by IS NOT NULL) AND (status = 'rejected') = (note IS NOT NULL)",
            name=op.f("report_replies_decision_check"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'approved', 'rejected', 'dropped')",
            name=op.f("report_replies_status_check"),
        ),
        sa.CheckConstraint(
            "decided_by <> proposed_by", name=op.f("report_replies_four_eyes_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("report_replies_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("report_replies_pkey")),
        sa.UniqueConstraint("tenant_id", "report_id", "number", name="report_replies_number_key"),
        schema="kinerja",
    )
    op.create_index(
        "report_replies_open_key",
        "report_replies",
        ["tenant_id", "report_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("status = 'proposed'"),
    )
    op.create_table(
        "report_segments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "handler_id",
            sa.Uuid(),
            nullable=True,
            comment="employee; null until one is named or accepts",
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ended_by IN ('returned', 'reassigned', 'answered', 'taken_over', 'ended')",
            name=op.f("report_segments_ended_by_check"),
        ),
        sa.CheckConstraint(
            "ends_at >= starts_at AND accepted_at >= starts_at",
            name=op.f("report_segments_order_check"),
        ),
        sa.CheckConstraint(
            "num_nulls(ends_at, ended_by) IN (0, 2)", name=op.f("report_segments_end_check")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "handler_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("report_segments_handler_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("report_segments_report_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("report_segments_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("report_segments_pkey")),
        sa.UniqueConstraint("tenant_id", "report_id", "number", name="report_segments_number_key"),
        schema="kinerja",
        comment="Whose work a report was, one after the other; the returned counts for nobody",
    )
    op.create_index(
        "report_segments_handler_idx",
        "report_segments",
        ["tenant_id", "handler_id", "starts_at"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "report_segments_open_key",
        "report_segments",
        ["tenant_id", "report_id"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_index(
        "report_segments_unit_idx",
        "report_segments",
        ["tenant_id", "unit_id", "starts_at"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "reporters",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=False, comment="name, e-mail, phone; AES-256-GCM"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"],
            ["kinerja.citizen_reports.tenant_id", "kinerja.citizen_reports.id"],
            name=op.f("reporters_report_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "report_id", name=op.f("reporters_pkey")),
        schema="kinerja",
        comment="Who reported: the service may add a row and never read one",
    )
    op.create_table(
        "report_findings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column(
            "summary",
            sa.Text(),
            nullable=False,
            comment="shown to the accused; nothing of the reporter",
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("found_by", sa.Uuid(), nullable=False, comment="account"),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispute_until", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True, comment="account"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "confirmed_on",
            sa.Date(),
            nullable=True,
            comment="its day there; after the time for a dispute",
        ),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversal_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(severity IS NOT NULL) = (outcome IN ('terbukti', 'terbukti_sebagian'))",
            name=op.f("report_findings_gravity_check"),
        ),
        sa.CheckConstraint(
            "(status = 'reversed') = (reversed_at IS NOT NULL) AND num_nulls(reversed_at, reversal_reason) IN (0, 2)",
            name=op.f("report_findings_reversal_check"),
        ),
        sa.CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at, confirmed_on) IN (0, 3) AND (status <> 'confirmed' OR (confirmed_at IS NOT NULL AND severity IS NOT NULL)) AND (status NOT IN ('found', 'disputed') OR confirmed_at IS NULL) AND confirmed_by <> found_by AND confirmed_on > dispute_until",
            name=op.f("report_findings_confirmation_check"),
        ),
        sa.CheckConstraint(
            "outcome IN ('terbukti', 'terbukti_sebagian', 'tidak_terbukti', 'tidak_dapat_diperiksa')",
            name=op.f("report_findings_outcome_check"),
        ),
        sa.CheckConstraint(
            "severity IN ('ringan', 'sedang', 'berat')", name=op.f("report_findings_severity_check")
        ),
        sa.CheckConstraint(
            "status IN ('found', 'disputed', 'confirmed', 'reversed')",
            name=op.f("report_findings_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id", "employee_id"],
            [
                "kinerja.report_accused.tenant_id",
                "kinerja.report_accused.report_id",
                "kinerja.report_accused.employee_id",
            ],
            name="report_findings_accused_fkey",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("report_findings_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "id", "report_id", "employee_id", name="report_findings_whose_key"
        ),
        sa.UniqueConstraint("tenant_id", "id", "status", name="report_findings_status_key"),
        sa.UniqueConstraint(
            "tenant_id", "report_id", "employee_id", name="report_findings_person_key"
        ),
        schema="kinerja",
        comment="What was found about an accused official",
    )
    op.create_index(
        "report_findings_employee_idx",
        "report_findings",
        ["tenant_id", "employee_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "finding_disputes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("open_status", sa.Text(), nullable=True, comment="disputed while this is open"),
        sa.Column(
            "number", sa.SmallInteger(), nullable=False, comment="1: dispute (sanggah); 2: appeal"
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="by which it is decided"),
        sa.Column("decided_by", sa.Uuid(), nullable=True, comment="account"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(open_status IS NOT DISTINCT FROM 'disputed') = (status = 'open') AND (open_status IS NULL OR open_status = 'disputed')",
            name=op.f("finding_disputes_open_status_check"),
        ),
        sa.CheckConstraint(
            "(status = 'open') = (decided_at IS NULL) AND num_nulls(decided_at, decided_by, reason) IN (0, 3)",
            name=op.f("finding_disputes_decision_check"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'accepted', 'partly_accepted', 'rejected')",
            name=op.f("finding_disputes_status_check"),
        ),
        sa.CheckConstraint("number IN (1, 2)", name=op.f("finding_disputes_number_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "finding_id", "open_status"],
            [
                "kinerja.report_findings.tenant_id",
                "kinerja.report_findings.id",
                "kinerja.report_findings.status",
            ],
            name="finding_disputes_open_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "finding_id"],
            ["kinerja.report_findings.tenant_id", "kinerja.report_findings.id"],
            name=op.f("finding_disputes_finding_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("finding_disputes_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "finding_id", "number", name="finding_disputes_number_key"
        ),
        schema="kinerja",
        comment="An official's objection to a finding: while it is open the finding counts for nothing",
    )
    op.create_index(
        "finding_disputes_open_idx",
        "finding_disputes",
        ["tenant_id", "finding_id", "open_status"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "finding_effects",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column(
            "finding_status",
            sa.Text(),
            nullable=True,
            comment="confirmed while the effect stands; null: taken back",
        ),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column(
            "weight", sa.Numeric(precision=5, scale=2), nullable=False, comment="by severity"
        ),
        sa.Column("counts_on", sa.Date(), nullable=False, comment="day of the confirmation"),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(finding_status IS NOT DISTINCT FROM 'confirmed') = (taken_back_at IS NULL) AND (finding_status IS NULL OR finding_status = 'confirmed')",
            name=op.f("finding_effects_standing_check"),
        ),
        sa.CheckConstraint("weight > 0", name=op.f("finding_effects_weight_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["kinerja.employees.tenant_id", "kinerja.employees.id"],
            name=op.f("finding_effects_employee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "finding_id", "finding_status"],
            [
                "kinerja.report_findings.tenant_id",
                "kinerja.report_findings.id",
                "kinerja.report_findings.status",
            ],
            name="finding_effects_confirmed_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "finding_id", "report_id", "employee_id"],
            [
                "kinerja.report_findings.tenant_id",
                "kinerja.report_findings.id",
                "kinerja.report_findings.report_id",
                "kinerja.report_findings.employee_id",
            ],
            name="finding_effects_whose_fkey",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("finding_effects_pkey")),
        schema="kinerja",
        comment="What a confirmed finding adds to a person's figure; it cannot stand on another status",
    )
    op.create_index(
        "finding_effects_employee_idx",
        "finding_effects",
        ["tenant_id", "employee_id", "counts_on"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "finding_effects_standing_key",
        "finding_effects",
        ["tenant_id", "report_id", "employee_id", "rule_version"],
        unique=True,
        schema="kinerja",
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )
    op.create_index(
        "finding_effects_status_idx",
        "finding_effects",
        ["tenant_id", "finding_id", "finding_status"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "finding_effects_whose_idx",
        "finding_effects",
        ["tenant_id", "finding_id", "report_id", "employee_id"],
        unique=False,
        schema="kinerja",
    )
    isolate(
        "service_levels",
        "report_categories",
        "citizen_reports",
        "report_attachments",
        "report_pauses",
        "report_replies",
        "report_segments",
        "report_findings",
        "finding_disputes",
        "finding_effects",
    )
    isolate(
        "report_confidentialities",
        "report_accused",
        "report_events",
        "report_messages",
        "report_reminders",
        append_only=True,
    )
    guard_identity("reporters")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("finding_effects", schema="kinerja")
    op.drop_table("finding_disputes", schema="kinerja")
    op.drop_table("report_findings", schema="kinerja")
    op.drop_table("reporters", schema="kinerja")
    op.drop_table("report_segments", schema="kinerja")
    op.drop_table("report_replies", schema="kinerja")
    op.drop_table("report_reminders", schema="kinerja")
    op.drop_table("report_pauses", schema="kinerja")
    op.drop_table("report_messages", schema="kinerja")
    op.drop_table("report_events", schema="kinerja")
    op.drop_table("report_attachments", schema="kinerja")
    op.drop_table("report_accused", schema="kinerja")
    op.drop_table("citizen_reports", schema="kinerja")
    op.drop_table("report_categories", schema="kinerja")
    op.drop_table("service_levels", schema="kinerja")
    op.drop_table("report_confidentialities", schema="kinerja")
