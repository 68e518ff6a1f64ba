"""Loads the files of a personnel agency into one government."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn
from uuid import UUID

from kinerja_api.activities.commands.loading import load_logs
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.i18n import field_text
from kinerja_api.core.ids import new_id
from kinerja_api.imports.files import ImportFile
from kinerja_api.imports.parse import parse
from kinerja_api.organisation.commands.loading import (
    load_employees,
    load_placements,
    load_positions,
    load_units,
)
from kinerja_api.organisation.rules import RowFault
from kinerja_api.planning.commands.loading import load_goals, load_periods, load_plans
from kinerja_api.results.commands.loading import load_behaviours, load_results
from kinerja_api.services.commands.loading import load_services, load_transactions

Outcome = Literal["loaded", "checked", "refused", "skipped"]
Advance = Callable[[str, int, int], None]
"""Called with the file at work, how many files are done and how many there are."""

Loader = Callable[[Writing, Sequence[Any]], Awaitable[Sequence[RowFault]]]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file. skipped: not tried, because another one was refused."""

    name: str
    outcome: Outcome
    rows: int
    faults: Sequence[RowFault] = ()

    def lines(self) -> Iterator[str]:
        """Yield the report as text, each fault in Indonesian and English."""
        yield f"{self.outcome:>8}  {self.name}" + (f": {self.rows} rows" if self.rows else "")
        for fault in self.faults:
            place = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
            indonesian = field_text(fault.code, "id", fault.params)
            english = field_text(fault.code, "en", fault.params)
            yield f"{'':>10}{place}: {fault.code}: {indonesian} / {english}"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of all files, in the order of loading."""

    files: Sequence[FileReport] = field(default_factory=list[FileReport])

    @property
    def is_accepted(self) -> bool:
        """Return whether no file was refused."""
        return all(file.outcome in {"loaded", "checked"} for file in self.files)

    def lines(self) -> Iterator[str]:
        """Yield the report as text."""
        for file in self.files:
            yield from file.lines()


class _Undone(Exception):
    def __init__(self, faults: Sequence[RowFault] = ()) -> None:
        super().__init__()
        self.faults = faults


async def import_files(
    database: Database,
    tenant_id: UUID,
    files: Sequence[ImportFile],
    *,
    dry_run: bool = False,
    advance: Advance | None = None,
) -> ImportReport:
    """Load the files in their order, each in one transaction; repeating it changes nothing.

    First all files are read: if any has faults, none is loaded. The first file that the database
    refuses ends the import; those before it stay loaded. dry_run: one transaction over all files,
    undone at the end.
    """
    parsed = [parse(file.content, file.file_format) for file in files]
    faulty = {number: found.faults for number, found in enumerate(parsed) if found.faults}
    if faulty:
        return _report(files, 0, faulty)
    rows = [found.rows for found in parsed]
    run = _check if dry_run else _load_each
    pairs = list(zip(files, rows, strict=True))
    return await run(database, tenant_id, pairs, advance or _say_nothing)


def _say_nothing(what: str, done: int, total: int) -> None:
    del what, done, total


_Files = Sequence[tuple[ImportFile, Sequence[object]]]


async def _load_each(
    database: Database, tenant_id: UUID, files: _Files, advance: Advance
) -> ImportReport:
    names = [file for file, _ in files]
    for number, (file, rows) in enumerate(files):
        advance(file.name, number, len(files))
        try:
            async with database.write(tenant_id) as writing:
                await _load(writing, file, rows)
        except _Undone as undone:
            return _report(names, number, {number: undone.faults})
    return ImportReport([FileReport(file.name, "loaded", len(rows)) for file, rows in files])


async def _check(
    database: Database, tenant_id: UUID, files: _Files, advance: Advance
) -> ImportReport:
    number = 0
    try:
        async with database.write(tenant_id) as writing:
            for number, (file, rows) in enumerate(files):
                advance(file.name, number, len(files))
                await _load(writing, file, rows)
            _undo()
    except _Undone as undone:
        if undone.faults:
            return _report([file for file, _ in files], 0, {number: undone.faults})
    return ImportReport([FileReport(file.name, "checked", len(rows)) for file, rows in files])


def _undo() -> NoReturn:
    raise _Undone


async def _load(writing: Writing, file: ImportFile, rows: Sequence[object]) -> None:
    """Load one file's rows; raises _Undone with the faults."""
    await writing.script(_PATIENCE)
    faults = await _LOADERS[file.file_format.name](writing, rows)
    if faults:
        raise _Undone(sorted(faults, key=lambda fault: (fault.line, fault.column or "")))
    digest = hashlib.sha256(file.content).hexdigest()
    after = {"file": file.name, "sha256": digest, "rows": len(rows)}
    writing.record("file.imported", ("import", new_id()), after=after)


def _report(
    files: Sequence[ImportFile], loaded: int, faulty: Mapping[int, Sequence[RowFault]]
) -> ImportReport:
    """Return the report of an import that ended early; the first ``loaded`` files were loaded."""

    def outcome(number: int) -> Outcome:
        if number in faulty:
            return "refused"
        return "loaded" if number < loaded else "skipped"

    return ImportReport(
        [
            FileReport(file.name, outcome(number), 0, faulty.get(number, ()))
            for number, file in enumerate(files)
        ]
    )


# A file of a large government takes longer than any request may. Rows just loaded have no
# statistics yet, and nested loops chosen without them took ten times as long.
_PATIENCE = """
SET LOCAL enable_nestloop = off;
SET LOCAL statement_timeout = '30min';
SET LOCAL idle_in_transaction_session_timeout = '5min';
SET LOCAL lock_timeout = '30s'
"""
_LOADERS: Mapping[str, Loader] = {
    "units": load_units,
    "positions": load_positions,
    "people": load_employees,
    "placements": load_placements,
    "periods": load_periods,
    "goals": load_goals,
    "plans": load_plans,
    "logs": load_logs,
    "results": load_results,
    "behaviours": load_behaviours,
    "services": load_services,
    "transactions": load_transactions,
}
