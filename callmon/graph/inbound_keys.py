"""The keys with which Microsoft Graph signs its notifications, fetched when they are needed and kept for a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic

import jwt

from callmon.graph.inbound_download import KeysProblem, download

RENEW_S = 2 * 3600.0
"""After how many seconds the keys are fetched again while those at hand serve on: what Microsoft's samples do."""
MAX_AGE_S = 24 * 3600.0
"""For how many seconds keys are believed when none can be fetched."""
UNKNOWN_KID_S = 60.0
"""Seconds between two fetches because of a key id that is unknown: anybody can make one up."""
RETRY_S = 10.0
"""Seconds between two fetches while there are no keys at all."""


@dataclass(frozen=True, slots=True)
class NoKey:
    """Why there is no key."""

    sentence: str
    passing: bool
    """True if there may be one later."""


@dataclass(frozen=True, slots=True)
class _Stock:
    """What the last fetches brought; replaced as a whole, so that any thread may read it."""

    keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    got_at: float = float("-inf")
    problem: str = ""
    """Why the last fetch brought nothing; empty if it did."""


class KeySource:
    """Keys by id, from the document at an OpenID configuration URL. Made for one event loop at a time.

    A fetch runs on a thread of its own, so that the loop goes on; all who need it wait for the same one.
    """

    def __init__(
        self,
        url: str,
        *,
        fetch: Callable[[str], Mapping[str, jwt.PyJWK] | KeysProblem] = download,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`fetch` must not raise; `clock` gives seconds that never go back. Nothing is fetched yet."""
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._stock = _Stock()
        self._asked_at = float("-inf")
        self._under_way: Future[None] | None = None

    async def key(self, kid: str) -> jwt.PyJWK | NoKey:
        """The key with this id, fetched if that may help; the same object until the keys are fetched again."""
        found = self._usable().get(kid)
        if found is not None:
            if self._clock() - self._stock.got_at > RENEW_S:
                self._refresh()
            return found
        refresh = self._refresh()
        if refresh is not None:
            await asyncio.wrap_future(refresh)
        found = self._usable().get(kid)
        if found is not None:
            return found
        if self._stock.problem:
            return NoKey(self._stock.problem, passing=True)
        if refresh is None:
            return NoKey(
                "The request's token is signed with a key that is not known here; it may be a new one, and Microsoft's "
                "keys are asked for again within a minute.",
                passing=True,
            )
        return NoKey("The request's token is signed with a key that is not Microsoft Graph's.", passing=False)

    def _usable(self) -> Mapping[str, jwt.PyJWK]:
        stock = self._stock
        return stock.keys if self._clock() - stock.got_at <= MAX_AGE_S else {}

    def _refresh(self) -> Future[None] | None:
        """The fetch that is under way, or a new one; None if the last one is too recent."""
        if self._under_way is not None and not self._under_way.done():
            return self._under_way
        if self._clock() - self._asked_at < (UNKNOWN_KID_S if self._usable() else RETRY_S):
            return None
        self._asked_at = self._clock()
        self._under_way = done = Future[None]()
        done.set_running_or_notify_cancel()  # one who gives up waiting does not cancel it for the others
        Thread(target=self._replace, args=(done,), name="graph-keys", daemon=True).start()
        return done

    def _replace(self, done: Future[None]) -> None:
        try:
            fetched = self._fetch(self._url)
            if isinstance(fetched, KeysProblem):
                self._stock = _Stock(self._stock.keys, self._stock.got_at, fetched.sentence)
            else:
                self._stock = _Stock(fetched, self._clock())
        except Exception as error:  # without a word of it, the keys that are missing would be taken for forged ones
            logging.getLogger(__name__).critical("Fetching the keys broke down", exc_info=error)
            sentence = (
                "No sender can be checked: callmon broke down while it fetched the keys of Microsoft Graph "
                f"({type(error).__name__})."
            )
            self._stock = _Stock(self._stock.keys, self._stock.got_at, sentence)
        finally:
            done.set_result(None)
