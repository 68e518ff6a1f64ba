"""``kinerja serve`` and ``kinerja worker``."""

from typing import TYPE_CHECKING
