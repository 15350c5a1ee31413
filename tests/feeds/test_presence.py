from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callmon.core.records import FeedChanged
from callmon.feeds.presence import Presence, Roll, unsigned

RECORD = FeedChanged("http 127.0.0.1:8765", "listening")
_HOLDER = """
import sys
from pathlib import Path
from callmon.feeds.presence import Presence, Roll
presence = Presence(Roll(Path(sys.argv[1]), "j-"), "here")
print(presence.run, flush=True)
sys.stdin.read()
"""


def alive(presence: Presence) -> set[str]:
    return set(presence.sign(RECORD).alive.split())


def test_runs_know_of_each_other_until_they_end(tmp_path: Path) -> None:
    first, second = (Presence(Roll(tmp_path, "j-"), "here") for _ in range(2))
    other = Presence(Roll(tmp_path, "other-"), "here")
    signed = second.sign(RECORD)
    assert (signed.feed, signed.state, signed.run, signed.place) == (RECORD.feed, "listening", second.run, "here")
    assert alive(first) == alive(second) == {first.run, second.run}
    assert alive(other) == {other.run}
    first.close()
    assert alive(second) == {second.run}
    second.close()
    other.close()
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_killed_is_not_alive_and_leaves_nothing_behind(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", _HOLDER, str(tmp_path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        run = holder.stdout.readline().strip()
        own = Presence(Roll(tmp_path, "j-"), "here")
        assert alive(own) == {run, own.run}
        last = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        os.utime(own.roll.path(run), (last.timestamp(), last.timestamp()))
        holder.kill()
        holder.wait()
    assert alive(own) == {own.run}
    assert (own.roll.dead(own.run), own.roll.dead(own.run)) == ({run: last}, {})
    own.close()
    assert list(tmp_path.iterdir()) == []


def test_where_nobody_can_tell_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Presence(Roll(tmp_path / "missing", "j-"), "here")
    folder = tmp_path / "folder"
    folder.mkdir()
    presence = Presence(Roll(folder, "j-"), "here")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert presence.sign(RECORD) == replace(RECORD, run=presence.run, marks=True)
    assert unsigned(RECORD) == RECORD
    presence.close()
