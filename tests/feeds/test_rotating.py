"""However a log is written, rotated and read, and however often the reader dies: every line once, in order."""

from __future__ import annotations

import os
import shutil
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.feeds.test_tail import Reader, append


class Rotating(RuleBasedStateMachine):
    """The lines of a late writer are told when they come, so only their number is known. A foreign file has none."""

    @initialize(numbered=st.booleans())
    def begin(self, numbered: bool) -> None:
        self.numbered = numbered
        self.folder = Path(os.environ["CALLMON_TEST_FOLDER"]) / os.urandom(8).hex()
        self.folder.mkdir()
        self.log = self.folder / "bot.jsonl"
        self.clock = 1
        self.log.touch()
        self.stamp(self.log)
        self.reader = Reader(self.log)
        self.reader.read()
        self.written: list[bytes] = []
        self.unfinished = b""
        self.rotations = self.foreign = self.late = 0
        self.worker: FileIO | None = None
        """Where one that does not notice the rotation goes on."""
        self.looking = True
        """Whether the reader has looked since it was started."""
        self.untold = False
        """Whether it needs what it saw before: after a restart it could not tell what was rotated away."""

    @rule(count=st.integers(1, 4), finished=st.booleans())
    def write(self, count: int, finished: bool) -> None:
        for _ in range(count):
            line = b"%d" % len(self.written)
            append(self.log, line + b"\n")
            self.written.append(self.unfinished + line)
            self.unfinished = b""
        if not finished:
            self.unfinished = b"part %d " % len(self.written)
            append(self.log, self.unfinished)
        self.stamp(self.log)

    @rule(copy=st.booleans())
    def rotate(self, copy: bool) -> None:
        place = self.reader.place
        if copy and not (place and place.offset):
            if not self.looking:
                return  # a copy is known by what was read of it, or because it was not there before
            self.untold = True
        old = self.free_name()
        if copy:
            shutil.copy(self.log, old)
            self.stamp(old)
            os.truncate(self.log, 0)
        else:
            self.log.rename(old)
            self.leave_worker(old)
            self.log.touch()
        self.stamp(self.log)
        if self.unfinished:
            self.written.append(self.unfinished)
            self.unfinished = b""

    @rule()
    def write_late(self) -> None:
        if self.worker is None:
            return
        self.glance()  # what is written to a file before it is known to be renamed is not late
        self.worker.write(b"late %d\n" % self.late)
        self.late += 1
        self.stamp(self.worker.fileno())
        self.untold = True

    @rule(touched=st.booleans())
    def put_beside(self, touched: bool) -> None:
        self.glance()
        foreign = self.folder / f"bot.jsonl.9{self.foreign:03}"
        foreign.write_bytes(b"foreign %d\n" % self.foreign)
        self.foreign += 1
        self.stamp(foreign)
        self.glance()
        if touched:
            self.stamp(foreign)
        self.untold = True

    @rule()
    def read(self) -> None:
        self.reader.read()
        self.looking = True

    @rule()
    def glance(self) -> None:
        self.reader.glance()
        self.looking = True

    @rule()
    def die(self) -> None:
        if self.untold:
            self.read()
            self.write(1, True)
            self.read()
            self.untold = False
        self.reader.restart()
        self.looking = False

    def free_name(self) -> Path:
        self.rotations += 1
        if not self.numbered:
            return self.folder / f"bot.jsonl-2026{self.rotations:04}"
        for number in range(self.rotations - 1, 0, -1):
            (self.folder / f"bot.jsonl.{number}").rename(self.folder / f"bot.jsonl.{number + 1}")
        return self.folder / "bot.jsonl.1"

    def leave_worker(self, old: Path) -> None:
        if self.worker is not None:
            self.worker.close()
        self.worker = None if self.unfinished else FileIO(old, "ab")

    def stamp(self, path: Path | int) -> None:
        """Clocks of file systems are coarse; what was written later is to look so."""
        self.clock += 1
        os.utime(path, ns=(self.clock * 1000, self.clock * 1000))

    @invariant()
    def nothing_doubled(self) -> None:
        if hasattr(self, "reader"):
            read = [line for line in self.reader.lines if not line.startswith(b"late")]
            late = [line for line in self.reader.lines if line.startswith(b"late")]
            assert read == self.written[: len(read)]
            assert len(late) == len(set(late))

    def teardown(self) -> None:
        if hasattr(self, "reader"):
            self.reader.read()
            self.reader.tail.close()
            self.nothing_doubled()
            late = sum(line.startswith(b"late") for line in self.reader.lines)
            assert len(self.reader.lines) - late == len(self.written)
            if self.worker is not None:
                self.worker.close()
            shutil.rmtree(self.folder)


def test_every_line_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_TEST_FOLDER", str(tmp_path))
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415  # only here

    before = len(list(Path("/dev/fd").iterdir()))
    run_state_machine_as_test(Rotating, settings=settings(max_examples=60, stateful_step_count=25, deadline=None))
    assert len(list(Path("/dev/fd").iterdir())) == before
