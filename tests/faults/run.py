"""One run: senders at work while what they send to is killed again and again; then the journal is compared."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from callmon.journal.addresses import address_of
from callmon.journal.opening import open_at
from callmon.ports import START, EntryKind, Journal
from tests.benchmarks.processes import CONSOLE, die_with_parent, environment
from tests.faults.sender import Log, number_in, send_all
from tests.redis_server import RedisServer, free_port

READY_S = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done."""

    seconds: float
    connections: int
    rate: float
    """Notifications a second that the senders try."""
    redis: bool = False
    appendfsync: str = "always"
    life_s: tuple[float, float] = (0.5, 4.0)
    """How long something lives before it is killed: at least and at most."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it."""

    seconds: float
    sent: int
    accepted: int
    refused: int
    collector_kills: int
    redis_kills: int
    kept: int
    """Numbers in the journal, each counted as often as it is there."""
    lost: int
    """Answered with 202 and not in the journal."""
    doubled: int
    """Answered with 202 and more than once in the journal."""
    out_of_order: int
    """Kept behind a later one of the same connection."""
    longest_silence_s: float
    """The longest time after a kill until somebody listened again."""

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return self.accepted > 0 and not (self.lost or self.doubled or self.out_of_order)


class Collector:
    """``callmon listen`` as a process."""

    def __init__(self, home: Path, port: int, journal: str) -> None:
        self._home = home
        self._port = port
        self._command = (*CONSOLE, "listen", "--listen", f"127.0.0.1:{port}", "--journal", journal)
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it, and return when it answers."""
        until = time.monotonic() + READY_S
        while True:
            if self._process is None or self._process.poll() is not None:
                self._launch()  # also if it ended by itself: Redis may have been away when it began
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return

    def kill(self) -> None:
        """Without a word."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def _launch(self) -> None:
        with (self._home / "collector.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environment(self._home)),
                preexec_fn=die_with_parent,  # noqa: PLW1509  # nothing but one system call
            )


def run(plan: Plan, home: Path, tell: Callable[[str], object] = lambda _: None) -> Report:
    """Carry it out in this directory."""
    with ExitStack() as stack:
        redis = None
        journal = str(home / "journal.db")
        if plan.redis:
            redis = RedisServer(home, appendfsync=plan.appendfsync).start()
            stack.callback(redis.stop)
            journal = redis.url()
        port = free_port()
        collector = Collector(home, port, journal)
        stack.callback(collector.kill)
        return asyncio.run(_Run(plan, port, _Victims(collector, redis), journal, tell).go())


class _Victims(NamedTuple):
    collector: Collector
    redis: RedisServer | None


class _Run:
    def __init__(
        self,
        plan: Plan,
        port: int,
        victims: _Victims,
        journal: str,
        tell: Callable[[str], object],
    ) -> None:
        self._plan = plan
        self._port = port
        self._collector, self._redis = victims
        self._journal = journal
        self._tell = tell
        self._kills: Counter[str] = Counter()
        self._silence_s = 0.0

    async def go(self) -> Report:
        await self._collector.start()
        stop = asyncio.Event()
        began = time.monotonic()
        senders = asyncio.create_task(send_all(self._port, self._plan.connections, self._plan.rate, stop))
        await self._kill_until(began + self._plan.seconds)
        stop.set()
        logs = await senders
        took = time.monotonic() - began
        with closing(open_at(address_of(self._journal))) as journal:
            return self._compare(logs, list(_numbers(journal)), took)

    async def _kill_until(self, end: float) -> None:
        dice = random.Random(self._plan.seed)
        while (left := end - time.monotonic()) > 0 or self._spared():
            await asyncio.sleep(dice.uniform(*self._plan.life_s))
            killed = time.monotonic()
            if self._redis is not None and (dice.random() < 0.5 if left > 0 else "redis" in self._spared()):
                self._kills["redis"] += 1
                self._redis.kill()
                await asyncio.to_thread(self._redis.start)
            else:
                self._kills["collector"] += 1
                self._collector.kill()
            await self._collector.start()
            self._silence_s = max(self._silence_s, time.monotonic() - killed)
            self._tell(f"{max(0.0, end - time.monotonic()):.0f} s left, {dict(self._kills)}")

    def _spared(self) -> set[str]:
        """Who was not killed yet; a slow machine may need longer than was planned to kill everybody once."""
        victims = {"collector"} if self._redis is None else {"collector", "redis"}
        return victims - self._kills.keys()

    def _compare(self, logs: list[Log], kept: list[tuple[int, int]], took: float) -> Report:
        times = Counter(kept)
        accepted = [(log.connection, number) for log in logs for number in log.accepted]
        newest: Counter[int] = Counter()
        out_of_order = 0
        for connection, number in kept:
            out_of_order += number + 1 < newest[connection]
            newest[connection] = max(newest[connection], number + 1)
        return Report(
            took,
            sum(log.sent for log in logs),
            len(accepted),
            sum(log.refused for log in logs),
            self._kills["collector"],
            self._kills["redis"],
            len(kept),
            lost=sum(times[one] == 0 for one in accepted),
            doubled=sum(times[one] > 1 for one in accepted),
            out_of_order=out_of_order,
            longest_silence_s=self._silence_s,
        )


def _numbers(journal: Journal) -> Iterator[tuple[int, int]]:
    position = START
    while batch := journal.read(position):
        position = batch[-1].position
        yield from (number_in(one.entry.body) for one in batch if one.entry.kind is EntryKind.NOTIFICATION)
