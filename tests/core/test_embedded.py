"""The embedded server, started for real: what survives, what nobody else can reach."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from kinerja_api.core import embedded

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to act as another user")


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder below /tmp: pytest's own is closed to the server's account under root."""
    folder = Path(tempfile.mkdtemp(prefix="kinerja-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kinerja-test-", dir="/tmp"))
    yield folder
    embedded.remove(embedded.start(folder))


@pytest.fixture
def cluster(shared: Path) -> embedded.Cluster:
    """One server for the tests that leave it usable; running again whatever the one before did."""
    return embedded.start(shared)


def ask(
    cluster: embedded.Cluster, sql: str, *, role: str = "kinerja_owner", database: str = "kinerja"
) -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(cluster.dsn(role=role, database=database))
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def postmaster(cluster: embedded.Cluster) -> int:
    return int((cluster.data_dir / "cluster/postmaster.pid").read_text().splitlines()[0])


def as_user(name: str, *command: str | Path) -> int:
    entry = pwd.getpwnam(name)
    done = subprocess.run(
        command,
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize("major", [16, 18])
def test_first_start_makes_a_utf8_database_with_checksums(home: Path, major: int) -> None:
    cluster = embedded.start(home / "data", major=major)
    try:
        version = ask(cluster, "SELECT current_setting('server_version_num')::int / 10000")
        encoding = ask(cluster, "SELECT current_setting('server_encoding')")
        safety = ask(
            cluster, "SELECT current_setting('data_checksums') || current_setting('fsync')"
        )
        upper = ask(cluster, "SELECT upper('é') COLLATE \"default\"")
    finally:
        embedded.remove(cluster)
    assert (version, encoding, safety, upper) == (major, "UTF8", "onon", "É")


def test_every_role_connects_and_none_has_more_than_it_needs(cluster: embedded.Cluster) -> None:
    names = [ask(cluster, "SELECT current_user::text", role=role) for role in embedded.ROLES]
    strong = ask(
        cluster,
        "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolname LIKE 'kinerja%'"
        " AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication)",
    )
    bypassing = ask(
        cluster,
        "SELECT string_agg(rolname, ',') FROM pg_roles"
        " WHERE rolname LIKE 'kinerja%' AND rolbypassrls",
    )
    assert names == list(embedded.ROLES)
    assert (strong, bypassing) == (None, "kinerja_backup")


def test_listens_on_no_network_address(cluster: embedded.Cluster) -> None:
    assert ask(cluster, "SELECT current_setting('listen_addresses')") == ""


def test_second_start_reuses_the_running_server(cluster: embedded.Cluster, shared: Path) -> None:
    before = postmaster(cluster)
    assert embedded.start(shared) == cluster
    assert postmaster(cluster) == before


def test_data_survive_a_stop(cluster: embedded.Cluster, shared: Path) -> None:
    ask(cluster, "CREATE TABLE stopped AS SELECT 7 AS value")
    embedded.stop(cluster)
    embedded.start(shared)
    assert ask(cluster, "SELECT value FROM stopped") == 7


def test_a_killed_server_is_started_again_with_its_data(
    cluster: embedded.Cluster, shared: Path
) -> None:
    ask(cluster, "CREATE TABLE killed AS SELECT 7 AS value")
    os.kill(postmaster(cluster), signal.SIGKILL)
    embedded.start(shared)
    assert ask(cluster, "SELECT value FROM killed") == 7


def test_a_backend_left_by_a_killed_server_does_not_prevent_the_start(
    cluster: embedded.Cluster, shared: Path
) -> None:
    psql = embedded.bin_dir() / "psql"
    busy = "DO $$ BEGIN PERFORM sum(i) FROM generate_series(1, 1000000000) i; END $$"
    dsn = cluster.dsn(role="kinerja_owner")
    with subprocess.Popen([psql, "-X", "-d", dsn, "-c", busy], stderr=subprocess.DEVNULL) as client:
        while ask(cluster, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %'") != 1:
            pass
        os.kill(postmaster(cluster), signal.SIGKILL)
        embedded.start(shared)
        client.kill()
    assert ask(cluster, "SELECT 1") == 1


def test_a_pid_file_that_names_another_program_is_ignored(
    cluster: embedded.Cluster, shared: Path
) -> None:
    pid_file = cluster.data_dir / "cluster/postmaster.pid"
    lines = pid_file.read_text().splitlines()
    embedded.stop(cluster)
    stale = "\n".join([str(os.getppid()), *lines[1:], ""])
    pid_file.write_text(stale)
    (cluster.socket_dir / ".s.PGSQL.5432.lock").write_text(stale)
    embedded.start(shared)
    assert ask(cluster, "SELECT 1") == 1


def test_a_lost_socket_folder_is_replaced(cluster: embedded.Cluster, shared: Path) -> None:
    shutil.rmtree(cluster.socket_dir)
    again = embedded.start(shared)
    assert again.socket_dir != cluster.socket_dir
    assert ask(again, "SELECT 1") == 1


def test_processes_that_start_at_once_share_one_server(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kinerja_api.core import embedded;"
        "print(embedded.start(Path(sys.argv[1])).socket_dir)"
    )
    command = [sys.executable, "-c", program, str(home / "data")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [process.communicate(timeout=50)[0] for process in both]
    cluster = embedded.start(home / "data")
    try:
        assert {process.returncode for process in both} == {0}
        assert set(answers) == {f"{cluster.socket_dir}\n"}
    finally:
        embedded.remove(cluster)


def test_folders_are_closed_to_others(cluster: embedded.Cluster) -> None:
    folders = (cluster.data_dir, cluster.data_dir / "cluster", cluster.socket_dir)
    assert [oct(folder.stat().st_mode & 0o777) for folder in folders] == ["0o700"] * 3
    assert len({folder.stat().st_uid for folder in folders}) == 1


@as_root
def test_another_user_neither_reads_nor_connects(cluster: embedded.Cluster) -> None:
    psql = embedded.bin_dir() / "psql"
    assert as_user("nobody", "ls", cluster.data_dir) != 0
    assert as_user("nobody", psql, "-c", "SELECT 1", cluster.dsn(role="kinerja_reader")) != 0
    cluster.socket_dir.chmod(0o755)
    (cluster.socket_dir / ".s.PGSQL.5432").chmod(0o777)
    refused = as_user("nobody", psql, "-c", "SELECT 1", cluster.dsn(role="kinerja_reader"))
    embedded.stop(cluster)
    shutil.rmtree(cluster.socket_dir)
    assert refused != 0


@as_root
def test_below_a_closed_folder_data_go_elsewhere_and_the_folder_stays_closed(home: Path) -> None:
    home.chmod(0o700)
    cluster = embedded.start(home / "data")
    try:
        assert (home / "data/elsewhere").resolve() == cluster.data_dir
        assert home.stat().st_mode & 0o777 == 0o700
        assert embedded.start(home / "data") == cluster
        assert ask(cluster, "SELECT 1") == 1
    finally:
        embedded.remove(cluster)


@as_root
def test_data_of_an_ordinary_user_stay_theirs_when_root_starts_the_server(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    (home / "data").mkdir()
    os.chown(home / "data", nobody.pw_uid, nobody.pw_gid)
    cluster = embedded.start(home / "data")
    try:
        assert (cluster.data_dir / "cluster").stat().st_uid == nobody.pw_uid
        assert ask(cluster, "SELECT 1") == 1
    finally:
        embedded.remove(cluster)


def test_a_long_path_of_the_data_still_has_a_short_socket(home: Path) -> None:
    cluster = embedded.start(home / ("long" * 20) / ("path" * 20) / "data with space")
    try:
        assert len(bytes(cluster.socket_dir)) < 90
        assert ask(cluster, "SELECT 1") == 1
    finally:
        embedded.remove(cluster)


def test_refuses_a_folder_with_other_files(home: Path) -> None:
    (home / "letter.txt").touch()
    with pytest.raises(embedded.EmbeddedServerError, match="holds other files"):
        embedded.start(home)


def test_refuses_data_of_another_major_version(cluster: embedded.Cluster, shared: Path) -> None:
    with pytest.raises(embedded.EmbeddedServerError, match="is of PostgreSQL 18, not 16"):
        embedded.start(shared, major=16)


def test_a_database_is_cloned_from_its_template_and_dropped(cluster: embedded.Cluster) -> None:
    embedded.create_database(cluster, "template_a")
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS value", database="template_a")
    embedded.create_database(cluster, "copy_a", template="template_a")
    assert ask(cluster, "SELECT value FROM kept", database="copy_a") == 7
    embedded.drop_database(cluster, "copy_a")
    embedded.drop_database(cluster, "copy_a")
    left = ask(cluster, "SELECT count(*) FROM pg_database WHERE datname = 'copy_a'")
    assert left == 0


def test_the_server_does_not_see_the_secrets_of_this_process(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINERJA_TEST_SECRET", "do-not-pass-on")
    cluster = embedded.start(home / "data")
    try:
        environment = Path(f"/proc/{postmaster(cluster)}/environ").read_bytes()
    finally:
        embedded.remove(cluster)
    assert b"do-not-pass-on" not in environment
