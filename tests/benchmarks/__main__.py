"""``make bench``: the project beside a lean peer and the bare limit, interleaved, in ratios.

Absolute figures belong to the machine; the ratios are what the project holds itself to. Names
given as arguments pick benchmarks (``python -m tests.benchmarks close-large``); the large close
takes minutes and runs only when named.
"""

import sys

from tests.benchmarks import close, logs

BENCHMARKS = {"logs": logs.run, "close": close.run, "close-large": close.run_large}


def main() -> int:
    """Run the named benchmarks, or the two short ones; 2 for an unknown name."""
    names = sys.argv[1:] or ["logs", "close"]
    if unknown := set(names) - set(BENCHMARKS):
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
        return 2
    for name in names:
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
