"""The secrets of an installation: given by settings, or made once and kept in the data folder."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from kinerja_api.core.settings import Settings

_SHORTEST = 32


def secret_key(settings: Settings) -> bytes:
    """Return the master secret; ValueError if the one given is too short."""
    given = settings.security.secret_key
    if given is None:
        return _kept(settings.files.data_dir / "secret.key", lambda: secrets.token_bytes(48))
    key = given.get_secret_value().encode()
    if len(key) < _SHORTEST:
        raise ValueError(f"KINERJA_SECRET_KEY needs at least {_SHORTEST} characters")
    return key


def token_keys(settings: Settings, generate: Callable[[], bytes]) -> list[bytes]:
    """Return the PEM keys for tokens, the signing one first."""
    file = settings.security.token_key_file
    pem = file.read_bytes() if file else _kept(settings.files.data_dir / "token.pem", generate)
    mark = b"-----BEGIN"
    return [mark + part for part in pem.split(mark) if part.strip()]


def _kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """Return the file's content, made first if absent; readable by its owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(make())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_bytes()
