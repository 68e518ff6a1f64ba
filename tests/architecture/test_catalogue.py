"""What holds for every table, read from the metadata and from the database itself."""

import re
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Table, UniqueConstraint

import kinerja_api.app  # noqa: F401 # pyright: ignore[reportUnusedImport] - errors register
from kinerja_api.core.i18n import has_text
from kinerja_api.core.problems import constraint_problems
from kinerja_api.core.tables import SCHEMA
from kinerja_api.schema import metadata

TABLES: list[Table] = list(metadata.sorted_tables)
TENANT_TABLES = [table for table in TABLES if not table.info.get("reference")]

BY_REASON: dict[str, str] = {
    "the row above is looked up, or locked, by its id in the same transaction": """
        api_keys_account_id_fkey behaviour_expectations_plan_id_fkey
        category_questions_category_id_fkey channel_links_report_id_fkey
        open311_tokens_report_id_fkey
        behaviour_ratings_employee_id_fkey behaviour_ratings_period_id_fkey
        closings_period_id_fkey goal_indicators_goal_id_fkey indicator_results_indicator_id_fkey
        indicator_results_period_id_fkey indicator_targets_indicator_id_fkey
        indicators_plan_id_fkey indicators_target_id_fkey notices_employee_id_fkey
        objections_evaluation_id_fkey obstacle_messages_obstacle_id_fkey
        obstacles_target_id_fkey one_time_codes_account_id_fkey placements_employee_id_fkey
        plan_actions_period_id_fkey plan_actions_plan_id_fkey plan_actions_target_id_fkey
        survey_responses_campaign_id_fkey survey_tallies_campaign_id_fkey
        placements_position_id_fkey plan_versions_plan_id_fkey refresh_tokens_session_id_fkey
        sessions_account_id_fkey targets_plan_id_fkey
        service_standards_service_id_fkey service_tokens_service_id_fkey
        transaction_pauses_transaction_id_fkey transactions_service_id_fkey
        citizen_reports_confidentiality_fkey report_attachments_report_id_fkey
        report_events_report_id_fkey report_messages_report_id_fkey
        reporters_report_id_fkey
        citizen_reports_parent_fkey citizen_reports_unit_id_fkey citizen_reports_handler_id_fkey
        report_accused_employee_id_fkey report_accused_report_id_fkey
        report_pauses_report_id_fkey report_reminders_report_id_fkey
        report_replies_report_id_fkey
        report_segments_handler_id_fkey report_segments_report_id_fkey
        report_segments_unit_id_fkey""",
    "copied from the caller or from the row above, never from the request": """
        finding_disputes_finding_id_fkey finding_disputes_open_fkey
        finding_effects_confirmed_fkey finding_effects_employee_id_fkey finding_effects_whose_fkey
        accounts_id_fkey behaviour_ratings_rated_by_id_fkey evaluations_corrects_id_fkey
        evaluations_decided_by_id_fkey objections_assessor_id_fkey objections_decided_by_id_fkey
        objections_employee_id_fkey objections_period_id_fkey objections_unit_id_fkey
        evidence_employee_id_fkey evidence_unit_id_fkey indicator_results_decided_by_id_fkey
        indicator_results_employee_id_fkey indicator_results_unit_id_fkey
        derived_figures_employee_id_fkey derived_figures_period_id_fkey
        derived_figures_service_id_fkey derived_figures_unit_id_fkey
        indicator_results_figure_id_fkey
        indicators_employee_id_fkey notices_from_id_fkey
        obstacle_messages_author_id_fkey obstacles_answered_by_id_fkey
        obstacles_employee_id_fkey obstacles_unit_id_fkey placements_unit_id_fkey
        plan_actions_employee_id_fkey plan_actions_unit_id_fkey
        plan_versions_approved_by_id_fkey plans_decided_by_id_fkey plans_employee_id_fkey
        plans_placement_id_fkey plans_unit_id_fkey service_ratings_service_id_fkey
        service_ratings_unit_id_fkey survey_campaigns_unit_id_fkey unit_closure_ancestor_id_fkey
        unit_closure_descendant_id_fkey
        service_tokens_unit_id_fkey transactions_unit_id_fkey
        citizen_reports_service_id_fkey report_events_employee_id_fkey
        report_messages_employee_id_fkey""",
    "written by an upsert, or passed over where it is there": """
        behaviour_expectations_pkey behaviour_ratings_pkey calendar_days_pkey day_ledgers_pkey
        category_questions_pkey channel_links_report_key open311_answers_pkey
        derived_figures_key
        evaluations_standing_key indicator_results_key indicator_targets_pkey
        log_client_refs_pkey relays_pkey sign_in_failures_pkey subscriptions_pkey
        report_reminders_pkey survey_tallies_pkey
        transactions_client_ref_key""",
    "written once, under the lock of the row above": """
        finding_disputes_number_key finding_effects_standing_key report_findings_status_key
        report_findings_whose_key
        goal_indicators_pkey indicators_number_key objections_evaluation_key parked_events_pkey
        plan_actions_number_key
        plan_versions_pkey targets_number_key unit_closure_pkey events_position_key
        transaction_pauses_open_key
        report_attachments_sha256_key report_confidentialities_pkey
        report_confidentialities_value_key report_events_pkey reporters_pkey
        citizen_reports_merged_key report_pauses_open_key report_replies_number_key
        report_replies_open_key report_segments_number_key report_segments_open_key""",
    "written by the job that closes a period, under the lock of the closing": """
        closing_people_pkey
        closing_scores_pkey evaluations_closing_id_fkey evaluations_employee_id_fkey
        evaluations_period_id_fkey evaluations_superior_id_fkey evaluations_unit_id_fkey""",
    "written by the one worker that holds the subscription, which looks first": """
        score_corrections_cause_key score_corrections_closing_id_fkey
        score_corrections_employee_id_fkey score_corrections_pkey""",
    "the digest of fresh random bytes": """
        api_keys_digest_key one_time_codes_pkey open311_tokens_pkey refresh_tokens_pkey
        service_tokens_pkey
        citizen_reports_receipt_key""",
    "its violation is the signal for a replay (core/db.py)": "idempotency_keys_pkey",
    "looked up before, under the lock of the channel": "channel_runs_file_key",
}  # fmt: skip
"""Constraints that no request can break, by the reason."""

NOT_BROKEN_BY_CALLERS = {name for names in BY_REASON.values() for name in names.split()}


def key_columns(table: Table) -> list[tuple[str, list[str]]]:
    keys = [
        (str(constraint.name), [column.name for column in constraint.columns])
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    keys.append((f"{table.name} primary key", [column.name for column in table.primary_key]))
    keys += [
        (str(index.name), [column.name for column in index.columns]) for index in table.indexes
    ]
    keys += [
        (str(key.name), [column.name for column in key.columns])
        for key in table.foreign_key_constraints
    ]
    return keys


def test_every_key_of_a_tenant_table_leads_with_the_tenant():
    wrong = [
        name for table in TENANT_TABLES for name, columns in key_columns(table)
        if columns[0] != "tenant_id"
    ]  # fmt: skip
    assert wrong == []


def test_foreign_keys_stay_in_the_tenant_or_lead_to_reference_tables():
    for table in TENANT_TABLES:
        for key in table.foreign_key_constraints:
            target = key.referred_table
            if not target.info.get("reference"):
                assert key.elements[0].column.name == "tenant_id", key.name


def test_every_foreign_key_is_indexed():
    bare: list[str] = []
    for table in TABLES:
        leading = [columns for _, columns in _indexes(table)]
        for key in table.foreign_key_constraints:
            wanted = [column.name for column in key.columns]
            if not any(set(columns[: len(wanted)]) == set(wanted) for columns in leading):
                bare.append(f"{table.name}({', '.join(wanted)})")
    assert sorted(bare) == []


def _indexes(table: Table) -> list[tuple[str, list[str]]]:
    keys = [("primary", [column.name for column in table.primary_key])]
    keys += [(str(i.name), [column.name for column in i.columns]) for i in table.indexes]
    keys += [
        (str(c.name), [column.name for column in c.columns])
        for c in table.constraints
        if isinstance(c, UniqueConstraint)
    ]
    return keys


def breakable() -> set[str]:
    """Unique and foreign keys, except the key of a fresh id and of what a command looks up."""
    found: set[str] = set()
    for table in TABLES:
        found |= {str(i.name) for i in table.indexes if i.unique}
        found |= {
            str(constraint.name)
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint | ForeignKeyConstraint)
        }
        natural = [column.name for column in table.primary_key]
        if table.name and "id" not in natural:
            found.add(str(table.primary_key.name))
    return found


def test_every_constraint_that_a_caller_can_break_has_its_problem():
    known = constraint_problems.keys() | NOT_BROKEN_BY_CALLERS
    assert sorted(breakable() - known) == []
    assert sorted(NOT_BROKEN_BY_CALLERS - breakable()) == []
    assert sorted(NOT_BROKEN_BY_CALLERS & constraint_problems.keys()) == []


def test_no_problem_is_mapped_to_a_constraint_that_is_not_there():
    checks = {
        str(constraint.name)
        for table in TABLES
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert sorted(constraint_problems.keys() - breakable() - checks) == []


def test_every_value_of_a_check_has_a_label_in_both_languages():
    listed = re.compile(r"^\w+ IN \((.*)\)$")
    silent: set[str] = set()
    for table in TABLES:
        if table.name in INTERNAL_STATES:
            continue
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                match = listed.match(str(constraint.sqltext))
                values = re.findall(r"'([^']*)'", match.group(1)) if match else []
                silent |= {
                    f"{table.name}: {value}" for value in values if not has_text("labels", value)
                }
    assert sorted(silent) == []


INTERNAL_STATES = {
    "one_time_codes": "the purpose of a code is never sent",
}
"""Tables whose words no caller ever sees."""


async def test_row_level_security_is_forced_on_every_tenant_table(sql: Any):
    rows = await sql(
        "SELECT relname, relrowsecurity AND relforcerowsecurity AS forced,"
        " (SELECT array_agg(pg_get_expr(polqual, polrelid)) FROM pg_policy"
        "  WHERE polrelid = pg_class.oid) AS policies"
        " FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition",
        SCHEMA,
    )
    found = {row["relname"]: row for row in rows}
    assert set(found) == {table.name for table in TABLES} | {"alembic_version"}
    for table in TENANT_TABLES:
        assert found[table.name]["forced"], table.name
        assert len(found[table.name]["policies"]) == 1, table.name
        assert "app.tenant" in found[table.name]["policies"][0], table.name


async def test_partitions_are_reached_through_their_parent_only(sql: Any):
    rows = await sql(
        "SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace AND relispartition"
        " AND relkind = 'r' AND (has_table_privilege('kinerja_writer', oid, 'SELECT')"
        " OR has_table_privilege('kinerja_reader', oid, 'SELECT'))",
        SCHEMA,
    )
    assert [row["relname"] for row in rows] == []


async def test_the_writer_owns_nothing_and_cannot_change_the_trail(sql: Any):
    owned = await sql(
        "SELECT relname FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner"
        " WHERE rolname IN ('kinerja_writer', 'kinerja_reader')"
    )
    assert owned == []
    roles = await sql(
        "SELECT rolname FROM pg_roles WHERE rolname IN ('kinerja_writer', 'kinerja_reader')"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
    )
    assert roles == []
    for table in TABLES:
        if table.info.get("append_only"):
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                rows = await sql(
                    "SELECT has_table_privilege('kinerja_writer', $1, $2) AS may",
                    f"{SCHEMA}.{table.name}",
                    right,
                )
                assert not rows[0]["may"], f"{table.name}: {right}"


async def test_the_reader_can_only_select(sql: Any):
    rows = await sql(
        "SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace"
        " AND relkind IN ('r', 'p') AND (has_table_privilege('kinerja_reader', oid, 'INSERT')"
        " OR has_table_privilege('kinerja_reader', oid, 'UPDATE')"
        " OR has_table_privilege('kinerja_reader', oid, 'DELETE'))",
        SCHEMA,
    )
    assert rows == []
