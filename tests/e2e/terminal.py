"""A real terminal for the tests: tmux, with its own server, screen and environment."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from callmon.tui.quiet import LET_GO_S

DEADLINE_S = 20.0


class Terminal:
    """One tmux pane. Commands see the environment that is given and nothing of callmon's from outside."""

    def __init__(self, folder: Path, size: tuple[int, int], environment: Mapping[str, str]) -> None:
        self._socket = folder / "tmux"
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("CALLMON_", "TMUX"))}
        clean |= {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environment}
        width, height = size
        self._environment = clean
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), "/bin/sh")
        self.until(lambda: self.screen.strip())  # noqa: PLW0108  # the screen is to be read anew each time

    def run(self, *command: str) -> None:
        """Type a callmon command at the prompt; its exit code is echoed after it."""
        line = shlex.join([sys.executable, "-m", "callmon", *command])
        self.type(f"{line}; echo exit=$?")
        self.press("Enter")

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names."""
        for key in keys:
            self._tmux("send-keys", key)

    def broadcast(self, *lines: str) -> None:
        """Write on the terminal from outside, as `wall` does: wherever the cursor is."""
        Path(self._tmux("display-message", "-p", "#{pane_tty}").strip()).write_text("\r\n".join(["", *lines, ""]))

    def pause(self) -> None:
        """Longer than a key must be let go of before it counts as pressed again."""
        time.sleep(1.1 * LET_GO_S)

    @property
    def screen(self) -> str:
        """What the pane shows."""
        return self._tmux("capture-pane", "-p")

    def resize(self, width: int, height: int) -> None:
        """Give the pane another size."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + DEADLINE_S
        while not holds():
            assert time.monotonic() < end, f"not so within {DEADLINE_S:g} s; the screen:\n{self.screen}"
            time.sleep(0.02)

    def shows(self, *texts: str) -> None:
        """Wait until all of the texts are on the screen."""
        self.until(lambda: not [text for text in texts if text not in self.screen])

    def close(self) -> None:
        """End the pane and everything in it."""
        self._tmux("kill-server", check=False)

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        command = ["tmux", "-S", str(self._socket), *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False, timeout=20)
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout
