"""Checks of calls in doubt by a collector: as the console makes them, without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from callmon.checks import MOST_AT_ONCE
from callmon.cli.controls import controls_of
from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.hangup import CheckOutcome
from callmon.hangup import HangUp
from callmon.observer import Observer
from callmon.ports import Journal, Target
from callmon.settings.model import Settings


class CollectorChecks:
    """To be asked every second; never waits for Graph."""

    def __init__(self, observer: Observer, hangup: HangUp, pool: ThreadPoolExecutor) -> None:
        self._observer = observer
        self._hangup = hangup
        self._pool = pool

    def tick(self) -> None:
        """Check one call, if one is due."""
        call = self._observer.due()
        if call is not None:
            self._pool.submit(self._check, call)

    def _check(self, call: Call) -> None:
        why_not = self._hangup.why_not(call)
        outcome = CheckOutcome(Answer.REFUSED_HERE, why_not) if why_not else self._hangup.check(Target.of(call))
        self._observer.checked(call, outcome)


@contextmanager
def collector_checks(settings: Settings, journal: Journal, observer: Observer) -> Iterator[CollectorChecks]:
    """Checks with the credentials that the settings name; those under way are waited for at the end."""
    with closing(controls_of(settings)) as controls, ThreadPoolExecutor(MOST_AT_ONCE, "check") as pool:
        observer.begin()
        yield CollectorChecks(observer, HangUp(journal, controls, settings.operator), pool)
