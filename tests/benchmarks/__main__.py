"""``make bench``: the project beside a lean peer and the bare limit, interleaved, in ratios.

Absolute figures belong to the machine; the ratios are what the project holds itself to, and no
test asserts them. Every module here that is no tool is a benchmark: its ``run`` by its own name,
its ``run_large`` (minutes; only when named) by that name with ``-large``:
``python -m tests.benchmarks pages close-large``.
"""

import importlib
import pkgutil
import sys
from pathlib import Path

_TOOLS = {"__main__", "emitted", "load", "peer", "region", "report", "seed", "stage"}


def main() -> int:
    """Run the named benchmarks, or all the short ones; 2 for an unknown name."""
    found = {one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)])} - _TOOLS
    names = sys.argv[1:] or sorted(found)
    if unknown := [name for name in names if name.removesuffix("-large") not in found]:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(sorted(found))}")
        return 2
    for name in names:
        module = importlib.import_module(f"tests.benchmarks.{name.removesuffix('-large')}")
        (module.run_large if name.endswith("-large") else module.run)()
    return 0


if __name__ == "__main__":
    sys.exit(main())
