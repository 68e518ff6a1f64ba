"""``kinerja tenant create`` and ``kinerja account create``."""

from typing import Annotated

import typer

tenants = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Governments (instansi) of this installation."
)
accounts = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Accounts of people and machines."
)


@tenants.callback()
def _tenants() -> None:
    """Keep the name of the group although it has one command."""


@accounts.callback()
def _accounts() -> None:
    """Keep the name of the group although it has one command."""


@tenants.command("create")
def create_tenant(
    code: Annotated[str, typer.Argument(help="Short name used at sign-in, such as medan.")],
    name: Annotated[str, typer.Argument(help="Full name, such as 'Kota Medan'.")],
    time_zone: Annotated[
        str, typer.Option(help="Asia/Jakarta, Asia/Makassar or Asia/Jayapura (WIB, WITA, WIT).")
    ] = "Asia/Jakarta",
) -> None:
    """Create a government. Then give it an administrator with: kinerja account create.

    The code system is reserved: its accounts are the operators of the installation.

    \b
    Examples:
      kinerja tenant create medan "Kota Medan" --time-zone Asia/Jakarta
      kinerja tenant create system "Operator" --time-zone Asia/Jakarta

    Exit codes: 0 created, 1 the code is taken or not allowed, 3 no database.
    """
    import asyncio

    from kinerja_api.access.commands import bootstrap
    from kinerja_api.cli.connection import connected, opened
    from kinerja_api.cli.tenants import check_new_tenant
    from kinerja_api.core.ids import new_id
    from kinerja_api.core.settings import read_settings

    check_new_tenant(code, name, time_zone)
    settings = read_settings()

    async def create() -> None:
        with connected(settings) as addresses:
            async with opened(settings, addresses) as database, database.write(new_id()) as writing:
                await bootstrap.create_tenant(writing, code=code, name=name, time_zone=time_zone)

    asyncio.run(create())
    typer.echo(f"Created {code} ({name}, {time_zone}).")


@accounts.command("create")
def create_account(
    tenant: Annotated[str, typer.Argument(help="Code of the government, such as medan.")],
    login: Annotated[str, typer.Argument(help="Name to sign in with; the NIP for employees.")],
    name: Annotated[str, typer.Argument(help="Name of the person or the machine.")],
    role: Annotated[
        list[str] | None,
        typer.Option(
            help="A role over the whole government, from today on; may be given more than once:"
            " personnel_agency, complaints_officer, objection_official, inspectorate,"
            " tenant_administrator, system_operator."
        ),
    ] = None,
    employee: Annotated[
        str | None, typer.Option(help="The employee's ref in the agency's files, if it is one.")
    ] = None,
) -> None:
    """Create an account and print its one-time activation code.

    Hand the code over on paper or by voice: with it the person sets a password (POST
    /v1/activations). No password ever stands on a command line.

    \b
    Examples:
      kinerja account create medan rina "Rina Siregar" --role tenant_administrator
      kinerja account create medan 198312062009011015 "Dedi Lubis" --employee 198312062009011015
      kinerja account create system ops "Operator" --role system_operator

    Exit codes: 0 created, 1 the login is taken or something is not known, 3 no database.
    """
    import asyncio

    from kinerja_api.cli.connection import connected, opened
    from kinerja_api.cli.tenants import create_invited_account
    from kinerja_api.core.settings import read_settings

    settings = read_settings()

    async def create() -> str:
        with connected(settings) as addresses:
            async with opened(settings, addresses) as database:
                return await create_invited_account(
                    database, tenant, login=login, name=name, roles=role or [], employee=employee
                )

    code = asyncio.run(create())
    typer.echo(f"Created {login} in {tenant}. One-time activation code, shown only here:")
    typer.echo(code)
