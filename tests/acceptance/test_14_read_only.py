"""Read-only: no key, no footer, no help, no palette, no command; and what the settings file forbids stays forbidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.tui.hangup_dialog import HangUpDialog
from tests.cli.graph import serving
from tests.cli.program import run_program
from tests.cli.recorded import call_id as recorded_id
from tests.cli.recorded import notification, record
from tests.tui.stage import Stage

CALL = recorded_id(0xC0FFEE)


@pytest.mark.anyio
async def test_the_console_has_no_hang_up_at_all() -> None:
    stage = Stage(read_only=True)
    for number in (1, 2):
        stage.arrive(number)
    async with stage.playing():
        assert "READ-ONLY" in stage.text
        assert "ang up" not in stage.text
        for keys in (("x",), ("f9",), ("U", "x"), ("enter", "x")):
            await stage.press(*keys)
            assert not isinstance(stage.app.screen, HangUpDialog)
            assert "ang up" not in stage.text
        titles = [f"{one.title} {one.help}" for one in stage.app.get_system_commands(stage.app.screen)]
        assert all("ang up" not in title and "ang-up" not in title for title in titles)
        await stage.press("escape", "question_mark")
        assert "ang up" not in stage.text
        assert "ang-up" not in stage.text
        assert stage.control.asked == []
        assert stage.notices == []


@pytest.mark.parametrize(
    ("arguments", "variables", "file"),
    [
        (["--read-only"], {}, ""),
        ([], {"CALLMON_READ_ONLY": "1"}, ""),
        ([], {}, "read_only = true"),
        ([], {"CALLMON_READ_ONLY": "0"}, "read_only = true"),
    ],
    ids=["flag", "environment", "file", "file against the environment"],
)
def test_the_command_refuses_with_5_and_sends_nothing(
    arguments: list[str], variables: dict[str, str], file: str, tmp_path: Path
) -> None:
    journal, config = tmp_path / "journal.db", tmp_path / "config.toml"
    record(journal, notification(CALL, "established"))
    config.write_text(file)
    with serving() as graph:
        env = {
            "CALLMON_JOURNAL": str(journal),
            "CALLMON_CONFIG": str(config),
            "CALLMON_GRAPH_URL": graph.url,
            "CALLMON_ACCESS_TOKEN": "token-of-the-test",
            **variables,
        }
        result = run_program("hangup", CALL, "--yes", *arguments, env=env)
        assert graph.requests == []
    assert (result.code, result.out) == (ExitCode.REFUSED_HERE, "")
    assert "read-only" in result.err
