"""The journal of a collector that is started before its journal can be used, as after a power cut."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import ExitStack
from itertools import chain, repeat
from threading import Thread

from callmon.cli.exits import ExitCode
from callmon.cli.output import tell
from callmon.cli.signals import StopSignals
from callmon.feeds.turning_away import turning_away
from callmon.ports import JournalAway, PrunableJournal
from callmon.settings.addresses import Address

_AGAIN_AFTER_S = (0.5, 1.0, 2.0)
_AGAIN_AT_LAST_S = 5.0
_LOOK_S = 0.2
"""A signal is heeded within so long, however long an attempt takes."""


def awaited(opens: Callable[[], PrunableJournal], listen: Address, signals: StopSignals) -> PrunableJournal | ExitCode:
    """The journal, as soon as it can be opened; until then senders get 503. How to end, if a signal comes before.

    Raises `callmon.ports.JournalError` for trouble that does not pass by itself.
    """
    told, meanwhile = "", ""
    with ExitStack() as stack:
        for wait_s in chain(_AGAIN_AFTER_S, repeat(_AGAIN_AT_LAST_S)):
            try:
                return _attempt(opens, signals)
            except JournalAway as away:
                trouble = str(away)
            if not told and stack.enter_context(turning_away(listen.host, listen.port)):
                meanwhile = ", and turns notifications away with 503"
            if trouble != told:
                told = trouble
                tell(f"{trouble} callmon waits until the journal can be used{meanwhile}.")
            if (code := signals.wait(wait_s)) is not None:
                return code
    raise AssertionError  # the chain has no end


def _attempt(opens: Callable[[], PrunableJournal], signals: StopSignals) -> PrunableJournal | ExitCode:
    attempt: Future[PrunableJournal] = Future()
    # A daemon: one that hangs is left behind when the program ends.
    Thread(target=_open, args=(opens, attempt), name="journal-opening", daemon=True).start()
    while wait([attempt], _LOOK_S).not_done:
        if (code := signals.wait(0)) is not None:
            return code
    return attempt.result()


def _open(opens: Callable[[], PrunableJournal], attempt: Future[PrunableJournal]) -> None:
    try:
        attempt.set_result(opens())
    except BaseException as error:  # noqa: BLE001  # whoever waits must hear of any failure
        attempt.set_exception(error)
