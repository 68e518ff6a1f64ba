"""A database of its own for a benchmark, and the processes that serve it."""

import asyncio
import contextlib
import datetime as dt
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from kinerja_api.app import create_app
from kinerja_api.core import embedded
from kinerja_api.core.db import Database
from kinerja_api.core.migrate import migrate
from kinerja_api.core.settings import (
    DatabaseSettings,
    FileSettings,
    MailSettings,
    SecuritySettings,
    ServerSettings,
    Settings,
)

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Stage:
    """Where the benchmark's database and data folder are."""

    cluster: embedded.Cluster
    folder: Path
    settings: Settings

    def url(self, role: str) -> str:
        return self.cluster.dsn(role=role)

    def database(self) -> Database:
        return Database(
            self.settings.database,
            writer_url=self.url("kinerja_writer"),
            reader_url=self.url("kinerja_reader"),
            identity_url=self.url("kinerja_identity"),
        )

    def app(self, database: Database):
        return create_app(self.settings, database)


@contextlib.contextmanager
def stage() -> Generator[Stage]:
    """Start an embedded server with a migrated database; remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="kinerja-bench-", dir="/tmp"))
    cluster = embedded.start(folder / "pg", settings={"shared_buffers": "512MB"})
    try:
        asyncio.run(migrate(cluster.dsn(role="kinerja_owner"), today=dt.date.today()))
        settings = Settings(
            database=DatabaseSettings(),
            server=ServerSettings(),
            security=SecuritySettings(),
            files=FileSettings(data_dir=folder / "data"),
            mail=MailSettings(),
        )
        yield Stage(cluster, folder, settings)
    finally:
        embedded.remove(cluster)


@contextlib.contextmanager
def server(command: list[str], port: int, environment: dict[str, str]) -> Generator[int]:
    """Run a server process until it answers; yield its process id; end it."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextlib.contextmanager
def project(place: Stage) -> Generator[tuple[int, int]]:
    """Serve the project on the stage's database; yield port and process id."""
    port = free_port()
    environment = {
        "KINERJA_DATABASE_URL": place.url("kinerja_writer"),
        "KINERJA_DATABASE_READER_URL": place.url("kinerja_reader"),
        "KINERJA_DATA_DIR": str(place.settings.files.data_dir),
        "KINERJA_LOG_LEVEL": "warning",
    }
    command = [f"{BIN}/kinerja", "serve", "--port", str(port), "--no-worker"]
    with server(command, port, environment) as pid:
        yield port, pid


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing answers on port {port}")
