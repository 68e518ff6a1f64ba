"""What some jobs need besides the database: a way to send mail, and the master secret."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from kinerja_api.core.db import Database
from kinerja_api.core.jobs import Job, JobHandler
from kinerja_api.core.mail import Mailer, open_mailer
from kinerja_api.core.secrets import secret_key
from kinerja_api.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of one process.

    secret: the installation's, for what is sealed at rest; public_url: where people find it.
    """

    mailer: Mailer
    secret: bytes = field(repr=False)
    public_url: str


ToolHandler = Callable[[Database, Job, Tools], Awaitable[None]]
"""Does a job with tools; like ``JobHandler`` otherwise."""


def open_tools(settings: Settings) -> Tools:
    """Return the tools that the settings name; ValueError if the secret is too short."""
    return Tools(
        mailer=open_mailer(settings),
        secret=secret_key(settings),
        public_url=settings.server.public_url,
    )


def with_tools(handlers: Mapping[str, ToolHandler], tools: Tools) -> Mapping[str, JobHandler]:
    """Return the handlers with their tools at hand."""
    return {kind: functools.partial(_use, handler, tools) for kind, handler in handlers.items()}


async def _use(handler: ToolHandler, tools: Tools, database: Database, job: Job) -> None:
    await handler(database, job, tools)
