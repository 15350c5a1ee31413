from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.cli.logs import start_log
from callmon.cli.scrubbing import Scrubber
from tests.cli.program import on_terminal, run, run_program


@pytest.fixture(autouse=True)
def no_log_is_left() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.getLogger("callmon").setLevel(logging.NOTSET)


def test_what_is_done_and_told_is_in_the_log_and_nothing_more_on_the_streams(journal: Path, tmp_path: Path) -> None:
    path = tmp_path / "logs" / "callmon.log"
    result = run("list", "--log-file", str(path))
    assert result.code == ExitCode.DONE
    lines = path.read_text().splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]{12}Z (INFO|WARNING) \d+ callmon\.", line) for line in lines)
    assert any("There is no journal" in line for line in lines)
    assert path.stat().st_mode & 0o777 == 0o600
    assert run("list").err == result.err


def test_the_console_writes_its_log_beside_the_screen(journal: Path, tmp_path: Path) -> None:
    path = tmp_path / "callmon.log"
    with on_terminal("--listen", "127.0.0.1:0", "--log-file", str(path)) as terminal:
        terminal.wait_for("No calls yet")
        terminal.type("q")
        assert terminal.end() == 0
    assert "callmon" in path.read_text()
    assert b"INFO" not in terminal.shown


def test_no_secret_and_no_control_character_gets_into_the_log(tmp_path: Path) -> None:
    path = tmp_path / "callmon.log"
    start_log(path, "debug", Scrubber(["hunter2"]))
    log = logging.getLogger("callmon.test")
    log.info("Authorization: Bearer abc.def-ghi and hunter2 at redis://u:pw@host \x1b[2J")
    try:
        raise ValueError("hunter2\nforged line")
    except ValueError:
        log.exception("It failed")
    logging.getLogger("httpx").info("a library's chatter")
    text = path.read_text()
    for secret in ("hunter2", "abc.def", ":pw@", "\x1b", "chatter"):
        assert secret not in text
    assert all(line.startswith(("2", "    ")) for line in text.splitlines())
    assert "    forged line" in text


def test_the_level_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "callmon.log"
    monkeypatch.setenv("CALLMON_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("CALLMON_LOG_FILE", str(path))
    assert run_program("list").code == 0
    assert path.read_text() == ""


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"CALLMON_LOG_FILE": "/"}, "cannot be written"),
        ({"CALLMON_LOG_LEVEL": "loud"}, "debug, info, warning, error"),
    ],
)
def test_a_log_that_cannot_be_is_told(variables: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = run("list")
    assert result.code == ExitCode.USAGE
    assert says in result.err
