"""A log that is rotated again before what the rotation before left was read, and beside which other things happen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from callmon.feeds import opened, succession
from callmon.feeds import tail as tail_module
from callmon.feeds.beside import Beside
from tests.feeds.test_tail import Reader, append


class Log:
    """A log that is rotated as logrotate does it. Each change has a later time: clocks of file systems are coarse."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = 1_000_000_000
        self.write(b"0\n")

    def beside(self, suffix: str) -> Path:
        return self.path.with_name(f"{self.path.name}{suffix}")

    def write(self, data: bytes, suffix: str = "") -> None:
        append(self.beside(suffix), data)
        self.stamp(suffix)

    def rename(self, suffix: str, new: bytes = b"") -> None:
        self.path.rename(self.beside(suffix))
        self.write(new)

    def copy(self, suffix: str) -> None:
        shutil.copy(self.path, self.beside(suffix))
        self.stamp(suffix)

    def empty(self) -> None:
        os.truncate(self.path, 0)
        self.stamp()

    def copy_and_truncate(self, suffix: str) -> None:
        self.copy(suffix)
        self.empty()

    def stamp(self, suffix: str = "") -> None:
        self.now += 1_000_000_000
        os.utime(self.beside(suffix), ns=(self.now, self.now))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "bot.log")


@pytest.fixture
def reader(log: Log) -> Reader:
    reader = Reader(log.path)
    assert reader.read() == [b"0"]
    return reader


def test_a_new_file_that_is_emptied_while_it_waits_loses_nothing(log: Log, reader: Reader) -> None:
    log.rename(".2")
    log.write(b"1\n")
    assert reader.glance() == []
    log.copy_and_truncate(".1")
    log.write(b"2\n")
    assert reader.read() == [b"1", b"2"]
    assert not reader.tail.losses


def test_a_new_file_that_is_emptied_without_a_copy_while_it_waits_is_told(log: Log, reader: Reader) -> None:
    log.rename(".1")
    log.write(b"1\n")
    reader.glance()
    log.empty()
    log.write(b"2\n")
    assert reader.read() == [b"1", b"2"]
    assert reader.tail.losses == 1


def test_what_was_not_read_before_the_new_file_was_emptied_is_read_from_the_copy(log: Log, reader: Reader) -> None:
    log.rename(".2")
    log.write(b"1\n")
    reader.glance()
    log.write(b"2\n3")
    log.copy_and_truncate(".1")
    log.write(b"4\n")
    log.copy_and_truncate("-20260102")
    log.write(b"5\n")
    assert reader.read() == [b"1", b"2", b"3", b"4", b"5"]
    assert not reader.tail.losses


def test_a_file_is_read_ahead_within_bounds(log: Log, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "PIECE_BYTES", 2)
    monkeypatch.setattr(opened, "_MOST_AHEAD_BYTES", 4)
    log.rename(".2")
    log.write(b"1\n2\n3\n4\n")
    for _ in range(5):
        assert reader.glance() == []
    assert len(reader.tail._files[-1]._pieces) == 2
    log.copy_and_truncate(".1")
    assert reader.read() == [b"1", b"2", b"3", b"4"]
    assert not reader.tail.losses


def test_what_comes_late_into_the_old_file_comes_before_what_was_read_ahead(log: Log, reader: Reader) -> None:
    log.rename(".2")
    log.write(b"2\n")
    reader.glance()
    log.copy_and_truncate("-20260101")
    reader.glance()
    log.write(b"1\n", ".2")
    log.write(b"3\n")
    assert reader.read() == [b"1", b"2", b"3"]


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_one_that_dies_while_a_file_waits_that_was_emptied_reads_all_of_it_once(
    log: Log, reader: Reader, looks: int
) -> None:
    log.rename(".2")
    log.write(b"1\n2\n")
    reader.glance()
    log.copy_and_truncate(".1")
    log.write(b"3\n")
    reader.glance()
    reader.now += 2 * tail_module._GRACE_S
    for _ in range(looks):
        piece = reader.tail.look()
        assert piece is not None
        reader.lines += piece.lines
        reader.place = piece.place
    reader.restart()
    reader.read()
    assert reader.lines == [b"0", b"1", b"2", b"3"]
    assert not reader.tail.losses


def test_the_last_line_of_the_old_file_is_not_kept_without_what_was_read_ahead(log: Log, reader: Reader) -> None:
    log.write(b"1")
    log.rename(".1")
    log.write(b"2\n")
    reader.glance()
    log.empty()
    reader.glance()
    reader.now += 2 * tail_module._GRACE_S
    piece = reader.tail.look()
    assert piece is not None
    assert piece.lines == [b"1", b"2"]


def test_a_file_that_is_renamed_while_it_waits_comes_in_its_turn(log: Log, reader: Reader) -> None:
    log.rename(".1")
    log.write(b"1\n")
    reader.glance()
    log.rename("-20260101")
    log.write(b"2\n")
    reader.glance()
    log.copy_and_truncate("-20260102")
    log.write(b"3\n")
    assert reader.read() == [b"1", b"2", b"3"]


def test_so_many_renamed_files_wait_and_no_more(log: Log, reader: Reader) -> None:
    for number in range(3 * tail_module._MOST_FILES):
        log.rename(f".{number}")
        log.write(b"%d\n" % number)
        reader.glance()
        assert len(reader.tail._files) <= tail_module._MOST_FILES + 1
    assert reader.read()[-1] == b"%d" % number
    assert reader.lines == [b"0", *(b"%d" % each for each in range(number + 1))]


def test_a_file_that_was_seen_empty_is_read_from_its_copies(log: Log, reader: Reader) -> None:
    log.copy_and_truncate(".3")
    assert reader.read() == []
    log.write(b"1\n")
    log.copy_and_truncate(".2")
    log.write(b"2\n")
    log.copy_and_truncate(".1")
    assert reader.read() == [b"1", b"2"]
    log.write(b"3\n")
    log.copy_and_truncate("-20260104")
    log.write(b"4\n")
    assert reader.read() == [b"3", b"4"]
    assert not reader.tail.losses


def test_a_line_that_was_begun_goes_on_in_a_copy(log: Log, reader: Reader) -> None:
    log.empty()
    log.write(b"be")
    assert reader.read() == []
    losses = reader.tail.losses
    log.write(b"gun\n1\n")
    log.copy_and_truncate(".1")
    log.write(b"2\n")
    assert reader.read() == [b"begun", b"1", b"2"]
    assert reader.tail.losses == losses


def test_a_copy_of_a_file_that_is_not_emptied_yet_is_not_read_with_it(log: Log, reader: Reader) -> None:
    log.copy_and_truncate(".2")
    reader.read()
    log.write(b"1\n")
    log.copy(".1")
    assert reader.read() == [b"1"]
    log.empty()
    assert reader.read() == []


@pytest.mark.parametrize("written", [b"", b"1\n"], ids=["nothing is written", "something is written"])
def test_an_archive_beside_an_empty_file_is_not_read(log: Log, reader: Reader, written: bytes) -> None:
    log.copy_and_truncate(".1")
    reader.read()
    log.beside(".8").write_bytes(b"of another time\n")
    os.utime(log.beside(".8"), ns=(5, 5))
    if not written:
        log.write(b"put there by hand\n", ".9")
    else:
        log.write(written)
    assert reader.read() == written.splitlines()


def test_what_a_late_writer_wrote_is_not_read_again_after_a_rotation(log: Log, reader: Reader) -> None:
    log.rename("-20260101")
    log.write(b"1\n")
    reader.read()
    log.write(b"late\n", "-20260101")
    assert reader.read() == [b"late"]
    log.rename("-20260102")
    log.write(b"2\n")
    assert reader.read() == [b"2"]
    log.write(b"later\n", "-20260101")
    log.copy_and_truncate("-20260103")
    log.write(b"3\n")
    assert reader.read() == [b"3", b"later"]


@pytest.mark.parametrize("copy", [False, True])
def test_what_was_beside_before_is_not_read_after_a_rotation(log: Log, reader: Reader, copy: bool) -> None:
    log.write(b"an archive\n", ".7")
    reader.read()
    log.stamp(".7")
    log.write(b"put there by hand\n", ".9")
    reader.read()
    log.stamp(".9")
    if copy:
        log.copy_and_truncate(".1")
    else:
        log.rename(".1")
    log.write(b"1\n")
    assert reader.read() == [b"1"]


def test_a_file_with_the_number_of_one_that_was_removed_is_another_one(log: Log, reader: Reader) -> None:
    log.write(b"an archive\n", ".2")
    reader.read()
    log.rename(".3")
    os.truncate(log.beside(".2"), 0)
    log.write(b"1\n", ".2")
    log.write(b"2\n")
    assert reader.read() == [b"1", b"2"]


def test_a_file_between_is_read_though_the_one_before_it_was_written_to_later(log: Log, reader: Reader) -> None:
    log.rename(".2")
    log.write(b"2\n")
    log.rename(".1")
    log.write(b"1\n", ".2")
    log.write(b"3\n")
    assert reader.read() == [b"1", b"2", b"3"]


def test_a_file_that_gets_its_name_back_is_read_on(log: Log, reader: Reader) -> None:
    log.rename(".1")
    log.write(b"1\n")
    assert reader.read() == [b"1"]
    log.path.rename(log.beside(".2"))
    log.beside(".1").rename(log.path)
    log.write(b"2\n")
    assert reader.read() == [b"2"]


def test_a_file_that_gets_its_name_back_before_the_other_was_read_is_read_on(log: Log, reader: Reader) -> None:
    log.rename(".1")
    log.write(b"1\n")
    reader.glance()
    log.path.rename(log.beside(".2"))
    log.beside(".1").rename(log.path)
    assert reader.glance() == []
    reader.now += 2 * tail_module._GRACE_S
    log.write(b"2\n")
    assert sorted(reader.read()) == [b"1", b"2"]


def test_a_file_that_is_renamed_while_the_directory_is_read_is_read_once(
    log: Log, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.rename(".2")
    log.write(b"1\n")
    _first(monkeypatch, Beside, "newcomers", lambda: log.rename(".1", b"2\n"))
    assert reader.read() == [b"1", b"2"]


def test_a_file_that_is_renamed_while_a_copy_is_looked_for_is_read_once(
    log: Log, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.copy_and_truncate("-20260101")
    log.write(b"1\n2\n")
    _first(monkeypatch, succession, "rotated_away", lambda: log.rename("-20260102", b"3\n"))
    assert reader.read() == [b"1", b"2", b"3"]
    assert not reader.tail.losses


def test_a_file_that_is_renamed_while_one_begins_again_is_read_once(
    log: Log, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.copy_and_truncate("-20260101")
    log.write(b"1\n2\n")
    reader.restart()
    _first(monkeypatch, succession, "rotated_away", lambda: log.rename("-20260102", b"3\n"))
    assert reader.read() == [b"1", b"2", b"3"]
    assert not reader.tail.losses


def _first(monkeypatch: pytest.MonkeyPatch, where: object, name: str, happens: Callable[[], None]) -> None:
    """Something happens right before the first call."""
    real = getattr(where, name)

    def call(*arguments: object) -> object:
        monkeypatch.setattr(where, name, real)
        happens()
        return real(*arguments)

    monkeypatch.setattr(where, name, call)


def test_a_directory_that_cannot_be_listed_does_not_hold_a_file_up(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("callmon.feeds.rotation.os.scandir", refuse)
    reader = Reader(log.path)
    assert reader.read() == [b"0"]
    log.write(b"1\n")
    assert reader.read() == [b"1"]
