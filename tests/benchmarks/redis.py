"""The journal in Redis: how many notifications a second, and how soon consoles have them, with more and more consoles.

Redis runs with ``appendfsync always``. The consoles are readers without a screen, each a process of its own; one real
console is measured beside nine of them. All share this machine with Redis, the collector and the sender.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from callmon.journal.addresses import address_of
from callmon.journal.opening import open_at
from tests.benchmarks.busy import Load, sending
from tests.benchmarks.console import free_port, started
from tests.benchmarks.delivery import CALLS, post_all
from tests.benchmarks.durable import flood
from tests.benchmarks.figures import BenchmarkError, Figure, percentile
from tests.benchmarks.numbered import caller, established_calls
from tests.benchmarks.processes import CONSOLE, program, scratch
from tests.benchmarks.redis_follower import LAST
from tests.benchmarks.terminal import Terminal
from tests.faults.sender import body, status_of
from tests.redis_server import RedisServer

_RATE = 200
_CONNECTIONS = 4
_BUDGET_MS = 300
_ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class _House:
    """What notifications go through."""

    home: Path
    url: str
    port: int
    """Of the collector."""


def measure(*, quick: bool = False) -> list[Figure]:
    """With 1, 5 and 20 consoles; then a real one beside nine."""
    seconds = 3.0 if quick else 10.0
    figures = [figure for count in (1, 5, 20) for figure in beside(count, seconds)]
    return [*figures, *on_screen(15 if quick else 40)]


def beside(count: int, seconds: float) -> list[Figure]:
    """With so many consoles, for so many seconds at a steady rate and again as fast as it goes."""
    with _house() as house:
        with _followers(house, count) as followers:
            answered = asyncio.run(_send(house.port, seconds))
            delays = _delays(answered, followers)
        with _followers(house, count) as followers:
            rate = flood(house.home, house.port, 64, seconds / 3)
            last = asyncio.run(_send(house.port, 0))
            behind = max(_delays(last, followers))
    name = f"Redis, {count} consoles"
    return [
        Figure(f"{name}: POST answered → read, p50", percentile(delays, 50), "ms", beside=f"{_RATE}/s"),
        Figure(
            f"{name}: POST answered → read, p99", percentile(delays, 99), "ms", beside=f"slowest {max(delays):.0f} ms"
        ),
        Figure(
            f"{name}: accepted",
            rate["per_s"],
            "/s",
            beside=f"p99 {rate['p99_ms']:.0f} ms; last read {behind:.0f} ms after",
        ),
    ]


def on_screen(count: int) -> list[Figure]:
    """So many new calls on a real console that listens itself, beside nine others and with other notifications."""
    port = free_port()
    with scratch() as home, ExitStack() as stack:
        server = RedisServer(home).start()
        stack.callback(server.stop)
        with closing(open_at(address_of(server.url()))) as journal:
            journal.submit(list(established_calls([timedelta(minutes=5)] * CALLS))).result()
        house = _House(home, server.url(), port)
        console = Terminal([*CONSOLE, "--journal", house.url, "--listen", f"127.0.0.1:{port}"], home)
        terminal = stack.enter_context(started(console, caller(CALLS - 1).encode()))
        stack.enter_context(_followers(house, 9))
        stack.enter_context(sending(terminal, port, Load(_RATE, CALLS, "updates", count * 0.8)))
        waits = post_all(terminal, port, count)
    name = f"Redis, 10 consoles: POST answered → row, {_RATE}/s"
    return [
        Figure(f"{name}: p50", percentile(waits, 50), "ms", beside=f"{count} calls"),
        Figure(f"{name}: p99", percentile(waits, 99), "ms", _BUDGET_MS, beside=f"slowest {max(waits):.0f} ms"),
    ]


@contextmanager
def _house() -> Iterator[_House]:
    port = free_port()
    with scratch() as home, ExitStack() as stack:
        server = RedisServer(home).start()
        stack.callback(server.stop)
        listen = (*CONSOLE, "listen", "--journal", server.url(), "--listen", f"127.0.0.1:{port}")
        collector = stack.enter_context(program(*listen, home=home))
        _expect(collector, "stderr", "Listening")
        yield _House(home, server.url(), port)


@contextmanager
def _followers(house: _House, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    with ExitStack() as stack:
        command = (sys.executable, "-m", "tests.benchmarks.redis_follower", house.url)
        followers = [stack.enter_context(program(*command, home=house.home)) for _ in range(count)]
        for follower in followers:
            _expect(follower, "stdout", "ready")
        yield followers


def _expect(process: subprocess.Popen[str], pipe: str, word: str) -> None:
    line = getattr(process, pipe).readline()
    if word not in line:
        raise BenchmarkError(f"a program did not start: {line}")


async def _send(port: int, seconds: float) -> dict[int, float]:
    """Numbered notifications at the rate, then the last one; when each was answered."""
    answered: dict[int, float] = {}
    began = time.monotonic()

    async def send(first: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(first, int(seconds * _RATE), _CONNECTIONS):
            await asyncio.sleep(max(0.0, began + number / _RATE - time.monotonic()))
            await post(reader, writer, number)
        writer.close()

    async def post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        content = body(0, number)
        writer.write(b"POST /api/calls HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        if await status_of(reader) != _ACCEPTED:
            raise BenchmarkError("a notification was not accepted")
        answered[number] = time.monotonic()

    await asyncio.gather(*(send(first) for first in range(_CONNECTIONS)))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await post(reader, writer, LAST)
    writer.close()
    return answered


def _delays(answered: dict[int, float], followers: list[subprocess.Popen[str]]) -> list[float]:
    """From the answer until each follower had it, in milliseconds; below zero if it had it before."""
    delays = []
    for follower in followers:
        out, err = follower.communicate(timeout=60)
        if follower.returncode:
            raise BenchmarkError(f"a follower failed: {err[-500:]}")
        came = {int(number): at for number, at in json.loads(out).items()}
        if missing := answered.keys() - came.keys():
            raise BenchmarkError(f"a follower did not see {len(missing)} notifications")
        delays += [(came[number] - at) * 1000 for number, at in answered.items()]
    return delays
