"""What logs, evidence and obstacles can refuse."""

from kinerja_api.core.problems import Conflict, Forbidden, Problem, Unprocessable


class LogTooLong(Unprocessable):
    """A log lasts at most 16 hours."""

    code = "log_too_long"


class LogInFuture(Unprocessable):
    code = "log_in_future"


class LogWindowPassed(Unprocessable):
    """The norm ``log_days_back`` says until when a day can be entered."""

    code = "log_window_passed"


class NoPlacement(Unprocessable):
    """The employee holds no position on the work date."""

    code = "no_placement"


class VolumeIncomplete(Unprocessable):
    """A volume and its unit are given together."""

    code = "volume_incomplete"


class IndicatorWithoutTarget(Unprocessable):
    code = "indicator_without_target"


class LogOverlaps(Conflict):
    """Another log of the employee takes part of the time."""

    code = "log_overlaps"


class DailyLimitExceeded(Conflict):
    """The norm ``daily_minutes_limit`` bounds the minutes of one day."""

    code = "daily_limit_exceeded"


class ClientRefRepeated(Unprocessable):
    code = "client_ref_repeated"


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
