"""Follows a file into a journal until it is killed: ``python -m tests.cli.follower JOURNAL FILE``."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from callmon.feeds.file import FileFeed, Source
from callmon.journal.sqlite import SqliteJournal

journal, log = (Path(argument) for argument in sys.argv[1:])
feed = FileFeed(SqliteJournal.open(journal), Source(log, log.name, f"file {log}", journal.with_name("follow.lock")))
feed.start()
threading.Event().wait()
