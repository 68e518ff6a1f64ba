"""What every tenant table gets: forced row-level security and the rights of the roles."""

from alembic import op

from kinerja_api.core.tables import SCHEMA, tenant_isolation


def isolate(*tables: str, append_only: bool = False) -> None:
    """Show each row of these tables to its tenant only, and give the roles their rights."""
    changes = "INSERT" if append_only else "INSERT, UPDATE, DELETE"
    for table in tables:
        name = f"{SCHEMA}.{table}"
        _force_row_security(name)
        op.execute(f"GRANT SELECT, {changes} ON {name} TO kinerja_writer")
        op.execute(f"GRANT SELECT ON {name} TO kinerja_reader, kinerja_backup")


def guard_identity(table: str) -> None:
    """Let the service add rows to a table that only the identity role may read and erase."""
    name = f"{SCHEMA}.{table}"
    _force_row_security(name)
    op.execute(f"GRANT INSERT ON {name} TO kinerja_writer")
    op.execute(f"GRANT SELECT, DELETE ON {name} TO kinerja_identity")
    op.execute(f"GRANT SELECT ON {name} TO kinerja_backup")


def _force_row_security(name: str) -> None:
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant_isolation ON {name}"
        f" USING ({tenant_isolation}) WITH CHECK ({tenant_isolation})"
    )


def share(*tables: str) -> None:
    """Give the roles their rights on reference tables, which every tenant may read."""
    for table in tables:
        name = f"{SCHEMA}.{table}"
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {name} TO kinerja_writer")
        op.execute(f"GRANT SELECT ON {name} TO kinerja_reader, kinerja_backup")


_EACH_TENANT = """
DO $$ DECLARE tenant uuid; BEGIN
    FOR tenant IN SELECT id FROM kinerja.tenants LOOP
        PERFORM set_config('app.tenant', tenant::text, true);
        [statements]
    END LOOP;
    PERFORM set_config('app.tenant', '', true);
END $$
"""


def each_tenant(*statements: str) -> None:
    """Run the statements once for every tenant: row-level security holds for the owner too."""
    steps = " ".join(f"{statement};" for statement in statements)
    op.execute(_EACH_TENANT.replace("[statements]", steps))
