from __future__ import annotations

import errno
import json
import stat
from pathlib import Path
from threading import Event
from typing import IO

import pytest

from callmon.memory import NOTHING, Keeper, Memory, load, memory_path, save
from tests.waiting import DEADLINE_S

LEFT = Memory("active", "who", True, "chain", ("time", "who"), "light", ("who:/^é/", "\ud800"))


def test_what_is_saved_is_remembered_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "console.json"
    save(path, LEFT)
    assert load(path) == LEFT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    save(path, NOTHING)
    assert load(path) == NOTHING
    assert [file.name for file in path.parent.iterdir()] == ["console.json"]


def test_it_lies_in_the_state_directory(no_real_environment: Path) -> None:
    assert memory_path() == no_real_environment / "state" / "callmon" / "console.json"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[1]", b"5", b"[" * 100_000, b'{"view": 5, "typed": [1]}', b'{"reverse": "yes"}']
)
def test_what_is_broken_is_as_if_it_were_not_there(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "console.json"
    path.write_bytes(content)
    assert load(path) == NOTHING


def test_what_is_left_of_it_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "console.json"
    path.write_text(json.dumps({"view": "ended", "columns": 7, "theme": "dark", "of another version": True}))
    assert load(path) == Memory(view="ended")


def test_where_nothing_can_be_written_nothing_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save(tmp_path / "file" / "console.json", LEFT)
    (tmp_path / "console.json").mkdir()
    save(tmp_path / "console.json", LEFT)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["console.json", "file"]


def test_a_disk_that_fills_up_leaves_nothing_behind_and_what_was_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "console.json"
    save(path, LEFT)

    def full(_told: object, file: IO[str], **_options: object) -> None:
        file.write("{")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    save(path, NOTHING)
    assert [file.name for file in tmp_path.iterdir()] == ["console.json"]
    assert load(path) == LEFT


def test_nobody_waits_for_a_disk_and_the_latest_is_what_is_kept() -> None:
    saved: list[Memory] = []
    begun, go_on = Event(), Event()

    def slow(memory: Memory) -> None:
        begun.set()
        assert go_on.wait(DEADLINE_S)
        saved.append(memory)

    keeper = Keeper(slow)
    keeper.keep(Memory("first"))
    assert begun.wait(DEADLINE_S)
    keeper.keep(Memory("second"))
    keeper.keep(Memory("last"))
    keeper.close(within_s=0)
    assert not saved
    go_on.set()
    keeper.close(DEADLINE_S)
    assert saved == [Memory("first"), Memory("last")]
    keeper.keep(Memory("again"))
    keeper.close(DEADLINE_S)
    assert saved[-1] == Memory("again")
