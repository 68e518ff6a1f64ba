"""Statement → compiled once → run on asyncpg.

SQLAlchemy Core writes the SQL; it is compiled once per shape to text with positional parameters
and executed by asyncpg. Nothing here opens a connection or a transaction (``core/db.py``).
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar, cast

import asyncpg
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.sql.base import Executable
from typing_extensions import is_typeddict

_DIALECT: Any = asyncpg_dialect.dialect()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - the dialect is untyped


class _Compiler(_DIALECT.statement_compiler):
    """Writes lists and constants into the text although other values are still to come."""

    def construct_params(self, *args: Any, **kwargs: Any) -> Any:
        compiler: Any = super()
        return compiler.construct_params(*args, **{**kwargs, "_check": False})


_DIALECT.statement_compiler = _Compiler

P = ParamSpec("P")
T = TypeVar("T")

Values = Mapping[str, object]
Rows = Select[*tuple[Any, ...]]
"""A select of any number of columns."""
Shape = Callable[..., T]
"""What a row becomes: a frozen dataclass or a TypedDict, called with the columns by name."""


class Statement:
    """SQL text and the order in which its named values are sent."""

    __slots__ = ("_fixed", "_names", "text")

    def __init__(self, clause: Executable) -> None:
        compiled: Any = cast("Any", clause).compile(
            dialect=_DIALECT, compile_kwargs={"render_postcompile": True}
        )
        self.text: str = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        binds, known = compiled.binds, compiled.params
        self._fixed: dict[str, object] = {
            name: known[name]
            for name in self._names
            if not (name in binds and binds[name].required)
        }

    def arguments(self, values: Values) -> list[object]:
        """Return the values in the order of ``$1, $2, …``; KeyError for one that is missing."""
        fixed = self._fixed
        return [values[name] if name in values else fixed[name] for name in self._names]


def statement(build: Callable[P, Executable]) -> Callable[P, Statement]:
    """Turn a function that builds a Core statement into one that returns it compiled.

    The arguments of the function are the shape (hashable); each shape is compiled once. Values
    of a request are not arguments but ``bindparam``s.
    """

    @functools.lru_cache(maxsize=256)
    def cached(*args: Any, **kwargs: Any) -> Statement:
        return Statement(build(*args, **kwargs))

    @functools.wraps(build)
    def compiled(*args: P.args, **kwargs: P.kwargs) -> Statement:
        return cached(*args, **kwargs)

    return compiled


def affected(status: str) -> int:
    """Return the row count in a command tag such as ``UPDATE 3``."""
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


def shaped(records: Sequence[asyncpg.Record], shape: Shape[T]) -> list[T]:
    """Return the records as values of ``shape``."""
    if is_typeddict(shape):
        return cast("list[T]", [dict(record) for record in records])
    return [shape(**dict(record)) for record in records]
