"""Which callmon takes a source into a journal, where several could: the first one, until it ends.

An advisory lock (flock) on a small file. The system lets go of it when its holder dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from callmon.feeds.rotation import Descriptor

_PID_BYTES = 20


class Ownership:
    """Holds a lock file, or not yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: Descriptor | None = None

    def take(self) -> int | None:
        """Take it, if nobody has it. None if it is ours now; else the holder's process id, 0 if that is not known.

        Raises `OSError` if the file cannot be made or written.
        """
        if self._held is not None:
            return None
        opened = Descriptor(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        try:
            fcntl.flock(opened.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(opened.number, 0)
            os.pwrite(opened.number, b"%d\n" % os.getpid(), 0)
        except BlockingIOError:
            holder = os.pread(opened.number, _PID_BYTES, 0).strip()
            opened.close()
            return int(holder) if holder.isdigit() else 0
        except BaseException:
            opened.close()
            raise
        self._held = opened
        return None

    def let_go(self) -> None:
        """Let go of it. The file stays: removing it would let two hold locks on two files of one name."""
        if self._held is not None:
            self._held.close()
            self._held = None
