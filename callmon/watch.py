"""What the journal tells, seen at a moment: which calls are in doubt, and whether the feed has gone silent.

The journal alone does not know the time. This does, and costs nothing for calls that have ended or are not due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from callmon.core.agenda import Agenda
from callmon.core.calls import Call, DoubtKind
from callmon.core.doubt import PATIENCE_S, doubt_of, silent_at
from callmon.core.listening import Gap
from callmon.core.liveness import deaf, expected_silence_s
from callmon.core.moments import later
from callmon.snapshot import Doubts, Snapshot, Update


class Watch:
    """Adds to snapshots what depends on the clock. Takes the updates of one journal, in their order."""

    def __init__(self, patience: Mapping[str, float] = PATIENCE_S, deaf_after_s: float | None = None) -> None:
        """`patience` is seconds by state; `deaf_after_s` takes the place of what the feed's past lets expect."""
        self._patience = patience
        self.deaf_after_s = deaf_after_s
        self._told = Snapshot()
        """The latest snapshot, as the journal tells it."""
        self._deaf = False
        self._earliest: datetime | None = None
        """The earliest time that it was since the latest snapshot was told: clocks are set back."""
        self._gaps: tuple[Gap, ...] = ()
        self._doubted: dict[str, Call] = {}
        self._agenda = Agenda()
        self._begun = False

    @property
    def seen(self) -> Snapshot:
        """The latest snapshot with what the clock adds."""
        last = _not_after(self._told.last_notification, self._earliest)
        if not self._doubted and not self._deaf and last == self._told.last_notification:
            return self._told
        kinds = Counter(call.doubt.kind for call in self._doubted.values() if call.doubt is not None)
        board = self._told.board
        return replace(
            self._told,
            board=replace(board, calls=board.calls.update(self._doubted)),
            last_notification=last,
            gaps=self._gaps,
            deaf=self._deaf,
            doubts=Doubts(kinds[DoubtKind.UNVERIFIED], kinds[DoubtKind.SILENT]),
        )

    def update(self, update: Update, now: datetime) -> Update:
        """The update with what the clock adds. While history is read, nothing is doubted yet."""
        if update.snapshot is not self._told:
            self._earliest = None
        self._told = update.snapshot
        if not (self._begun or update.live):
            return update
        changed = self._look(update.changed, now, all_of_them=not self._begun)
        self._begun = True
        return replace(update, snapshot=self.seen, changed=update.changed | changed)

    def tick(self, now: datetime) -> Update | None:
        """Time has passed: what has changed by that alone, if anything."""
        if not self._begun:
            return None
        before = (self._deaf, self._set_back)
        changed = self._look((), now)
        return Update(self.seen, changed) if changed or (self._deaf, self._set_back) != before else None

    @property
    def _set_back(self) -> bool:
        """Whether the latest notification came at a time that is yet to come."""
        last = self._told.last_notification
        return _not_after(last, self._earliest) != last

    def _look(self, touched: Iterable[str], now: datetime, *, all_of_them: bool = False) -> frozenset[str]:
        """Judge the calls that may have come into doubt or out of it. Returns those that have."""
        if self._hear(now) or all_of_them:
            touched = {*self._told.board.living, *self._doubted, *touched}
        return frozenset([call_id for call_id in (*touched, *self._agenda.take(now)) if self._judge(call_id, now)])

    def _hear(self, now: datetime) -> bool:
        """Judge the feed. Returns whether the times in which nothing was received are not what they were."""
        gaps = self._told.gaps
        self._earliest = now if self._earliest is None else min(now, self._earliest)
        quiet = _not_after(self._told.quiet_since, self._earliest)
        self._deaf = is_deaf(replace(self._told, quiet_since=quiet), now, self.deaf_after_s)
        if self._deaf and quiet is not None:
            gaps = (*gaps, Gap(quiet, None, certain=False, deaf=True))
        changed = gaps != self._gaps
        if changed:  # screens tell by the object whether there is anything new in it
            self._gaps = gaps
        return changed

    def _judge(self, call_id: str, now: datetime) -> bool:
        call, before = self._told.board.calls.get(call_id), self._doubted.get(call_id)
        doubt = None if call is None else doubt_of(call, now, self._gaps, self._patience)
        if call is None or doubt is None:
            self._doubted.pop(call_id, None)
            if call is None or call.ended:
                self._agenda.drop(call_id)
            else:
                self._agenda.put(call_id, silent_at(call, self._patience))
            return before is not None
        self._agenda.drop(call_id)
        self._doubted[call_id] = call._replace(doubt=doubt)
        return before is None or before.doubt != doubt


def _not_after(at: datetime | None, earliest: datetime | None) -> datetime | None:
    return at if at is None or earliest is None else min(at, earliest)


def is_deaf(snapshot: Snapshot, now: datetime, deaf_after_s: float | None = None) -> bool:
    """Whether nothing has come for longer than is expected of the feed, or than is allowed."""
    quiet = snapshot.quiet_since
    if quiet is None or not snapshot.board.living:
        return False
    limit_s = expected_silence_s(snapshot.rhythm) if deaf_after_s is None else deaf_after_s
    return now >= later(quiet, timedelta(seconds=limit_s)) and deaf(snapshot.board.alive(), quiet, now, limit_s)


def seen_at(
    snapshot: Snapshot, now: datetime, patience: Mapping[str, float] = PATIENCE_S, deaf_after_s: float | None = None
) -> Snapshot:
    """What the journal tells, seen at one moment."""
    return Watch(patience, deaf_after_s).update(Update(snapshot, live=True), now).snapshot
