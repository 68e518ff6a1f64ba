"""``kinerja migrate``."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(migrate)


def migrate(
    revision: Annotated[
        str, typer.Option(help="A revision of migrations/versions, or base: drops every table.")
    ] = "head",
) -> None:
    """Bring the schema to the revision of this code and make the coming years' partitions.

    Runs as the owner role (KINERJA_DATABASE_OWNER_URL). Safe to repeat; run it at every release
    before the new code starts, and at least once a year for the partitions.

    \b
    Examples:
      kinerja migrate
      KINERJA_DATABASE_OWNER_URL=postgresql://kinerja_owner@db/kinerja kinerja migrate
    """
    import asyncio

    from kinerja_api.cli.connection import connected
    from kinerja_api.core import clock
    from kinerja_api.core.migrate import migrate as bring_to
    from kinerja_api.core.revision import head_revision
    from kinerja_api.core.settings import read_settings

    with connected(read_settings()) as addresses:
        today = clock.now().date()
        asyncio.run(bring_to(addresses.owner_required, today=today, revision=revision))
    typer.echo(f"The schema is at {head_revision() if revision == 'head' else revision}.")
