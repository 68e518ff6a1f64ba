"""``kinerja doctor``: says what is wrong with a setup, and how to mend it."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    roles_sql: Annotated[
        bool, typer.Option("--roles-sql", help="Print the SQL that makes the roles, and end.")
    ] = False,
    backup: Annotated[
        bool, typer.Option(help="Prove a backup: dump, restore, count. Takes as long as both.")
    ] = True,
) -> None:
    """Check settings, database, roles, schema, secrets, evidence, disk, and prove a backup.

    Nothing is changed but a scratch database and a temporary file, both removed at the end.

    \b
    Examples:
      kinerja doctor
      kinerja doctor --no-backup          all but the backup, which takes long on a large database
      kinerja doctor --roles-sql | psql postgresql://postgres@db/postgres

    Exit codes: 0 nothing is wrong (warnings may be), 1 something is, 3 no database, 4 settings.
    """
    from kinerja_api.core.roles import roles_sql as sql_of_roles

    if roles_sql:
        typer.echo(sql_of_roles({}))
        typer.echo("-- Then, in psql, one line per role: \\password kinerja_owner")
        typer.echo("-- And the database: CREATE DATABASE kinerja OWNER kinerja_owner;")
        return
    import asyncio

    from kinerja_api.cli.connection import connected
    from kinerja_api.cli.doctor import database, machine
    from kinerja_api.cli.doctor.backup import prove_backup
    from kinerja_api.core.settings import read_settings

    settings = read_settings()
    with connected(settings) as addresses:
        checks = [*machine.checks(settings), *asyncio.run(database.checks(addresses))]
        if backup:
            checks += asyncio.run(prove_backup(addresses))
    for check in checks:
        typer.echo(str(check))
    failed = sum(check.is_failure for check in checks)
    typer.echo(f"{failed} of {len(checks)} checks failed." if failed else "Nothing is wrong.")
    if failed:
        raise typer.Exit(1)
