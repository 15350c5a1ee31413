"""One request to the fake Graph, and the ways to answer it: as Graph does, as a gateway does, or not at all."""

from __future__ import annotations

import asyncio
import socket
import struct
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from callmon.feeds.asgi import Headers, Receive, Scope, Send, answer, answer_json

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of 0 s: closing sends RST instead of FIN (socket(7), tcp(7))."""


@dataclass(frozen=True, slots=True)
class _Ids:
    request: str
    client: str


class Exchange:
    """One request and the way to answer it as Graph does, with its ids in the headers."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self.method: str = scope["method"]
        self.has_token = _is_bearer(headers.get(b"authorization", ""))
        request_id = str(uuid.uuid4())
        self._ids = _Ids(request_id, headers.get(b"client-request-id", request_id))
        self._receive = receive
        self._send = send

    async def reply(self, status: int, value: object = None, *extra: tuple[bytes, bytes]) -> None:
        """Answer with JSON; without a body if `value` is None."""
        ids = ((b"request-id", self._ids.request.encode()), (b"client-request-id", self._ids.client.encode("latin-1")))
        if value is None:  # without content-length, which RFC 9110 (8.6) forbids for 204
            await self._send({"type": "http.response.start", "status": status, "headers": [*ids, *extra]})
            await self._send({"type": "http.response.body", "body": b""})
        else:
            await answer_json(self._send, status, value, (*ids, *extra))

    async def fail(self, status: int, code: str, message: str, *extra: bytes) -> None:
        """Answer with an error; `extra` are headers, ``name: value``."""
        inner = {
            "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": self._ids.request,
            "client-request-id": self._ids.client,
        }
        headers = [(name, value) for name, _, value in (line.partition(b": ") for line in extra)]
        await self.reply(status, {"error": {"code": code, "message": message, "innerError": inner}}, *headers)

    async def refuse_method(self, allowed: bytes) -> None:
        """Answer 405."""
        await self.fail(405, "MethodNotAllowed", f"{self.method} is not possible here.", b"allow: " + allowed)

    async def answer_for_graph(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer as something between the two does: without Graph's ids."""
        await answer(self._send, status, headers, body)

    async def reset(self) -> None:
        """Break the connection without an answer."""
        # ASGI has no message for this: the server's own `send` knows the connection.
        transport: asyncio.Transport = self._send.__self__.transport  # type: ignore[attr-defined]
        sock: socket.socket = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
        await self._left()  # else the server would still answer for us, with 500

    async def waits(self, seconds: float) -> bool:
        """Let time pass; False as soon as the client has gone."""
        try:
            async with asyncio.timeout(seconds):
                await self._left()
        except TimeoutError:
            return True
        return False

    async def _left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _is_bearer(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    return scheme.lower() == "bearer" and bool(token.strip())
