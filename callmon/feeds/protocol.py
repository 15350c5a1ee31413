"""What a connection may do before it has asked for anything: not wait for long, and not fill the memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from callmon.feeds.heads import Heads

HEAD_S = 10.0
"""How long the head of a request may take to arrive, counted from its first byte or from the connection's beginning."""
MAX_HEAD = 64 * 1024
"""How long the head of a request may be, in bytes."""
SPARE_CONNECTIONS = 64
"""So many above the limit are still told that there are too many, when all are busy; those after them are cut off."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for ever for the head of a request, of any length.

    When there are as many connections as there may be, a new one takes the place of the one that has owed the rest of
    a request for longest, or else has been idle for longest: whoever holds connections without using them stops nobody.
    """

    def __init__(self, *arguments: Any, cut_off: Callable[[], object], **options: Any) -> None:
        """`cut_off` is called for each sender that is not heard to the end."""
        super().__init__(*arguments, **options)
        self._cut_off = cut_off
        self._timer: asyncio.TimerHandle | None = None
        self._in_head = True
        self._heads = Heads()
        self._half_closed = False
        self.owes_since: float | None = None
        """Since when it has been the sender's turn, by the loop's clock; None while a request is worked on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait; if there are too many connections, in the place of another one."""
        super().connection_made(transport)
        self.owes_since = self.loop.time()
        limit = self.limit_concurrency or 0
        full = bool(limit) and len(self.connections) >= limit and not self._make_room()
        if full and len(self.connections) > limit + SPARE_CONNECTIONS:
            self.cut()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; if they do not end the head of a request, there must soon be others, and not too many."""
        data = self._heads.pass_on(data)
        if self._heads.size > MAX_HEAD:
            self.cut()
            return
        if data:
            super().data_received(data)
        if self._in_head and self._timer is None:
            self._wait()

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio has it; uvicorn knows no more to be done
        """The sender sends no more, but may still wait for an answer."""
        self._half_closed = self.owes_since is None
        return self._half_closed

    def on_message_begin(self) -> None:
        """The first byte of a request has come."""
        self._in_head = True
        self.owes_since = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head of a request is whole."""
        self._in_head = False
        self._heads.end()
        self._wait_no_more()
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            self.cut()  # an offer that was not found: no more would be heard of it than its head
            return
        limit = self.limit_concurrency
        if limit and (len(self.connections) >= limit or len(self.tasks) >= limit):
            self._cut_off()  # uvicorn answers 503
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: now it is the application's turn."""
        self._heads.begin()
        if not self.transport.is_closing():
            self.owes_since = None
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is sent: now it is the sender's turn, unless the next request is there already."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self.owes_since = self.loop.time()
            if self._half_closed:
                self.transport.close()

    def _make_room(self) -> bool:
        """Cut off whoever has kept us waiting for longest. False if all others are being answered."""
        waiting = [
            (other.timeout_keep_alive_task is not None, other.owes_since, id(other), other)
            for other in self.connections
            if isinstance(other, BoundedProtocol)
            and other is not self
            and other.owes_since is not None
            and not other.transport.is_closing()
        ]
        if not waiting:
            return False
        *_, oldest = min(waiting)
        oldest.cut()
        return True

    def cut(self) -> None:
        """Hear this sender no further."""
        self._cut_off()
        self.connections.discard(self)  # at once: who comes in its place is to find room
        self.transport.abort()

    def _wait(self) -> None:
        self._timer = self.loop.call_later(HEAD_S, self._too_late)

    def _too_late(self) -> None:
        if self._heads.size:
            self.cut()
        else:
            self.transport.abort()  # it has asked for nothing

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
