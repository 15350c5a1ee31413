"""The few ASGI steps that HTTP applications share: read a body within bounds, answer, answer early and close."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, MutableMapping
from enum import StrEnum
from types import coroutine
from typing import Any, TypeVar

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI 3 application that is asked for HTTP requests only."""
Headers = Iterable[tuple[bytes, bytes]]

_Result = TypeVar("_Result")
_JSON = (b"content-type", b"application/json")
# After an early answer the rest of the body is read and thrown away: closing on unread bytes would reset the
# connection, and the sender would see the reset instead of the answer.
_LINGER_S = 2.0
_LINGER_BYTES = 16 * 1024 * 1024


class BodyFault(StrEnum):
    """Why a request's body could not be had."""

    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    GONE = "gone"
    """The sender went away before the end."""


async def read_body(receive: Receive, limit: int, seconds: float) -> bytes | BodyFault:
    """The whole body of a request: at most `limit` bytes, all of them within `seconds`."""
    body = await _within(seconds, _whole_body(receive, limit))
    return BodyFault.TOO_SLOW if body is None else body


@coroutine
def _within(seconds: float, work: Coroutine[Any, Any, _Result]) -> Generator[Any, Any, _Result | None]:
    """What the work comes to; None if it is not done in time.

    A timer costs more than the rest of reading a body, so only work that has to wait gets one. Most bodies are there
    already, for they come together with their head.
    """
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        result: _Result = done.value
        return result
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # an application is always called from a task
    late = False

    def give_up() -> None:
        nonlocal late
        late = True
        task.cancel()

    timer = asyncio.get_running_loop().call_later(seconds, give_up)
    try:
        yield waits_for
        return (yield from work.__await__())
    except asyncio.CancelledError:
        if late and task.uncancel() == 0:
            return None
        raise
    finally:
        timer.cancel()
        work.close()


async def _whole_body(receive: Receive, limit: int) -> bytes | BodyFault:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return BodyFault.GONE
        part: bytes = message["body"]
        # Most bodies come in one piece, which is then not copied. The limit bounds what copying the others costs.
        body = body + part if body else part
        if len(body) > limit:
            return BodyFault.TOO_LARGE
        if not message["more_body"]:
            return body


async def answer(send: Send, status: int, headers: Headers = (), body: bytes = b"") -> None:
    """Answer a request with `body` and its length."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, value: object, headers: Headers = ()) -> None:
    """Answer a request with `value` as JSON."""
    await answer(send, status, [_JSON, *headers], json.dumps(value).encode())


async def answer_and_close(receive: Receive, send: Send, status: int, value: object) -> None:
    """Answer with `value` as JSON before the body is read, read what still comes for a while, then close."""
    body = json.dumps(value).encode()
    headers = [_JSON, (b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await read_to_waste(receive)
    await send({"type": "http.response.body"})


async def read_to_waste(receive: Receive) -> None:
    """Read a body that nobody wants, within bounds of time and size."""
    seen = 0
    try:
        async with asyncio.timeout(_LINGER_S):
            while seen < _LINGER_BYTES:
                message = await receive()
                if not message.get("more_body"):
                    return
                seen += len(message["body"])
    except TimeoutError:
        return
