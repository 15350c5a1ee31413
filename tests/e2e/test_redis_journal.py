"""The journal in a real Redis: what every journal does, and what only a server does."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from callmon.journal.addresses import RedisAddress
from callmon.journal.redis import RedisJournal
from callmon.ports import Bookmark, BookmarkMoved, Journal, JournalError, Position, Ticket
from tests.e2e.conftest import needs
from tests.journal.suite import Follower, FollowerMaker, JournalSuite, Opener, entry, numbers
from tests.redis_server import RedisServer

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    needs("redis-server")
    server = RedisServer(tmp_path_factory.mktemp("redis"), appendfsync="no").start()
    yield server
    server.stop()


@pytest.fixture
def address(server: RedisServer) -> RedisAddress:
    """Of a journal that nobody has begun."""
    return RedisAddress(server.url(name=f"test-{uuid.uuid4()}"))


class TestRedisJournal(JournalSuite):
    @pytest.fixture
    def opener(self, address: RedisAddress) -> Iterator[Opener]:
        with ExitStack() as stack:
            yield lambda: stack.enter_context(closing(RedisJournal.open(address)))

    @pytest.mark.parametrize("text", ["0", "5", "0-0", "01-0", "-1-0", "1-0 ", "1-٣", "x-1", f"{2**64}-0", "9" * 5000])
    def test_a_malformed_position_is_refused(self, journal: Journal, text: str) -> None:
        journal.append(entry(1))
        with pytest.raises(JournalError, match="no position"):
            journal.read(Position(text))

    def test_a_position_that_is_not_in_the_journal_is_refused(self, journal: Journal, follower: FollowerMaker) -> None:
        journal.append(entry(1))
        with pytest.raises(JournalError, match="another journal"):
            journal.read(Position("99999999999999-0"))
        with pytest.raises(JournalError, match="another journal"):
            follower(journal, Position("99999999999999-0")).batch()

    def test_what_is_submitted_again_follows_its_own_bookmark(self, journal: Journal) -> None:
        marked, ticket = replace(entry(0), bookmark=Bookmark("file a", "10", after="")), Ticket("a source", 1)
        journal.submit([marked], ticket).result(30)
        journal.submit([marked], ticket).result(30)
        assert (numbers(journal.read()), journal.bookmark("file a")) == ([0], "10")
        with pytest.raises(BookmarkMoved):
            journal.submit([marked], Ticket("a source", 2)).result(30)

    @pytest.mark.parametrize("count", [0, 1, 1500])
    def test_a_submission_of_any_size_is_written_in_order(self, journal: Journal, count: int) -> None:
        journal.submit([entry(number) for number in range(count)]).result(30)
        journal.append(entry(count))
        one: Follower = Follower(journal)
        assert numbers(one.until(count + 1)) == list(range(count + 1))
        assert one.finish()
