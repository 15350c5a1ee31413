"""The ASGI application that takes notifications: one POST body, one entry of the journal, one answer.

Microsoft's own SDK answers a notification with 202 and repeats its Client-Request-Id and Scenario-Id; so does
this. Whatever else is answered was not accepted, and the sender knows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from callmon.core.records import FeedChanged, encode
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
from callmon.feeds.gate import Gate, Refusal
from callmon.feeds.informer import Informer
from callmon.feeds.intake import Intake
from callmon.feeds.presence import Sign, unsigned
from callmon.feeds.request import (
    BELOW,
    HEALTH_PATH,
    METRICS_PATH,
    NOTIFICATIONS_PATH,
    bot_in,
    credentials,
    read_headers,
    waits_for_100,
)
from callmon.ports import Entry, EntryKind, FeedState, FeedStatus, Journal

MAX_BODY = 1024 * 1024
"""The largest notification that is taken, in bytes."""
BODY_S = 10.0
"""How long the body of a request may take to arrive, in seconds."""

_RETRY_AFTER_S = b"5"
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
        sign: Sign = unsigned,
    ) -> None:
        """Without a `gate` everybody may send; without `open_health` only those it admits learn who listens."""
        self._gate = gate
        self._clock = clock
        self._sign = sign
        self._is_json = is_json
        self._journal = journal
        self.intake = Intake(journal, self._turned_away)
        self.origin = ""
        """What its entries carry as origin."""
        self.informer = Informer(journal.identity, clock, lambda: (self.status,), gate, open_health=open_health)
        self.last: datetime | None = None
        """When the last notification came that it took."""
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

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request."""
        path, method = scope["path"], scope["method"]
        bot = bot_in(path)
        if bot is not None:
            return self._take(scope, receive, send, bot) if method == "POST" else self._refuse_method(send, "POST")
        if path in (HEALTH_PATH, METRICS_PATH):
            if method not in ("GET", "HEAD"):
                return self._refuse_method(send, "GET, HEAD")
            return (self._tell_health if path == HEALTH_PATH else self._tell_metrics)(scope, send)
        if path.startswith(BELOW):
            message = (
                "A bot's name has up to 64 letters, digits, dots, dashes and underscores, and no other form. "
                f"Without a name, notifications go to {NOTIFICATIONS_PATH}."
            )
            return self._refuse(send, 404, "noSuchBot", message)
        return self._refuse(send, 404, "notFound", f"There is nothing here: notifications go to {NOTIFICATIONS_PATH}.")

    async def _take(self, scope: Scope, receive: Receive, send: Send, bot: str) -> None:
        length, from_web_page, headers = read_headers(scope["headers"])
        if from_web_page:
            await self._refuse_page(scope, receive, send)
            return
        if self._gate is not None:
            refusal = await self._gate.admits(credentials(scope), bot)
            self.stopped_by_gate = "" if refusal is None else refusal.sentence
            if refusal is not None:
                await self._turn_away(scope, receive, send, refusal)
                return
        body = BodyFault.TOO_LARGE if length > MAX_BODY else await read_body(receive, MAX_BODY, BODY_S)
        if isinstance(body, BodyFault):
            await self._refuse_body(scope, receive, send, body)
            return
        readable = self._is_json(body)
        at, run = self._clock(), self._sign.run
        entry = Entry(EntryKind.NOTIFICATION, at, self.origin, body, headers, bot, run=run)
        try:
            trouble = await self.intake.keep(entry)
        except asyncio.CancelledError:
            # The server stops and this request's grace is over. It ends here with an answer that is no promise;
            # the entry must still reach the journal, and there may be no later turn of the loop.
            self.intake.flush()
            trouble = "The listener stopped."
        if trouble is not None:
            self.refused += 1
            await not_stored(send)
        elif not readable:
            await self._refuse(send, 400, "notJson", "The body is not JSON. It was kept as it is.")
        else:
            self.accepted += 1
            self.last = at
            echoed = [
                (raw, headers[name].encode("latin-1")) for name, raw in _ECHOED_HEADERS.items() if name in headers
            ]
            await answer(send, 202, echoed)

    async def _refuse_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not waits_for_100(scope):
            await read_to_waste(receive)
        message = "Notifications are not taken from web pages."
        await self._refuse(send, 403, "fromWebPage", message, (b"connection", b"close"))

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
        if not waits_for_100(scope):
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
        if fault is BodyFault.TOO_SLOW or waits_for_100(scope):
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
        await self.informer.tell_health(scope, send, self.status, self.last, self.intake.trouble)

    async def _tell_metrics(self, scope: Scope, send: Send) -> None:
        if await self.informer.may_know(scope):
            await self.informer.tell_metrics(send, writable=self.intake.trouble is None)
        else:
            challenge = (b"www-authenticate", b"Bearer")
            message = "Metrics are for those who may send notifications."
            await self._refuse(send, 401, "unauthorized", message, challenge)


async def not_stored(send: Send) -> None:
    """Answer that it is not kept, and is to be sent again."""
    message = "The notification could not be stored. Send it again later."
    await answer_json(send, 503, _error("notStored", message), [(b"retry-after", _RETRY_AFTER_S)])


def _error(code: str, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}
