"""How benchmarks print: ratios with their goals, and statements timed side by side."""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg


def heading(title: str) -> None:
    """Print the title of a comparison."""
    print(f"\n{title}", flush=True)


def ratio(name: str, ratios: Sequence[float], goal: str = "") -> None:
    """Print the median of the ratios, their range and the goal."""
    middle = statistics.median(ratios)
    digits = 2 if middle < 10 else 0  # a large ratio needs no decimals
    shown = f"{middle:.{digits}f} [{min(ratios):.{digits}f}-{max(ratios):.{digits}f}]"
    print(f"  {name}: {shown} {goal}".rstrip(), flush=True)


@dataclass(frozen=True)
class Query:
    """A statement with its values, and the connection to run it on."""

    connection: asyncpg.Connection
    text: str
    values: Sequence[Any]
    times: int = 20
    """How often it is run in one round."""


async def race(
    queries: Mapping[str, Sequence[Query]], *, rounds: int = 7
) -> dict[str, list[float]]:
    """Return the seconds of each contender's statements, one after the other, round by round."""
    prepared = {
        name: [(await one.connection.prepare(one.text), one) for one in contender]
        for name, contender in queries.items()
    }
    seconds: dict[str, list[float]] = {name: [] for name in queries}
    for number in range(rounds + 1):
        for name, contender in prepared.items():
            taken = 0.0
            for statement, one in contender:
                started = time.perf_counter()
                for _ in range(one.times):
                    await statement.fetch(*one.values)
                taken += (time.perf_counter() - started) / one.times
            if number:  # the first round fills the caches
                seconds[name].append(taken)
        await asyncio.sleep(0)
    return seconds


def against(seconds: Mapping[str, Sequence[float]], one: str, other: str) -> list[float]:
    """Return the ratios of two contenders, round by round."""
    return [a / b for a, b in zip(seconds[one], seconds[other], strict=True)]
