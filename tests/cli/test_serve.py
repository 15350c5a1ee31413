from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from callmon.cli import serve
from callmon.cli.configured import configured
from callmon.cli.console_parts import console_parts
from callmon.cli.exits import ExitCode
from callmon.memory import Memory, load, memory_path, save
from callmon.settings.model import Settings
from tests.cli.program import run, run_program


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--web-listen", "0.0.0.0:8766"], "Set CALLMON_WEB_TOKEN"),
        (["--web-listen", "nowhere"], "Write it like 127.0.0.1:8765"),
    ],
)
def test_where_it_must_not_be_served_is_told(arguments: list[str], says: str) -> None:
    result = run("serve", *arguments)
    assert result.code == ExitCode.USAGE
    assert result.err.startswith("callmon: --web-listen: ")
    assert says in result.err


def test_a_short_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_WEB_TOKEN", "short")
    assert "16 or more letters" in run("serve").err


def test_a_port_that_is_taken_is_told(journal: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        result = run_program("serve", "--web-listen", where)
    assert result.code == ExitCode.FAILED
    assert f"Nothing can be served on {where}" in result.err
    assert "Traceback" not in result.err


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda _name: None)
    result = run("serve")
    assert result.code == ExitCode.FAILED
    assert "pip install 'callmon[web]'" in result.err


@pytest.mark.parametrize("allowed", [True, False])
def test_the_consoles_have_the_same_settings_but_collect_nothing(
    allowed: bool,
) -> None:
    environ: dict[str, str] = {"LC_ALL": "C"}
    flags = {"journal": "/tmp/j.db", "lang": "zh-CN", "follow": ("-",)}
    serve._hand_down(environ, flags, read_only=not allowed)
    assert environ["CALLMON_JOURNAL"] == "/tmp/j.db"
    assert environ["CALLMON_COLLECT"] == "false"
    assert environ["CALLMON_READ_ONLY"] == ("false" if allowed else "true")
    assert "CALLMON_FOLLOW" not in environ
    assert "LC_ALL" not in environ


@pytest.mark.parametrize("in_file", [True, False])
def test_the_consoles_start_wherever_it_is_served_and_do_not_know_the_token(
    in_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLMON_WEB_TOKEN", "0123456789abcdef")
    if in_file:
        config = tmp_path / "config.toml"
        config.write_text('web_listen = "0.0.0.0:8766"\n')
        monkeypatch.setenv("CALLMON_CONFIG", str(config))
    else:
        monkeypatch.setenv("CALLMON_WEB_LISTEN", "0.0.0.0:8766")
    assert configured(Settings, {}).web_listen.host == "0.0.0.0"
    handed_down = dict(os.environ)
    serve._hand_down(handed_down, {}, read_only=True)
    assert "CALLMON_WEB_TOKEN" not in handed_down
    monkeypatch.delenv("CALLMON_WEB_TOKEN")
    monkeypatch.setenv("CALLMON_WEB_LISTEN", handed_down["CALLMON_WEB_LISTEN"])
    assert configured(Settings, {}).collect


def test_a_visitor_begins_as_the_operator_left_it_but_changes_nothing_of_it(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = Memory("ended", "who", columns=("who", "note"), chosen_theme="light", typed=("who:boss",))
    save(memory_path(), left)
    monkeypatch.setenv("CALLMON_COLLECT", "false")
    for driver, typed in (("textual.drivers.web_driver:WebDriver", ()), ("", ("who:boss",))):
        monkeypatch.setenv("TEXTUAL_DRIVER", driver)
        with ExitStack() as stack:
            parts = console_parts({}, stack, lambda _warning: None)
            assert (parts.memory.view, parts.memory.columns, parts.memory.typed) == ("ended", ("who", "note"), typed)
            parts.remember(Memory("active"))
        assert load(memory_path()) == (left if driver else Memory("active"))
