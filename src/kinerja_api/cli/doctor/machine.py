"""Checks of what lies on this machine: settings, secrets, evidence folder, disk."""

import os
import shutil
import stat
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from kinerja_api.cli.doctor.check import Check, judge
from kinerja_api.core.mail import outbox_folder
from kinerja_api.core.mail_addresses import Protection
from kinerja_api.core.secrets import secret_key
from kinerja_api.core.settings import Settings

_GIB = 1024**3
_LEAST_FREE = 2 * _GIB
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def checks(settings: Settings) -> list[Check]:
    """Return the checks that need no database."""
    return [
        *_exposure(settings),
        *_secrets(settings),
        _evidence(settings),
        _mail(settings),
        _disk(settings.files.data_dir),
    ]


def _exposure(settings: Settings) -> list[Check]:
    server = settings.server
    address = urlsplit(server.public_url)
    is_local = address.hostname in _LOOPBACK
    return [
        judge(
            "public address",
            address.scheme == "https" or is_local,
            server.public_url,
            mend="Put a proxy with TLS in front and set KINERJA_PUBLIC_URL to its https address.",
        ),
        judge(
            "host names",
            server.allowed_hosts != "*" or is_local,
            server.allowed_hosts,
            mend=f"Set KINERJA_ALLOWED_HOSTS={address.hostname},127.0.0.1 (for health checks).",
            warns=True,
        ),
        judge(
            "proxies",
            bool(server.forwarded_allow_ips) or is_local,
            server.forwarded_allow_ips or "none trusted",
            mend="Set KINERJA_FORWARDED_ALLOW_IPS to the proxy's address: without it every"
            " caller has the proxy's address, and the sign-in throttle counts them together.",
            warns=True,
        ),
    ]


def _secrets(settings: Settings) -> list[Check]:
    security, folder = settings.security, settings.files.data_dir
    kept = {
        "secret key": (security.secret_key, folder / "secret.key"),
        "token keys": (security.token_key_file, security.token_key_file or folder / "token.pem"),
    }
    found = [
        _secret_file(name, file) if given is None or given == file else Check(name, "ok", "given")
        for name, (given, file) in kept.items()
    ]
    try:
        if security.secret_key is not None:
            secret_key(settings)
    except ValueError as error:
        mend = "Set a longer one: openssl rand -base64 48. It seals secrets; keep a copy apart."
        found.append(Check("secret key", "failed", str(error), mend))
    return found


def _secret_file(name: str, file: Path) -> Check:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        mend = "The first start of the service makes it; then keep a copy of it apart."
        return Check(name, "warning", f"{file} is not there yet", mend)
    return judge(
        name, mode & 0o077 == 0, f"{file}, mode {mode:04o}", mend=f"Run: chmod 0600 {file}"
    )


def _evidence(settings: Settings) -> Check:
    if settings.files.evidence_url is not None:
        return Check("evidence", "ok", f"kept in {urlsplit(settings.files.evidence_url).scheme}")
    folder = settings.files.data_dir
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"written")
    except OSError as error:
        mend = f"Let user {os.geteuid()} write there, or set KINERJA_DATA_DIR."
        return Check("evidence", "failed", f"{folder}: {error.strerror}", mend)
    return Check("evidence", "ok", f"{folder.absolute()} can be written")


def _mail(settings: Settings) -> Check:
    """Tell where mail goes; nothing is sent."""
    server = settings.mail.server
    if server is not None:
        found = f"{server.host}:{server.port}, from {settings.mail.mail_from}"
        mend = "Nothing protects mail on its way there: use smtp+starttls:// or smtps://."
        is_safe = server.protection is not Protection.NONE or server.host in _LOOPBACK
        return judge("mail", is_safe, found, mend=mend, warns=True)
    mend = "Set KINERJA_MAIL_URL and KINERJA_MAIL_FROM, or let a program send the files."
    return Check("mail", "warning", f"files in {outbox_folder(settings)}", mend)


def _disk(folder: Path) -> Check:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    usage = shutil.disk_usage(there)
    return judge(
        "disk",
        usage.free >= _LEAST_FREE,
        f"{usage.free / _GIB:.1f} of {usage.total / _GIB:.1f} GiB are free",
        mend="Make room: PostgreSQL stops when the disk is full.",
    )
