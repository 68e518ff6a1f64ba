"""The command ``kinerja``: one file per group of commands.

Libraries are imported inside the commands, so that help and wrong usage answer at once.
"""

import typer

from kinerja_api.cli import accounts, demo, doctor, imports, migrate, openapi, scoring, serve
from kinerja_api.cli.exits import EXIT_CODES, explained

_HELP = f"""Performance management of civil servants (ASN): the service and its tools.

\b
Try it:
  kinerja demo
\b
A real setup:
  kinerja doctor --roles-sql | psql …   the database's roles, once
  kinerja migrate                       the schema, at every release
  kinerja tenant create medan "Kota Medan" --time-zone Asia/Jakarta
  kinerja account create medan rina "Rina Siregar" --role tenant_administrator
  kinerja import medan ./files --dry-run
  kinerja serve --host 0.0.0.0 --workers 4 --no-worker
  kinerja worker
  kinerja doctor                        what is wrong, and how to mend it

Settings come from the environment (KINERJA_…) and from the file that KINERJA_CONFIG names; the
README lists them.

{EXIT_CODES}
"""

app = typer.Typer(
    name="kinerja",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=_HELP,
)
for group in (demo, serve, migrate, imports, scoring, openapi, doctor):
    group.register(app)
app.add_typer(accounts.tenants, name="tenant")
app.add_typer(accounts.accounts, name="account")


def main() -> None:
    """Run the command line."""
    with explained():
        app()
