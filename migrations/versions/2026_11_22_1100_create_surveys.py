"""Create the tables of surveys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import isolate

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create tables, indexes, row-level security and rights."""
    op.create_table(
        "survey_forms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the version, from 1"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "questions",
            postgresql.JSONB(),
            nullable=False,
            comment="nine elements, then the additions",
        ),
        sa.Column(
            "profile_fields", postgresql.JSONB(), nullable=False, comment="names of the fields"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("survey_forms_pkey")),
        sa.UniqueConstraint("tenant_id", "code", "number", name="survey_forms_code_key"),
        schema="kinerja",
        comment="Questionnaires; one that a campaign uses never changes",
    )
    op.create_table(
        "service_ratings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False, comment="random, not in the order of time"),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column(
            "unit_id", sa.Uuid(), nullable=False, comment="of the service when the token was given"
        ),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column(
            "treatment", sa.SmallInteger(), nullable=False, comment="how the citizen was treated"
        ),
        sa.Column(
            "outcome",
            sa.SmallInteger(),
            nullable=True,
            comment="whether the citizen got what was asked for",
        ),
        sa.Column(
            "comment", sa.Text(), nullable=True, comment="without numbers and addresses of persons"
        ),
        sa.CheckConstraint(
            "treatment BETWEEN 1 AND 5 AND outcome BETWEEN 1 AND 5",
            name=op.f("service_ratings_stars_check"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["kinerja.services.tenant_id", "kinerja.services.id"],
            name=op.f("service_ratings_service_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("service_ratings_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("service_ratings_pkey")),
        schema="kinerja",
        comment="Anonymous ratings; on purpose without instant, account, address, token or request",
    )
    op.create_index(
        "service_ratings_rated_on_idx",
        "service_ratings",
        ["tenant_id", "rated_on"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "service_ratings_service_idx",
        "service_ratings",
        ["tenant_id", "service_id", "rated_on"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "service_ratings_unit_idx",
        "service_ratings",
        ["tenant_id", "unit_id", "rated_on"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "survey_campaigns",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column(
            "unit_id",
            sa.Uuid(),
            nullable=False,
            comment="of the service when the campaign was made",
        ),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "population",
            sa.Integer(),
            nullable=False,
            comment="people served in the period, as stated",
        ),
        sa.Column("sample_needed", sa.Integer(), nullable=False),
        sa.Column("needs_token", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("respondents", sa.Integer(), nullable=True, comment="at the close"),
        sa.Column(
            "index",
            sa.Numeric(precision=5, scale=2),
            nullable=True,
            comment="at the close; null: an element has no answer",
        ),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("follow_up_plan", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(respondents IS NULL) = (status IN ('draft', 'open')) AND (index IS NULL) = (band IS NULL) AND (published_at IS NULL) = (status <> 'published') AND (status <> 'published' OR (index IS NOT NULL AND respondents >= 5)) AND (status <> 'published' OR band IN ('A', 'B') OR follow_up_plan IS NOT NULL)",
            name=op.f("survey_campaigns_result_check"),
        ),
        sa.CheckConstraint(
            "band IN ('A', 'B', 'C', 'D')", name=op.f("survey_campaigns_band_check")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'closed', 'published')",
            name=op.f("survey_campaigns_status_check"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("survey_campaigns_dates_check")),
        sa.CheckConstraint("population > 0", name=op.f("survey_campaigns_population_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "form_id"],
            ["kinerja.survey_forms.tenant_id", "kinerja.survey_forms.id"],
            name=op.f("survey_campaigns_form_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["kinerja.services.tenant_id", "kinerja.services.id"],
            name=op.f("survey_campaigns_service_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["kinerja.units.tenant_id", "kinerja.units.id"],
            name=op.f("survey_campaigns_unit_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("survey_campaigns_pkey")),
        schema="kinerja",
    )
    op.create_index(
        "survey_campaigns_ends_on_idx",
        "survey_campaigns",
        ["tenant_id", "ends_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "survey_campaigns_form_idx",
        "survey_campaigns",
        ["tenant_id", "form_id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "survey_campaigns_published_idx",
        "survey_campaigns",
        ["tenant_id", "ends_on", "id"],
        unique=False,
        schema="kinerja",
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_index(
        "survey_campaigns_service_idx",
        "survey_campaigns",
        ["tenant_id", "service_id", "ends_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_index(
        "survey_campaigns_unit_idx",
        "survey_campaigns",
        ["tenant_id", "unit_id", "ends_on", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "survey_responses",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False, comment="random, not in the order of time"),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column(
            "answers",
            postgresql.JSONB(),
            nullable=False,
            comment="1 to 4 by the code of the question",
        ),
        sa.Column("age_band", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("education", sa.Text(), nullable=True),
        sa.Column("occupation", sa.Text(), nullable=True),
        sa.Column(
            "comment", sa.Text(), nullable=True, comment="without numbers and addresses of persons"
        ),
        sa.CheckConstraint(
            "age_band IN ('under_20', 'from_20_to_29', 'from_30_to_39', 'from_40_to_49', 'from_50_to_59', 'from_60')",
            name=op.f("survey_responses_age_band_check"),
        ),
        sa.CheckConstraint(
            "education IN ('primary', 'lower_secondary', 'upper_secondary', 'diploma', 'bachelor', 'postgraduate')",
            name=op.f("survey_responses_education_check"),
        ),
        sa.CheckConstraint(
            "occupation IN ('civil_servant', 'soldier_or_police', 'private_employee', 'entrepreneur', 'farmer_or_fisher', 'student', 'homemaker', 'other_occupation')",
            name=op.f("survey_responses_occupation_check"),
        ),
        sa.CheckConstraint("sex IN ('male', 'female')", name=op.f("survey_responses_sex_check")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["kinerja.survey_campaigns.tenant_id", "kinerja.survey_campaigns.id"],
            name=op.f("survey_responses_campaign_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("survey_responses_pkey")),
        schema="kinerja",
        comment="Anonymous answers; on purpose without instant, account, address, token or request",
    )
    op.create_index(
        "survey_responses_campaign_idx",
        "survey_responses",
        ["tenant_id", "campaign_id", "id"],
        unique=False,
        schema="kinerja",
    )
    op.create_table(
        "survey_tallies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column(
            "question", sa.Text(), nullable=False, comment="its code, profile:<field>, or empty"
        ),
        sa.Column(
            "answer",
            sa.Text(),
            nullable=False,
            comment="of the empty question: empty, for one person",
        ),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["kinerja.survey_campaigns.tenant_id", "kinerja.survey_campaigns.id"],
            name=op.f("survey_tallies_campaign_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "campaign_id",
            "shard",
            "question",
            "answer",
            name=op.f("survey_tallies_pkey"),
        ),
        schema="kinerja",
        comment="How often each answer was given: the sum over the shards, on which writers spread",
    )
    isolate("survey_forms", "survey_campaigns", "survey_tallies")
    isolate("service_ratings", "survey_responses", append_only=True)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("survey_tallies", schema="kinerja")
    op.drop_table("survey_responses", schema="kinerja")
    op.drop_table("survey_campaigns", schema="kinerja")
    op.drop_table("service_ratings", schema="kinerja")
    op.drop_table("survey_forms", schema="kinerja")
