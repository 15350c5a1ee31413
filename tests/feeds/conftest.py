from __future__ import annotations

from collections.abc import Iterator

import pytest

from callmon.feeds.http import HttpFeed
from callmon.ports import FeedState
from tests.fakes import MemoryJournal
from tests.feeds.sender import Sender


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
def feed(journal: MemoryJournal) -> Iterator[HttpFeed]:
    feed = HttpFeed(journal, "127.0.0.1", 0)
    assert feed.start().state is FeedState.LISTENING
    yield feed
    journal.release()
    feed.stop()


@pytest.fixture
def address(feed: HttpFeed) -> tuple[str, int]:
    host, _, port = feed.status.name.removeprefix("http ").rpartition(":")
    return host, int(port)


@pytest.fixture
def sender(address: tuple[str, int]) -> Iterator[Sender]:
    with Sender(address) as sender:
        yield sender
