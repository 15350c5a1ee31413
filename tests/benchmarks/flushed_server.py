"""The least that makes a POST durable: what was sent goes to the end of a plain file, many to one flush of the disk.

No journal, no order, no entry: an application that waits for a thread to flush. Prints its port.
"""

from __future__ import annotations

import asyncio
import os
from queue import SimpleQueue
from tempfile import TemporaryFile
from threading import Thread
from typing import TYPE_CHECKING

from tests.benchmarks.empty_server import accept, serve

if TYPE_CHECKING:  # nothing of callmon runs here
    from callmon.feeds.asgi import Receive, Scope, Send

_TURNS = 4
_Waiting = list[tuple[bytes, asyncio.Future[None]]]


class Flushed:
    """The application and its thread. What comes while the disk is flushed waits for the next flush."""

    def __init__(self) -> None:
        self._handed_over: SimpleQueue[_Waiting] = SimpleQueue()
        self._waiting: _Waiting = []
        self._busy = False
        self._loop: asyncio.AbstractEventLoop | None = None
        Thread(target=self._write, daemon=True).start()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer when it is on the disk."""
        body = b""
        while (message := await receive()).get("more_body"):
            body += message["body"]
        self._loop = loop = asyncio.get_running_loop()
        flushed = loop.create_future()
        self._waiting.append((body + message["body"], flushed))
        if not self._busy:
            self._busy = True
            self._gather()
        await flushed
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
        for _, flushed in batch:
            flushed.set_result(None)
        self._gather()

    def _write(self) -> None:
        with TemporaryFile(buffering=0) as file:
            while batch := self._handed_over.get():
                file.write(b"\n".join(body for body, _ in batch))
                os.fdatasync(file.fileno())
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._done, batch)


if __name__ == "__main__":
    serve(Flushed())
