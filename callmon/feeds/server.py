"""An HTTP server on a thread and an event loop of its own."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from callmon.feeds.asgi import App

if TYPE_CHECKING:
    from callmon.feeds.serving import Server

CONNECTIONS = 512
"""How many may be open. Below the usual limit of 1,024 open files: the journal and the terminal need theirs."""

_LAST_PORT = 65535
_STOP_S = 2.0


class ServerCannotStart(Exception):  # noqa: N818  # its name says what is the case; "error" would add nothing
    """The address cannot be listened on."""

    def __init__(self, code: int | None, sentence: str) -> None:
        super().__init__(sentence)
        self.errno = code
        """The system's error number (`errno`); None if the host name has no address."""
        self.sentence = sentence
        """What happened, as one sentence for people."""


def address_of(host: str, port: int) -> str:
    """``host:port`` as in a URL: an IPv6 address stands in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class ServerThread:
    """Serves one ASGI application on one address, from a daemon thread with its own event loop.

    It writes nothing to stdout or stderr and leaves the process's signal handlers alone. Safe to use from
    several threads; not to be stopped from within the application.
    """

    def __init__(
        self,
        app: App,
        host: str,
        port: int,
        *,
        name: str = "http-server",
        cut_off: Callable[[], object] = lambda: None,
    ) -> None:
        """`port` 0 lets the system choose; `name` is the thread's.

        `cut_off` is called, on that thread, for each sender that is not heard to the end.
        """
        self._app = app
        self._cut_off = cut_off
        self._host = host
        self._port = port
        self._name = name
        self._lock = Lock()
        self._thread: Thread | None = None
        self._server: Server | None = None

    @property
    def running(self) -> bool:
        """Whether the thread serves."""
        thread = self._thread
        return thread is not None and thread.is_alive()

    def start(self) -> tuple[str, int]:
        """Listen and serve; returns the bound address. To be called once.

        Raises `ServerCannotStart`.
        """
        # Whoever makes a server to start it later does not wait for uvicorn to be imported.
        from callmon.feeds.serving import Server, serve  # noqa: PLC0415

        with self._lock:
            listener = _listen(self._host, self._port)
            host, port = listener.getsockname()[:2]
            self._server = Server(self._app, self._cut_off)
            self._thread = Thread(target=serve, args=(self._server, listener), name=self._name, daemon=True)
            self._thread.start()
            try:
                self._server.ready.result()
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
            self._server.leave()
            self._thread.join(_STOP_S)
            self._server = self._thread = None


def try_address(host: str, port: int) -> None:
    """Whether a server could listen there. Nobody who connects meanwhile is taken. Raises `ServerCannotStart`."""
    try:
        family, address = _resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise ServerCannotStart(None, f"The name {host!r} has no address.") from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
        except OSError as error:
            raise ServerCannotStart(error.errno, _sentence(error, host, port)) from error


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
        listener.listen(CONNECTIONS)
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
