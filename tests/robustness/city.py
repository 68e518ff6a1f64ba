"""A service of real processes that can be killed, and a government on it."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from kinerja_api.access.tokens import KeyRing
from kinerja_api.app import create_app
from kinerja_api.core import clock, embedded
from kinerja_api.core.db import Database
from kinerja_api.core.ids import new_id
from kinerja_api.core.settings import (
    DatabaseSettings,
    FileSettings,
    MailSettings,
    SecuritySettings,
    ServerSettings,
    Settings,
)
from tests.benchmarks.stage import free_port
from tests.factories.scoring import Government, government
from tests.factories.world import Person, World, new_world

_BIN = Path(sys.executable).parent
_PATIENCE = 150.0
_TOKEN_USE = dt.timedelta(minutes=7)


class Violation(AssertionError):
    """What must hold does not."""


@dataclasses.dataclass
class City:
    """The folder, the processes and the people of one government."""

    folder: Path
    port: int
    cluster: embedded.Cluster
    processes: list[subprocess.Popen[bytes]]
    """The server, the worker."""
    world: World
    people: list[Person]
    scored: Government

    @property
    def heard(self) -> Path:
        """The file of the witness."""
        return self.folder / "heard"

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=10)

    async def superuser(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.cluster.dsn(role="postgres"))

    def __post_init__(self) -> None:
        self._born = clock.now()
        self._tokens: dict[str, tuple[dt.datetime, str]] = {}

    def bearer(self, person: Person) -> dict[str, str]:
        """Return a token of the person's session as a header, a new one every few minutes."""
        now = clock.now().replace(microsecond=0)
        until, token = self._tokens.get(person.token, (now, ""))
        if until <= now:
            keys: KeyRing = self.world.app.state.keys
            known = keys.verify(person.token, now=self._born)
            claims = dataclasses.replace(
                known, issued_at=now, expires_at=now + 2 * _TOKEN_USE, token_id=new_id()
            )
            token = keys.issue(claims)
            self._tokens[person.token] = (now + _TOKEN_USE, token)
        return {"Authorization": f"Bearer {token}"}

    async def answered(
        self,
        client: httpx.AsyncClient,
        person: Person,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
    ) -> dict[str, Any]:
        """Send the same request until it has an answer that is not "later"; return the body."""
        headers = {} if key is None else {"Idempotency-Key": key}
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await client.request(
                    method, path, json=body, headers={**headers, **self.bearer(person)}
                )
                if answer.is_success:
                    return answer.json()
                if not answer.json().get("retryable"):
                    raise Violation(f"{method} {path}: {answer.status_code} {answer.text}")
            await asyncio.sleep(0.1)

    async def kill(self, victim: str) -> float:
        """Kill a process, start again what nobody else does; return the seconds until ready."""
        started = time.monotonic()
        await getattr(self, f"_kill_{victim}")()
        await self.ready()
        return time.monotonic() - started

    async def _kill_server(self) -> None:
        _kill(self.processes[0])
        self.processes[0] = _serve(self.folder, self.port)

    async def _kill_worker(self) -> None:
        _kill(self.processes[1])
        self.processes[1] = _work(self.folder)

    async def _kill_postmaster(self) -> None:
        """The launcher inside ``kinerja serve`` starts it again."""
        before = self._postmaster()
        os.kill(before, signal.SIGKILL)
        until = time.monotonic() + _PATIENCE
        while self._postmaster() in (before, 0):
            if time.monotonic() > until:
                raise Violation("nobody started the postmaster again")
            await asyncio.sleep(0.02)

    async def _kill_backend(self) -> None:
        """PostgreSQL itself recovers: all other backends are ended, too."""
        connection = await self.superuser()
        pid = await connection.fetchval(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'kinerja_api'"
            " AND usename = 'kinerja_writer' ORDER BY state = 'idle', random() LIMIT 1"
        )
        await connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _postmaster(self) -> int:
        with contextlib.suppress(FileNotFoundError):
            lines = (self.cluster.data_dir / "cluster/postmaster.pid").read_text().splitlines()
            return int(lines[0]) if lines else 0
        return 0

    async def ready(self) -> None:
        """Wait until the service says that it is ready."""
        until = time.monotonic() + _PATIENCE
        async with self.client() as client:
            while time.monotonic() < until:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.05)
        raise Violation(f"not ready again after {_PATIENCE:g} s")


@contextlib.asynccontextmanager
async def city(*, writers: int, scored: int) -> AsyncGenerator[City]:
    """Start server and worker on a new data folder, with so many people; remove all at the end."""
    folder, port = _folder(), free_port()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(_serve(folder, port))
        await _answers(processes[0], port)
        processes.append(_work(folder))
        cluster = embedded.start(folder / "postgresql")
        world, people, counted = await _populate(folder, cluster, writers, scored)
        yield City(folder, port, cluster, processes, world, people, counted)
    finally:
        for process in processes:
            _kill(process)
        embedded.remove(embedded.start(folder / "postgresql"))
        shutil.rmtree(folder)


async def _populate(
    folder: Path, cluster: embedded.Cluster, writers: int, scored: int
) -> tuple[World, list[Person], Government]:
    settings = Settings(
        database=DatabaseSettings(),
        server=ServerSettings(),
        security=SecuritySettings(),
        files=FileSettings(data_dir=folder),
        mail=MailSettings(),
    )
    database = Database(
        settings.database,
        writer_url=cluster.dsn(role="kinerja_writer"),
        reader_url=cluster.dsn(role="kinerja_reader"),
        identity_url=cluster.dsn(role="kinerja_identity"),
    )
    await database.open()
    try:
        world = await new_world(create_app(settings, database), database)
        office = await world.unit("Kantor")
        people = [await world.employee(f"Pegawai {n}", unit=office) for n in range(writers)]
        return world, people, await government(world, people=scored)
    finally:
        await database.close()


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kinerja-kills-", dir="/tmp"))
    folder.chmod(0o755)  # the account of the embedded server comes in
    return folder


def _environment(folder: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KINERJA_")}
    return {**ours, "KINERJA_DATA_DIR": str(folder), "KINERJA_LOG_LEVEL": "error"}


def _serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [f"{_BIN}/kinerja", "serve", "--port", str(port), "--no-worker"]
    return _start(folder, command)


def _work(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.robustness.witness", str(folder / "heard")]
    return _start(folder, command)


def _start(folder: Path, command: list[str]) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, env=_environment(folder), stdout=log, stderr=log)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


async def _answers(server: subprocess.Popen[bytes], port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while server.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get("/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    raise Violation(f"kinerja serve ended with {server.returncode}")
