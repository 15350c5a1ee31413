"""What is received and what is not, entry by entry of the journal."""

from __future__ import annotations

from datetime import datetime, timedelta

from callmon.core import gaps
from callmon.core.draft import Draft
from callmon.core.gaps import Known, sign_of
from callmon.core.listening import LISTENING, Gaps
from callmon.core.liveness import after_silence, deaf, expected_silence_s, is_news, should_speak
from callmon.core.origins import is_imported
from callmon.core.records import GONE, TRIMMED, FeedChanged, decode
from callmon.ports import Entry
from callmon.snapshot import Snapshot

_GAPS_KEPT = 100
_STEP = timedelta(seconds=2)
"""If the times of one run go back by more, its clock was set back. The clocks of several machines always differ."""


class Hearing:
    """What a snapshot knows of feeds, and after it the entries of a batch."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.last, self.quiet_since = snapshot.last_notification, snapshot.quiet_since
        self.known, self.rhythm = Known(snapshot.feeds, snapshot.gaps), snapshot.rhythm
        self.signs = dict(snapshot.signs)
        self._bringers = gaps.bringers(snapshot.feeds)

    @property
    def gaps(self) -> Gaps:
        """The latest."""
        return self.known.gaps if len(self.known.gaps) <= _GAPS_KEPT else self.known.gaps[-_GAPS_KEPT:]

    def notified(self, draft: Draft, entry: Entry) -> None:
        """A notification came; the board of `draft` is that before it."""
        at = entry.at
        key = self._bringers.get((entry.run, entry.origin))
        if key is not None:
            fed = self.known.feeds[key]
            if entry.bot not in fed.bots or fed.record.state == GONE:
                self._know(gaps.after_news(self.known, key, entry.bot, at))
        if not entry.run or entry.late:
            sign, stepped = None, False
        else:
            sign = self.signs.get(entry.run)
            stepped = sign is not None and sign - at > _STEP
            self.signs[entry.run] = at if sign is None or stepped else max(sign, at)
        if not entry.run and key is not None:
            self.signs[entry.origin] = max(at, self.signs.get(entry.origin, at))
        if self.last is None or at > self.last or stepped:
            self.last = at
        if not entry.late and (entry.run or not is_imported(entry.origin)):
            self._heard(draft, at, sign, stepped=stepped)

    def _heard(self, draft: Draft, at: datetime, sign: datetime | None, *, stepped: bool) -> None:
        """Something came, live for all that is known; its run gave a sign of life before."""
        quiet = self.quiet_since
        if quiet is None:  # nobody listens
            return
        if stepped:
            self.quiet_since = at
        if at <= quiet:
            return
        self.quiet_since = at
        began = quiet if sign is None else max(quiet, sign)  # after the clock of another machine was set back
        silence_s = (at - began).total_seconds()
        if is_news(self.rhythm, at, silence_s) and should_speak(draft.board.alive(), began):
            if deaf(draft.board.alive(), began, at, expected_silence_s(self.rhythm)):
                self.known = self.known._replace(gaps=gaps.after_silence(self.known.gaps, began, at))
            self.rhythm = after_silence(self.rhythm, at, silence_s)

    def told(self, entry: Entry, last: datetime | None) -> None:
        """A feed began or ceased to receive; the journal was last written to at `last`."""
        record = decode(entry.kind, entry.body)
        if not isinstance(record, FeedChanged):
            return
        if record.state == TRIMMED:
            self.known = self.known._replace(gaps=gaps.after_loss(self.known.gaps, entry.at, last))
            return
        imported = is_imported(entry.origin)
        if gaps.is_alien(self.known, imported=imported):
            return
        if not imported and any(fed.imported for fed in self.known.feeds.values()):
            self._know(gaps.without_imported(self.known, self.signs))
            self.quiet_since = None
        if record.lost:
            self._know(self.known._replace(gaps=gaps.after_lost(self.known, record, entry.bot, entry.at, self.signs)))
            if record.since:  # it had listened all the time
                return
        before = self.known.feeds
        self._know(gaps.after_record(self.known, record, entry.at, self.signs, imported=imported))
        self._sign(record, entry.at)
        listening = [key for key, fed in self.known.feeds.items() if fed.listens]
        if not listening:
            self.quiet_since = None
        elif record.state == LISTENING and (self.quiet_since is None or listening[-1] in before):
            self.quiet_since = entry.at

    def _sign(self, record: FeedChanged, at: datetime) -> None:
        """Note the sign of life; of runs whose feeds are all forgotten, none is kept."""
        if record.state != GONE:
            own = sign_of(record.run, record.feed)
            self.signs[own] = max(at, self.signs.get(own, at))
        feeds = self.known.feeds
        needed = {sign for key, fed in feeds.items() for sign in (fed.record.run, key.name)}
        self.signs = {sign: at for sign, at in self.signs.items() if sign in needed}

    def _know(self, known: Known) -> None:
        self.known = known
        self._bringers = gaps.bringers(known.feeds)
