"""What a connection may do before it has asked for anything: not wait for long, and not fill the memory."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 10.0
"""How long the head of a request may take to arrive, counted from its first byte or from the connection's beginning."""
MAX_HEAD = 64 * 1024
"""How long the head of a request may be, in bytes."""
SPARE_CONNECTIONS = 64
"""So many above the limit are still told that there are too many; those after them are cut off at once."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for ever for the head of a request, of any length."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait, unless there are far too many connections already."""
        super().connection_made(transport)
        if self.limit_concurrency and len(self.connections) > self.limit_concurrency + SPARE_CONNECTIONS:
            transport.abort()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; if they do not end the head of a request, there must soon be others, and not too many."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD:
            self.transport.abort()
        elif self._timer is None:
            self._wait()

    def on_message_begin(self) -> None:
        """The first byte of a request has come."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head of a request is whole."""
        self._in_head = False
        self._wait_no_more()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._timer = self.loop.call_later(HEAD_S, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
