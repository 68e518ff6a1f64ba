"""Which database a command talks to: the one of the settings, or the embedded server.

The embedded server is shared by all commands of one data folder: the first starts it, each starts
it again if it dies, the last one that ends stops it.
"""

import fcntl
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from kinerja_api.cli.exits import NotSetUp
from kinerja_api.core import embedded
from kinerja_api.core.db import Database
from kinerja_api.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Addresses:
    """One address per role; ``cluster`` is the embedded server if that is what they lead to."""

    writer: str
    reader: str | None
    identity: str | None
    owner: str | None
    backup: str | None
    cluster: embedded.Cluster | None = None

    @property
    def owner_required(self) -> str:
        """Return the owner's address; NotSetUp without one."""
        if self.owner is None:
            raise NotSetUp(
                "Set KINERJA_DATABASE_OWNER_URL: the schema is changed by its owner only"
                " (kinerja doctor --roles-sql prints how to make the roles)."
            )
        return self.owner


@contextmanager
def connected(settings: Settings) -> Generator[Addresses]:
    """Yield the addresses; the embedded server runs at least as long as the block."""
    database = settings.database
    if database.database_url is not None:
        yield Addresses(
            writer=database.database_url,
            reader=database.database_reader_url,
            identity=database.database_identity_url,
            owner=database.database_owner_url,
            backup=database.database_backup_url,
        )
        return
    folder = settings.files.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    descriptor = os.open(folder / "postgresql.users", flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        home = folder / "postgresql"
        cluster = embedded.start(home, major=database.embedded_major)
        try:
            with embedded.kept_running(home, cluster):
                yield _of_cluster(cluster)
        finally:
            if _is_last(descriptor):
                embedded.stop(cluster)
    finally:
        os.close(descriptor)


@asynccontextmanager
async def opened(settings: Settings, addresses: Addresses) -> AsyncGenerator[Database]:
    """Yield the open pools of writer, reader and identity."""
    database = Database(
        settings.database,
        writer_url=addresses.writer,
        reader_url=addresses.reader,
        identity_url=addresses.identity,
    )
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def _of_cluster(cluster: embedded.Cluster) -> Addresses:
    return Addresses(
        writer=cluster.dsn(role="kinerja_writer"),
        reader=cluster.dsn(role="kinerja_reader"),
        identity=cluster.dsn(role="kinerja_identity"),
        owner=cluster.dsn(role="kinerja_owner"),
        backup=cluster.dsn(role="kinerja_backup"),
        cluster=cluster,
    )


def _is_last(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
