"""The least that makes a POST durable: what was sent, and nothing else, kept by a thread, many requests to one flush.

No entry, no headers, no limits: ``bare_server.py file`` writes to the end of a plain file, ``bare_server.py rows``
inserts into a table of SQLite as the journal is set up (WAL, synchronous=FULL). Prints its port.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from queue import SimpleQueue
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Thread
from typing import TYPE_CHECKING

from tests.benchmarks.empty_server import accept, serve

if TYPE_CHECKING:  # nothing of callmon runs here
    from contextlib import AbstractContextManager

    from callmon.feeds.asgi import Receive, Scope, Send

_TURNS = 4
_Waiting = list[tuple[bytes, asyncio.Future[None]]]
Keep = Callable[[Sequence[bytes]], object]
"""Makes bodies durable."""


@contextmanager
def plain_file() -> Iterator[Keep]:
    """One write and one flush."""
    with TemporaryFile(buffering=0) as file:

        def keep(bodies: Sequence[bytes]) -> None:
            file.write(b"\n".join(bodies))
            os.fdatasync(file.fileno())

        yield keep


@contextmanager
def rows_of_sqlite() -> Iterator[Keep]:
    """One statement, which is one transaction."""
    with TemporaryDirectory() as home, closing(sqlite3.connect(f"{home}/rows.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE row (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL)")

        def keep(bodies: Sequence[bytes]) -> None:
            db.execute("INSERT INTO row (body) VALUES (?)" + ", (?)" * (len(bodies) - 1), bodies)

        yield keep


class Bare:
    """The application and its thread. What comes while one batch is being kept waits for the next."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Keep]]) -> None:
        self._handed_over: SimpleQueue[_Waiting] = SimpleQueue()
        self._waiting: _Waiting = []
        self._busy = False
        self._loop: asyncio.AbstractEventLoop | None = None
        Thread(target=self._work, args=(opened,), daemon=True).start()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer when it is durable."""
        body = b""
        while (message := await receive()).get("more_body"):
            body += message["body"]
        self._loop = loop = asyncio.get_running_loop()
        kept = loop.create_future()
        self._waiting.append((body + message["body"], kept))
        if not self._busy:
            self._busy = True
            self._gather()
        await kept
        await accept(send)

    def _gather(self, turns: int = _TURNS) -> None:
        """Give the senders that have just been answered some turns of the loop to send again."""
        assert self._loop is not None
        if turns:
            self._loop.call_soon(self._gather, turns - 1)
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        batch, self._waiting = self._waiting, []
        self._busy = bool(batch)
        if batch:
            self._handed_over.put(batch)

    def _done(self, batch: _Waiting) -> None:
        for _, kept in batch:
            kept.set_result(None)
        self._gather()

    def _work(self, opened: Callable[[], AbstractContextManager[Keep]]) -> None:
        with opened() as keep:
            while batch := self._handed_over.get():
                keep([body for body, _ in batch])
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._done, batch)


if __name__ == "__main__":
    serve(Bare({"file": plain_file, "rows": rows_of_sqlite}[sys.argv[1]]))
