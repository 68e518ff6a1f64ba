"""The routers, in the order of the documentation."""

from kinerja_api.access.endpoints import (
    accounts,
    api_keys,
    grants,
    keys,
    passwords,
    sessions,
    tenants,
)
from kinerja_api.activities.endpoints import decisions, evidence, logs, obstacles
from kinerja_api.audit import endpoints as audit
from kinerja_api.complaints.endpoints import (
    categories,
    clocks,
    disclosures,
    findings,
    leading,
    levels,
    reports,
    steps,
)
from kinerja_api.complaints.endpoints import mine as own_reports
from kinerja_api.complaints.endpoints import public as public_reports
from kinerja_api.core.routes import Router
from kinerja_api.evaluations.endpoints import evaluations, objections, summaries
from kinerja_api.feedback import endpoints as feedback
from kinerja_api.integrations.endpoints import channels, open311, questions
from kinerja_api.monitoring.endpoints import dashboard, live, me
from kinerja_api.notices import endpoints as notices
from kinerja_api.organisation.endpoints import (
    calendar,
    employees,
    norms,
    outages,
    placements,
    positions,
    schedules,
    units,
)
from kinerja_api.planning.endpoints import actions, alignment, goals, periods, plans
from kinerja_api.results.endpoints import behaviours, results
from kinerja_api.results.endpoints import evidence as result_evidence
from kinerja_api.scoring.endpoints import closings
from kinerja_api.services.endpoints import services, transactions
from kinerja_api.surveys.endpoints import campaigns, forms
from kinerja_api.surveys.endpoints import public as public_surveys
from kinerja_api.transparency.endpoints import figures as public_figures
from kinerja_api.transparency.endpoints import offers as public_offers
from kinerja_api.transparency.endpoints import reports as published_reports

ROUTERS: tuple[Router, ...] = (
    logs.router,  # first: the busiest addresses are found soonest
    sessions.router,
    passwords.router,
    tenants.router,
    accounts.router,
    grants.router,
    api_keys.router,
    units.router,
    positions.router,
    employees.router,
    placements.router,
    calendar.router,
    schedules.router,
    outages.router,
    norms.router,
    closings.router,
    evaluations.router,
    objections.router,
    summaries.router,
    periods.router,
    goals.router,
    alignment.router,
    plans.router,
    actions.router,
    decisions.router,
    evidence.router,
    obstacles.router,
    results.router,
    result_evidence.router,
    behaviours.router,
    feedback.router,
    services.router,
    transactions.router,
    disclosures.router,
    findings.router,
    notices.router,
    me.router,
    live.router,
    dashboard.router,
    forms.router,
    campaigns.router,
    public_surveys.router,
    own_reports.router,  # before the tickets
    public_reports.router,
    public_offers.router,
    public_figures.router,
    published_reports.router,
    clocks.router,  # before the reports: figures are no report
    reports.router,
    levels.router,
    categories.router,
    leading.router,
    steps.router,
    questions.router,
    channels.router,
    open311.router,
    audit.router,
    keys.router,
)
