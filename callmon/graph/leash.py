"""An attempt on a leash: whatever keeps it, it is waited for so long and no longer.

The time-outs of httpx count for each piece that is read, so an answer that drips is never too slow for them, and a name
may be looked up for as long as the system likes. So an attempt runs in a thread of its own. Once its time is over, its
connection is shut, so that the thread ends too. Each connection carries one request (see
`callmon.graph.http_client.open_client`): that is how an attempt knows its own.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from enum import Enum, auto
from threading import Event, Lock, Thread
from typing import Any, TypeVar

_WINDS_UP_WITHIN_S = 1.0
"""What an attempt still has to tell after its connection was shut, it tells within so many seconds."""

ResultT = TypeVar("ResultT")


class CalledOff(Exception):  # noqa: N818  # its name says what is the case; "error" would add nothing
    """Nothing more is to be sent; the text says why."""

    def __init__(self, why: str = "The next attempt was called off.") -> None:
        super().__init__(why)


class GivenUp(Exception):  # noqa: N818  # its name says what is the case; "error" would add nothing
    """The time is over, so nothing may be sent any more."""


class Stage(Enum):
    """How far an attempt has come."""

    SIGNING_IN = auto()
    CONNECTING = auto()
    SENT = auto()
    """The request has begun to leave, so it may arrive."""


class Leash:
    """How far one attempt has come, and the means to stop it. Safe to use from several threads."""

    def __init__(self, called_off: Event) -> None:
        self._called_off = called_off
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self.stage = Stage.SIGNING_IN
        self.cut = False
        """Whether it was given up."""

    def turns_to(self, stage: Stage) -> None:
        """The next thing begins. Raises `CalledOff` or `GivenUp` if it must not."""
        with self._lock:
            if self.cut:
                raise GivenUp
            if self._called_off.is_set():
                raise CalledOff
            self.stage = stage

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by httpx, through its ``trace`` extension, what a request does. Raises what `turns_to` does."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
                if self.cut:
                    self._shut()
        elif event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            self.turns_to(Stage.SENT)

    def give_up(self) -> None:
        """Let nothing be sent any more, and end what is read or written now."""
        with self._lock:
            self.cut = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # it may be closed by now
                # Were it closed under its reader, its number could become that of another connection.
                self._socket.shutdown(socket.SHUT_RDWR)


def within(
    seconds: float,
    work: Callable[[Leash], ResultT],
    late: Callable[[Stage], ResultT],
    called_off: Event | None = None,
) -> ResultT:
    """What `work` returns or raises; if it takes longer, and a moment more, what `late` says of how far it had come.

    Once `called_off` is set no request leaves.
    """
    leash, done = Leash(called_off or Event()), Future[ResultT]()
    Thread(target=_run, args=(work, leash, done), name="graph", daemon=True).start()
    try:
        wait([done], seconds)
    finally:  # whoever is interrupted sends nothing more either
        if not done.done():
            leash.give_up()
    wait([done], _WINDS_UP_WITHIN_S)
    try:
        return done.result() if done.done() else late(leash.stage)
    except GivenUp:
        return late(leash.stage)


def _run(work: Callable[[Leash], ResultT], leash: Leash, done: Future[ResultT]) -> None:
    try:
        result = work(leash)
    except BaseException as error:  # noqa: BLE001  # it is raised where it is waited for
        done.set_exception(error)
    else:
        done.set_result(result)
