"""One check and its outcome."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was found and, unless it is well, how to mend it."""

    name: str
    state: Literal["ok", "warning", "failed"]
    found: str
    mend: str = ""

    @property
    def is_failure(self) -> bool:
        """Return whether the setup cannot be relied on as it is."""
        return self.state == "failed"

    def __str__(self) -> str:
        line = f"{self.state:>8}  {self.name}: {self.found}"
        return f"{line}\n{'':>10}→ {self.mend}" if self.mend else line


def judge(name: str, good: bool, found: str, *, mend: str, warns: bool = False) -> Check:
    """Return a check that is well, or else fails (warns) with the way to mend it."""
    if good:
        return Check(name, "ok", found)
    return Check(name, "warning" if warns else "failed", found, mend)
