"""The listener on a journal that keeps nothing and says so at once: what of a durable POST is not the journal's.

Prints its port.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from threading import Event
from typing import cast

from callmon.feeds.http import HttpFeed
from callmon.ports import Entry, Journal, Ticket


class Unkept:
    """As much of a `Journal` as a listener asks for."""

    identity = location = "nowhere"

    def submit(self, _entries: Sequence[Entry], _ticket: Ticket | None = None) -> Future[None]:
        """Done before it is asked."""
        done = Future[None]()
        done.set_result(None)
        return done


def main() -> None:
    """Run as a program."""
    feed = HttpFeed(cast("Journal", Unkept()), "127.0.0.1", 0)
    print(feed.start().name.rpartition(":")[2], flush=True)
    Event().wait()


if __name__ == "__main__":
    main()
