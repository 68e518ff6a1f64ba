"""What the exit codes mean, and which one an error ends with."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_SET_UP = 4
    INTERRUPTED = 130


EXIT_CODES = """Exit codes: 0 done; 1 refused, or differences found; 2 wrong usage;
3 the database cannot be reached; 4 not set up (a setting, the schema); 130 interrupted."""


class NotSetUp(Exception):  # noqa: N818 - read by a person, who is told what to do
    """Something must be set first; the text says what."""


class Refused(Exception):  # noqa: N818 - the same
    """The command was understood and is refused; the text says why."""


def fail(message: str, code: Exit = Exit.REFUSED) -> NoReturn:
    """End with a message on standard error."""
    print(message, file=sys.stderr)
    raise SystemExit(code)


@contextmanager
def explained() -> Iterator[None]:
    """End foreseeable errors with one sentence and their exit code instead of a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        fail("Interrupted.", Exit.INTERRUPTED)
    except NotSetUp as error:
        fail(str(error), Exit.NOT_SET_UP)
    except Refused as error:
        fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()  # or Python complains about it at exit
        raise SystemExit(Exit.OK) from None
    except Exception as error:
        message, code = _explanation(error)
        if message is None:
            raise
        fail(message, code)


def _explanation(error: Exception) -> tuple[str | None, Exit]:
    import asyncpg
    from pydantic import ValidationError

    from kinerja_api.core import problems
    from kinerja_api.core.embedded import EmbeddedServerError
    from kinerja_api.core.i18n import problem_text

    if isinstance(error, ValidationError):
        faults = [(str(fault["loc"][0]).upper(), fault["msg"]) for fault in error.errors()]
        lines = [f"KINERJA_{name}: {text}" for name, text in faults]
        return "\n".join(["These settings are wrong:", *lines]), Exit.NOT_SET_UP
    if isinstance(error, EmbeddedServerError):
        return f"The embedded PostgreSQL cannot be used: {error}", Exit.UNREACHABLE
    if isinstance(error, asyncpg.InvalidPasswordError | asyncpg.InvalidAuthorizationSpecificationError):
        return f"The database refuses the sign-in: {error}", Exit.UNREACHABLE
    if isinstance(error, asyncpg.UndefinedTableError | asyncpg.InvalidSchemaNameError):
        return f"The schema is missing or old ({error}). Run: kinerja migrate", Exit.NOT_SET_UP
    unreachable = (
        OSError,
        problems.DatabaseUnavailable,
        problems.DatabaseBusy,
        asyncpg.PostgresConnectionError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.TooManyConnectionsError,
        asyncpg.CannotConnectNowError,
    )
    if isinstance(error, unreachable) and not isinstance(error, FileNotFoundError | PermissionError):
        return f"The database cannot be reached: {error}", Exit.UNREACHABLE
    if isinstance(error, problems.Problem):
        indonesian = problem_text(error.code, "id", error.params)[1]
        english = problem_text(error.code, "en", error.params)[1]
        return f"{indonesian}\n{english}", Exit.REFUSED
    if isinstance(error, OSError):
        return str(error), Exit.REFUSED
    return None, Exit.REFUSED
