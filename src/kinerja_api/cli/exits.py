"""What the exit codes mean, and which one an error ends with."""

import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

from kinerja_api.core.problems import Problem, Unavailable, constraint_problems


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


class NotSetUp(Exception):
    """Something must be set first; the text says what."""


class Refused(Exception):
    """The command was understood and is refused; the text says why."""


def fail(message: str, code: Exit = Exit.REFUSED) -> NoReturn:
    """End with a message on standard error."""
    print(message, file=sys.stderr)
    raise SystemExit(code)


@contextmanager
def explained() -> Generator[None]:
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

    from kinerja_api.core.embedded import EmbeddedServerError

    if isinstance(error, asyncpg.PostgresError):
        return _explain_postgres(error)
    if isinstance(error, EmbeddedServerError):
        return f"The embedded PostgreSQL cannot be used: {error}", Exit.UNREACHABLE
    if isinstance(error, Problem):
        is_away = isinstance(error, Unavailable)
        return _texts(error), Exit.UNREACHABLE if is_away else Exit.REFUSED
    if isinstance(error, FileNotFoundError | PermissionError):
        return str(error), Exit.REFUSED
    if isinstance(error, OSError):
        return f"The database cannot be reached: {error}", Exit.UNREACHABLE
    return _explain_settings(error)


def _explain_postgres(error: Exception) -> tuple[str | None, Exit]:
    import asyncpg

    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return f"The database refuses the sign-in: {error}", Exit.UNREACHABLE
    if isinstance(error, asyncpg.UndefinedTableError | asyncpg.InvalidSchemaNameError):
        return f"The schema is missing or old ({error}). Run: kinerja migrate", Exit.NOT_SET_UP
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        importlib.import_module("kinerja_api.api")  # every domain names its constraints
        known = constraint_problems.get(error.constraint_name or "")
        return (_texts(known[0]()) if known else None), Exit.REFUSED
    unreachable = (
        asyncpg.PostgresConnectionError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.InsufficientResourcesError,
        asyncpg.OperatorInterventionError,
    )
    is_unreachable = isinstance(error, unreachable)
    found = f"The database cannot be reached: {error}" if is_unreachable else None
    return found, Exit.UNREACHABLE


def _explain_settings(error: Exception) -> tuple[str | None, Exit]:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or not error.title.endswith("Settings"):
        return None, Exit.REFUSED
    lines = [f"KINERJA_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
    return "\n".join(["These settings are wrong:", *lines]), Exit.NOT_SET_UP


def _texts(problem: Problem) -> str:
    from kinerja_api.core.i18n import LANGUAGES, problem_text

    texts = [problem_text(problem.code, language, problem.params)[1] for language in LANGUAGES]
    return "\n".join(texts)
