"""The peer of the listener: uvicorn with the same parser and event loop, and an application that only answers 202.

Prints its port.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:  # nothing of callmon runs here
    from callmon.feeds.asgi import App, Receive, Scope, Send


async def empty(_scope: Scope, receive: Receive, send: Send) -> None:
    """Take the body, keep nothing."""
    while (await receive()).get("more_body"):
        continue
    await accept(send)


async def accept(send: Send) -> None:
    """Answer 202."""
    await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def serve(application: App) -> None:
    """Serve it, and print the port."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(
            application,
            http="httptools",
            loop="uvloop",
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
        )
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(uvicorn.Server(config).serve([listener]))


if __name__ == "__main__":
    serve(empty)
