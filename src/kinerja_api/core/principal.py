"""Who acts, as far as core needs to know: ids and a version that access maintains.

``principals`` is the row that every write checks in its own transaction, so that a disabled
account or a changed grant takes effect at once although tokens are cached.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Table, bindparam, exists
from sqlalchemy import Uuid as UuidType
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.problems import Unauthenticated
from kinerja_api.core.tables import metadata, tenant_column

principals = Table(
    "principals",
    metadata,
    tenant_column(),
    Column("id", UuidType, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("access_version", Integer, nullable=False),
    PrimaryKeyConstraint("tenant_id", "id"),
)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of one request.

    acting_as: the roles held, for the trail; access_version: of the cached grants.
    """

    tenant_id: UUID
    account_id: UUID
    access_version: int
    acting_as: str

    @property
    def values(self) -> dict[str, object]:
        """Return the values of the parameters in ``is_live``."""
        return {
            "principal_tenant_id": self.tenant_id,
            "principal_id": self.account_id,
            "principal_version": self.access_version,
        }


class PrincipalChanged(Unauthenticated):
    """The account was disabled or its grants changed since the token was cached."""

    code = "principal_changed"


def is_live() -> ColumnElement[bool]:
    """Return the condition that the principal may still act with the grants it came with."""
    return exists().where(
        principals.c.tenant_id == bindparam("principal_tenant_id", type_=UuidType),
        principals.c.id == bindparam("principal_id", type_=UuidType),
        principals.c.access_version == bindparam("principal_version", type_=Integer),
        principals.c.is_active,
    )
