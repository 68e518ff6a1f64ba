"""Jobs of complaints that work as the identity role: news by e-mail, erasing who reported."""

from collections.abc import Mapping

from kinerja_api.complaints.commands.forgetting import forget_reporters
from kinerja_api.complaints.commands.news import SEND_NEWS, mail_news
from kinerja_api.complaints.commands.reporters import ERASE_REPORTER, erase_reporter
from kinerja_api.core.jobs import JobHandler
from kinerja_api.core.tools import ToolHandler

__all__ = ["HANDLERS", "TOOL_HANDLERS", "forget_reporters"]

HANDLERS: Mapping[str, JobHandler] = {ERASE_REPORTER: erase_reporter}
TOOL_HANDLERS: Mapping[str, ToolHandler] = {SEND_NEWS: mail_news}
