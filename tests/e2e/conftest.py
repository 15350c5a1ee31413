"""What the end-to-end tests stand on."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from callmon.simulator.player import Simulation
from tests.e2e.terminal import Terminal

pytest.register_assert_rewrite("tests.journal.suite")

OpenTerminal = Callable[..., Terminal]


def needs(program: str) -> None:
    """Fail in CI, and skip elsewhere with a word on what is missing."""
    if shutil.which(program) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed; CI must install it")
        pytest.skip(f"needs {program}")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[OpenTerminal]:
    """Opens terminals; all of them are closed at the end."""
    needs("tmux")
    opened: list[Terminal] = []

    def open_terminal(size: tuple[int, int] = (132, 40), **environment: str) -> Terminal:
        folder = tmp_path / f"terminal-{len(opened)}"
        folder.mkdir()
        home = {
            "HOME": str(tmp_path),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "XDG_CONFIG_HOME": str(tmp_path / "c"),
        }
        opened.append(Terminal(folder, size, home | environment))
        return opened[-1]

    yield open_terminal
    for pane in opened:
        pane.close()


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def simulation(free_port: int) -> Iterator[Simulation]:
    """A simulated Graph, not yet started, that tells the free port of calls that are asked for."""
    simulation = Simulation(f"http://127.0.0.1:{free_port}/api/calls", calls=0, seed=3)
    yield simulation
    simulation.stop()
