"""The journal in a real Redis: what every journal does, and what only a server does."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from callmon.core.audit import Kept, Link, seal, verify
from callmon.journal.addresses import RedisAddress
from callmon.journal.redis import RedisJournal
from callmon.ports import Bookmark, BookmarkMoved, EntryKind, Journal, JournalError, Position, Ticket
from tests.e2e.conftest import needs
from tests.journal.suite import NOON, Follower, FollowerMaker, JournalSuite, Opener, entry, numbers
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
        marked, ticket = entry(0)._replace(bookmark=Bookmark("file a", "10", after="")), Ticket("a source", 1)
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


FIELDS = ("kind", "at", "origin", "headers", "bot", "body", "seal")
AT = 1795435200_123456
"""The microseconds of `NOON`."""


def begun_by_a_former_version(server: RedisServer, name: str, schema: str) -> str:
    """A journal as callmon wrote it before it counted the sealed entries: a notification, and one of the trail."""
    with closing(server.client()) as client:
        first = seal("", "hangup-asked", NOON, origin="ada", bot="", body=b"2")
        for row in (
            ("notification", AT, "http x", "{}", "", "1", ""),
            ("hangup-asked", AT, "ada", "{}", "", "2", first),
        ):
            client.xadd(f"{{{name}}}:entries", dict(zip(FIELDS, row, strict=True)))
        meta: dict[Any, Any] = {"identity": "the-same-for-ever", "schema": schema, "callmon": "0.1.0", "seal": first}
        client.hset(f"{{{name}}}:meta", mapping=meta)
        return first


def test_a_journal_of_a_former_version_is_read_written_and_sealed_on(server: RedisServer) -> None:
    name = f"test-{uuid.uuid4()}"
    first = begun_by_a_former_version(server, name, "1")
    with closing(RedisJournal.open(RedisAddress(server.url(name=name)))) as journal:
        assert journal.identity == "the-same-for-ever"
        assert journal.trail() == Kept(0, None, first), "nobody counted, and no count is made up"
        journal.append(entry(3)._replace(kind=EntryKind.HANGUP_ANSWERED, bookmark=Bookmark("file a", "1", after="")))
        stored = journal.read()
        assert numbers(stored) == [1, 2, 3]
        links = [
            Link(each.entry.kind, each.entry.at, each.entry.origin, each.entry.bot, each.entry.body, each.seal)
            for each in stored[1:]
        ]
        verdict = verify(links, first, journal.trail())
        assert (verdict.sealed, verdict.broken, verdict.lack, verdict.noted) == (2, None, None, 1)
        assert journal.bookmark("file a") == "1"


def test_a_journal_of_a_newer_version_is_told_and_left_alone(server: RedisServer) -> None:
    name = f"test-{uuid.uuid4()}"
    begun_by_a_former_version(server, name, "99")
    with pytest.raises(JournalError, match=r"written by callmon 0\.1\.0 \(schema 99\).*Update callmon"):
        RedisJournal.open(RedisAddress(server.url(name=name)))
