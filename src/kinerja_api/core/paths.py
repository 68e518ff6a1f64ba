"""Which methods an address has, for the ``Allow`` header of 405."""

import re
from collections.abc import Iterable, Sequence

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path


class Paths:
    """The methods of every address of the application."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._methods: list[tuple[re.Pattern[str], frozenset[str]]] = []
        for context in iter_route_contexts(routes):
            path: str | None = getattr(context, "path", None)
            methods: Iterable[str] | None = getattr(context, "methods", None)
            if path and methods:
                self._methods.append((compile_path(path)[0], frozenset(methods)))

    def allowed(self, path: str) -> str:
        """Return the methods of the address, as the value of ``Allow``."""
        found: set[str] = set()
        for pattern, methods in self._methods:
            if pattern.match(path):
                found |= methods
        if "GET" in found:
            found.add("HEAD")
        return ", ".join(sorted(found))
