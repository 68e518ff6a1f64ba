"""``kinerja openapi``."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(openapi)


def openapi(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 if the file is not current.")
    ] = False,
    file: Annotated[Path, typer.Option(help="Where the document is kept.")] = Path(
        "openapi/openapi.json"
    ),
) -> None:
    """Write the OpenAPI document of this code.

    \b
    Examples:
      kinerja openapi             after a change of routes or schemas; then commit the file
      kinerja openapi --check     in a pipeline

    Exit codes: 0 written or current, 1 not current.
    """
    from kinerja_api.cli.document import openapi_text

    text = openapi_text()
    if check:
        if not file.exists() or file.read_text("utf-8") != text:
            typer.echo(f"{file} is not what the code says. Run: make openapi", err=True)
            raise typer.Exit(1)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    typer.echo(f"Wrote {file}.")
