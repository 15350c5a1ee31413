"""How somebody left the console: a small file in the user's state directory, so that it is found the same way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from platformdirs import user_state_path

_MOST_BYTES = 100_000
"""A file that is larger was not written here."""
_CLOSES_WITHIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered, by name: it is for whoever reads it to know which names mean something."""

    view: str = ""
    sort: str = ""
    reverse: bool = False
    group: str = ""
    columns: tuple[str, ...] = ()
    chosen_theme: str = ""
    """A theme that was picked, and not one that a flag or the terminal had put on."""
    typed: tuple[str, ...] = ()
    """Filters and searches, the latest first."""


NOTHING = Memory()


def memory_path() -> Path:
    """Where it lies unless told otherwise (``$XDG_STATE_HOME``)."""
    return user_state_path("callmon") / "console.json"


def load(path: Path) -> Memory:
    """What is remembered; nothing of what is missing, broken or of another type. Never raises."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return NOTHING
    return Memory(**_fitting(told))


def _fitting(told: object) -> dict[str, Any]:
    if not isinstance(told, dict):
        return {}
    nothing, fitting = asdict(NOTHING), dict[str, Any]()
    for field in fields(Memory):
        value, usual = told.get(field.name), nothing[field.name]
        if isinstance(usual, tuple) and isinstance(value, list) and all(isinstance(one, str) for one in value):
            fitting[field.name] = tuple(value)
        elif type(value) is type(usual):
            fitting[field.name] = value
    return fitting


def save(path: Path, memory: Memory) -> None:
    """Write it, all or nothing, for this user alone. What cannot be written is not remembered. Never raises."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415  # the first frame waits for this module

    with suppress(OSError), ExitStack() as undo:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(  # readable by its owner alone
            "w", encoding="utf-8", dir=path.parent, prefix=".console-", suffix=".json", delete=False
        ) as file:
            undo.callback(os.unlink, file.name)
            json.dump(asdict(memory), file, ensure_ascii=True)
        os.replace(file.name, path)  # noqa: PTH105  # a name, not a path
        undo.pop_all()


class Keeper:
    """Saves in a thread, the latest last; whoever has something to be remembered never waits for a disk."""

    def __init__(self, save_: Callable[[Memory], object]) -> None:
        """`save_` may take as long as a disk does. It must not raise."""
        self._save = save_
        self._lock = Lock()
        self._latest: Memory | None = None
        """What waits to be saved."""
        self._thread: Thread | None = None
        """Saves until nothing waits."""

    def keep(self, memory: Memory) -> None:
        """Save this, and nothing that still waits."""
        with self._lock:
            self._latest = memory
            if self._thread is None:
                self._thread = Thread(target=self._work, name="memory", daemon=True)
                self._thread.start()

    def close(self, within_s: float = _CLOSES_WITHIN_S) -> None:
        """Wait until all is saved, but no longer than that: a disk that hangs must not keep anybody from leaving."""
        if (thread := self._thread) is not None:
            thread.join(within_s)

    def _work(self) -> None:
        while True:
            with self._lock:
                memory, self._latest = self._latest, None
                if memory is None:
                    self._thread = None
                    return
            self._save(memory)
