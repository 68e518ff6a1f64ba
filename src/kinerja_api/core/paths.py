"""Which methods an address has: for the ``Allow`` header, and where two routes would match.

``/employees/searches`` is an address of its own, not an employee with the id "searches": its
methods are its own routes' only.
"""

import re
from collections.abc import Iterable, Sequence

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path


class Paths:
    """The methods of every address of the application."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._patterns: list[tuple[re.Pattern[str], set[str]]] = []
        for context in iter_route_contexts(routes):
            path: str | None = getattr(context, "path", None)
            methods: Iterable[str] | None = getattr(context, "methods", None)
            if not path or not methods:
                continue
            if "{" in path:
                self._patterns.append((compile_path(path)[0], set(methods)))
            else:
                self._exact.setdefault(path, set()).update(methods)

    def lacks(self, path: str, method: str) -> bool:
        """Return whether this is an address without parameters that has no such method."""
        methods = self._exact.get(path)
        return methods is not None and method not in methods

    def allowed(self, path: str) -> str:
        """Return the methods of the address, as the value of ``Allow``."""
        found = set(self._exact.get(path, ()))
        if not found:
            for pattern, methods in self._patterns:
                if pattern.match(path):
                    found |= methods
        if "GET" in found:
            found.add("HEAD")
        return ", ".join(sorted(found))
