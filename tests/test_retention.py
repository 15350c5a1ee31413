"""What a journal lets go of, and that the board tells the same of whatever is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome
from callmon.core.records import CallChecked, FeedChanged, HangUpAsked
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import now_in
from callmon.ports import START, Entry, Position, Stored
from callmon.retention import Limits, prune
from tests.journal.suite import everything
from tests.makers import at, body, item, notification, record_entry

HOUR = 3600.0
KEEP = Limits(timedelta(hours=10), None)


def call(number: int) -> str:
    return f"{number:02x}1f5c00-8c1b-47f1-be9d-{number:012x}"


def told(number: int, state: str, hours: float, *others: int) -> Entry:
    change = "deleted" if state == "terminated" else "updated"
    items = [item(change, f"/communications/calls/{call(each)}", state=state) for each in (number, *others)]
    return notification(body(*items), hours * HOUR)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with closing(SqliteJournal.open(tmp_path / "journal.db")) as journal:
        yield journal


def clock(hours: float) -> Callable[[], datetime]:
    return lambda: at(hours * HOUR)


def keeps(journal: SqliteJournal, entries: list[Entry], limits: Limits = KEEP, hours: float = 20) -> list[Entry]:
    """What is left of these, at an hour."""
    journal.submit(entries).result()
    removed = prune(journal, limits, clock(hours), Event())
    left = [stored.entry for stored in everything(journal)]
    assert removed == len(entries) - len(left)
    return left


def test_a_call_that_is_over_goes_when_it_is_old(journal: SqliteJournal) -> None:
    old = [told(1, "established", 1), told(1, "terminated", 2)]
    late = [told(2, "established", 12), told(2, "terminated", 13)]
    assert keeps(journal, old + late) == late


def test_nothing_goes_before_its_time(journal: SqliteJournal) -> None:
    entries = [told(1, "established", 1), told(1, "terminated", 2)]
    assert keeps(journal, entries, hours=11) == entries
    assert prune(journal, Limits(None, None), clock(1000), Event()) == 0


def test_a_call_that_goes_on_stays_whole(journal: SqliteJournal) -> None:
    entries = [told(1, "incoming", 1), told(2, "terminated", 2), told(1, "established", 3)]
    assert keeps(journal, entries) == [entries[0], entries[2]]


def test_a_call_that_was_heard_of_lately_stays_whole(journal: SqliteJournal) -> None:
    entries = [told(1, "established", 1), told(1, "terminated", 2), told(1, "established", 15)]
    assert keeps(journal, entries) == entries
    assert now_in(journal).board.active == 0


def test_calls_of_one_notification_go_together(journal: SqliteJournal) -> None:
    entries = [
        told(1, "established", 1, 2),
        told(2, "established", 2, 3),
        told(2, "terminated", 3),
        told(3, "terminated", 4),
        told(4, "terminated", 5),
    ]
    assert keeps(journal, entries) == entries[:4]


def test_a_call_that_graph_does_not_know_is_over(journal: SqliteJournal) -> None:
    gone = record_entry(CallChecked(call(1), CheckOutcome(Answer.GONE, "Gone.")), 2 * HOUR)
    assert keeps(journal, [told(1, "established", 1), gone]) == []


def test_the_audit_trail_and_the_last_word_of_each_feed_stay(journal: SqliteJournal) -> None:
    asked = record_entry(HangUpAsked(call(1), "a", "ada"), 2 * HOUR)
    feeds = [
        record_entry(FeedChanged("http x", state), hour * HOUR) for hour, state in ((1, "listening"), (3, "stopped"))
    ]
    broken = notification(b"not JSON", 4 * HOUR)
    left = keeps(journal, [feeds[0], told(1, "terminated", 1), asked, feeds[1], broken])
    assert left == [asked, feeds[1]]


@pytest.mark.parametrize("odd", [15, 20_000], ids=["a day ahead", "in the future"])
def test_one_odd_stamp_does_not_end_it(journal: SqliteJournal, odd: float) -> None:
    old = [told(1, "established", 1), told(1, "terminated", 2), told(3, "terminated", 3)]
    strange = told(2, "terminated", odd)
    young = [told(4, "established", 12), told(4, "terminated", 13)]
    assert keeps(journal, [old[0], strange, *old[1:], *young]) == [strange, *young]


def test_an_odd_stamp_divides_no_call(journal: SqliteJournal) -> None:
    entries = [told(1, "established", 1), told(1, "terminated", 15), told(2, "terminated", 2)]
    assert keeps(journal, entries) == entries[:2]


def test_a_journal_that_is_too_large_loses_its_oldest_calls(journal: SqliteJournal) -> None:
    padded = [notification(body({"pad": "x" * 5000}), number) for number in range(400)]
    living = told(1, "established", -1)
    left = keeps(journal, [living, *padded], Limits(None, 1_000_000))
    assert left == [living, *padded[-(len(left) - 1) :]]
    assert 700_000 < journal.size() <= 1_000_000
    assert prune(journal, Limits(None, 1_000_000), clock(20), Event()) == 0


def test_it_ends_while_others_write_and_write(journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the journal finds one more entry."""
    journal.submit([told(1, "established", 1), told(1, "terminated", 2)]).result()
    read = journal.read
    reads = 0

    def read_and_write(after: Position = START, limit: int = 1000) -> Sequence[Stored]:
        nonlocal reads
        reads += 1
        assert reads < 100
        journal.append(told(2, "established", 19))
        return read(after, limit)

    monkeypatch.setattr(journal, "read", read_and_write)
    assert prune(journal, KEEP, clock(20), Event()) == 2


def test_it_stops_when_it_is_told_to(journal: SqliteJournal) -> None:
    entries = [told(1, "terminated", 1)] * 500
    journal.submit(entries).result()
    stop = Event()
    stop.set()
    assert prune(journal, KEEP, clock(20), stop) == 0
    assert len(everything(journal)) == 500


reports = st.tuples(
    st.lists(st.integers(1, 4), min_size=1, max_size=2, unique=True),
    st.sampled_from(["incoming", "established", "terminated"]),
    st.floats(0, 20),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(reports, max_size=14))
def test_what_is_left_tells_what_the_whole_told(told_of: list[tuple[list[int], str, float]]) -> None:
    entries = [
        told(calls[0], state, hour, *calls[1:]) for calls, state, hour in sorted(told_of, key=lambda one: one[2])
    ]
    with TemporaryDirectory() as directory, closing(SqliteJournal.open(Path(directory) / "j.db")) as journal:
        journal.submit(entries).result()
        before = now_in(journal).board
        prune(journal, KEEP, clock(20), Event())
        after = now_in(journal).board
    assert after.active == before.active
    for kept in after:
        was = before.calls[kept.id]
        assert (kept.state, kept.ended_at, kept.timeline) == (was.state, was.ended_at, was.timeline)
    for was in before:
        old = was.ended and was.last_heard < at(10 * HOUR)
        assert was.id in after.calls or old
