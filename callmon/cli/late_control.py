"""The way to Graph, made a moment after the console shows calls: its HTTP client takes long to import."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Protocol

from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.ports import CallControl, OnWait, Target, unseen

MADE_AFTER_S = 1.0


class ClosableControl(CallControl, Protocol):
    """A way to Graph that holds connections."""

    def close(self) -> None:
        """Let go of them."""
        ...


class LateControl:
    """A `callmon.ports.CallControl` that is made when first used, or soon. Safe to use from several threads."""

    def __init__(self, make: Callable[[], ClosableControl], made_after_s: float = MADE_AFTER_S) -> None:
        """`make` is called once, after so many seconds or by whoever needs it first. It must not raise."""
        self._make = make
        self._lock = Lock()
        self._made: ClosableControl | None = None
        self._wanted = Event()
        self._closed = False
        Thread(target=self._make_soon, args=(made_after_s,), name="control", daemon=True).start()

    def ready(self) -> bool:
        """Whether it is made, so that `why_not` waits for nothing. If it is not, a thread makes it now."""
        if self._made is None:
            self._wanted.set()
        return self._made is not None

    def why_not(self, target: Target) -> str:
        """As the one that is made says it."""
        return self._get().why_not(target)

    def hang_up(self, target: Target, on_wait: OnWait = unseen, called_off: Event | None = None) -> HangUpOutcome:
        """As the one that is made does it."""
        return self._get().hang_up(target, on_wait, called_off)

    def check(self, target: Target) -> CheckOutcome:
        """As the one that is made does it."""
        return self._get().check(target)

    def close(self) -> None:
        """Let go of the one that is made, and make none any more unless somebody asks."""
        self._closed = True
        self._wanted.set()
        with self._lock:
            if self._made is not None:
                self._made.close()

    def _make_soon(self, after_s: float) -> None:
        self._wanted.wait(after_s)
        if not self._closed:
            self._get()

    def _get(self) -> ClosableControl:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
