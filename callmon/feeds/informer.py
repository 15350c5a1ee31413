"""What a listener answers to those who ask how it does: ``/healthz`` and ``/metrics``."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import datetime

from callmon import __version__
from callmon.feeds.asgi import Scope, Send, answer, answer_json
from callmon.feeds.gate import Gate
from callmon.feeds.health import health_document
from callmon.feeds.request import credentials, knows_journal, names_this_machine
from callmon.feeds.vitals import Witness
from callmon.ports import FeedStatus

LOOK_S = 10.0
"""How long metrics may wait, in seconds, until the journal has been read for the first time."""


class Informer:
    """Tells who may know how the listener and its program do. It runs on the server's loop."""

    def __init__(
        self,
        journal: str,
        clock: Callable[[], datetime],
        statuses: Callable[[], Sequence[FeedStatus]],
        gate: Gate | None,
        *,
        open_health: bool,
    ) -> None:
        """`journal` is the journal's identity. Without `open_health` only those whom the gate admits may know."""
        self._journal = journal
        self._clock = clock
        self._gate = gate
        self._open_health = open_health
        self.statuses = statuses
        """How the feeds of this process stand."""
        self.witness: Witness | None = None
        """Who knows what the journal tells; nobody if None."""

    async def may_know(self, scope: Scope) -> bool:
        """Whether the asker sits on this machine, may read the journal, or may send notifications."""
        if self._open_health and names_this_machine(scope):
            return True
        if knows_journal(scope, self._journal):
            return True
        return self._gate is not None and await self._gate.admits(credentials(scope)) is None

    async def tell_health(
        self, scope: Scope, send: Send, status: FeedStatus, last: datetime | None, trouble: str | None
    ) -> None:
        """Answer how it does; see `callmon.feeds.health.health_document`. Who may not know learns that it runs."""
        code = 200 if trouble is None else 503
        if not await self.may_know(scope):
            await answer_json(send, code, {"callmon": __version__})
            return
        vitals = None
        if self.witness is not None:
            if not knows_journal(scope, self._journal):  # another callmon asks only who listens
                self.witness.begin()
            vitals = await asyncio.to_thread(self.witness.look, 0)
        known = health_document(status, self.statuses(), last, self._clock(), trouble=trouble, vitals=vitals)
        mine = {"callmon": __version__, "journal": self._journal, "pid": os.getpid()}
        await answer_json(send, code, mine | known)

    async def tell_metrics(self, send: Send, *, writable: bool) -> None:
        """Answer what Prometheus collects; `writable` is whether the journal takes what comes."""
        # Only who is asked for metrics pays for the library, and for following the journal.
        from callmon.feeds.metrics import CONTENT_TYPE, metrics_text  # noqa: PLC0415

        vitals = None
        if self.witness is not None:
            self.witness.begin()
            vitals = await asyncio.to_thread(self.witness.look, LOOK_S)
        text = metrics_text(self.statuses(), vitals, writable=writable)
        await answer(send, 200, [(b"content-type", CONTENT_TYPE.encode())], text)
