"""Notifications through a pipe, while somebody works at the keyboard."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import OpenTerminal
from tests.tui.stage import call_id, caller, notification

pytestmark = pytest.mark.e2e

ANA = notification(call_id(1), "incoming", "created", **caller("Ana Ruiz")) + b"\n"
BO = notification(call_id(2), "incoming", "created", **caller("Bo Chan")) + b"\n"


def test_a_pipe_feeds_the_console_and_the_keys_work(terminal: OpenTerminal, tmp_path: Path, free_port: int) -> None:
    log, pipe = tmp_path / "bot.jsonl", terminal()
    log.write_bytes(ANA)
    console = shlex.join([sys.executable, "-m", "callmon", "--listen", f"127.0.0.1:{free_port}", "--follow", "-"])
    pipe.type(f"tail -f -n +1 {log} | {console}; echo exit=$?\n")
    pipe.shows("← Ana Ruiz", "● stdin", f"● http 127.0.0.1:{free_port}")
    pipe.press("2")
    pipe.until(lambda: "← Ana Ruiz" not in pipe.screen)
    pipe.press("1")
    with log.open("ab") as file:
        file.write(BO)
    pipe.shows("← Ana Ruiz", "← Bo Chan")
    pipe.press("q")
    pipe.type("\x03")  # ends tail, which would notice only with its next line
    pipe.shows("exit=0")
    pipe.type("stty -a | grep -c ' echo '\n")
    pipe.until(lambda: pipe.screen.rstrip().splitlines()[-2].strip() == "1")


def test_the_console_stays_when_the_pipe_has_ended(terminal: OpenTerminal, tmp_path: Path, free_port: int) -> None:
    log, pipe = tmp_path / "bot.jsonl", terminal()
    log.write_bytes(ANA)
    console = shlex.join([sys.executable, "-m", "callmon", "--listen", f"127.0.0.1:{free_port}"])
    pipe.type(f"cat {log} | CALLMON_FOLLOW=sales=- {console}; echo exit=$?\n")
    pipe.shows("← Ana Ruiz", "○ stdin sales stopped", f"● http 127.0.0.1:{free_port}")
    pipe.press("q")
    pipe.shows("exit=0")


def test_files_and_the_listener_stand_side_by_side(terminal: OpenTerminal, tmp_path: Path, free_port: int) -> None:
    log, pane = tmp_path / "bot.jsonl", terminal()
    pane.run("--listen", f"127.0.0.1:{free_port}", "--follow", f"sales={log}")
    pane.shows("! file sales failed", "There is no file", f"curl -i http://127.0.0.1:{free_port}")
    log.write_bytes(ANA)
    pane.shows("← Ana Ruiz", "● file sales", f"● http 127.0.0.1:{free_port}")
    second = terminal()
    second.run("--listen", f"127.0.0.1:{free_port}", "--follow", f"sales={log}")
    second.shows("← Ana Ruiz", "◦ http", "◦ file sales")
    pane.press("q")
    pane.shows("exit=0")
    second.shows("● file sales")
