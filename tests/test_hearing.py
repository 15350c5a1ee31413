"""What feeds bring and what is said of them, entry by entry: gaps, silence, and clocks that differ or are set back."""

from __future__ import annotations

import pytest

from callmon.core.listening import LISTENING, FeedKey, Gap
from callmon.core.records import FeedChanged
from callmon.core.text import same_id
from callmon.monitor import absorb
from callmon.ports import Entry
from callmon.snapshot import Snapshot, Update
from callmon.watch import Watch, is_deaf, seen_at
from tests.makers import CALL, at, body, item, notification, record_entry, stored

HTTP = "http 127.0.0.1:8765"
A, B = "console-1", "console-2"
HOUR = 3600.0


def fed(state: str, second: float, run: str = A, feed: str = HTTP) -> Entry:
    return record_entry(FeedChanged(feed, state, run=run, place=run, marks=True), second)


def told(second: float, run: str = A, call_id: str = CALL, *, bot: str = "", origin: str = HTTP) -> Entry:
    entry = notification(body(item(url=f"/communications/calls/{call_id}", state="established")), second)
    return entry._replace(origin=origin, run=run, bot=bot)


def after(*entries: Entry) -> Snapshot:
    return absorb(Snapshot(), stored(entries)).snapshot


def doubted(snapshot: Snapshot, second: float) -> set[str]:
    return {call.id for call in seen_at(snapshot, at(second)).board if call.doubt is not None}


def test_two_machines_with_feeds_of_the_same_name_are_two_feeds() -> None:
    """The second one, a console that never receives anything, starts and stops."""
    one = (fed("listening", 0), told(1))
    snapshot = after(*one, fed("listening", 5, B), told(6), fed("stopped", 9, B))
    assert (snapshot.gaps, snapshot.quiet_since) == ((), at(6))
    assert doubted(snapshot, 10) == set()
    assert is_deaf(snapshot, at(70))


def test_a_machine_that_brought_nothing_hides_no_gap() -> None:
    snapshot = after(fed("listening", 0), fed("listening", 0, B), told(1), fed("stopped", 9))
    assert snapshot.gaps == (Gap(at(9), None, certain=True, bots=frozenset({""}), feed=HTTP),)
    assert doubted(snapshot, 10) == {same_id(CALL)}
    assert snapshot.quiet_since == at(1), "the other one listens"


FILE = "file bot.log"
LOG = "file /var/log/bot.log"


def lost(second: float, since: float | None, run: str = A, bot: str = "") -> Entry:
    moment = "" if since is None else at(since).isoformat()
    record = FeedChanged(FILE, "listening", run=run, place="here", marks=True, lost=True, since=moment)
    return record_entry(record, second)._replace(bot=bot)


def lost_between(since: float, until: float, bot: str = "") -> Gap:
    return Gap(at(since), at(until), certain=False, bots=frozenset({bot}), feed=FILE, lost=True)


def followed(second: float, state: str = "listening", run: str = A) -> Entry:
    return record_entry(FeedChanged(FILE, state, run=run, place="here", marks=True), second)


def test_lines_that_were_lost_leave_a_gap_though_the_file_is_followed_all_the_time() -> None:
    begun = (fed("listening", 0), followed(0), told(1, origin=LOG))
    snapshot = after(*begun, lost(20, 7))
    assert snapshot.gaps == (lost_between(7, 20),)
    assert doubted(snapshot, 21) == {same_id(CALL)}
    assert snapshot.quiet_since == after(*begun).quiet_since, "nothing came"
    assert all(key.listens for key in snapshot.feeds.values())
    assert doubted(after(*begun, lost(20, 7, bot="sales")), 21) == set()
    assert doubted(after(*begun, lost(20, 7), told(22, origin=LOG)), 23) == set()


@pytest.mark.parametrize(
    ("before", "since"),
    [
        pytest.param((followed(0), told(1, origin=LOG), followed(5, "stopped")), 5, id="stopped"),
        pytest.param((followed(0), told(3, origin=LOG)), 3, id="killed"),
        pytest.param((), 20, id="nothing is known of it"),
    ],
)
def test_lines_that_were_lost_while_nobody_followed_leave_a_gap_since_then(
    before: tuple[Entry, ...], since: float
) -> None:
    snapshot = after(*before, lost(20, None, run=B))
    assert lost_between(since, 20) in snapshot.gaps
    assert [fed.record.run for fed in snapshot.feeds.values() if fed.listens] == [B]


@pytest.mark.parametrize("since", ["soon", "2026-03-02T09:30:00", at(99).isoformat()])
def test_a_time_that_is_none_makes_no_gap_of_what_was_before(since: str) -> None:
    record = FeedChanged(FILE, "listening", run=A, place="here", marks=True, lost=True, since=since)
    assert after(followed(0), record_entry(record, 20)).gaps == (lost_between(20, 20),)


def test_a_run_that_was_killed_leaves_a_gap_although_others_write() -> None:
    dead = record_entry(FeedChanged("", "gone", run=A), 4)
    entries = [fed("listening", 0), told(1), fed("listening", 2, B), fed("stopped", 9, B)]
    assert after(*entries).gaps == ()
    snapshot = after(*entries, dead)
    assert [(gap.since, gap.until) for gap in snapshot.gaps] == [(at(4), None)]
    assert doubted(snapshot, 30) == {same_id(CALL)}


def test_calls_of_a_bot_that_is_heard_are_not_in_doubt() -> None:
    snapshot = after(
        fed("listening", 0), fed("listening", 0, B), told(1), told(1, B, "two", bot="sales"), fed("stopped", 9, B)
    )
    assert doubted(snapshot, 10) == {"two"}


def test_what_is_imported_was_brought_by_no_feed() -> None:
    exported = told(2)._replace(run="")
    snapshot = after(fed("listening", 0), exported, fed("stopped", 5))
    assert (snapshot.feeds[FeedKey(A, HTTP)].bots, snapshot.gaps) == (frozenset(), ())


def test_what_an_older_program_took_was_brought_by_the_feed_of_that_name() -> None:
    old = record_entry(FeedChanged(HTTP, "listening", run=A, place=A), 0)
    snapshot = after(old, told(2)._replace(run=""), fed("listening", 9, "run-2"), fed("stopped", 12, "run-2"))
    assert FeedKey(A, HTTP) in snapshot.feeds
    assert snapshot.feeds[FeedKey(A, HTTP)].record.state == LISTENING
    assert snapshot.gaps == ()


def test_only_the_latest_gaps_are_kept() -> None:
    entries = [fed("stopped" if second % 2 else "listening", second) for second in range(2, 300)]
    gaps = after(fed("listening", 0), told(1), *entries).gaps
    assert (len(gaps), gaps[-1].since) == (100, at(299))


def test_of_runs_that_are_forgotten_no_sign_of_life_is_kept() -> None:
    entries = [fed(state, number, f"m-{number}") for number in range(200) for state in ("listening", "stopped")]
    assert len(after(*entries).signs) == 64


# Clocks


def test_after_a_clock_was_set_back_its_news_is_the_latest() -> None:
    snapshot = after(fed("listening", 0), told(HOUR), told(10))
    assert (snapshot.last_notification, snapshot.quiet_since, snapshot.gaps) == (at(10), at(10), ())
    assert not is_deaf(snapshot, at(69))
    assert is_deaf(snapshot, at(70))


def test_clocks_that_differ_are_no_clocks_that_are_set_back() -> None:
    """The second machine's is a quarter of an hour behind."""
    entries = [fed("listening", 0), fed("listening", -900, B), told(1)]
    for second in range(2, 300, 2):
        entries += [told(second), told(second - 900, B)]
    snapshot = after(*entries)
    assert (snapshot.last_notification, snapshot.quiet_since, snapshot.gaps) == (at(298), at(298), ())


def test_the_clock_of_one_of_two_machines_is_set_back() -> None:
    entries = [fed("listening", 0), fed("listening", 0, B)]
    for second in range(1, 600, 2):
        entries += [told(second if second < 300 else second - HOUR), told(second + 1, B)]
    snapshot = after(*entries)
    assert (snapshot.last_notification, snapshot.gaps) == (at(600), ())


@pytest.mark.parametrize("origin", ["import calls.jsonl", HTTP])
def test_what_is_imported_is_no_news_of_the_feed(origin: str) -> None:
    entries = [fed("listening", 0), told(HOUR)]
    old = [told(second, origin=origin)._replace(run="") for second in (5, HOUR - 5)]
    snapshot = after(*entries, *old)
    assert (snapshot.last_notification, snapshot.quiet_since) == (at(HOUR), at(HOUR))


def test_an_import_that_is_stamped_now_does_not_end_a_silence() -> None:
    snapshot = after(fed("listening", 0), told(1), told(50, origin="import x")._replace(run=""))
    assert (snapshot.quiet_since, is_deaf(snapshot, at(61))) == (at(1), True)


def test_a_log_that_is_caught_up_with_is_no_news() -> None:
    late = told(5, origin="file /var/log/bot.log")._replace(late=True)
    snapshot = after(fed("listening", 0, feed="file bot.log"), told(HOUR), late)
    assert (snapshot.last_notification, snapshot.quiet_since) == (at(HOUR), at(HOUR))


def test_before_anything_comes_after_the_clock_was_set_back_silence_counts_from_then_on() -> None:
    watch = Watch()
    watch.update(Update(after(fed("listening", 0), told(HOUR)), live=True), at(HOUR + 1))
    set_back = watch.tick(at(11))
    assert set_back is not None
    assert set_back.snapshot.last_notification == at(11)
    assert watch.tick(at(70)) is None
    deaf = watch.tick(at(71))
    assert deaf is not None
    assert deaf.snapshot.deaf
    assert deaf.snapshot.gaps == (Gap(at(11), None, certain=False, deaf=True),)
