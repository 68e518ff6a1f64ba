"""``kinerja demo``."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    serve: Annotated[
        bool, typer.Option(help="Serve; otherwise only make the data and end.")
    ] = True,
) -> None:
    """Start the service with five invented governments, and print who can sign in.

    The first start makes everything: a PostgreSQL in the data folder (KINERJA_DATA_DIR, var), the
    schema, CSV files like a personnel agency's, their import, passwords, a closed month, reports
    of citizens. Later starts take what is there. Nothing in it is real, and no password is a
    default: they are made here, kept in demo-logins.json (mode 0600) of the data folder and
    printed at each start.

    \b
    Examples:
      kinerja demo
      kinerja demo --port 8080
      rm -r var && kinerja demo        afresh, with today's dates (stop it first)
    """
    import asyncio
    import os

    from kinerja_api.cli.connection import connected
    from kinerja_api.cli.exits import Refused
    from kinerja_api.cli.progress import progress_bar
    from kinerja_api.cli.server import is_free, run_server
    from kinerja_api.cli.showing import prepare
    from kinerja_api.core import clock
    from kinerja_api.core.settings import read_settings
    from kinerja_api.demo import introduction

    if serve and not is_free(host, port):
        raise Refused(f"Port {port} of {host} is taken. Try: kinerja demo --port {port + 1}")
    url = f"http://{host}:{port}"
    for name, value in (
        ("PUBLIC_URL", url), ("INLINE_WORKER", "true"), ("LOG_LEVEL", "warning"),
    ):  # fmt: skip
        os.environ.setdefault(f"KINERJA_{name}", value)
    settings = read_settings()
    with connected(settings) as addresses:
        with progress_bar() as advance:
            shown = asyncio.run(prepare(settings, addresses, advance=advance))
        today = clock.today(shown.time_zone)
        for line in introduction(shown, url=url, today=today):
            typer.echo(line)
        if serve:
            typer.echo("\nServing; Ctrl-C ends it. The data stay.")
            run_server(settings, addresses, host=host, port=port)
