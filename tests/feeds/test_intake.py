"""Many requests to one commit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from callmon.feeds.http import HttpFeed
from callmon.feeds.intake import Intake
from callmon.ports import Entry, EntryKind
from tests.fakes import DEADLINE_S, MemoryJournal
from tests.feeds.sender import Sender, request

MANY = 50


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def entry(number: int, second: float = 0) -> Entry:
    return Entry(EntryKind.NOTIFICATION, later(second), "test", b"%d" % number)


def turned_away(since: datetime, until: datetime | None) -> list[Entry]:
    """Both times in one entry."""
    times = json.dumps([str(since), None if until is None else str(until)])
    return [Entry(EntryKind.FEED, NOON, "test", times.encode())]


def test_what_comes_in_one_turn_of_the_loop_is_one_submission(journal: MemoryJournal) -> None:
    async def two_turns() -> None:
        intake = Intake(journal)
        first = [intake.keep(entry(number)) for number in range(MANY)]
        assert await asyncio.gather(*first) == [None] * MANY
        assert await intake.keep(entry(MANY)) is None

    asyncio.run(two_turns())
    assert journal.submissions == (tuple(entry(number) for number in range(MANY)), (entry(MANY),))


def test_senders_that_send_again_when_they_are_answered_share_a_batch(journal: MemoryJournal) -> None:
    async def sender(intake: Intake, number: int) -> None:
        for _ in range(3):
            for _turn in range(number % 3):
                await asyncio.sleep(0)
            assert await intake.keep(entry(number)) is None

    async def senders() -> None:
        intake = Intake(journal)
        await asyncio.gather(*[sender(intake, number) for number in range(MANY)])

    asyncio.run(senders())
    assert [len(batch) for batch in journal.submissions] == [MANY] * 3


def test_what_comes_while_a_batch_is_under_way_is_the_next_batch(journal: MemoryJournal) -> None:
    async def two_batches() -> None:
        intake = Intake(journal)
        journal.hold()
        first = intake.keep(entry(0))
        await asyncio.to_thread(journal.wait_until, lambda journal: len(journal.submissions) == 1)
        later = []
        for number in range(1, MANY):
            later.append(intake.keep(entry(number)))
            await asyncio.sleep(0)  # a turn of its own
        assert len(journal.submissions) == 1
        assert not any(receipt.done() for receipt in (first, *later))
        Thread(target=journal.release).start()
        assert await asyncio.gather(first, *later) == [None] * MANY

    asyncio.run(two_batches())
    assert [len(batch) for batch in journal.submissions] == [1, MANY - 1]
    assert list(journal.entries()) == [entry(number) for number in range(MANY)]


def test_a_journal_that_failed_is_tried_until_it_takes_entries_again(
    journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callmon.feeds.intake.PROBE_S", 0.0)

    async def fail_and_recover() -> None:
        intake = Intake(journal, turned_away)
        journal.fail("The disk is full.")
        assert await intake.keep(entry(0)) == "The disk is full."
        await asyncio.to_thread(journal.wait_until, lambda journal: len(journal.submissions) >= 3)
        assert intake.trouble == "The disk is full."
        journal.recover()
        await asyncio.to_thread(journal.wait_until, lambda journal: bool(journal.entries()))
        assert await intake.keep(entry(1)) is None
        assert intake.trouble is None

    asyncio.run(fail_and_recover())
    told = [json.loads(one.body) for one in journal.entries(EntryKind.FEED)]
    assert told == [[str(NOON), None]]
    assert journal.entries()[1:] == [entry(1)]


def test_a_failure_that_is_over_before_the_journal_is_tried_is_told_with_both_its_ends(
    journal: MemoryJournal,
) -> None:
    async def fail_twice_and_recover() -> None:
        intake = Intake(journal, turned_away)
        assert await intake.keep(entry(0)) is None
        for second in (1, 2):
            journal.fail("The disk is full.")
            assert await intake.keep(entry(1, second)) == "The disk is full."
            assert await intake.keep(entry(2, second + 10)) == "The disk is full."
            journal.recover()
            assert await intake.keep(entry(3, second + 20)) is None
            assert await intake.keep(entry(4, second + 21)) is None

    asyncio.run(fail_twice_and_recover())
    journal.wait_until(lambda journal: len(journal.entries(EntryKind.FEED)) == 2)
    told = [json.loads(one.body) for one in journal.entries(EntryKind.FEED)]
    assert told == [[str(later(1)), str(later(21))], [str(later(2)), str(later(22))]]
    assert [one.body for one in journal.entries(EntryKind.NOTIFICATION)] == [b"0", b"3", b"4", b"3", b"4"]


def test_what_cannot_be_told_yet_is_told_later_from_the_first_failure_on(journal: MemoryJournal) -> None:
    async def fail_while_it_is_told() -> None:
        intake = Intake(journal, turned_away)
        journal.fail("The disk is full.")
        await intake.keep(entry(0))
        journal.recover()
        journal.hold()
        kept = intake.keep(entry(1, 5))
        await asyncio.to_thread(journal.wait_until, lambda journal: len(journal.submissions) == 2)
        Thread(target=journal.release).start()
        assert await kept is None
        journal.fail("The disk is full.")
        while intake.trouble is None:
            await intake.keep(entry(2, 6))
        journal.recover()
        while not journal.entries(EntryKind.FEED):
            await intake.keep(entry(3, 9))

    asyncio.run(fail_while_it_is_told())
    (told,) = [json.loads(one.body) for one in journal.entries(EntryKind.FEED)][:1]
    assert told[0] == str(NOON)


def test_a_flush_hands_over_what_waits_behind_a_batch(journal: MemoryJournal) -> None:
    async def leave() -> None:
        intake = Intake(journal)
        journal.hold()
        intake.keep(entry(0))
        await asyncio.to_thread(journal.wait_until, lambda journal: len(journal.submissions) == 1)
        intake.keep(entry(1))
        intake.flush()
        intake.flush()

    asyncio.run(leave())
    journal.release()
    assert journal.submissions == ((entry(0),), (entry(1),))
    assert list(journal.entries()) == [entry(0), entry(1)]


def test_all_of_a_batch_learn_that_it_failed(journal: MemoryJournal) -> None:
    async def failing() -> None:
        intake = Intake(journal)
        journal.fail("The disk is full.")
        assert await asyncio.gather(*[intake.keep(entry(number)) for number in range(3)]) == ["The disk is full."] * 3
        assert intake.trouble == "The disk is full."

    asyncio.run(failing())
    assert journal.entries() == []


def test_a_commit_after_the_loop_is_gone_does_no_harm(journal: MemoryJournal, caplog: pytest.LogCaptureFixture) -> None:
    async def give_up() -> None:
        Intake(journal).keep(entry(1))
        await asyncio.to_thread(journal.wait_until, lambda journal: len(journal.submissions) == 1)

    journal.hold()
    asyncio.run(give_up())
    journal.release()
    assert journal.entries() == [entry(1)]
    assert caplog.records == [], "a call back that raises is only logged"


@pytest.fixture
def stalled(journal: MemoryJournal) -> Iterator[tuple[HttpFeed, Event, Event]]:
    """A listener whose loop stands still, from the first body on, until it is told to go on."""
    standing, go_on = Event(), Event()

    def wait(body: bytes) -> bool:
        standing.set()
        return go_on.wait(DEADLINE_S)

    feed = HttpFeed(journal, "127.0.0.1", 0, is_json=wait)
    feed.start()
    yield feed, standing, go_on
    go_on.set()
    feed.stop()


def test_requests_that_come_together_share_submissions(
    journal: MemoryJournal, stalled: tuple[HttpFeed, Event, Event]
) -> None:
    feed, standing, go_on = stalled
    host, _, port = feed.status.name.removeprefix("http ").rpartition(":")
    with ExitStack() as stack:
        senders = [stack.enter_context(Sender((host, int(port)))) for _ in range(MANY)]
        # The loop takes new connections one a turn, but looks at all that stand in the same turn.
        assert {sender.get("/healthz").status for sender in senders} == {200}
        senders[0].send(request(b"0"))
        assert standing.wait(DEADLINE_S)
        for number, sender in enumerate(senders[1:], 1):
            sender.send(request(b"%d" % number))
        go_on.set()
        assert [sender.answer().status for sender in senders] == [202] * MANY
    batches = [batch for batch in journal.submissions if batch[0].kind is EntryKind.NOTIFICATION]
    assert sorted(int(entry.body) for batch in batches for entry in batch) == list(range(MANY))
    assert len(batches) < MANY / 2
