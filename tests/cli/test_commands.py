"""The command line as a script meets it: what it prints, what it changes, how it ends."""

import io
import os
import re
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kinerja_api.cli import main
from tests.plugins.database import server_url


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]
ROLES = ("owner", "reader", "identity", "backup")
UNITS = "code,name,kind,parent_code\n1,Pemerintah Kota,government,\n1.1,Dinas Satu,dinas,1\n"


@pytest.fixture
def environment(database_name: str, tmp_path: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KINERJA_")}
    roles = {"": "writer", **{f"{role.upper()}_": role for role in ROLES}}
    return {
        **ours,
        "KINERJA_DATA_DIR": str(tmp_path),
        **{
            f"KINERJA_DATABASE_{name}URL": server_url(f"kinerja_{role}", database_name)
            for name, role in roles.items()
        },
    }


@pytest.fixture
def kinerja(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``kinerja`` with these arguments and changes of the environment.

    In this process, because loading the libraries takes longer than most commands; in a thread of
    its own, because a command brings its own event loop.
    """

    def run(*arguments: object, **changes: str) -> Ended:
        monkeypatch.setattr(os, "environ", {**environment, **changes})
        monkeypatch.setattr(sys, "argv", ["kinerja", *map(str, arguments)])
        out, err, codes = io.StringIO(), io.StringIO(), []

        def call() -> None:
            with redirect_stdout(out), redirect_stderr(err):
                try:
                    main()
                except SystemExit as end:
                    codes.append(int(end.code or 0))

        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
        assert codes, "a traceback"
        return Ended(codes[0], out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def tenant(kinerja: Run) -> str:
    code = f"kota-{uuid.uuid4().hex[:8]}"
    made = kinerja("tenant", "create", code, "Kota Uji", "--time-zone", "Asia/Makassar")
    assert made.returncode == 0, made.stderr
    return code


def test_help_loads_no_library_of_the_service():
    heavy = "{'sqlalchemy', 'asyncpg', 'fastapi', 'pydantic', 'rich', 'uvicorn'}"
    script = f"import sys, kinerja_api.cli; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command", ["demo", "serve", "worker", "migrate", "close-period", "rederive", "import"]
)
def test_every_command_teaches_by_an_example(kinerja: Run, command: str):
    told = kinerja(command, "--help")
    assert told.returncode == 0
    assert re.search(rf"Examples?:\n +kinerja {command}", told.stdout), told.stdout


def test_exit_codes_tell_scripts_what_happened(kinerja: Run):
    assert kinerja("nonsense").returncode == 2
    assert kinerja("rederive", "no-such-place").returncode == 1
    away = kinerja("rederive", "x", KINERJA_DATABASE_URL="postgresql://kinerja@127.0.0.1:1/x")
    assert away.returncode == 3
    wrong = kinerja("rederive", "x", KINERJA_PORT="abc")
    assert (wrong.returncode, "KINERJA_PORT" in wrong.stderr) == (4, True)
    ownerless = kinerja("migrate", KINERJA_DATABASE_OWNER_URL="")
    assert ownerless.returncode in {3, 4}
    for ended in (away, wrong, ownerless):
        assert "Traceback" not in ended.stderr


def test_a_code_is_given_to_one_government_only(kinerja: Run, tenant: str):
    again = kinerja("tenant", "create", tenant, "Kota Lain")
    assert (again.returncode, "Traceback" in again.stderr) == (1, False)
    for code in ("Kota", "-a", "a_b", "a" * 64, ""):
        assert kinerja("tenant", "create", "--", code, "Kota").returncode == 1
    assert kinerja("tenant", "create", "b", "Kota", "--time-zone", "Mars").returncode == 1


async def test_an_account_is_invited_with_a_role_and_a_code(kinerja: Run, tenant: str, sql: Any):
    made = kinerja("account", "create", tenant, "Rina", "Rina", "--role", "tenant_administrator")
    assert made.returncode == 0, made.stderr
    assert re.search(r"^[0-9A-Z]{5}(-[0-9A-Z]{5}){3}$", made.stdout, re.MULTILINE)
    rows = await sql(
        "SELECT account.login, account.status, role, starts_on FROM kinerja.accounts account"
        " JOIN kinerja.grants ON account_id = account.id"
        " JOIN kinerja.tenants ON tenants.id = account.tenant_id WHERE tenants.code = $1",
        tenant,
    )
    assert [(row["login"], row["status"], row["role"]) for row in rows] == [
        ("rina", "invited", "tenant_administrator")
    ]
    assert kinerja("account", "create", tenant, "rina", "Rina").returncode == 1
    assert kinerja("account", "create", tenant, "a", "A", "--role", "king").returncode == 1
    assert (
        kinerja("account", "create", tenant, "a", "A", "--role", "system_operator").returncode == 1
    )
    assert kinerja("account", "create", tenant, "a", "A", "--employee", "none").returncode == 1


async def test_import_loads_refuses_and_only_checks(
    kinerja: Run, tenant: str, tmp_path: Path, sql: Any
):
    async def count() -> int:
        query = (
            "SELECT count(*) FROM kinerja.units JOIN kinerja.tenants ON tenants.id = tenant_id"
            " WHERE tenants.code = $1"
        )
        return (await sql(query, tenant))[0]["count"]

    file = tmp_path / "units.csv"
    file.write_text(UNITS + "2,Dinas Dua,istana,1\n")
    refused = kinerja("import", tenant, file)
    assert (refused.returncode, await count()) == (1, 0)
    assert "line 4, kind: import_word_unknown" in refused.stdout
    assert "istana" in refused.stdout
    file.write_text(UNITS)
    assert (kinerja("import", tenant, tmp_path, "--dry-run").returncode, await count()) == (0, 0)
    for _ in range(2):
        loaded = kinerja("import", tenant, tmp_path)
        assert (loaded.returncode, await count()) == (0, 2), loaded.stdout
    strange = tmp_path / "gaji.csv"
    strange.write_text("a\n")
    assert kinerja("import", tenant, strange).returncode == 1


async def test_doctor_proves_a_backup_and_names_what_is_wrong(
    kinerja: Run, tmp_path: Path, administrator: Any
):
    await administrator.execute("ALTER ROLE kinerja_owner CREATEDB")
    await administrator.execute("GRANT pg_read_all_data TO kinerja_backup")
    well = kinerja("doctor")
    assert well.returncode == 0, well.stdout
    assert "dumped and restored" in well.stdout
    (tmp_path / "secret.key").write_bytes(b"x" * 48)
    (tmp_path / "secret.key").chmod(0o644)
    ill = kinerja("doctor", "--no-backup", KINERJA_PUBLIC_URL="http://kinerja.medan.go.id")
    assert ill.returncode == 1
    assert "chmod 0600" in ill.stdout
    assert "failed  public address" in ill.stdout


def test_doctor_says_when_a_dump_is_unproven_and_when_roles_are_too_strong(
    kinerja: Run, environment: dict[str, str]
):
    del environment["KINERJA_DATABASE_BACKUP_URL"]
    strong = kinerja("doctor", KINERJA_DATABASE_URL=environment["KINERJA_DATABASE_OWNER_URL"])
    assert strong.returncode == 1
    assert "owns tables" in strong.stdout
    assert "unproven" in strong.stdout


def test_doctor_looks_at_the_role_that_knows_who_reported(
    kinerja: Run, environment: dict[str, str]
):
    fit = kinerja("doctor", "--no-backup").stdout
    assert "ok  identity's bounds: owns nothing" in fit
    assert "ok  identity's rights: reads no accounts, may write the trail" in fit
    for role in ("URL", "READER_URL"):
        address = environment[f"KINERJA_DATABASE_{role}"]
        strong = kinerja("doctor", "--no-backup", KINERJA_DATABASE_IDENTITY_URL=address)
        assert (strong.returncode, "may read accounts" in strong.stdout) == (1, True)
    del environment["KINERJA_DATABASE_IDENTITY_URL"]
    without = kinerja("doctor", "--no-backup")
    assert (without.returncode, "warning  identity" in without.stdout) == (0, True)


def test_doctor_tells_where_mail_goes(kinerja: Run, tmp_path: Path):
    assert f"files in {tmp_path}/outbox" in kinerja("doctor", "--no-backup").stdout
    sender = {"KINERJA_MAIL_FROM": "lapor@medan.go.id"}
    url = "smtp+starttls://lapor:rahasia@smtp.medan.go.id"
    safe = kinerja("doctor", "--no-backup", KINERJA_MAIL_URL=url, **sender)
    assert "ok  mail: smtp.medan.go.id:587, from lapor@medan.go.id" in safe.stdout
    assert "rahasia" not in safe.stdout + safe.stderr
    plain = kinerja("doctor", "--no-backup", KINERJA_MAIL_URL="smtp://relay.medan.go.id", **sender)
    assert "warning  mail" in plain.stdout
    wrong = kinerja("doctor", KINERJA_MAIL_URL="smtps://lapor:rahasia/2@smtp.medan.go.id")
    assert wrong.returncode == 4
    assert "KINERJA_MAIL_URL: " in wrong.stderr
    assert "rahasia" not in wrong.stderr


def test_doctor_prints_the_roles_without_a_database(kinerja: Run):
    told = kinerja("doctor", "--roles-sql", KINERJA_DATABASE_URL="postgresql://127.0.0.1:1/x")
    assert told.returncode == 0
    assert "kinerja_writer" in told.stdout


def test_openapi_tells_drift(kinerja: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kinerja_api.cli.document.openapi_text", lambda: "{}\n")
    file = tmp_path / "document.json"
    assert kinerja("openapi", "--check", "--file", file).returncode == 1
    assert kinerja("openapi", "--file", file).returncode == 0
    assert kinerja("openapi", "--check", "--file", file).returncode == 0
    file.write_text(file.read_text() + " ")
    drifted = kinerja("openapi", "--check", "--file", file)
    assert (drifted.returncode, "make openapi" in drifted.stderr) == (1, True)
