"""What exchanges with other systems can refuse."""

from kinerja_api.core.problems import Conflict, Forbidden, NotFound, Unprocessable, on_constraint


class JurisdictionUnknown(NotFound):
    """``jurisdiction_id`` is the code of no government here."""

    code = "jurisdiction_unknown"


class ServiceCodeUnknown(NotFound):
    """``service_code`` is no category that is open to clients."""

    code = "service_code_unknown"


class ApiKeyRefused(Forbidden):
    """``api_key`` is absent, revoked, over, or of another government; which is not told."""

    code = "api_key_refused"


class ExternalIdTaken(Conflict):
    """A number of the channel belongs to one report."""

    code = "external_id_taken"


class ReportNotForChannel(Conflict):
    """What the inspectorate leads, and whistle-blowing, is linked with no channel."""

    code = "report_not_for_channel"


class ChannelFileRefused(Unprocessable):
    """A row of the file is faulty; ``errors`` name each, and no link was changed.

    The refused run is kept in the log of runs.
    """

    code = "channel_file_refused"
    commits = True


on_constraint("channel_links_external_key", ExternalIdTaken, "/external_id")
