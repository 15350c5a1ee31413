"""The feed over HTTP: every POST body goes into the journal, and is answered when it is durable there."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock, Thread

from callmon.clocks import utc_now
from callmon.core.records import FeedChanged, encode
from callmon.core.wire import is_json
from callmon.feeds.gate import Gate, is_loopback
from callmon.feeds.intake import submit
from callmon.feeds.port_probe import is_free, why_not
from callmon.feeds.presence import Sign, unsigned
from callmon.feeds.receiver import Receiver
from callmon.feeds.server import ServerCannotStart, ServerThread, address_of
from callmon.feeds.vitals import Witness
from callmon.ports import Entry, EntryKind, FeedState, FeedStatus, Journal

_TAKES_OVER = "When it ends, this one takes its place."
_LOOK_S = 3.0
"""How often it is looked whether an address that another callmon has is free."""
_LOOKS = 5
"""So many times in a row it must be: a collector that a service manager starts again is to find its place free."""
_LAST_ENTRY_S = 5.0


@dataclass(frozen=True, slots=True)
class _State:
    """What only `start` and `stop` change; replaced as a whole, so that any thread may read it."""

    name: str
    state: FeedState
    detail: str = ""


class HttpFeed:
    """Listens for notifications on one address, as `callmon.ports.Feed`.

    `start` may be called again after `stop`, or to try once more when another callmon or a failure was in the way.
    """

    def __init__(
        self,
        journal: Journal,
        host: str,
        port: int,
        *,
        clock: Callable[[], datetime] = utc_now,
        is_json: Callable[[bytes], bool] = is_json,
        gate: Gate | None = None,
        sign: Sign = unsigned,
    ) -> None:
        """`port` 0 lets the system choose one, see `status.name`; `is_json` must not raise.

        `sign` adds to what it tells of itself which run says so.

        Whom the `gate` does not admit is refused, and nothing of the request is kept; without one everybody may send.
        """
        self._journal = journal
        self._host = host
        self._port = port
        self._clock = clock
        self._sign = sign
        self._receiver = Receiver(journal, clock, is_json, gate, open_health=is_loopback(host), sign=sign)
        self._server: ServerThread | None = None
        self._lock = Lock()
        self._ended = Event()
        """Set to wait no longer for the one who listens in our place to go."""
        self._state = _State(f"http {address_of(host, port)}", FeedState.STOPPED)

    def inform(self, witness: Witness, statuses: Callable[[], Sequence[FeedStatus]]) -> None:
        """Let those who ask how this program does learn what the witness knows, and how all its feeds stand."""
        self._receiver.informer.witness, self._receiver.informer.statuses = witness, statuses

    @property
    def status(self) -> FeedStatus:
        """How it stands now."""
        state, server = self._state, self._server
        counts = (self._receiver.accepted, self._receiver.refused, 0, self._sign.run)
        if state.state is not FeedState.LISTENING:
            return FeedStatus(state.name, state.state, state.detail, *counts)
        if server is not None and not server.running:
            detail = "The listener broke down, so no notification comes in over HTTP. Restart callmon."
            return FeedStatus(state.name, FeedState.FAILED, detail, *counts)
        trouble = self._receiver.intake.trouble
        stopped = self._receiver.stopped_by_gate
        detail = ""
        if trouble:
            detail = f"Notifications are turned away with 503 until the journal takes them. {trouble}"
        elif stopped:
            detail = f"The last request was refused, because its sender is not known. {stopped}"
        return FeedStatus(state.name, FeedState.LISTENING, detail, *counts, self._receiver.intake.replaced)

    def start(self) -> FeedStatus:
        """Listen; returns when it does, or with a status that says why not."""
        with self._lock:
            if self._server is None or not self._server.running:
                self._start()
            if self._state.state is FeedState.ELSEWHERE:
                self._ended.set()
                self._ended = Event()
                Thread(target=self._wait_for_turn, args=(self._ended,), name="http-waits", daemon=True).start()
        return self.status

    def stop(self) -> None:
        """Stop listening. Requests under way get their answer, or at least their place in the journal."""
        with self._lock:
            self._ended.set()
            name = self._state.name
            server, self._server = self._server, None
            self._state = _State(name, FeedState.STOPPED)
            if server is not None:
                server.stop()
                # Entries become durable in order, so this one says that all before it have.
                concurrent.futures.wait([self._note(FeedState.STOPPED)], timeout=_LAST_ENTRY_S)

    def _wait_for_turn(self, ended: Event) -> None:
        """Listen as soon as the other callmon has gone: nobody else would take what Graph sends then."""
        free = 0
        while not ended.wait(_LOOK_S) and self._state.state is not FeedState.LISTENING:
            free = free + 1 if is_free(self._host, self._port) else 0
            if free >= _LOOKS:
                with self._lock:
                    if not ended.is_set():
                        self._start()

    def _start(self) -> None:
        cut_off = self._receiver.cut_off
        server = ServerThread(self._receiver, self._host, self._port, name="http-feed", cut_off=cut_off)
        asked_for = f"http {address_of(self._host, self._port)}"
        self._receiver.begin(asked_for)
        try:
            host, port = server.start()
        except ServerCannotStart as error:
            state, detail = why_not(error, self._host, self._port, self._journal.identity)
            later = f" {_TAKES_OVER}" if state is FeedState.ELSEWHERE else ""
            self._state = _State(asked_for, state, detail + later)
            return
        name = f"http {address_of(host, port)}"
        self._receiver.origin = name
        self._server = server
        self._state = _State(name, FeedState.LISTENING)
        self._note(FeedState.LISTENING)

    def _note(self, state: FeedState) -> concurrent.futures.Future[None]:
        name = self._state.name
        body = encode(self._sign(FeedChanged(feed=name, state=state)))
        return submit(self._journal, [Entry(EntryKind.FEED, self._clock(), name, body)])
