"""``kinerja import``."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    tenant: Annotated[str, typer.Argument(help="Code of the government, such as medan.")],
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="Folders with CSV files, or files.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything against the database, load nothing.")
    ] = False,
) -> None:
    """Load CSV files of the personnel agency, each file wholly or not at all.

    Known by their names, and loaded in this order: units, positions, people, placements, periods,
    goals, plans, logs, results, behaviours (.csv; comma or semicolon; UTF-8). A faulty file is
    refused with every faulty row named by line and column, in Indonesian and English. Loading
    the same file again changes nothing; a changed file changes what differs.

    \b
    Examples:
      kinerja import medan ./export --dry-run
      kinerja import medan ./export
      kinerja import medan people.csv placements.csv

    Exit codes: 0 all loaded, 1 a file was refused (the files before it are loaded), 3 no database.
    """
    import asyncio

    from kinerja_api.cli.connection import connected, opened
    from kinerja_api.cli.exits import Refused
    from kinerja_api.cli.progress import Advance, progress_bar
    from kinerja_api.cli.tenants import find_tenant
    from kinerja_api.core.settings import read_settings
    from kinerja_api.imports.commands import ImportReport, import_files
    from kinerja_api.imports.files import read_files

    files, unknown = read_files(paths)
    if unknown or not files:
        names = ", ".join(unknown) or "none found"
        raise Refused(f"Which files are these? {names}. Known names: see kinerja import --help")
    settings = read_settings()

    async def load(advance: Advance) -> ImportReport:
        with connected(settings) as addresses:
            async with opened(settings, addresses) as database:
                found = await find_tenant(database, tenant)
                return await import_files(
                    database, found.id, files, dry_run=dry_run, advance=advance
                )

    with progress_bar() as advance:
        report = asyncio.run(load(advance))
    for line in report.lines():
        typer.echo(line)
    if not report.is_accepted:
        raise typer.Exit(1)
