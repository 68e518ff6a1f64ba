"""Words, documents and files that other systems exchange with us. Pure."""

from kinerja_api.integrations.rules.kinds import (
    ChannelName,
    Datatype,
    Direction,
    RunKind,
    shown_status,
)

__all__ = ["ChannelName", "Datatype", "Direction", "RunKind", "shown_status"]
