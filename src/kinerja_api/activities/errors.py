"""What logs, evidence and obstacles can refuse."""

from kinerja_api.core.problems import Conflict, Forbidden, Problem, Unprocessable


class LogTooLong(Unprocessable):
    """A log lasts at most 16 hours."""

    code = "log_too_long"


class LogInFuture(Unprocessable):
    """The norm ``log_days_ahead`` says how far ahead of today a day can be entered."""

    code = "log_in_future"


class LogWindowPassed(Unprocessable):
    """The norms ``log_days_back`` and ``late_entry_days`` say until when a day can be entered."""

    code = "log_window_passed"


class LateReasonMissing(Unprocessable):
    """Past ``log_days_back`` a log says why it is late."""

    code = "late_reason_missing"


class ApprovalWindowPassed(Conflict):
    """The norms ``approval_days`` and ``late_approval_days`` say until when a log is decided."""

    code = "approval_window_passed"


class ApprovalNoteMissing(Unprocessable):
    """Past ``approval_days`` an approval says why it is late."""

    code = "approval_note_missing"


class ProgressWithoutTarget(Unprocessable):
    code = "progress_without_target"


class NoPlacement(Unprocessable):
    """The employee holds no position on the work date."""

    code = "no_placement"


class VolumeIncomplete(Unprocessable):
    """A volume and its unit are given together."""

    code = "volume_incomplete"


class IndicatorWithoutTarget(Unprocessable):
    code = "indicator_without_target"


class ProgressOutOfRange(Unprocessable):
    """Progress is a share of the target, 0 to 100 percent."""

    code = "progress_out_of_range"


class LogOverlaps(Conflict):
    """Another log of the employee takes part of the time."""

    code = "log_overlaps"


class DailyLimitExceeded(Conflict):
    """The norm ``daily_minutes_limit`` bounds the minutes of one day."""

    code = "daily_limit_exceeded"


class ClientRefRepeated(Unprocessable):
    code = "client_ref_repeated"


class ClientRefDiffers(Conflict):
    """The name was given before, to a log of other content."""

    code = "client_ref_differs"


class BatchRefused(Unprocessable):
    """An item of an atomic batch is refused; ``errors`` name each, and nothing was written."""

    code = "batch_refused"


class NotOwnLog(Forbidden):
    """Only the employee himself writes his logs and obstacles."""

    code = "not_own_log"


class NotLeader(Forbidden):
    """Only the superior or a head of a unit above may answer."""

    code = "not_leader"


class FileTypeRefused(Problem):
    """The content is none of the accepted kinds, or not of the kind that was declared."""

    status = 415
    code = "file_type_refused"


class FileDamaged(Unprocessable):
    """The content begins like an accepted kind but is not a whole file of it."""

    code = "file_damaged"


class FileInflates(Unprocessable):
    """The packed content would grow beyond all bounds."""

    code = "file_inflates"


class TooManyFiles(Conflict):
    code = "too_many_files"
