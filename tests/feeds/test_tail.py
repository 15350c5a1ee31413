"""A log as it is written, renamed, copied and truncated, read to the line."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from callmon.feeds import late
from callmon.feeds import tail as tail_module
from callmon.feeds.file_place import Place, place_from
from callmon.feeds.tail import Tail


class Reader:
    """A tail with a clock in hand, and everything it has read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = 0.0
        self.lines: list[bytes] = []
        self.place: Place | None = None
        self.tail = Tail(path, monotonic=lambda: self.now)

    def read(self) -> list[bytes]:
        """Everything that can be read now, also after a file that was renamed has had its grace."""
        found = self.glance()
        while self.tail.waits:
            self.now += 2 * tail_module._GRACE_S
            found += self.glance()
        return found

    def glance(self) -> list[bytes]:
        """Everything that can be read at this moment."""
        found = []
        while piece := self.tail.look():
            found += piece.lines
            self.lines += piece.lines
            self.place = self.tail.place
        self.place = self.tail.place
        return found

    def restart(self) -> None:
        """As after a crash: only what was kept with the lines is known."""
        self.tail.close()
        kept = place_from(self.place.to_text()) if self.place else None
        self.tail = Tail(self.path, kept, monotonic=lambda: self.now)


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "bot.jsonl"
    path.write_bytes(b"1\n2\n")
    return path


@pytest.fixture
def reader(log: Path) -> Reader:
    return Reader(log)


def test_what_is_there_comes_first_and_then_what_is_added(log: Path, reader: Reader) -> None:
    assert reader.read() == [b"1", b"2"]
    append(log, b"3\n4")
    assert reader.read() == [b"3"]
    append(log, b"4\n")
    assert reader.read() == [b"44"]
    assert reader.read() == []


def test_a_renamed_file_is_read_to_its_end_and_the_new_one_from_its_start(log: Path, reader: Reader) -> None:
    reader.read()
    with log.open("ab") as writer:
        log.rename(log.with_name("bot.jsonl.1"))
        log.write_bytes(b"5\n")
        assert reader.tail.look() is None
        writer.write(b"3\n4")  # the writer does not know yet
    assert reader.read() == [b"3", b"4", b"5"]


def test_a_writer_that_goes_on_in_the_renamed_file_is_read_late(log: Path, reader: Reader) -> None:
    reader.read()
    with log.open("ab", buffering=0) as writer:
        log.rename(log.with_name("bot.jsonl.1"))
        log.write_bytes(b"5\n")
        assert reader.read() == [b"5"]
        writer.write(b"3\n4")
        assert reader.read() == [b"3"]
        append(log, b"6\n")
        writer.write(b"4\n")
        assert reader.read() == [b"6", b"44"]
    log.with_name("bot.jsonl.1").unlink()
    reader.now += late.LATE_S
    assert reader.read() == []
    assert reader.place == reader.tail.place
    reader.restart()
    assert reader.read() == []


def test_files_that_were_renamed_are_let_go_of(log: Path, reader: Reader) -> None:
    def rotate(number: int) -> None:
        log.rename(log.with_name(f"bot.jsonl.{number}"))
        log.write_bytes(b"%d\n" % number)
        assert reader.read() == [b"%d" % number]

    reader.read()
    before = len(list(Path("/dev/fd").iterdir()))
    for number in range(2 * late.MOST_LATE):
        rotate(number)
    assert len(list(Path("/dev/fd").iterdir())) == before + late.MOST_LATE
    reader.now += late.LATE_S
    reader.read()
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_while_there_is_no_new_file_the_old_one_is_read_on(log: Path, reader: Reader) -> None:
    reader.read()
    old = log.rename(log.with_name("old"))
    append(old, b"3\n")
    assert reader.read() == [b"3"]
    assert reader.tail.absent
    log.write_bytes(b"4\n")
    assert reader.read() == [b"4"]
    assert not reader.tail.absent


def test_a_file_that_is_removed_and_written_anew_is_read_from_its_start(log: Path, reader: Reader) -> None:
    reader.read()
    log.unlink()
    log.write_bytes(b"1\n2\n")
    assert reader.read() == [b"1", b"2"]


@pytest.mark.parametrize(
    "new", [b"", b"3\n", b"x\n2\n", b"6\n7\n8\n9\n"], ids=["empty", "shorter", "as long", "longer"]
)
def test_a_file_that_is_overwritten_in_place_is_read_from_its_start(log: Path, reader: Reader, new: bytes) -> None:
    reader.read()
    with log.open("r+b") as file:
        file.truncate(0)
        file.write(new)
    assert reader.read() == new.splitlines()


def test_a_first_line_that_was_begun_is_not_joined_to_what_took_its_place(log: Path, reader: Reader) -> None:
    os.truncate(log, 0)
    append(log, b'{"a":1')
    assert reader.read() == []
    os.truncate(log, 0)
    append(log, b'{"b":2}\n{"c":3}\n')
    assert reader.read() == [b'{"b":2}', b'{"c":3}']
    assert reader.tail.losses == 1


def test_what_was_emptied_before_it_was_read_is_told(log: Path, reader: Reader) -> None:
    reader.read()
    append(log, b"3\n")
    log.with_name("bot.jsonl.1.gz").write_bytes(b"compressed")
    os.truncate(log, 0)
    append(log, b"4\n")
    assert reader.read() == [b"4"]
    assert reader.tail.losses == 1
    os.truncate(log, 0)
    assert reader.read() == []
    assert reader.tail.losses == 2


def test_what_was_written_before_a_copy_and_truncate_is_read_from_the_copy(log: Path, reader: Reader) -> None:
    reader.read()
    append(log, b"3\n")
    shutil.copy(log, log.with_name("bot.jsonl.1"))
    os.truncate(log, 0)
    append(log, b"4\n")
    assert reader.read() == [b"3", b"4"]


def test_a_writer_that_keeps_its_position_after_a_truncation_leaves_no_hole(log: Path, reader: Reader) -> None:
    with log.open("r+b", buffering=0) as writer:
        writer.seek(0, os.SEEK_END)
        reader.read()
        os.truncate(log, 0)
        assert reader.read() == []
        writer.write(b"3\n")
    assert log.read_bytes() == b"\0\0\0\x003\n"
    assert reader.read() == [b"3"]


def test_several_rotations_at_once_cost_nothing(log: Path, reader: Reader) -> None:
    reader.read()
    append(log, b"3\n")
    for number, name in enumerate(["bot.jsonl.2026-11-21", "bot.jsonl.2026-11-22"]):
        log.rename(log.with_name(name))
        log.write_bytes(b"new %d\n" % number)
        os.utime(log, ns=(0, log.with_name(name).stat().st_mtime_ns + 1))
    log.with_name("bot.jsonl.offset").write_bytes(b"another program's\n")
    assert reader.read() == [b"3", b"new 0", b"new 1"]


@pytest.mark.parametrize("rotations", [1, 3])
def test_what_was_rotated_away_while_nobody_looked_is_found(log: Path, reader: Reader, rotations: int) -> None:
    reader.read()
    reader.tail.close()
    append(log, b"3\n4")
    expected = [b"3", b"4"]
    for number in range(rotations):
        for older in range(rotations, 0, -1):
            source = log.with_name(f"bot.jsonl.{older - 1}") if older > 1 else log
            if source.exists():
                source.rename(log.with_name(f"bot.jsonl.{older}"))
        log.write_bytes(b"new %d\n" % number)
        os.utime(log, ns=(0, log.with_name("bot.jsonl.1").stat().st_mtime_ns + 1))
        expected.append(b"new %d" % number)
    reader.restart()
    assert reader.read() == expected
    assert not reader.tail.losses


def test_what_cannot_be_found_is_told(log: Path, reader: Reader) -> None:
    reader.read()
    log.unlink()
    log.write_bytes(b"another\n")
    reader.restart()
    assert reader.read() == [b"another"]
    assert reader.tail.losses == 1


def test_a_file_that_was_copied_over_while_nobody_looked_is_read_on(log: Path, reader: Reader) -> None:
    reader.read()
    reader.tail.close()
    copy = log.with_name("copy")
    copy.write_bytes(log.read_bytes() + b"3\n")
    copy.rename(log)
    reader.restart()
    assert reader.read() == [b"3"]
    assert not reader.tail.losses


def test_a_new_file_that_begins_as_the_old_one_did_is_not_taken_for_it(log: Path, reader: Reader) -> None:
    reader.read()
    reader.tail.close()
    append(log, b"3\n")
    log.rename(log.with_name("bot.jsonl.1"))
    log.write_bytes(b"1\n2\n4\n")
    reader.restart()
    assert reader.read() == [b"3", b"1", b"2", b"4"]
    assert not reader.tail.losses


def test_a_place_is_the_same_under_another_device_number(log: Path, reader: Reader) -> None:
    reader.read()
    assert reader.place is not None
    place = Place(reader.place.device + 1, reader.place.inode, reader.place.offset, reader.place.print)
    append(log, b"3\n")
    tail = Tail(log, place)
    piece = tail.look()
    tail.close()
    assert piece is not None
    assert piece.lines == [b"3"]


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"offset":1}', '{"device":1,"inode":1,"offset":"1","print":""}'])
def test_what_is_no_place_is_none(text: str) -> None:
    assert place_from(text) is None


def test_a_file_that_cannot_be_opened_is_read_when_it_can(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "later" / "bot.jsonl")
    with pytest.raises(FileNotFoundError):
        reader.read()
    reader.path.parent.mkdir()
    reader.path.mkdir()
    with pytest.raises(ValueError, match="regular"):
        reader.read()
    reader.path.rmdir()
    reader.path.write_bytes(b"1\n")
    assert reader.read() == [b"1"]


def test_a_pipe_does_not_hold_it_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="regular"):
        Tail(tmp_path / "pipe").look()
