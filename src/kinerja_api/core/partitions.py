"""Yearly partitions of the tables marked ``partitioned_by_year``: made two years ahead.

A default partition catches what no year holds, so nothing is refused; readiness warns a year
before the made ones run out.
"""

import datetime as dt

import asyncpg

from kinerja_api.core.tables import SCHEMA, metadata

_YEARS_BEHIND, _YEARS_AHEAD = 1, 2


def partitioned_tables() -> list[str]:
    """Return the names of the tables that are partitioned by year."""
    return sorted(
        table.name for table in metadata.tables.values() if table.info.get("partitioned_by_year")
    )


async def ensure_partitions(owner: asyncpg.Connection, today: dt.date) -> list[str]:
    """Create the missing partitions of every partitioned table; return their names."""
    created: list[str] = []
    for table in partitioned_tables():
        names = {f"{table}_default": "DEFAULT"}
        for year in range(today.year - _YEARS_BEHIND, today.year + _YEARS_AHEAD + 1):
            names[f"{table}_{year}"] = f"FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
        for name, bounds in names.items():
            if await owner.fetchval("SELECT to_regclass($1)", f"{SCHEMA}.{name}") is None:
                await owner.execute(
                    f"CREATE TABLE {SCHEMA}.{name} PARTITION OF {SCHEMA}.{table} {bounds}"
                )
                created.append(name)
    return created


async def last_partition_year(connection: asyncpg.Connection) -> int:
    """Return the last year that every partitioned table has a partition for."""
    tables = partitioned_tables()
    year = dt.date.min.year
    found = await connection.fetch(
        "SELECT child.relname AS name, parent.relname AS parent FROM pg_inherits"
        " JOIN pg_class child ON child.oid = inhrelid"
        " JOIN pg_class parent ON parent.oid = inhparent"
        " JOIN pg_namespace space ON space.oid = parent.relnamespace"
        " WHERE space.nspname = $1 AND parent.relname = ANY($2)",
        SCHEMA,
        tables,
    )
    years = {
        table: max(
            (
                int(row["name"].rsplit("_", 1)[1])
                for row in found
                if row["parent"] == table and row["name"].rsplit("_", 1)[1].isdigit()
            ),
            default=year,
        )
        for table in tables
    }
    return min(years.values())
