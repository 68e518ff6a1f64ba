"""The database roles, and the script with which an administrator makes them once."""

from collections.abc import Mapping

ROLES: Mapping[str, str] = {
    "kinerja_owner": "LOGIN",
    "kinerja_writer": "LOGIN",
    "kinerja_reader": "LOGIN",
    "kinerja_identity": "LOGIN",
    "kinerja_backup": "LOGIN BYPASSRLS",
}
"""Owner: migrate only. Writer, reader and identity own nothing. Backup reads all, for dumps.

Identity alone may read and erase who reported, and reads nothing else.
"""

_FOR_THE_PROOF = """\
-- Only where kinerja doctor shall prove a backup: it restores the dump into a scratch database.
-- ALTER ROLE kinerja_owner CREATEDB;"""


def roles_sql(passwords: Mapping[str, str]) -> str:
    """Return SQL that creates the missing roles and sets the passwords that are given."""
    parts: list[str] = []
    for role, rights in ROLES.items():
        password = passwords.get(role)
        secret = f" PASSWORD '{password.replace(chr(39), chr(39) * 2)}'" if password else ""
        parts.append(
            f"DO $$ BEGIN IF to_regrole('{role}') IS NULL"
            f" THEN CREATE ROLE {role}; END IF; END $$;\n"
            f"ALTER ROLE {role} {rights}{secret};"
        )
    # A dump reads each partition by itself, and rights are granted on the whole table only.
    parts.append("GRANT pg_read_all_data TO kinerja_backup;")
    parts.append(_FOR_THE_PROOF)
    return "\n".join(parts)
