"""The sender: a process of its own that POSTs notifications over connections that it keeps.

``load.py flood PORT CONNECTIONS SECONDS [AUTHORIZATION]`` sends the same notification as fast as it is answered.
``load.py pace PORT RATE SECONDS CALLS MIX`` sends so many a second about calls that are established already;
MIX is ``updates`` (the calls change between established and hold) or ``traffic`` (two in seven begin or end a call,
as with calls of seven notifications each). Prints ``started``, and at the end a JSON object.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import cast

import uvloop

from tests.benchmarks import numbered
from tests.benchmarks.figures import percentile

_PACERS = 4
_PATIENCE_S = 10.0
"""So long each connection waits for its first answer."""
_MIX_OF_TRAFFIC = 7


def request(body: bytes, authorization: str = "") -> bytes:
    """A POST of a notification."""
    head = "POST /api/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    proof = f"Authorization: {authorization}\r\n" if authorization else ""
    return f"{head}{proof}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Sender(asyncio.Protocol):
    """One connection with one request under way. Answers have no body, so the end of the head is their end."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.refused = 0
        self.answered = asyncio.Event()
        self.again: bytes | None = None
        """What to send after every answer."""
        self._queue: deque[bytes] = deque()
        self._sent_at = 0.0
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's has the methods, not the base class

    def send(self, message: bytes) -> None:
        """Send it now, or after those that wait."""
        self._queue.append(message)
        if not self._sent_at:
            self._next()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._answer.endswith(b"\r\n\r\n"):
            return
        self.waits.append(time.perf_counter() - self._sent_at)
        self.answered.set()
        self.refused += not self._answer.startswith(b"HTTP/1.1 202")
        self._answer, self._sent_at = b"", 0.0
        if self.again is not None:
            self._queue.append(self.again)
        if self._queue:
            self._next()

    def _next(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._queue.popleft())


async def connect(port: int, count: int) -> list[Sender]:
    """So many connections."""
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Sender, "127.0.0.1", port))[1] for _ in range(count)]


async def flood(port: int, connections: int, seconds: float, authorization: str) -> dict[str, float]:
    """Send as fast as it is answered."""
    senders = await connect(port, connections)
    message = request(numbered.incoming(0), authorization)
    began = time.perf_counter()
    for sender in senders:
        sender.again = message
        sender.send(message)
    await asyncio.sleep(seconds)
    async with asyncio.timeout(_PATIENCE_S):
        for sender in senders:  # a flood may be short, and the machine busy
            await sender.answered.wait()
    took = time.perf_counter() - began
    waits = [wait for sender in senders for wait in sender.waits]
    return {
        "per_s": len(waits) / took,
        "p50_ms": percentile(waits, 50) * 1000,
        "p99_ms": percentile(waits, 99) * 1000,
        "refused": sum(sender.refused for sender in senders),
    }


async def pace(port: int, rate: float, seconds: float, bodies: Iterator[bytes]) -> dict[str, float]:
    """Send at a rate, whatever the answers take."""
    senders = await connect(port, _PACERS)
    began = time.perf_counter()
    print("started", flush=True)
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        senders[number % len(senders)].send(request(next(bodies)))
    waits = [wait for sender in senders for wait in sender.waits]
    return {
        "per_s": len(waits) / (time.perf_counter() - began),
        "p99_ms": percentile(waits, 99) * 1000,
        "refused": sum(sender.refused for sender in senders),
    }


def updates(calls: int, *, first: int = 0) -> Iterator[bytes]:
    """Some call from the first on is put on hold, or taken back."""
    rng = random.Random(1)
    held: set[int] = set()
    while True:
        number = rng.randrange(first, calls)
        held ^= {number}
        yield numbered.now_is(number, "hold" if number in held else "established")


def traffic(calls: int) -> Iterator[bytes]:
    """As above, and one in seven begins a call, one in seven ends one of the oldest."""
    others = updates(calls, first=calls // 2)
    oldest, newest = 0, calls
    while True:
        yield numbered.incoming(newest)
        yield numbered.ended(oldest)
        oldest, newest = oldest + 1, newest + 1
        for _ in range(_MIX_OF_TRAFFIC - 2):
            yield next(others)


def main(arguments: list[str]) -> None:
    """Run as a program."""
    if arguments[0] == "flood":
        port, connections, seconds, *authorization = arguments[1:]
        result = uvloop.run(flood(int(port), int(connections), float(seconds), "".join(authorization)))
    else:
        port, rate, seconds, calls, mix = arguments[1:]
        bodies = {"updates": updates, "traffic": traffic}[mix](int(calls))
        result = uvloop.run(pace(int(port), float(rate), float(seconds), bodies))
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
