"""Every statement that the service sends to the database, with its values."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from kinerja_api.core.db import BoundConnection

Sent = tuple[str, Sequence[Any]]


@contextmanager
def sent_statements() -> Generator[list[Sent]]:
    """Yield the list of what is sent during the block, by any connection of this process."""
    sent: list[Sent] = []
    connection: Any = BoundConnection
    real = connection._execute

    async def noting(
        self: BoundConnection, query: str, values: Sequence[Any], *rest: Any, **named: Any
    ) -> Any:
        sent.append((query, values))
        return await real(self, query, values, *rest, **named)

    connection._execute = noting
    try:
        yield sent
    finally:
        connection._execute = real
