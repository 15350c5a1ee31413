from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from callmon.memory import NOTHING, Memory, load, memory_path, save

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
    path.write_text(json.dumps({"view": "ended", "columns": 7, "of a later version": True}))
    assert load(path) == Memory(view="ended")


def test_where_nothing_can_be_written_nothing_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save(tmp_path / "file" / "console.json", LEFT)
    (tmp_path / "console.json").mkdir()
    save(tmp_path / "console.json", LEFT)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["console.json", "file"]
