"""Whether a job waits already."""

from sqlalchemy import Text, Uuid, bindparam, exists, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Reading
from kinerja_api.core.outbox import jobs
from kinerja_api.core.sql import statement


async def is_queued(reading: Reading, kind: str) -> bool:
    """Return whether a job of the kind waits for its turn."""
    return await reading.value(_queued(), kind=kind)


@statement
def _queued() -> Executable:
    return select(
        exists().where(
            jobs.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            jobs.c.kind == bindparam("kind", type_=Text),
            jobs.c.status == "queued",
        )
    )
