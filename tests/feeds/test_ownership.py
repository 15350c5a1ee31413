"""Who takes a source where several could."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from callmon.feeds.ownership import Ownership


def test_the_first_has_it_until_it_lets_go(tmp_path: Path) -> None:
    first, second = Ownership(tmp_path / "lock"), Ownership(tmp_path / "lock")
    assert first.take() is None
    assert first.take() is None
    assert second.take() == os.getpid()
    first.let_go()
    assert second.take() is None


def test_a_disk_without_room_does_not_lock_it_out_of_its_own_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    owner = Ownership(tmp_path / "lock")
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space"):
            owner.take()
    assert owner.take() is None
