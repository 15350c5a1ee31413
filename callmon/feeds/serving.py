"""One uvicorn server from start to end, silent and without signal handlers."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

import uvicorn

from callmon.feeds.asgi import App
from callmon.feeds.protocol import BoundedProtocol
from callmon.feeds.server import CONNECTIONS

# nginx lets go of an idle upstream connection after 60 s: whoever closes first must not be this side, or a
# notification that is just being sent on that connection is lost.
_KEEP_ALIVE_S = 75
_GRACE_S = 1
_CANCEL_S = 0.3
_TICK_S = 1.0


class Server(uvicorn.Server):
    """Serves one application; `ready` is done when it does, or has the error that prevents it."""

    def __init__(self, app: App, cut_off: Callable[[], object]) -> None:
        """`cut_off` is called, on the server's loop, for each sender that is not heard to the end."""
        super().__init__(_config(app, cut_off))
        self.ready: Future[None] = Future()
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn: begin to serve."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set_result(None)

    async def main_loop(self) -> None:
        """Wait to be told to leave. uvicorn itself looks ten times a second, a fifth of what an idle console costs."""
        while not await self.on_tick(0):  # which also renews the date that answers carry
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S):
                    await self._told.wait()

    def leave(self) -> None:
        """Serve no longer. To be called from another thread than it serves on."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: it has left
                self._loop.call_soon_threadsafe(self._told.set)


def _config(app: App, cut_off: Callable[[], object]) -> uvicorn.Config:
    _keep_quiet()
    return uvicorn.Config(
        app,
        interface="asgi3",
        http=partial(BoundedProtocol, cut_off=cut_off),  # type: ignore[arg-type]  # it makes a protocol, as a class does
        loop="auto",  # uvloop where it is installed
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        workers=1,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _keep_quiet() -> None:
    """Keep logging's last resort from writing to stderr, which is the operator's screen."""
    for name in ("uvicorn", __name__):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def serve(server: Server, listener: socket.socket) -> None:
    """Serve until the server is told to leave, then close the listener. The whole life of a thread."""
    try:
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(_serve_until_told(server, listener))
    except BaseException as error:  # a thread's last line; re-raised it would be printed on the screen
        if server.ready.done():
            logging.getLogger(__name__).critical("The server broke down", exc_info=error)
        else:
            server.ready.set_exception(error)  # for start(), which waits for it
    finally:
        listener.close()


async def _serve_until_told(server: Server, listener: socket.socket) -> None:
    asyncio.get_running_loop().set_exception_handler(_log)
    await server.serve(sockets=[listener])
    # What is still open has used up its grace: let the cancelled requests say so, then cut the connections.
    if server.server_state.tasks:
        await asyncio.wait(server.server_state.tasks, timeout=_CANCEL_S)
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)


def _log(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    logging.getLogger(__name__).error("%s", context.get("message"), exc_info=context.get("exception"))
