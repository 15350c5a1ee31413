"""The ASGI application that takes notifications: one POST body, one entry of the journal, one answer.

Microsoft's own SDK answers a notification with 202 and repeats its Client-Request-Id and Scenario-Id; so does
this. Whatever else is answered was not accepted, and the sender knows it.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from callmon import __version__
from callmon.core.records import FeedChanged, encode
from callmon.core.text import is_bot_name
from callmon.feeds.asgi import (
    BodyFault,
    Receive,
    Scope,
    Send,
    answer,
    answer_and_close,
    answer_json,
    read_body,
    read_to_waste,
)
from callmon.feeds.gate import Gate, Refusal, is_loopback
from callmon.feeds.health import health_document
from callmon.feeds.intake import Intake
from callmon.feeds.presence import Sign, unsigned
from callmon.feeds.vitals import Witness
from callmon.ports import Entry, EntryKind, FeedState, FeedStatus, Journal

NOTIFICATIONS_PATH = "/api/calls"
"""Where notifications are to be sent (POST); those of one of several bots to its name below this."""
_BELOW = f"{NOTIFICATIONS_PATH}/"
HEALTH_PATH = "/healthz"
"""Who listens, and how it does (GET)."""
METRICS_PATH = "/metrics"
"""The same and more for Prometheus (GET)."""
MAX_BODY = 1024 * 1024
"""The largest notification that is taken, in bytes."""
LOOK_S = 10.0
"""How long metrics may wait, in seconds, until the journal has been read for the first time."""
BODY_S = 10.0
"""How long the body of a request may take to arrive, in seconds."""

JOURNAL_HEADER = "x-callmon-journal"
"""With the journal's identity as its value: who knows it may read the journal, and is told who listens."""

_HEADER_CHARS = 256
_RETRY_AFTER_S = b"5"
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
_CREDENTIALS = {name.encode(): name for name in ("authorization", "x-callmon-token")}
"""What a gate is shown. It goes nowhere else."""
_ECHOED_HEADERS = {name: name.encode() for name in ("client-request-id", "scenario-id")}
_FAULTS = {
    BodyFault.TOO_LARGE: (413, "tooLarge", f"A notification may have at most {MAX_BODY} bytes."),
    BodyFault.TOO_SLOW: (408, "tooSlow", f"The body did not arrive within {BODY_S:g} seconds."),
}


class Receiver:
    """The ASGI application. It runs on the server's loop; its counts may be read from any thread."""

    def __init__(
        self,
        journal: Journal,
        clock: Callable[[], datetime],
        is_json: Callable[[bytes], bool],
        gate: Gate | None = None,
        *,
        open_health: bool = True,
        witness: Witness | None = None,
        sign: Sign = unsigned,
    ) -> None:
        """Without a `gate` everybody may send; without `open_health` only those it admits learn who listens."""
        self._gate = gate
        self._open_health = open_health
        self._clock = clock
        self._sign = sign
        self._is_json = is_json
        self._journal = journal
        self.intake = Intake(journal, self._turned_away)
        self.origin = ""
        """What its entries carry as origin."""
        self.witness = witness
        """Who knows what the journal tells; nobody if None."""
        self.statuses: Callable[[], Sequence[FeedStatus]] = lambda: (self.status,)
        """How the feeds of this process stand."""
        self.last: datetime | None = None
        """When it last took a notification."""
        self.accepted = 0
        self.refused = 0
        self.stopped_by_gate = ""
        """Why the gate refused the last request that it was asked about; empty if it did not."""

    def cut_off(self) -> None:
        """A sender was not heard to the end. To be called on the server's loop."""
        self.refused += 1

    def begin(self, origin: str) -> None:
        """To be called before a server serves it: an intake belongs to one event loop, so each server needs its own."""
        self.intake = Intake(self._journal, self._turned_away)
        self.origin = origin

    def _turned_away(self, since: datetime, until: datetime | None) -> Sequence[Entry]:
        """What the journal should tell when it takes entries again: senders were turned away meanwhile."""
        failed = FeedChanged(self.origin, FeedState.FAILED, "Notifications are turned away.")
        again = FeedChanged(self.origin, FeedState.LISTENING, "Notifications were turned away until now.")
        told = ((failed, since), (again, until or self._clock()))
        return [Entry(EntryKind.FEED, at, self.origin, encode(self._sign(record))) for record, at in told]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path, method = scope["path"], scope["method"]
        bot = _bot_in(path)
        if bot is not None:
            if method == "POST":
                await self._take(scope, receive, send, bot)
            else:
                await self._refuse_method(send, "POST")
        elif path in (HEALTH_PATH, METRICS_PATH):
            if method in ("GET", "HEAD"):
                await (self._tell_health if path == HEALTH_PATH else self._tell_metrics)(scope, send)
            else:
                await self._refuse_method(send, "GET, HEAD")
        elif path.startswith(_BELOW):
            message = "A bot's name has up to 64 letters, digits, dots, dashes and underscores, and no other form."
            await self._refuse(send, 404, "noSuchBot", message)
        else:
            message = f"There is nothing here: notifications go to {NOTIFICATIONS_PATH}."
            await self._refuse(send, 404, "notFound", message)

    async def _take(self, scope: Scope, receive: Receive, send: Send, bot: str) -> None:
        if any(name == b"origin" for name, _ in scope["headers"]):
            if not _waits_for_100(scope):
                await read_to_waste(receive)
            message = "Notifications are not taken from web pages."
            await self._refuse(send, 403, "fromWebPage", message, (b"connection", b"close"))
            return
        if self._gate is not None:
            refusal = await self._gate.admits(_credentials(scope), bot)
            self.stopped_by_gate = "" if refusal is None else refusal.sentence
            if refusal is not None:
                await self._turn_away(scope, receive, send, refusal)
                return
        length, headers = _read_headers(scope["headers"])
        body = BodyFault.TOO_LARGE if length > MAX_BODY else await read_body(receive, MAX_BODY, BODY_S)
        if isinstance(body, BodyFault):
            await self._refuse_body(scope, receive, send, body)
            return
        readable = self._is_json(body)
        at, run = self._clock(), self._sign.run
        trouble = await self._keep(Entry(EntryKind.NOTIFICATION, at, self.origin, body, headers, bot, run=run))
        if trouble is not None:
            self.refused += 1
            await not_stored(send)
        elif not readable:
            await self._refuse(send, 400, "notJson", "The body is not JSON. It was kept as it is.")
        else:
            self.accepted += 1
            self.last = self._clock()
            echoed = [
                (raw, headers[name].encode("latin-1")) for name, raw in _ECHOED_HEADERS.items() if name in headers
            ]
            await answer(send, 202, echoed)

    async def _keep(self, entry: Entry) -> str | None:
        try:
            return await self.intake.keep(entry)
        except asyncio.CancelledError:
            # The server stops and this request's grace is over. It ends here with an answer that is no promise;
            # the entry must still reach the journal, and there may be no later turn of the loop.
            self.intake.flush()
            return "The listener stopped."

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
        if not _waits_for_100(scope):
            await read_to_waste(receive)
        close = (b"connection", b"close")
        if refusal.passing:
            again = (b"retry-after", _RETRY_AFTER_S)
            await self._refuse(send, 503, "senderNotChecked", refusal.sentence, again, close)
        else:
            challenge = (b"www-authenticate", b"Bearer")
            await self._refuse(send, 401, "unauthorized", refusal.sentence, challenge, close)

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

    @property
    def status(self) -> FeedStatus:
        """How it stands while it is served."""
        counts = (self.accepted, self.refused)
        return FeedStatus(self.origin, FeedState.LISTENING, "", *counts, run=self._sign.run)

    async def _tell_health(self, scope: Scope, send: Send) -> None:
        trouble = self.intake.trouble
        status = 200 if trouble is None else 503
        if not await self._may_know(scope):
            await answer_json(send, status, {"callmon": __version__})
            return
        vitals = None
        if self.witness is not None:
            if not _knows_journal(scope, self._journal.identity):  # another callmon asks only who listens
                self.witness.begin()
            vitals = await asyncio.to_thread(self.witness.look, 0)
        known = health_document(self.status, self.statuses(), self.last, self._clock(), trouble=trouble, vitals=vitals)
        mine = {"callmon": __version__, "journal": self._journal.identity, "pid": os.getpid()}
        await answer_json(send, status, mine | known)

    async def _tell_metrics(self, scope: Scope, send: Send) -> None:
        if not await self._may_know(scope):
            challenge = (b"www-authenticate", b"Bearer")
            await self._refuse(
                send, 401, "unauthorized", "Metrics are for those who may send notifications.", challenge
            )
            return
        # Only who is asked for metrics pays for the library, and for following the journal.
        from callmon.feeds.metrics import CONTENT_TYPE, metrics_text  # noqa: PLC0415

        vitals = None
        if self.witness is not None:
            self.witness.begin()
            vitals = await asyncio.to_thread(self.witness.look, LOOK_S)
        text = metrics_text(self.statuses(), vitals, writable=self.intake.trouble is None)
        await answer(send, 200, [(b"content-type", CONTENT_TYPE.encode())], text)

    async def _may_know(self, scope: Scope) -> bool:
        if self._open_health and _names_this_machine(scope):
            return True
        if _knows_journal(scope, self._journal.identity):
            return True
        return self._gate is not None and await self._gate.admits(_credentials(scope)) is None


async def not_stored(send: Send) -> None:
    """Answer that it is not kept, and is to be sent again."""
    message = "The notification could not be stored. Send it again later."
    await answer_json(send, 503, _error("notStored", message), [(b"retry-after", _RETRY_AFTER_S)])


def _knows_journal(scope: Scope, identity: str) -> bool:
    """Whether the asker may read the journal, as another callmon on it may."""
    name, value = JOURNAL_HEADER.encode(), identity.encode()
    return any(raw == name and hmac.compare_digest(given, value) for raw, given in scope["headers"])


def _names_this_machine(scope: Scope) -> bool:
    """Whether it was asked for by a name that no page from elsewhere can have pointed here (DNS rebinding)."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return all(is_loopback(urlsplit(f"//{host}").hostname or "") for host in hosts)


def _bot_in(path: str) -> str | None:
    """Whose notifications are sent to this path: empty for the bot without a name, None if nobody's are."""
    if path == NOTIFICATIONS_PATH:
        return ""
    name = path.removeprefix(_BELOW)
    return name if name is not path and is_bot_name(name) else None


def _error(code: str, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


def _waits_for_100(scope: Scope) -> bool:
    """Whether the sender holds the body back until it is asked for (RFC 9110, 10.1.1)."""
    return any(name == b"expect" for name, _ in scope["headers"])


def _credentials(scope: Scope) -> dict[str, str]:
    """The headers that may say who sends. One that is given twice becomes a value that no gate knows."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name = _CREDENTIALS.get(raw_name)
        if name is not None:
            value = raw_value.decode("latin-1")
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, dict[str, str]]:
    """The length that the request declares, 0 if none, and the headers that are kept."""
    length = 0
    kept: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = _KEPT_HEADERS.get(raw_name)
        if name is not None:
            value = raw_value.decode("latin-1")
            kept[name] = (f"{kept[name]}, {value}" if name in kept else value)[:_HEADER_CHARS]
        elif raw_name == b"content-length":
            length = int(raw_value)  # the parser has let only digits through
    return length, kept
