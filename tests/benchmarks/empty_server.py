"""The peer of the listener: uvicorn with the same parser and event loop, and an application that only answers 202.

Prints its port.
"""

from __future__ import annotations

import asyncio
import socket

import uvicorn

from callmon.feeds.server import Receive, Scope, Send, answer


async def empty(_scope: Scope, receive: Receive, send: Send) -> None:
    """Take the body, keep nothing."""
    while (await receive()).get("more_body"):
        continue
    await answer(send, 202)


def main() -> None:
    """Run as a program."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(
            empty, http="httptools", loop="uvloop", ws="none", lifespan="off", access_log=False, log_level="warning"
        )
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(uvicorn.Server(config).serve([listener]))


if __name__ == "__main__":
    main()
