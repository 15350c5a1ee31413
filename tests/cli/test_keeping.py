"""Who lets old entries go, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event
from threading import enumerate as threads

import pytest

from callmon.cli import keeping
from callmon.cli.keeping import kept_small
from callmon.clocks import utc_now
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind, JournalError
from callmon.settings.model import Settings
from tests.fakes import DEADLINE_S
from tests.makers import body, item
from tests.waiting import wait_until


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with closing(SqliteJournal.open(tmp_path / "journal.db")) as journal:
        yield journal


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_FIRST_AFTER_S", 0.0)


def test_what_is_older_than_the_setting_goes_while_somebody_listens(journal: SqliteJournal) -> None:
    over = body(item("deleted", state="terminated"))
    journal.append(Entry(EntryKind.NOTIFICATION, utc_now() - timedelta(days=8), "test", over))
    journal.append(Entry(EntryKind.NOTIFICATION, utc_now() - timedelta(days=6), "test", over.replace(b"6f1f", b"7f1f")))
    first, second = (stored.position for stored in journal.read())
    with kept_small(Settings(journal_keep_days=7), journal, pytest.fail):
        wait_until(lambda: len(journal.read()) == 1)
    assert [stored.position for stored in journal.read()] == [second]
    assert first != second


def test_nobody_prunes_where_nothing_is_limited(journal: SqliteJournal) -> None:
    before = set(threads())
    with kept_small(Settings(journal_keep_days=0, journal_max_mb=0), journal, pytest.fail):
        assert set(threads()) == before


def test_a_journal_that_cannot_be_pruned_is_told(journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(seconds: float) -> bool:
        raise JournalError("The disk is full.")

    monkeypatch.setattr(journal, "claim_pruning", refuse)
    told, heard = Event(), []

    def warn(sentence: str) -> None:
        heard.append(sentence)
        told.set()

    with kept_small(Settings(), journal, warn):
        assert told.wait(DEADLINE_S)
    assert heard == ["Old entries could not be removed from the journal; that is tried again. The disk is full."]
