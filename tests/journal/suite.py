"""What every journal must do, whatever it is stored in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for_futures
from datetime import UTC, datetime, timedelta, timezone
from queue import Queue
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callmon.core.audit import Kept, seal
from callmon.core.records import TRIMMED, FeedChanged, decode
from callmon.ports import (
    BATCH,
    START,
    Bookmark,
    BookmarkMoved,
    Entry,
    EntryKind,
    Journal,
    JournalError,
    Position,
    PrunableJournal,
    Stored,
)

PATIENCE_S = 30.0
"""How long a test waits for what must happen before it fails."""

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)

Opener = Callable[[], PrunableJournal]


def entry(number: int, *, origin: str = "http 127.0.0.1:8765") -> Entry:
    return Entry(EntryKind.NOTIFICATION, NOON + timedelta(microseconds=number), origin, str(number).encode())


def numbers(stored: Sequence[Stored]) -> list[int]:
    return [int(item.entry.body) for item in stored]


def is_gap(stored: Stored) -> bool:
    """Whether it says that entries were removed before they could be read."""
    record = decode(stored.entry.kind, stored.entry.body)
    return isinstance(record, FeedChanged) and record.state == TRIMMED


def everything(journal: Journal) -> list[Stored]:
    found: list[Stored] = []
    position = START
    while batch := journal.read(position):
        found += batch
        position = batch[-1].position
    return found


class Follower:
    """Follows a journal on a thread of its own; what it yields can be taken with a deadline."""

    def __init__(self, journal: Journal, after: Position = START) -> None:
        self.stop = Event()
        self._seen: Queue[Sequence[Stored] | JournalError] = Queue()
        self._thread = Thread(target=self._run, args=(journal, after), daemon=True)
        self._thread.start()

    def _run(self, journal: Journal, after: Position) -> None:
        try:
            for batch in journal.follow(after, stop=self.stop):
                self._seen.put(batch)
        except JournalError as error:
            self._seen.put(error)

    def batch(self) -> Sequence[Stored]:
        seen = self._seen.get(timeout=PATIENCE_S)
        if isinstance(seen, JournalError):
            raise seen
        return seen

    def until(self, count: int) -> list[Stored]:
        """Everything up to so many entries; passes over "caught up"."""
        found: list[Stored] = []
        while len(found) < count:
            found += self.batch()
        return found

    @property
    def silent(self) -> bool:
        return self._seen.empty()

    def finish(self) -> bool:
        """Stop; True if it did."""
        self.stop.set()
        self._thread.join(PATIENCE_S)
        return not self._thread.is_alive()


FollowerMaker = Callable[..., Follower]

texts = st.text(st.characters())  # also lone surrogates: a file's name may hold them
entries = st.builds(
    Entry,
    kind=st.sampled_from(EntryKind),
    at=st.datetimes(timezones=st.just(UTC)),
    origin=texts,
    body=st.binary(max_size=5000),
    headers=st.dictionaries(st.text().filter(lambda name: not name.startswith("callmon-")), st.text(), max_size=4),
    bot=st.just(""),  # of a named tuple, also what has a default would be made up
    bookmark=st.none(),
    run=st.just(""),
    late=st.just(False),
)


class JournalSuite:
    """Subclasses provide `opener`: each call opens the same store once more, as another process would."""

    @pytest.fixture
    def opener(self) -> Iterator[Opener]:
        raise NotImplementedError

    @pytest.fixture
    def journal(self, opener: Opener) -> PrunableJournal:
        return opener()

    @pytest.fixture
    def follower(self) -> Iterator[FollowerMaker]:
        made: list[Follower] = []

        def make(journal: Journal, after: Position = START) -> Follower:
            made.append(Follower(journal, after))
            return made[-1]

        yield make
        finished = [one.finish() for one in made]
        assert all(finished)

    # -- writing and reading

    def test_a_new_journal_is_empty(self, journal: Journal) -> None:
        assert list(journal.read()) == []

    def test_what_is_appended_is_read_in_order(self, journal: Journal) -> None:
        for number in range(5):
            journal.append(entry(number))
        assert [item.entry for item in journal.read()] == [entry(number) for number in range(5)]

    def test_the_order_is_that_of_writing_whatever_the_clock_says(self, journal: Journal) -> None:
        written = [entry(number)._replace(at=NOON - timedelta(hours=number)) for number in range(5)]
        for each in written:
            journal.append(each)
        assert [item.entry for item in journal.read()] == written

    def test_a_limit_cuts_and_the_last_position_goes_on(self, journal: Journal) -> None:
        journal.submit([entry(number) for number in range(7)]).result(PATIENCE_S)
        first = journal.read(limit=3)
        assert numbers(first) == [0, 1, 2]
        assert numbers(journal.read(first[-1].position)) == [3, 4, 5, 6]
        assert list(journal.read(limit=0)) == []

    def test_it_tells_how_far_a_position_is(self, journal: Journal) -> None:
        assert journal.share(START) == 1.0, "of nothing, all is read"
        journal.submit([entry(number) for number in range(10)]).result(PATIENCE_S)
        shares = [journal.share(START), *(journal.share(item.position) for item in journal.read())]
        assert shares == sorted(shares)
        assert shares[0] == 0.0
        assert shares[-1] == 1.0
        assert 0.0 < shares[5] < 1.0

    def test_a_bookmark_is_kept_with_its_entry(self, journal: Journal, opener: Opener) -> None:
        assert journal.bookmark("file a") == ""
        marked = [entry(number)._replace(bookmark=Bookmark("file a", str(number))) for number in range(3)]
        journal.submit([*marked, entry(3)._replace(bookmark=Bookmark("file b", "7"))]).result(PATIENCE_S)
        journal.append(entry(4)._replace(bookmark=Bookmark("file b", "8")))
        other = opener()
        assert (other.bookmark("file a"), other.bookmark("file b")) == ("2", "8")
        assert [item.entry for item in journal.read()] == [entry(number) for number in range(5)]

    def test_a_bookmark_that_does_not_follow_is_refused_with_its_entries(
        self, journal: Journal, opener: Opener
    ) -> None:
        first = entry(0)._replace(bookmark=Bookmark("file a", "10", after=""))
        journal.submit([first]).result(PATIENCE_S)
        other = opener()
        other.submit([entry(1)._replace(bookmark=Bookmark("file a", "20", after="10"))]).result(PATIENCE_S)
        late = [entry(2), entry(3)._replace(bookmark=Bookmark("file a", "15", after="10"))]
        with pytest.raises(BookmarkMoved):
            journal.submit(late).result(PATIENCE_S)
        with pytest.raises(BookmarkMoved):
            journal.submit([first._replace(bookmark=Bookmark("file b", "1", after="0"))]).result(PATIENCE_S)
        assert (journal.bookmark("file a"), journal.bookmark("file b")) == ("20", "")
        journal.submit([entry(4)._replace(bookmark=Bookmark("file a", "30", after="20"))]).result(PATIENCE_S)
        assert numbers(journal.read()) == [0, 1, 4]

    def test_a_bookmark_that_is_refused_costs_its_neighbours_nothing(self, journal: Journal) -> None:
        chain = [
            entry(0)._replace(bookmark=Bookmark("file a", "1", after="")),
            entry(1)._replace(bookmark=Bookmark("file a", "2", after="1")),
            entry(2)._replace(bookmark=Bookmark("file a", "9", after="8")),
            entry(3),
            entry(4)._replace(bookmark=Bookmark("file a", "3", after="2")),
        ]
        futures = [journal.submit([each]) for each in chain]
        failures = [future.exception(PATIENCE_S) for future in futures]
        assert [type(failure) for failure in failures] == [type(None)] * 2 + [BookmarkMoved] + [type(None)] * 2
        assert numbers(journal.read()) == [0, 1, 3, 4]
        assert journal.bookmark("file a") == "3"

    def test_within_one_submission_the_first_bookmark_must_follow_and_the_last_holds(self, journal: Journal) -> None:
        both = [
            entry(0)._replace(bookmark=Bookmark("file a", "1", after="")),
            entry(1)._replace(bookmark=Bookmark("file a", "2", after="1")),
        ]
        journal.submit(both).result(PATIENCE_S)
        assert journal.bookmark("file a") == "2"

    def test_the_audit_trail_is_sealed_across_everybody_who_writes(self, journal: Journal, opener: Opener) -> None:
        other = opener()
        for number in range(6):
            kind = EntryKind.HANGUP_ASKED if number % 3 else EntryKind.NOTIFICATION
            (journal if number % 2 else other).append(entry(number)._replace(kind=kind, bot="sales"))
        previous = ""
        for stored in journal.read():
            one = stored.entry
            if one.kind is EntryKind.NOTIFICATION:
                assert stored.seal == ""
                continue
            previous = seal(previous, one.kind, one.at, origin=one.origin, bot=one.bot, body=one.body)
            assert stored.seal == previous
        assert journal.trail() == Kept(0, sum(1 for stored in everything(journal) if stored.seal), previous)
        assert previous

    def test_no_limit_named_means_a_batch(self, journal: Journal) -> None:
        journal.submit([entry(number) for number in range(BATCH + 1)]).result(PATIENCE_S)
        assert numbers(journal.read()) == list(range(BATCH))

    def test_a_negative_limit_is_the_callers_mistake(self, journal: Journal) -> None:
        with pytest.raises(ValueError, match="negative"):
            journal.read(limit=-1)

    def test_positions_differ_and_are_never_the_start(self, journal: Journal) -> None:
        journal.submit([entry(number) for number in range(10)]).result(PATIENCE_S)
        positions = {item.position for item in journal.read()}
        assert len(positions) == 10
        assert START not in positions

    def test_submits_are_written_in_the_order_they_came(self, journal: Journal) -> None:
        futures = [journal.submit([entry(3 * number + step) for step in range(3)]) for number in range(100)]
        assert not wait_for_futures(futures, PATIENCE_S).not_done
        assert numbers(everything(journal)) == list(range(300))

    def test_nothing_submitted_is_done_too(self, journal: Journal) -> None:
        journal.submit([]).result(PATIENCE_S)
        assert list(journal.read()) == []

    def test_what_was_submitted_cannot_be_cancelled(self, journal: Journal) -> None:
        future = journal.submit([entry(1)])
        assert not future.cancel()
        future.result(PATIENCE_S)
        assert numbers(journal.read()) == [1]

    def test_threads_write_side_by_side_and_lose_nothing(self, journal: Journal) -> None:
        def write(thread: int) -> None:
            for number in range(50):
                journal.append(entry(number, origin=f"thread {thread}"))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
        found = everything(journal)
        assert len(found) == 400
        for thread in range(8):
            mine = [item for item in found if item.entry.origin == f"thread {thread}"]
            assert numbers(mine) == list(range(50))

    def test_threads_read_side_by_side(self, journal: Journal) -> None:
        journal.submit([entry(number) for number in range(2500)]).result(PATIENCE_S)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: numbers(everything(journal)), range(8)))
        assert found == [list(range(2500))] * 8

    @settings(
        deadline=None,
        max_examples=50,
        # One journal serves all examples: each looks only at what it wrote itself. Each kind of journal runs it.
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
        database=None,
    )
    @given(written=st.lists(entries, max_size=5))
    def test_entries_come_back_as_they_went(self, journal: Journal, written: list[Entry]) -> None:
        before = everything(journal)
        journal.submit(written).result(PATIENCE_S)
        found = journal.read(before[-1].position if before else START)
        assert [item.entry for item in found] == written
        assert all(item.entry.at.tzinfo is UTC for item in found)
        assert all(type(item.entry.kind) is EntryKind for item in found)

    def test_a_time_of_another_zone_comes_back_in_utc(self, journal: Journal) -> None:
        local = NOON.astimezone(timezone(timedelta(hours=8)))
        journal.append(Entry(EntryKind.FEED, local, "here", b"{}"))
        (stored,) = journal.read()
        assert stored.entry.at == NOON
        assert stored.entry.at.utcoffset() == timedelta(0)

    def test_a_time_without_a_zone_is_the_callers_mistake(self, journal: Journal) -> None:
        with pytest.raises(TypeError, match="naive"):
            journal.submit([Entry(EntryKind.FEED, NOON.replace(tzinfo=None), "here", b"{}")])

    def test_a_position_of_nowhere_is_refused(self, journal: Journal, follower: FollowerMaker) -> None:
        nowhere = Position("no position of any journal")
        with pytest.raises(JournalError, match="no position"):
            journal.read(nowhere)
        with pytest.raises(JournalError, match="no position"):
            follower(journal, nowhere).batch()

    # -- the same store, opened twice

    def test_two_on_one_store_share_identity_and_entries(self, opener: Opener) -> None:
        one, other = opener(), opener()
        one.append(entry(1))
        other.append(entry(2))
        one.append(entry(3))
        assert one.identity == other.identity != ""
        assert numbers(one.read()) == numbers(other.read()) == [1, 2, 3]

    def test_entries_outlive_the_one_who_wrote_them(self, opener: Opener) -> None:
        first = opener()
        identity = first.identity
        first.append(entry(1))
        first.close()
        again = opener()
        assert again.identity == identity
        assert numbers(again.read()) == [1]

    # -- following

    def test_a_follower_of_nothing_is_caught_up_at_once(self, journal: Journal, follower: FollowerMaker) -> None:
        assert list(follower(journal).batch()) == []

    def test_a_follower_replays_in_batches_and_then_says_so_once(
        self, journal: Journal, follower: FollowerMaker
    ) -> None:
        journal.submit([entry(number) for number in range(2 * BATCH + 3)]).result(PATIENCE_S)
        one = follower(journal)
        batches = [one.batch() for _ in range(4)]
        assert [len(batch) for batch in batches] == [BATCH, BATCH, 3, 0]
        assert numbers([item for batch in batches for item in batch]) == list(range(2 * BATCH + 3))

    def test_a_follower_goes_on_after_a_position(self, journal: Journal, follower: FollowerMaker) -> None:
        journal.submit([entry(number) for number in range(5)]).result(PATIENCE_S)
        one = follower(journal, journal.read()[2].position)
        assert numbers(one.batch()) == [3, 4]
        assert list(one.batch()) == []

    def test_a_follower_sees_what_is_written_later(self, journal: Journal, follower: FollowerMaker) -> None:
        one = follower(journal)
        assert list(one.batch()) == []
        for number in range(3):
            journal.append(entry(number))
            assert numbers(one.batch()) == [number]
            assert list(one.batch()) == []

    def test_a_follower_sees_what_somebody_else_writes(self, opener: Opener, follower: FollowerMaker) -> None:
        one = follower(opener())
        assert list(one.batch()) == []
        opener().append(entry(1))
        assert numbers(one.batch()) == [1]

    def test_several_followers_all_see_everything(self, journal: Journal, follower: FollowerMaker) -> None:
        followers = [follower(journal) for _ in range(4)]
        futures = [journal.submit([entry(number)]) for number in range(500)]
        assert not wait_for_futures(futures, PATIENCE_S).not_done
        assert [numbers(one.until(500)) for one in followers] == [list(range(500))] * 4

    def test_a_write_without_news_is_not_told(self, journal: Journal, follower: FollowerMaker) -> None:
        one = follower(journal)
        assert list(one.batch()) == []
        for _ in range(20):
            journal.submit([]).result(PATIENCE_S)
        journal.append(entry(1))
        assert numbers(one.batch()) == [1]

    def test_a_follower_that_was_stopped_before_yields_nothing(self, journal: Journal) -> None:
        journal.append(entry(1))
        stop = Event()
        stop.set()
        assert list(journal.follow(stop=stop)) == []

    def test_a_follower_stops_between_batches(self, journal: Journal) -> None:
        journal.submit([entry(number) for number in range(BATCH + 1)]).result(PATIENCE_S)
        stop = Event()
        seen = []
        for batch in journal.follow(stop=stop):
            seen.append(len(batch))
            stop.set()
        assert seen == [BATCH]

    def test_a_waiting_follower_stops(self, journal: Journal, follower: FollowerMaker) -> None:
        one = follower(journal)
        assert list(one.batch()) == []
        assert one.finish()
        assert one.silent

    # -- letting go

    def test_what_is_forgotten_is_gone_and_the_rest_is_as_it_was(
        self, journal: PrunableJournal, opener: Opener, follower: FollowerMaker
    ) -> None:
        journal.submit([entry(number) for number in range(10)]).result(PATIENCE_S)
        before = journal.read()
        journal.forget([before[number].position for number in (0, 1, 2, 5)]).result(PATIENCE_S)
        rest = [before[number] for number in (3, 4, 6, 7, 8, 9)]
        assert list(journal.read()) == list(opener().read()) == rest
        assert list(journal.read(before[1].position)) == rest
        assert list(journal.read(before[5].position)) == rest[2:]
        assert follower(journal).batch() == rest
        journal.append(entry(10))
        assert numbers(journal.read(before[9].position)) == [10]

    def test_a_position_may_be_forgotten_up_to_the_last(
        self, journal: PrunableJournal, follower: FollowerMaker
    ) -> None:
        journal.submit([entry(number) for number in range(3)]).result(PATIENCE_S)
        positions = [one.position for one in journal.read()]
        one = follower(journal, positions[-1])
        assert list(one.batch()) == []
        journal.forget(positions).result(PATIENCE_S)
        assert list(journal.read()) == []
        assert list(journal.read(positions[-1])) == []
        journal.append(entry(3))
        assert numbers(one.until(1)) == [3]
        assert numbers(journal.read(positions[0])) == [3]

    def test_a_follower_that_was_overtaken_is_told(self, journal: PrunableJournal, follower: FollowerMaker) -> None:
        journal.submit([entry(number) for number in range(10)]).result(PATIENCE_S)
        positions = [one.position for one in journal.read()]
        journal.forget(positions[2:6]).result(PATIENCE_S)
        behind = follower(journal, positions[3])
        gap, *rest = behind.batch()
        assert is_gap(gap)
        assert gap.entry.at == rest[0].entry.at
        assert numbers(rest) == [6, 7, 8, 9]
        assert list(behind.batch()) == []
        assert list(journal.read(gap.position)) == rest
        assert numbers(follower(journal, positions[6]).batch()) == [7, 8, 9]

    def test_a_follower_that_was_overtaken_by_the_end_is_told(
        self, journal: PrunableJournal, follower: FollowerMaker
    ) -> None:
        journal.submit([entry(number) for number in range(3)]).result(PATIENCE_S)
        positions = [one.position for one in journal.read()]
        journal.forget(positions).result(PATIENCE_S)
        behind = follower(journal, positions[0])
        (gap,) = behind.batch()
        assert is_gap(gap)
        assert list(behind.batch()) == []
        journal.append(entry(3))
        assert numbers(behind.until(1)) == [3]

    def test_the_audit_trail_is_not_forgotten(self, journal: PrunableJournal) -> None:
        for number, kind in enumerate([EntryKind.HANGUP_ASKED, EntryKind.NOTIFICATION, EntryKind.HANGUP_ANSWERED]):
            journal.append(entry(number)._replace(kind=kind))
        journal.forget([one.position for one in journal.read()]).result(PATIENCE_S)
        assert numbers(journal.read()) == [0, 2]

    def test_what_is_forgotten_makes_room(self, journal: PrunableJournal) -> None:
        big = [entry(number)._replace(body=bytes([number]) * 100_000) for number in range(20)]
        journal.submit(big).result(PATIENCE_S)
        full = journal.size()
        assert full > 2_000_000
        journal.forget([one.position for one in journal.read()[:15]]).result(PATIENCE_S)
        assert journal.size() < full / 2

    def test_only_one_may_prune_at_a_time(self, journal: PrunableJournal, opener: Opener) -> None:
        other = opener()
        assert [journal.claim_pruning(3600), other.claim_pruning(3600), journal.claim_pruning(3600)] == [
            True,
            False,
            False,
        ]

    # -- the end

    def test_close_writes_what_was_submitted(self, opener: Opener) -> None:
        journal = opener()
        futures = [journal.submit([entry(number)]) for number in range(2000)]
        journal.close()
        assert all(future.done() for future in futures)
        assert numbers(everything(opener())) == list(range(2000))

    def test_a_closed_journal_says_so(self, journal: Journal) -> None:
        journal.append(entry(1))
        journal.close()
        journal.close()
        with pytest.raises(JournalError, match="closed"):
            journal.append(entry(2))
        with pytest.raises(JournalError, match="closed"):
            journal.read()
        with pytest.raises(JournalError, match="closed"):
            journal.follow(stop=Event())
        assert "closed" in str(journal.submit([entry(2)]).exception(PATIENCE_S))

    def test_a_follower_of_a_journal_that_closes_is_told(self, journal: Journal, follower: FollowerMaker) -> None:
        one = follower(journal)
        assert list(one.batch()) == []
        journal.close()
        with pytest.raises(JournalError, match="closed"):
            one.batch()
