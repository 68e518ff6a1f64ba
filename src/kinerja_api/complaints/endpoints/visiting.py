"""Who comes with a receipt, from the header of his request."""

from typing import Annotated

from fastapi import Depends, Header, Request

from kinerja_api.access.commands.throttle import take
from kinerja_api.access.entrance import CurrentEntrance, PublicTenant
from kinerja_api.complaints.queries.receipts import Visit, find_mine

_Receipt = Annotated[
    str,
    Header(
        alias="X-Receipt",
        description="The receipt of the report",
        json_schema_extra={"maxLength": 200},
    ),
]


async def _visit(
    request: Request, tenant: PublicTenant, entrance: CurrentEntrance, receipt: _Receipt = ""
) -> Visit:
    return Visit(tenant, request.path_params["tenant"], entrance, receipt)


CurrentVisit = Annotated[Visit, Depends(_visit)]
"""The caller of an address that needs a receipt."""


async def _known_visit(visit: CurrentVisit) -> Visit:
    """Count it here for good: reading a file costs much, also where it is refused then."""
    entrance = visit.entrance
    async with entrance.database.read(visit.tenant.id) as reading:
        await find_mine(reading, visit)
    async with entrance.database.write(visit.tenant.id) as writing:
        await take(writing, entrance, "upload", limit=entrance.settings.public_messages_per_hour)
    return visit


KnownVisit = Annotated[Visit, Depends(_known_visit)]
"""The same, already known to have a report, and counted: before a large body is read."""
