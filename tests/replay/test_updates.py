"""Back and forth in a recording: always what the journal would tell at that place."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callmon.monitor import absorb
from callmon.ports import START, Entry, EntryKind, JournalError
from callmon.replay import updates
from callmon.replay.player import Player
from callmon.replay.recording import Recording
from callmon.replay.updates import Replay
from callmon.snapshot import Snapshot, Update
from tests.replay.recorded import entries

ENTRIES = entries()


@pytest.fixture(autouse=True)
def checkpoints_are_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "_EVERY", 7)


def standing() -> tuple[Recording, Iterator[Update]]:
    player = Player()
    player.load([entry.at for entry in ENTRIES], playing=False)
    recording = Recording("a.jsonl", ENTRIES, player)
    return recording, Replay(recording).updates(Event())


def read_to(told: Iterator[Update], index: int) -> Update:
    """Read on until so many entries have been told of; every call that changed on the way is in the update."""
    changed: set[str] = set()
    for update in told:
        changed |= update.changed
        if update.snapshot.position == str(index):
            return Update(update.snapshot, frozenset(changed), live=update.live)
    raise AssertionError


@settings(max_examples=30, deadline=None)
@given(places=st.lists(st.integers(0, len(ENTRIES) - 1), min_size=1, max_size=8))
def test_any_way_to_a_place_leads_to_what_the_journal_tells_there(places: list[int]) -> None:
    recording, told = standing()
    shown = read_to(told, 1).snapshot
    for place in places:
        before = shown
        recording.player.step(place + 1 - recording.player.where.index)
        if recording.player.where.index != int(before.position):
            update = read_to(told, place + 1)
            shown = update.snapshot
            assert update.live
            differ = {call.id for board in (before.board, shown.board) for call in board}
            differ = {each for each in differ if before.board.calls.get(each) != shown.board.calls.get(each)}
            assert differ <= update.changed
        expected = absorb(Snapshot(), recording.between(0, place + 1)).snapshot
        assert shown == expected


def test_the_journal_of_a_recording_knows_no_more_than_its_player() -> None:
    recording, _ = standing()
    assert [stored.entry for stored in recording.read()] == [ENTRIES[0]]
    recording.player.step(4)
    assert [stored.entry for stored in recording.read(limit=3)] == list(ENTRIES[:3])
    third = recording.read(limit=3)[-1].position
    assert [stored.entry for stored in recording.read(third)] == list(ENTRIES[3:5])
    recording.player.step(-2)
    assert recording.read(third) == []


def test_the_journal_of_a_recording_can_be_followed() -> None:
    recording, _ = standing()
    stop = Event()
    told = recording.follow(START, stop=stop)
    assert [stored.entry for stored in next(told)] == [ENTRIES[0]]
    assert next(told) == []
    recording.player.step(1)
    assert [stored.entry for stored in next(told)] == [ENTRIES[1]]
    assert next(told) == []
    stop.set()
    assert list(told) == []


def test_nothing_can_be_written_to_a_recording() -> None:
    recording, _ = standing()
    entry = Entry(EntryKind.HANGUP_ASKED, ENTRIES[0].at, "ada", b"{}")
    with pytest.raises(JournalError, match="only played back"):
        recording.append(entry)
    with pytest.raises(JournalError, match="only played back"):
        recording.submit([entry]).result()
    assert recording.bookmark("x") == ""
    assert recording.location == "a.jsonl"
    recording.close()
