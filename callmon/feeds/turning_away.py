"""What answers while there is no journal to keep anything in: 503, so that senders send it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from callmon import __version__
from callmon.feeds.asgi import Receive, Scope, Send, answer_json, read_to_waste
from callmon.feeds.receiver import not_stored
from callmon.feeds.request import HEALTH_PATH
from callmon.feeds.server import ServerCannotStart, ServerThread


async def turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application. It tells nobody why: those who may know see it where callmon runs."""
    if scope["path"] == HEALTH_PATH:
        await answer_json(send, 503, {"callmon": __version__})
        return
    await read_to_waste(receive)
    await not_stored(send)


@contextmanager
def turning_away(host: str, port: int) -> Iterator[bool]:
    """Answer so on this address. False if it cannot be had: why, whoever listens there in earnest finds out."""
    server = ServerThread(turn_away, host, port, name="turning-away")
    try:
        server.start()
    except ServerCannotStart:
        yield False
        return
    try:
        yield True
    finally:
        server.stop()
