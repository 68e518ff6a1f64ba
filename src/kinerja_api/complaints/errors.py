"""What citizens' reports can refuse."""

from kinerja_api.core.problems import (
    Conflict,
    Forbidden,
    Problem,
    UnknownReference,
    Unprocessable,
    on_constraint,
)
from kinerja_api.organisation.errors import EndsBeforeStart


class NotYourPart(Forbidden):
    """The report is the caller's to see, but this step is another party's."""

    code = "not_your_part"


class SecondPersonNeeded(Forbidden):
    """Who proposed something never decides on it."""

    code = "second_person_needed"


class ConflictOfInterest(Conflict):
    """The person is accused in the report, or stands in the line of an accused."""

    code = "conflict_of_interest"


class HandlerNotOfUnit(Unprocessable):
    """A handler works in the responsible unit or below it."""

    code = "handler_not_of_unit"


class NotYourBoard(Forbidden):
    """The figures of reports are for the head of the unit, the office and the inspectorate."""

    code = "not_your_board"


class TicketTaken(Conflict):
    """A public number that was drawn twice; the request draws another one when repeated."""

    code = "ticket_taken"


class StepRefused(Conflict):
    """The status has a way, but something else of the report is against this step; ``reason``."""

    code = "step_refused"


class MergeRefused(Conflict):
    """The other report cannot take this one in; ``reason``."""

    code = "merge_refused"


class WaitTooLong(Unprocessable):
    """A clock stands for tomorrow at least and ``until`` at most."""

    code = "wait_too_long"


class ExtensionTooLong(Unprocessable):
    """An extension is no longer than the stage itself, and no longer than ten working days."""

    code = "extension_too_long"


class DayPassed(Unprocessable):
    """A promise is for today or later."""

    code = "day_passed"


class AccusedNamed(Conflict):
    """The official is named in this report already."""

    code = "accused_named"


on_constraint("citizen_reports_ticket_key", TicketTaken)


class PersonNeeded(Forbidden):
    """This is done by a person who has signed in, never by a machine with a key."""

    code = "person_needed"


class ReporterAnonymous(Conflict):
    """The report was sent without a name: nobody knows who sent it."""

    code = "reporter_anonymous"


class ReporterNotKept(Conflict):
    """Nothing of who reported was left, or it was erased."""

    code = "reporter_not_kept"


class ReporterUnreadable(Conflict):
    """Who reported was sealed under another secret of the installation."""

    code = "reporter_unreadable"


class ReportNotExamined(Conflict):
    """Findings are made in what the inspectorate examines: its classes, or what it leads."""

    code = "report_not_examined"


class NotAccused(Unprocessable):
    """The official is not named as accused in the report."""

    code = "not_accused"


class SeverityMismatch(Unprocessable):
    """A substantiated finding has a severity, and no other has."""

    code = "severity_mismatch"


class FindingExists(Conflict):
    """There is a finding about this official in this report."""

    code = "finding_exists"


class FindingNotSubstantiated(Conflict):
    """Only a substantiated finding is disputed or confirmed: another touches nothing."""

    code = "finding_not_substantiated"


class FindingNotLessened(Unprocessable):
    """Partly accepted means a lower severity or only partly substantiated; else nothing changes."""

    code = "finding_not_lessened"


class NotOwnFinding(Forbidden):
    """A finding is disputed by the official whom it is about."""

    code = "not_own_finding"


class DisputeTooLate(Conflict):
    """The time for a dispute is over."""

    code = "dispute_too_late"


class DisputeTimeRunning(Conflict):
    """The official may still dispute the finding."""

    code = "dispute_time_running"


class DisputesExhausted(Conflict):
    """There is one dispute and one appeal."""

    code = "disputes_exhausted"


class CategoryOfOtherKind(Unprocessable):
    """A category is of one kind of report."""

    code = "category_of_other_kind"


class ReopeningTooLate(Conflict):
    """The time in which the citizen can call an answer insufficient is over."""

    code = "reopening_too_late"


class ReopeningsExhausted(Conflict):
    """Reopened twice, then brought before the inspectorate: the ombudsman is the next."""

    code = "reopenings_exhausted"


class AppealsExhausted(Conflict):
    """A report is taken out of the archive once."""

    code = "appeals_exhausted"


class ConfidentialityDemanded(Conflict):
    """The class or the category of the report demands that it stays confidential."""

    code = "confidentiality_demanded"


class AttachmentTypeRefused(Problem):
    """The content is no JPEG, PNG, WebP or PDF, or not of the kind that was declared."""

    status = 415
    code = "attachment_type_refused"


class AttachmentDamaged(Unprocessable):
    """The content begins like an accepted kind but is not a whole file of it."""

    code = "attachment_damaged"


class TooManyAttachments(Conflict):
    code = "too_many_attachments"


on_constraint("report_findings_person_key", FindingExists)
on_constraint("report_findings_accused_fkey", NotAccused, "/employee_id")
on_constraint("report_accused_pkey", AccusedNamed)


class LevelOverlaps(Conflict):
    """A class and stage have one service level on a day."""

    code = "level_overlaps"


class StartEventRefused(Unprocessable):
    """The clock of this stage is started by something else; ``allowed``."""

    code = "start_event_refused"


class CategoryCodeTaken(Conflict):
    """Another category has this code."""

    code = "category_code_taken"


class CategoryInUse(Conflict):
    """Reports name the category: it is set inactive, not removed."""

    code = "category_in_use"


on_constraint("service_levels_dates_check", EndsBeforeStart, "/ends_on")
on_constraint("report_categories_code_key", CategoryCodeTaken, "/code")
on_constraint("report_categories_unit_id_fkey", UnknownReference, "/unit_id")
on_constraint("report_categories_service_id_fkey", UnknownReference, "/service_id")
on_constraint("citizen_reports_category_id_fkey", CategoryInUse)
