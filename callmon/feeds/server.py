"""An HTTP server on a thread and an event loop of its own, and the few ASGI steps its applications share."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import Future
from enum import StrEnum
from threading import Lock, Thread
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI 3 application that is asked for HTTP requests only."""
Headers = Iterable[tuple[bytes, bytes]]

# nginx lets go of an idle upstream connection after 60 s: whoever closes first must not be this side, or a
# notification that is just being sent on that connection is lost.
_KEEP_ALIVE_S = 75
# Below the usual limit of 1,024 open files, so that the journal and the terminal still get theirs.
_CONNECTIONS = 512
_LAST_PORT = 65535
_GRACE_S = 1
_CANCEL_S = 0.3
_STOP_S = 2.0
# After an early answer the rest of the body is read and thrown away: closing on unread bytes would reset the
# connection, and the sender would see the reset instead of the answer.
_LINGER_S = 2.0
_LINGER_BYTES = 16 * 1024 * 1024


class ServerCannotStart(Exception):  # noqa: N818  # its name says what is the case; "error" would add nothing
    """The address cannot be listened on."""

    def __init__(self, code: int | None, sentence: str) -> None:
        super().__init__(sentence)
        self.errno = code
        """The system's error number (`errno`); None if the host name has no address."""
        self.sentence = sentence
        """What happened, as one sentence for people."""


class BodyFault(StrEnum):
    """Why a request's body could not be had."""

    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    GONE = "gone"
    """The sender went away before the end."""


def address_of(host: str, port: int) -> str:
    """``host:port`` as in a URL: an IPv6 address stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def read_body(receive: Receive, limit: int, seconds: float) -> bytes | BodyFault:
    """The whole body of a request: at most `limit` bytes, all of them within `seconds`."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # an application is always called from a task
    late = False

    def give_up() -> None:
        nonlocal late
        late = True
        task.cancel()

    # asyncio.timeout does the same at three times the cost, which every request would pay.
    timer = asyncio.get_running_loop().call_later(seconds, give_up)
    try:
        return await _whole_body(receive, limit)
    except asyncio.CancelledError:
        if late and task.uncancel() == 0:
            return BodyFault.TOO_SLOW
        raise
    finally:
        timer.cancel()


async def _whole_body(receive: Receive, limit: int) -> bytes | BodyFault:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return BodyFault.GONE
        body += message["body"]
        if len(body) > limit:
            return BodyFault.TOO_LARGE
        if not message["more_body"]:
            return bytes(body)


async def answer(send: Send, status: int, headers: Headers = (), body: bytes = b"") -> None:
    """Answer a request with `body` and its length."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, value: object, headers: Headers = ()) -> None:
    """Answer a request with `value` as JSON."""
    await answer(send, status, [(b"content-type", b"application/json"), *headers], json.dumps(value).encode())


async def answer_and_close(receive: Receive, send: Send, status: int, value: object) -> None:
    """Answer with `value` as JSON before the body is read, read what still comes for a while, then close."""
    body = json.dumps(value).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
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


class ServerThread:
    """Serves one ASGI application on one address, from a daemon thread with its own event loop.

    It writes nothing to stdout or stderr and leaves the process's signal handlers alone. Safe to use from
    several threads; not to be stopped from within the application.
    """

    def __init__(self, app: App, host: str, port: int, *, name: str = "http-server") -> None:
        """`port` 0 lets the system choose; `name` is the thread's."""
        self._app = app
        self._host = host
        self._port = port
        self._name = name
        self._lock = Lock()
        self._thread: Thread | None = None
        self._server: _Server | None = None

    @property
    def running(self) -> bool:
        """Whether the thread serves."""
        thread = self._thread
        return thread is not None and thread.is_alive()

    def start(self) -> tuple[str, int]:
        """Listen and serve; returns the bound address. To be called once.

        Raises `ServerCannotStart`.
        """
        with self._lock:
            listener = _listen(self._host, self._port)
            host, port = listener.getsockname()[:2]
            ready: Future[None] = Future()
            self._server = _Server(_config(self._app), ready)
            self._thread = Thread(target=_serve, args=(self._server, listener), name=self._name, daemon=True)
            self._thread.start()
            try:
                ready.result()
            except OSError as error:
                self._thread.join()
                raise ServerCannotStart(error.errno, _sentence(error, host, port)) from error
            return host, port

    def stop(self) -> None:
        """Take no more requests, let those under way finish for a second, then cut them off. At most 2 s.

        A second call does nothing.
        """
        with self._lock:
            if self._server is None or self._thread is None:
                return
            self._server.should_exit = True
            self._thread.join(_STOP_S)
            self._server = self._thread = None


class _Server(uvicorn.Server):
    """Tells when it is ready to serve."""

    def __init__(self, config: uvicorn.Config, ready: Future[None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set_result(None)


def _config(app: App) -> uvicorn.Config:
    _keep_quiet()
    return uvicorn.Config(
        app,
        interface="asgi3",
        http="httptools",
        loop="auto",  # uvloop where it is installed
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        workers=1,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _keep_quiet() -> None:
    """Keep logging's last resort from writing to stderr, which is the operator's screen."""
    for name in ("uvicorn", __name__):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _serve(server: _Server, listener: socket.socket) -> None:
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


async def _serve_until_told(server: _Server, listener: socket.socket) -> None:
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


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:
        raise ServerCannotStart(errno.EINVAL, f"{port} is not a port: ports go from 0 to {_LAST_PORT}.")
    try:
        family, address = _resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise ServerCannotStart(None, f"The name {host!r} has no address.") from error
    try:
        return _bind(family, address)
    except OSError as error:
        raise ServerCannotStart(error.errno, _sentence(error, host, port)) from error


def _bind(family: int, address: Any) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A restart must not wait for the closed connections of the run before (TIME_WAIT).
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_CONNECTIONS)
    except OSError:
        listener.close()
        raise
    return listener


def _resolve(host: str, port: int) -> tuple[int, Any]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    # A name with addresses of both kinds means 127.0.0.1 to most of those who will send to it.
    family, _, _, _, address = min(found, key=lambda item: item[0] != socket.AF_INET)
    return family, (address[0], port, *address[2:])


def _sentence(error: OSError, host: str, port: int) -> str:
    address = address_of(host, port)
    if error.errno == errno.EADDRINUSE:
        return f"Another program already listens on {address}."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"This user may not listen on {address}."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"This machine does not have the address {host}."
    return f"The system refuses to listen on {address} ({error.strerror or error})."
