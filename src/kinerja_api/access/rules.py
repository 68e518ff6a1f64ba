"""Kinds and states of accounts, the roles, and what each role may do with which reach.

The table ``ROLE_PERMISSIONS`` is the whole permission vocabulary on one screen. Superior and
head of unit are no grants: they follow from placements (``organisation``), and their
permissions are held by every employee, bounded by reach in the queries and policies.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum


class AccountKind(StrEnum):
    PERSON = "person"
    MACHINE = "machine"


class AccountStatus(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class CodePurpose(StrEnum):
    ACTIVATION = "activation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a purpose


CODE_LIFETIMES: Mapping[CodePurpose, dt.timedelta] = {
    CodePurpose.ACTIVATION: dt.timedelta(days=30),
    CodePurpose.PASSWORD_RESET: dt.timedelta(days=2),
}


class AccountEvent(StrEnum):
    ACTIVATE = "activate"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of an event
    DISABLE = "disable"
    ENABLE = "enable"


_ACCOUNT_WAYS: Mapping[tuple[AccountStatus, AccountEvent], AccountStatus] = {
    (AccountStatus.INVITED, AccountEvent.ACTIVATE): AccountStatus.ACTIVE,
    (AccountStatus.INVITED, AccountEvent.DISABLE): AccountStatus.DISABLED,
    (AccountStatus.ACTIVE, AccountEvent.RESET_PASSWORD): AccountStatus.ACTIVE,
    (AccountStatus.ACTIVE, AccountEvent.DISABLE): AccountStatus.DISABLED,
    (AccountStatus.DISABLED, AccountEvent.ENABLE): AccountStatus.ACTIVE,
}


def next_account_status(
    status: AccountStatus, event: AccountEvent, *, was_activated: bool
) -> AccountStatus | None:
    """Return the status after the event, None where there is no way.

    was_activated: a machine, or a person who chose a password; others are invited again.
    """
    following = _ACCOUNT_WAYS.get((status, event))
    if event is AccountEvent.ENABLE and following is not None and not was_activated:
        return AccountStatus.INVITED
    return following


class TimeZone(StrEnum):
    """The time zones of Indonesia."""

    JAKARTA = "Asia/Jakarta"
    PONTIANAK = "Asia/Pontianak"
    MAKASSAR = "Asia/Makassar"
    JAYAPURA = "Asia/Jayapura"


class Role(StrEnum):
    """Roles given by a grant; ``employee`` is held by every account of an employee."""

    EMPLOYEE = "employee"
    PERSONNEL_AGENCY = "personnel_agency"
    COMPLAINTS_OFFICER = "complaints_officer"
    OBJECTION_OFFICIAL = "objection_official"
    INSPECTORATE = "inspectorate"
    TENANT_ADMINISTRATOR = "tenant_administrator"
    SYSTEM_OPERATOR = "system_operator"


class Reach(StrEnum):
    """How far a permission goes: rows of oneself and one's people, or of the grant's scope."""

    OWN = "own"
    PEOPLE = "people"
    SCOPE = "scope"


class Permission(StrEnum):
    """What a route may demand of its caller."""

    ME = "me"
    TENANTS_MANAGE = "tenants.manage"
    TENANT_SETTINGS = "tenant.settings"
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_MANAGE = "accounts.manage"
    ORGANISATION_READ = "organisation.read"
    ORGANISATION_MANAGE = "organisation.manage"
    NORMS_READ = "norms.read"
    NORMS_MANAGE = "norms.manage"
    PERIODS_READ = "periods.read"
    PERIODS_MANAGE = "periods.manage"
    GOALS_READ = "goals.read"
    GOALS_MANAGE = "goals.manage"
    SERVICES_READ = "services.read"
    SERVICES_MANAGE = "services.manage"
    TRANSACTIONS_READ = "transactions.read"
    TRANSACTIONS_WRITE = "transactions.write"
    PLANS_READ = "plans.read"
    PLANS_WRITE = "plans.write"
    PLANS_DECIDE = "plans.decide"
    LOGS_READ = "logs.read"
    LOGS_WRITE = "logs.write"
    LOGS_DECIDE = "logs.decide"
    OBSTACLES_READ = "obstacles.read"
    OBSTACLES_WRITE = "obstacles.write"
    OBSTACLES_ANSWER = "obstacles.answer"
    RESULTS_READ = "results.read"
    RESULTS_WRITE = "results.write"
    RESULTS_VERIFY = "results.verify"
    BEHAVIOURS_READ = "behaviours.read"
    BEHAVIOURS_RATE = "behaviours.rate"
    CLOSINGS_READ = "closings.read"
    CLOSINGS_MANAGE = "closings.manage"
    SCORES_READ = "scores.read"
    EVALUATIONS_READ = "evaluations.read"
    EVALUATIONS_DECIDE = "evaluations.decide"
    EVALUATIONS_ACKNOWLEDGE = "evaluations.acknowledge"
    EVALUATIONS_ASSIGN = "evaluations.assign"
    OBJECTIONS_READ = "objections.read"
    OBJECTIONS_WRITE = "objections.write"
    OBJECTIONS_DECIDE = "objections.decide"
    NOTES_READ = "notes.read"
    NOTES_SEND = "notes.send"
    SURVEYS_READ = "surveys.read"
    SURVEYS_MANAGE = "surveys.manage"
    SURVEY_FORMS_MANAGE = "survey_forms.manage"
    CITIZEN_REPORTS_READ = "citizen_reports.read"
    CITIZEN_REPORTS_HANDLE = "citizen_reports.handle"
    CITIZEN_REPORTS_MANAGE = "citizen_reports.manage"
    CITIZEN_REPORTS_INSPECT = "citizen_reports.inspect"
    COMPLAINT_SETTINGS_READ = "complaint_settings.read"
    COMPLAINT_SETTINGS_MANAGE = "complaint_settings.manage"
    REPORTERS_DISCLOSE = "reporters.disclose"
    FINDINGS_READ = "findings.read"
    FINDINGS_DISPUTE = "findings.dispute"
    FINDINGS_DECIDE = "findings.decide"
    CHANNELS_MANAGE = "channels.manage"
    MONITORING_READ = "monitoring.read"
    AUDIT_READ = "audit.read"


P = Permission
_OWN_AND_PEOPLE = frozenset(
    {
        P.ME, P.ORGANISATION_READ, P.NORMS_READ, P.PERIODS_READ, P.GOALS_READ, P.GOALS_MANAGE,
        P.PLANS_READ, P.PLANS_WRITE, P.PLANS_DECIDE, P.LOGS_READ, P.LOGS_WRITE, P.LOGS_DECIDE,
        P.OBSTACLES_READ, P.OBSTACLES_WRITE, P.OBSTACLES_ANSWER, P.RESULTS_READ, P.RESULTS_WRITE,
        P.RESULTS_VERIFY, P.BEHAVIOURS_READ, P.BEHAVIOURS_RATE, P.SCORES_READ, P.EVALUATIONS_READ,
        P.EVALUATIONS_DECIDE, P.EVALUATIONS_ACKNOWLEDGE, P.OBJECTIONS_READ, P.OBJECTIONS_WRITE,
        P.OBJECTIONS_DECIDE, P.NOTES_READ, P.NOTES_SEND, P.MONITORING_READ, P.SURVEYS_READ,
        P.SURVEYS_MANAGE, P.SERVICES_READ, P.SERVICES_MANAGE, P.TRANSACTIONS_READ,
        P.TRANSACTIONS_WRITE, P.CITIZEN_REPORTS_READ, P.CITIZEN_REPORTS_HANDLE,
        P.COMPLAINT_SETTINGS_READ, P.FINDINGS_READ, P.FINDINGS_DISPUTE,
    }
)  # fmt: skip

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.EMPLOYEE: _OWN_AND_PEOPLE,
    Role.PERSONNEL_AGENCY: frozenset(
        {
            P.ME, P.ACCOUNTS_READ, P.ORGANISATION_READ, P.ORGANISATION_MANAGE, P.NORMS_READ,
            P.NORMS_MANAGE, P.PERIODS_READ, P.PERIODS_MANAGE, P.GOALS_READ, P.GOALS_MANAGE,
            P.PLANS_READ, P.LOGS_READ, P.OBSTACLES_READ, P.RESULTS_READ, P.BEHAVIOURS_READ,
            P.CLOSINGS_READ, P.CLOSINGS_MANAGE, P.SCORES_READ, P.EVALUATIONS_READ,
            P.EVALUATIONS_ASSIGN, P.OBJECTIONS_READ, P.MONITORING_READ, P.SURVEYS_READ,
            P.SURVEYS_MANAGE, P.SURVEY_FORMS_MANAGE, P.SERVICES_READ, P.SERVICES_MANAGE,
            P.TRANSACTIONS_READ,
        }
    ),
    Role.COMPLAINTS_OFFICER: frozenset(
        {
            P.ME, P.ORGANISATION_READ, P.GOALS_READ, P.SURVEYS_READ, P.SERVICES_READ,
            P.CITIZEN_REPORTS_READ, P.CITIZEN_REPORTS_HANDLE, P.CITIZEN_REPORTS_MANAGE,
            P.COMPLAINT_SETTINGS_READ, P.COMPLAINT_SETTINGS_MANAGE, P.REPORTERS_DISCLOSE,
            P.CHANNELS_MANAGE,
        }
    ),
    Role.OBJECTION_OFFICIAL: frozenset(
        {
            P.ME, P.ORGANISATION_READ, P.PERIODS_READ, P.GOALS_READ, P.OBJECTIONS_READ,
            P.OBJECTIONS_DECIDE, P.SERVICES_READ,
        }
    ),
    Role.INSPECTORATE: frozenset(
        {
            P.ME, P.ORGANISATION_READ, P.PERIODS_READ, P.GOALS_READ, P.SURVEYS_READ, P.AUDIT_READ,
            P.SERVICES_READ, P.CITIZEN_REPORTS_READ, P.CITIZEN_REPORTS_HANDLE,
            P.CITIZEN_REPORTS_MANAGE, P.CITIZEN_REPORTS_INSPECT, P.COMPLAINT_SETTINGS_READ,
            P.REPORTERS_DISCLOSE, P.FINDINGS_READ, P.FINDINGS_DECIDE,
        }
    ),
    Role.TENANT_ADMINISTRATOR: frozenset(
        {
            P.ME, P.TENANT_SETTINGS, P.ACCOUNTS_READ, P.ACCOUNTS_MANAGE, P.ORGANISATION_READ,
            P.NORMS_READ, P.GOALS_READ, P.SERVICES_READ,
        }
    ),
    Role.SYSTEM_OPERATOR: frozenset({P.ME, P.TENANTS_MANAGE}),
}  # fmt: skip
"""decisions: the personnel agency reads the tenant and never decides a rating; administrators
see no ratings; the operator sees no tenant's data."""

WHOLE_TENANT = frozenset(
    {
        P.TENANTS_MANAGE, P.TENANT_SETTINGS, P.ACCOUNTS_READ, P.ACCOUNTS_MANAGE, P.NORMS_MANAGE,
        P.PERIODS_MANAGE, P.CLOSINGS_MANAGE, P.AUDIT_READ, P.SURVEY_FORMS_MANAGE,
        P.CITIZEN_REPORTS_INSPECT, P.COMPLAINT_SETTINGS_MANAGE, P.REPORTERS_DISCLOSE,
        P.FINDINGS_DECIDE, P.CHANNELS_MANAGE,
    }
)  # fmt: skip
"""What concerns a government as a whole: a grant for one unit does not give it."""

REACH: Mapping[Role, Reach] = {
    Role.EMPLOYEE: Reach.PEOPLE,
    **{role: Reach.SCOPE for role in Role if role is not Role.EMPLOYEE},
}

GRANTABLE_ROLES = frozenset(Role) - {Role.EMPLOYEE, Role.SYSTEM_OPERATOR}
"""What an administrator may grant: operators are made on the command line only."""

GRACE = dt.timedelta(seconds=60)


class RefreshOutcome(StrEnum):
    ROTATE = "rotate"
    REFUSE = "refuse"
    REVOKE = "revoke"


def refresh_outcome(
    *,
    now: dt.datetime,
    idle_until: dt.datetime,
    replaced_at: dt.datetime | None,
    successor_is_unused: bool,
) -> RefreshOutcome:
    """Return what to do with a refresh token of a live session.

    A token just replaced is accepted while its successor is unused: an answer lost on a phone is
    no theft. Later, or with a used successor, two parties hold the session: it ends for both.
    """
    if replaced_at is not None:
        is_lost_answer = successor_is_unused and now - replaced_at <= GRACE
        return RefreshOutcome.ROTATE if is_lost_answer else RefreshOutcome.REVOKE
    return RefreshOutcome.ROTATE if now < idle_until else RefreshOutcome.REFUSE


SYSTEM_TENANT = "system"
"""Code of the reserved tenant in which operators live."""
