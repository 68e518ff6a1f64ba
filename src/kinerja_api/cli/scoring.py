"""``kinerja close-period`` and ``kinerja rederive``."""

from typing import Annotated
from uuid import UUID

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("close-period")(close_period)
    app.command()(rederive)


def close_period(
    tenant: Annotated[str, typer.Argument(help="Code of the government, such as medan.")],
    period: Annotated[str, typer.Argument(help="Code of the period: 2026, 2026-Q4 or 2026-11.")],
    wait: Annotated[
        bool, typer.Option("--wait", help="Work until it is done, with or without a worker.")
    ] = False,
    early_reason: Annotated[
        str | None,
        typer.Option(help="Why it is closed before its last day has passed; kept in the trail."),
    ] = None,
) -> None:
    """Close a period: freeze its inputs, rate everybody, open the evaluations.

    The same as POST /v1/periods/{id}/closings. Without --wait a worker does it.

    \b
    Examples:
      kinerja close-period medan 2026-11
      kinerja close-period medan 2026-11 --wait
      kinerja close-period medan 2026-12 --early-reason "Kas ditutup 20 Desember"

    Exit codes: 0 ordered or done, 1 refused (such as: closed before) or failed, 3 no database.
    """
    import asyncio

    from kinerja_api.cli.closing import close_and_wait, order
    from kinerja_api.cli.connection import connected, opened
    from kinerja_api.cli.exits import Refused
    from kinerja_api.cli.progress import progress_bar
    from kinerja_api.cli.tenants import find_tenant
    from kinerja_api.core.settings import read_settings

    settings = read_settings()

    async def close() -> str:
        with connected(settings) as addresses:
            async with opened(settings, addresses) as database:
                found = await find_tenant(database, tenant)
                if not wait:
                    closing = await order(database, found, period, early_reason=early_reason)
                    return f"Ordered: closing {closing['number']} of {period}."
                with progress_bar() as advance:
                    closing = await close_and_wait(
                        database, found, period, early_reason=early_reason, advance=advance
                    )
        if closing["error"] is not None:
            raise Refused(f"The close failed: {closing['error']}")
        counts = f"{closing['people']} people, {closing['rated']} rated, {closing['unrated']} not"
        return f"Closed {period} (closing {closing['number']}): {counts}."

    typer.echo(asyncio.run(close()))


def rederive(
    tenant: Annotated[str, typer.Argument(help="Code of the government, such as medan.")],
    closing: Annotated[
        list[UUID] | None, typer.Argument(help="Ids of closings; all when none is named.")
    ] = None,
    sample: Annotated[
        int, typer.Option(min=0, help="How many people to compute by decimals, one by one, too.")
    ] = 200,
) -> None:
    """Compute closings again from their frozen inputs and compare; writes nothing.

    A difference means that stored ratings are not what their inputs and policy say.

    \b
    Examples:
      kinerja rederive medan
      kinerja rederive medan 0197c1a2-… --sample 5000

    Exit codes: 0 all equal, 1 a difference, 3 no database.
    """
    import asyncio

    from kinerja_api.cli.closing import rederive_closings
    from kinerja_api.cli.connection import connected, opened
    from kinerja_api.cli.progress import progress_bar
    from kinerja_api.cli.tenants import find_tenant
    from kinerja_api.core.settings import read_settings

    settings = read_settings()

    async def compare() -> bool:
        with connected(settings) as addresses, progress_bar() as advance:
            async with opened(settings, addresses) as database:
                found = await find_tenant(database, tenant)
                outcome = await rederive_closings(
                    database, found.id, closing or [], sample=sample, advance=advance
                )
        for line in outcome.lines:
            typer.echo(line)
        return outcome.are_equal

    if not asyncio.run(compare()):
        raise typer.Exit(1)
