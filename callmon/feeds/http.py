"""The feed over HTTP: every POST body goes into the journal, and is answered when it is durable there.

Microsoft's own SDK answers a notification with 202 and repeats its Client-Request-Id and Scenario-Id; so does
this. Whatever else is answered was not accepted, and the sender knows it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import errno
import http.client
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock

from callmon import __version__
from callmon.core.records import FeedChanged, encode
from callmon.feeds.server import (
    BodyFault,
    Receive,
    Scope,
    Send,
    ServerCannotStart,
    ServerThread,
    address_of,
    answer,
    answer_and_close,
    answer_json,
    read_body,
)
from callmon.ports import Entry, EntryKind, FeedState, FeedStatus, Journal, JournalError

NOTIFICATIONS_PATH = "/api/calls"
"""Where notifications are to be sent (POST)."""
HEALTH_PATH = "/healthz"
"""Who listens, and how it does (GET)."""
MAX_BODY = 1024 * 1024
"""The largest notification that is taken, in bytes."""
BODY_S = 10.0
"""How long the body of a request may take to arrive, in seconds."""

_HEADER_CHARS = 256
_RETRY_AFTER_S = b"5"
_PROBE_S = 1.0
_PROBE_BYTES = 64 * 1024
_LAST_ENTRY_S = 5.0
# What Microsoft support asks for, and what names the sender. Authorization is a credential: never kept.
_KEPT_HEADERS = {
    name.encode(): name
    for name in (
        "client-request-id",
        "scenario-id",
        "x-microsoft-skype-chain-id",
        "x-microsoft-skype-message-id",
        "x-microsoft-skype-original-message-id",
        "x-microsoft-skype-caller-region",
        "ms-teams-region",
        "user-agent",
        "content-type",
    )
}
_ECHOED_HEADERS = ("client-request-id", "scenario-id")
_FAULTS = {
    BodyFault.TOO_LARGE: (413, "tooLarge", f"A notification may have at most {MAX_BODY} bytes."),
    BodyFault.TOO_SLOW: (408, "tooSlow", f"The body did not arrive within {BODY_S:g} seconds."),
}
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # compared, not bound

Receipt = asyncio.Future[str | None]
"""None when the entry is durable, else a sentence that says why it is not."""


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def is_json(body: bytes) -> bool:
    """Whether a body is one JSON value, in any of the encodings that RFC 4627 allowed, with or without a BOM."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


class Intake:
    """Hands entries to the journal: all that come within one turn of the loop as one batch.

    So the journal commits, and the loop is woken, once a batch and not once a request. Belongs to one event loop.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[tuple[Entry, Receipt]] = []
        self.trouble: str | None = None
        """Why the last batch was not kept; None if it was."""

    def keep(self, entry: Entry) -> Receipt:
        """Put an entry into the journal; the receipt is done when it is durable or has failed."""
        loop = asyncio.get_running_loop()
        receipt: Receipt = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._hand_over, loop)
        self._waiting.append((entry, receipt))
        return receipt

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._waiting = self._waiting, []
        receipts = [receipt for _, receipt in batch]
        written = _submit(self._journal, [entry for entry, _ in batch])
        written.add_done_callback(partial(self._written, loop, receipts))

    def _written(
        self, loop: asyncio.AbstractEventLoop, receipts: Sequence[Receipt], written: concurrent.futures.Future[None]
    ) -> None:
        """Called on the journal's thread."""
        error = written.exception()
        trouble = None if error is None else str(error)
        try:
            loop.call_soon_threadsafe(self._settle, receipts, trouble)
        except RuntimeError:
            return  # the loop is closed: the senders have had their answer

    def _settle(self, receipts: Sequence[Receipt], trouble: str | None) -> None:
        self.trouble = trouble
        for receipt in receipts:
            if not receipt.done():
                receipt.set_result(trouble)


def _submit(journal: Journal, entries: Sequence[Entry]) -> concurrent.futures.Future[None]:
    try:
        return journal.submit(entries)
    except JournalError as error:  # the journal was closed before its feeds were stopped
        failed: concurrent.futures.Future[None] = concurrent.futures.Future()
        failed.set_exception(error)
        return failed


class Receiver:
    """The ASGI application. It runs on the server's loop; its counts may be read from any thread."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime], is_json: Callable[[bytes], bool]) -> None:
        self._clock = clock
        self._is_json = is_json
        self._identity = journal.identity
        self.intake = Intake(journal)
        self.origin = ""
        """What its entries carry as origin."""
        self.accepted = 0
        self.refused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path, method = scope["path"], scope["method"]
        if path == NOTIFICATIONS_PATH:
            if method == "POST":
                await self._take(scope, receive, send)
            else:
                await self._refuse_method(send, "POST")
        elif path == HEALTH_PATH:
            if method in ("GET", "HEAD"):
                await answer_json(send, 200, self._health())
            else:
                await self._refuse_method(send, "GET, HEAD")
        else:
            message = f"There is nothing here: notifications go to {NOTIFICATIONS_PATH}."
            await self._refuse(send, 404, "notFound", message)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _declared_length(scope) > MAX_BODY:
            await self._refuse_body(scope, receive, send, BodyFault.TOO_LARGE)
            return
        body = await read_body(receive, MAX_BODY, BODY_S)
        if isinstance(body, BodyFault):
            await self._refuse_body(scope, receive, send, body)
            return
        headers = _kept_headers(scope)
        readable = self._is_json(body)
        trouble = await self._keep(Entry(EntryKind.NOTIFICATION, self._clock(), self.origin, body, headers))
        if trouble is not None:
            message = "The notification could not be stored. Send it again later."
            await self._refuse(send, 503, "notStored", message, (b"retry-after", _RETRY_AFTER_S))
        elif not readable:
            await self._refuse(send, 400, "notJson", "The body is not JSON. It was kept as it is.")
        else:
            self.accepted += 1
            await answer(
                send, 202, [(n.encode(), headers[n].encode("latin-1")) for n in _ECHOED_HEADERS if n in headers]
            )

    async def _keep(self, entry: Entry) -> str | None:
        try:
            return await self.intake.keep(entry)
        except asyncio.CancelledError:
            # The server stops and this request's grace is over. It ends here with an answer that is no promise.
            return "The listener stopped."

    async def _refuse_body(self, scope: Scope, receive: Receive, send: Send, fault: BodyFault) -> None:
        if fault is BodyFault.GONE:
            self.refused += 1
            return
        status, code, message = _FAULTS[fault]
        if fault is BodyFault.TOO_SLOW or _waits_for_100(scope):
            await self._refuse(send, status, code, message, (b"connection", b"close"))
            return
        self.refused += 1
        await answer_and_close(receive, send, status, _error(code, message))

    async def _refuse_method(self, send: Send, allowed: str) -> None:
        message = f"This address takes {allowed} only."
        await self._refuse(send, 405, "methodNotAllowed", message, (b"allow", allowed.encode()))

    async def _refuse(self, send: Send, status: int, code: str, message: str, *headers: tuple[bytes, bytes]) -> None:
        self.refused += 1
        await answer_json(send, status, _error(code, message), headers)

    def _health(self) -> dict[str, object]:
        return {
            "callmon": __version__,
            "journal": self._identity,
            "state": FeedState.LISTENING,
            "accepted": self.accepted,
            "refused": self.refused,
            "pid": os.getpid(),
        }


def _error(code: str, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)  # the parser has let only digits through
    return 0


def _waits_for_100(scope: Scope) -> bool:
    """Whether the sender holds the body back until it is asked for (RFC 9110, 10.1.1)."""
    return any(name == b"expect" for name, _ in scope["headers"])


def _kept_headers(scope: Scope) -> Mapping[str, str]:
    kept: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name = _KEPT_HEADERS.get(raw_name)
        if name is not None:
            value = raw_value.decode("latin-1")
            kept[name] = (f"{kept[name]}, {value}" if name in kept else value)[:_HEADER_CHARS]
    return kept


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
        clock: Callable[[], datetime] = now,
        is_json: Callable[[bytes], bool] = is_json,
    ) -> None:
        """`port` 0 lets the system choose one, see `status.name`; `is_json` must not raise."""
        self._journal = journal
        self._host = host
        self._port = port
        self._clock = clock
        self._receiver = Receiver(journal, clock, is_json)
        self._server: ServerThread | None = None
        self._lock = Lock()
        self._state = _State(f"http {address_of(host, port)}", FeedState.STOPPED)

    @property
    def status(self) -> FeedStatus:
        """How it stands now."""
        state, server = self._state, self._server
        counts = (self._receiver.accepted, self._receiver.refused)
        if state.state is not FeedState.LISTENING:
            return FeedStatus(state.name, state.state, state.detail, *counts)
        if server is not None and not server.running:
            detail = "The listener broke down, so no notification reaches this console over HTTP. Restart callmon."
            return FeedStatus(state.name, FeedState.FAILED, detail, *counts)
        trouble = self._receiver.intake.trouble
        detail = f"Notifications are turned away with 503 until the journal takes them. {trouble}" if trouble else ""
        return FeedStatus(state.name, FeedState.LISTENING, detail, *counts)

    def start(self) -> FeedStatus:
        """Listen; returns when it does, or with a status that says why not."""
        with self._lock:
            if self._server is None or not self._server.running:
                self._start()
        return self.status

    def stop(self) -> None:
        """Stop listening. Requests under way get their answer, or at least their place in the journal."""
        with self._lock:
            name = self._state.name
            server, self._server = self._server, None
            self._state = _State(name, FeedState.STOPPED)
            if server is not None:
                server.stop()
                # Entries become durable in order, so this one says that all before it have.
                concurrent.futures.wait([self._note(FeedState.STOPPED)], timeout=_LAST_ENTRY_S)

    def _start(self) -> None:
        server = ServerThread(self._receiver, self._host, self._port, name="http-feed")
        asked_for = f"http {address_of(self._host, self._port)}"
        self._receiver.origin = asked_for
        try:
            host, port = server.start()
        except ServerCannotStart as error:
            self._state = _State(asked_for, *_why_not(error, self._host, self._port, self._journal.identity))
            return
        name = f"http {address_of(host, port)}"
        self._receiver.origin = name
        self._server = server
        self._state = _State(name, FeedState.LISTENING)
        self._note(FeedState.LISTENING)

    def _note(self, state: FeedState) -> concurrent.futures.Future[None]:
        name = self._state.name
        body = encode(FeedChanged(feed=name, state=state))
        return _submit(self._journal, [Entry(EntryKind.FEED, self._clock(), name, body)])


@dataclass(frozen=True, slots=True)
class _State:
    """What only `start` and `stop` change; replaced as a whole, so that any thread may read it."""

    name: str
    state: FeedState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """The callmon that holds the port."""

    pid: int
    journal: str


def _why_not(error: ServerCannotStart, host: str, port: int, identity: str) -> tuple[FeedState, str]:
    if error.errno != errno.EADDRINUSE:
        return FeedState.FAILED, _failure(error.sentence, _REMEDIES.get(error.errno or 0, _OTHER_ADDRESS))
    neighbour = _ask(host, port)
    if neighbour is None:
        return FeedState.FAILED, _failure(error.sentence, "choose another port with --listen, or end that program")
    other = f"Another callmon (pid {neighbour.pid}) already listens on {address_of(host, port)} for"
    if neighbour.journal == identity:
        return FeedState.ELSEWHERE, f"{other} this journal; this console follows it."
    remedy = "start both with the same --journal, or choose another port with --listen"
    return FeedState.FAILED, _failure(f"{other} another journal.", remedy)


def _failure(sentence: str, remedy: str) -> str:
    return f"{sentence} No notification reaches this console over HTTP: {remedy}."


_OTHER_ADDRESS = "give another address with --listen HOST:PORT"
_REMEDIES = {
    errno.EACCES: "choose a port above 1023 with --listen HOST:PORT",
    errno.EADDRNOTAVAIL: "give an address of this machine with --listen, 127.0.0.1 for example",
}


def _ask(host: str, port: int) -> _Neighbour | None:
    """The callmon that answers on this address, if it is one."""
    connection = http.client.HTTPConnection(_ANY_ADDRESS.get(host, host), port, timeout=_PROBE_S)
    try:
        connection.request("GET", HEALTH_PATH)
        said = json.loads(connection.getresponse().read(_PROBE_BYTES))
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return None
    finally:
        connection.close()
    if not isinstance(said, dict) or "callmon" not in said:
        return None
    pid, journal = said.get("pid"), said.get("journal")
    # Whoever answers may be anybody, and the number goes to the screen.
    return _Neighbour(pid, journal) if isinstance(pid, int) and isinstance(journal, str) else None
