"""Who reported: the one thing about a report that is sealed. Pure."""

import json
from dataclasses import asdict, dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reporter:
    """What a citizen left of himself, all of it voluntary."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None

    def __repr__(self) -> str:
        return "Reporter(…)"

    @property
    def is_nobody(self) -> bool:
        """Return whether nothing was left."""
        return not (self.name or self.email or self.phone)

    def packed(self) -> bytes:
        """Return the bytes that are sealed."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()


def unpacked(content: bytes) -> Reporter:
    """Return whom ``packed`` held."""
    return Reporter(**json.loads(content))


def seal_context(tenant_id: UUID, report_id: UUID) -> bytes:
    """Return what a sealed reporter is bound to: a row copied to another report stays shut."""
    return b"reporter\x00" + tenant_id.bytes + report_id.bytes
