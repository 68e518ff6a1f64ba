"""A ``kinerja worker`` with one subscriber more, which writes down every event it is handed.

The file outlives the process, so a delivery that a kill undid is seen too.
"""

import asyncio
import os
import sys

from kinerja_api.cli.connection import connected, opened
from kinerja_api.core.db import Writing
from kinerja_api.core.jobs import StoredEvent, Subscriber
from kinerja_api.core.settings import read_settings
from kinerja_api.core.tools import open_tools
from kinerja_api.worker import SUBSCRIBERS, Worker, all_handlers

HEARD = frozenset({"log.created"})


async def work(path: str) -> None:
    """Work until killed."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def hear(writing: Writing, event: StoredEvent) -> None:
        del writing
        os.write(file, f"{event.position}\n".encode())

    settings = read_settings()
    with connected(settings) as addresses:
        async with opened(settings, addresses) as database:
            witness = Subscriber("tests.witness", HEARD, hear)
            await Worker(
                database,
                handlers=all_handlers(open_tools(settings)),
                subscribers=[*SUBSCRIBERS, witness],
            ).run()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
