"""``kinerja serve`` and ``kinerja worker``."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(worker)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [KINERJA_HOST].")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on [KINERJA_PORT].")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; one per core.")] = 1,
    inline_worker: Annotated[
        bool | None,
        typer.Option(
            "--worker/--no-worker",
            help="Do the background work in here too [KINERJA_INLINE_WORKER].",
        ),
    ] = None,
) -> None:
    """Serve the API until interrupted; requests under way get 20 seconds to end.

    Without KINERJA_DATABASE_URL the embedded PostgreSQL is started and migrated first. Behind a
    proxy name it in KINERJA_FORWARDED_ALLOW_IPS, or its callers' addresses are not believed.

    \b
    Examples:
      kinerja serve --worker                        one process that does everything
      kinerja serve --host 0.0.0.0 --workers 4 --no-worker      beside a kinerja worker
    """
    import asyncio
    import os

    from kinerja_api.cli.connection import connected
    from kinerja_api.cli.schema import ensure_schema
    from kinerja_api.cli.server import run_server
    from kinerja_api.core.settings import read_settings

    if inline_worker is not None:
        os.environ["KINERJA_INLINE_WORKER"] = str(inline_worker)
    settings = read_settings()
    with connected(settings) as addresses:
        if addresses.cluster is not None:
            asyncio.run(ensure_schema(addresses))
        run_server(
            settings,
            addresses,
            host=host or settings.server.host,
            port=settings.server.port if port is None else port,
            workers=workers,
        )


def worker() -> None:
    """Deliver events and run jobs (such as closes) until interrupted. Run as many as you like.

    \b
    Example:
      kinerja worker
    """
    import asyncio

    from kinerja_api.cli.connection import connected, opened
    from kinerja_api.core.logging import configure_logging
    from kinerja_api.core.settings import read_settings
    from kinerja_api.core.tools import open_tools
    from kinerja_api.worker import run_worker

    settings = read_settings()
    configure_logging(settings.server.log_level)

    async def work() -> None:
        with connected(settings) as addresses:
            async with opened(settings, addresses) as database:
                await run_worker(database, open_tools(settings))

    asyncio.run(work())
