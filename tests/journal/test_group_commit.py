"""The thread that turns many waiting writes into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event
from threading import enumerate as threads

import pytest

from callmon.journal.group_commit import MAX_ROWS, GroupCommit
from callmon.ports import JournalError
from tests.journal.suite import PATIENCE_S


class FakeSink:
    """Keeps what is written; can be held up, and refuses rows named "bad"."""

    def __init__(self) -> None:
        self.writes: list[list[str]] = []
        self.closed = 0
        self.entered = Event()
        self.gate = Event()
        self.gate.set()

    def write(self, rows: Sequence[str]) -> None:
        self.entered.set()
        assert self.gate.wait(PATIENCE_S)
        if "bad" in rows:
            raise JournalError("No.")
        if "bug" in rows:
            raise ZeroDivisionError
        self.writes.append(list(rows))

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def sink() -> FakeSink:
    return FakeSink()


@pytest.fixture
def group(sink: FakeSink) -> Iterator[GroupCommit[str]]:
    group = GroupCommit[str](sink, name="the writer of this test")
    yield group
    sink.gate.set()
    group.close()


def hold_up(group: GroupCommit[str], sink: FakeSink) -> None:
    """Let the thread be busy with a write, so that what follows must wait together."""
    sink.gate.clear()
    group.submit(["first"])
    assert sink.entered.wait(PATIENCE_S)


def test_what_waits_together_is_written_together(group: GroupCommit[str], sink: FakeSink) -> None:
    hold_up(group, sink)
    futures = [group.submit(rows) for rows in (["a", "b"], [], ["c"])]
    assert not any(future.done() for future in futures)
    sink.gate.set()
    for future in futures:
        future.result(PATIENCE_S)
    assert sink.writes == [["first"], ["a", "b", "c"]]


def test_a_batch_has_a_limit_but_a_submit_is_never_divided(group: GroupCommit[str], sink: FakeSink) -> None:
    hold_up(group, sink)
    futures = [group.submit(["row"] * (MAX_ROWS - 1)), group.submit(["row"] * 5), group.submit(["last"])]
    sink.gate.set()
    for future in futures:
        future.result(PATIENCE_S)
    assert [len(rows) for rows in sink.writes] == [1, MAX_ROWS + 4, 1]


@pytest.mark.parametrize(("row", "sentence"), [("bad", "No."), ("bug", "ZeroDivisionError")])
def test_a_failure_is_told_to_all_of_its_batch_and_to_no_other(
    group: GroupCommit[str], sink: FakeSink, row: str, sentence: str
) -> None:
    hold_up(group, sink)
    failing = [group.submit(["good"]), group.submit([row])]
    sink.gate.set()
    for future in failing:
        with pytest.raises(JournalError, match=sentence):
            future.result(PATIENCE_S)
    group.submit(["afterwards"]).result(PATIENCE_S)
    assert sink.writes == [["first"], ["afterwards"]]


def test_the_thread_starts_with_the_first_submit_and_ends_with_close(group: GroupCommit[str], sink: FakeSink) -> None:
    def running() -> bool:
        return any(thread.name == "the writer of this test" for thread in threads())

    assert not running()
    group.submit(["row"]).result(PATIENCE_S)
    assert running()
    group.close()
    group.close()
    assert not running()
    assert sink.closed == 1


def test_close_without_a_submit_touches_nothing(group: GroupCommit[str], sink: FakeSink) -> None:
    group.close()
    assert sink.closed == 0
    assert isinstance(group.submit(["late"]).exception(PATIENCE_S), JournalError)
