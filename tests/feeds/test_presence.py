from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from callmon.core.records import FeedChanged
from callmon.feeds.presence import Presence, unsigned

RECORD = FeedChanged("http 127.0.0.1:8765", "listening")
_HOLDER = """
import sys
from pathlib import Path
from callmon.feeds.presence import Presence
presence = Presence(Path(sys.argv[1]), "j-", "here")
print(presence.run, flush=True)
sys.stdin.read()
"""


def alive(presence: Presence) -> set[str]:
    return set(presence.sign(RECORD).alive.split())


def test_runs_know_of_each_other_until_they_end(tmp_path: Path) -> None:
    first, second = (Presence(tmp_path, "j-", "here") for _ in range(2))
    other = Presence(tmp_path, "other-", "here")
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
        own = Presence(tmp_path, "j-", "here")
        assert alive(own) == {run, own.run}
        holder.kill()
        holder.wait()
    assert alive(own) == {own.run}
    own.close()
    assert list(tmp_path.iterdir()) == []


def test_where_nobody_can_tell_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Presence(tmp_path / "missing", "j-", "here")
    folder = tmp_path / "folder"
    folder.mkdir()
    presence = Presence(folder, "j-", "here")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert presence.sign(RECORD) == unsigned(RECORD) == RECORD
    presence.close()
