"""Runs the web server, in one process or several."""

import os
import signal
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from kinerja_api.app import create_app
from kinerja_api.cli.connection import Addresses
from kinerja_api.core.db import Database
from kinerja_api.core.logging import configure_logging
from kinerja_api.core.settings import Settings, read_settings

_GRACE_SECONDS = 20


def application() -> FastAPI:
    """Return the application of this process; every process of the server calls it once."""
    settings = read_settings()
    configure_logging(settings.server.log_level)
    database = Database(
        settings.database,
        writer_url=settings.database.database_url or "",  # run_server sets it
        reader_url=settings.database.database_reader_url,
        identity_url=settings.database.database_identity_url,
    )
    return create_app(settings, database)


def is_free(host: str, port: int) -> bool:
    """Return whether the port can be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def run_server(
    settings: Settings, addresses: Addresses, *, host: str, port: int, workers: int = 1
) -> None:
    """Serve until a signal ends it."""
    # The other processes of the server find the embedded database by these.
    os.environ["KINERJA_DATABASE_URL"] = addresses.writer
    if addresses.reader is not None:
        os.environ["KINERJA_DATABASE_READER_URL"] = addresses.reader
    if addresses.identity is not None:
        os.environ["KINERJA_DATABASE_IDENTITY_URL"] = addresses.identity
    # uvicorn repeats the signal once it has ended; the default would leave no time to clean up.
    signal.signal(signal.SIGTERM, _end)
    proxies = settings.server.forwarded_allow_ips
    uvicorn.run(
        f"{__name__}:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
        access_log=False,
        log_level="warning",
    )


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise SystemExit(0)
