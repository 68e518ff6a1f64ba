"""A small closed-loop HTTP load generator, and the processor time of a process tree.

It keeps ``connections`` requests under way over raw sockets; requests are ready-made bytes, so
its own cost is small beside a server's. It counts what is not 2xx.
"""

import asyncio
import contextlib
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httptools
import uvloop

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Round:
    """One round against one server."""

    requests: int
    seconds: float
    failures: int
    cpu_seconds: float
    median_ms: float

    @property
    def throughput(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_us(self) -> float:
        """Processor time of the server per request, in microseconds."""
        return self.cpu_seconds / self.requests * 1e6


class _Client(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], until: float, done: asyncio.Future[None]) -> None:
        self._requests, self._until, self._done = requests, until, done
        self.count = self.failures = 0
        self.latencies: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self.latencies.append(now - self._sent)
        self.count += 1
        if self._parser.get_status_code() // 100 != 2:
            self.failures += 1
        if now < self._until:
            asyncio.get_running_loop().call_soon(self._send)
        elif not self._done.done():
            self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self.failures += 1
            self._done.set_result(None)


async def _run(
    port: int, requests: Iterator[bytes], seconds: float, connections: int
) -> list[_Client]:
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    clients: list[_Client] = []
    waits: list[asyncio.Future[None]] = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        client = _Client(requests, until, done)
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)
        clients.append(client)
        waits.append(done)
    await asyncio.gather(*waits)
    for client in clients:
        client._transport.close()
    return clients


def one_round(
    port: int, pid: int, requests: Iterator[bytes], *, seconds: float, connections: int = 16
) -> Round:
    """Load the server at ``port`` (process ``pid``) for so many seconds."""
    before, started = cpu_seconds(pid), time.perf_counter()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        clients = runner.run(_run(port, requests, seconds, connections))
    elapsed = time.perf_counter() - started
    latencies = [latency for client in clients for latency in client.latencies]
    return Round(
        requests=sum(client.count for client in clients),
        seconds=elapsed,
        failures=sum(client.failures for client in clients),
        cpu_seconds=cpu_seconds(pid) - before,
        median_ms=statistics.median(latencies) * 1000,
    )


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and its children so far."""
    total = 0.0
    with contextlib.suppress(FileNotFoundError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / _TICKS
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                total += cpu_seconds(int(child))
    return total


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return an HTTP/1.1 request ready to send."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
