"""Progress bars on standard error, where a person is looking; nothing in a script."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

Advance = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""


@contextmanager
def progress_bar() -> Generator[Advance]:
    """Yield a function that shows how far the work is."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def advance(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield advance


def _ignore(what: str, done: int, total: int) -> None:
    del what, done, total
