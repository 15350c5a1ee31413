"""A replay of a recording reproduces the screen, and a hang-up is impossible there."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from callmon.cli.replay_parts import Show, replay_parts
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import now_in
from callmon.replay.player import Player
from callmon.tui.app import ConsoleApp
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.parts import Parts
from callmon.tui.replay_screen import ReplayScreen
from tests.cli.program import on_terminal, run
from tests.replay.recorded import entries
from tests.tui.waiting import painted, until

WIDTH, HEIGHT = 120, 35


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What ``callmon export`` makes of a journal, packed with gzip."""
    original = tmp_path / "original.db"
    with closing(SqliteJournal.open(original)) as journal:
        journal.submit(entries()).result()
    monkeypatch.setenv("CALLMON_JOURNAL", str(original))
    path = tmp_path / "monday.jsonl.gz"
    path.write_bytes(gzip.compress(run("export").out.encode()))
    return path


async def rows(
    load: Callable[[], Parts], now: Callable[[], datetime], home: Callable[..., ConsoleScreen] = ConsoleScreen
) -> list[str]:
    """Views, board and detail of a console that has read everything, as text."""
    below = 1 if home is ConsoleScreen else 2  # a replay has a line more
    app = ConsoleApp(load, now=now, home=home)
    async with app.run_test(size=(WIDTH, HEIGHT - 1 + below)) as pilot:
        await until(pilot, lambda: app.home.snapshot.position == str(len(entries())) and app.home._live)
        await until(pilot, lambda: painted(app.screen))
        strips = app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips[1:-below]]


@pytest.mark.anyio
async def test_the_replay_shows_what_an_import_of_the_same_recording_shows(recording: Path, tmp_path: Path) -> None:
    player = Player()
    show = Show(str(recording), None, player, 1.0, "100%", playing=False)
    replayed = await rows(
        lambda: replay_parts({}, show, warn=pytest.fail), player.now, partial(ReplayScreen, player=player)
    )
    copy = tmp_path / "copy.db"
    assert run("--journal", str(copy), "import", str(recording)).code == 0
    with ExitStack() as stack:
        journal = stack.enter_context(closing(SqliteJournal.open(copy)))
        imported = await rows(lambda: Parts(journal), player.now)
    assert "established" in "\n".join(replayed)
    assert "terminated" in "\n".join(replayed)
    assert replayed == imported


def test_the_board_of_a_replay_is_the_board_of_an_import(recording: Path, tmp_path: Path) -> None:
    player = Player()
    parts = replay_parts({}, Show(str(recording), None, player, 1.0, "100%", playing=False), warn=pytest.fail)
    copy = tmp_path / "copy.db"
    run("--journal", str(copy), "import", str(recording))
    with closing(SqliteJournal.open(copy)) as journal:
        imported, replayed = now_in(journal), now_in(parts.journal)
    assert {call.id: call for call in replayed.board} == {call.id: call for call in imported.board}
    assert (replayed.notifications, replayed.gaps) == (imported.notifications, imported.gaps)
    assert parts.hangup is None
    assert parts.read_only


def test_no_key_hangs_up_in_a_replay_on_a_terminal(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLMON_GRAPH_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CALLMON_ACCESS_TOKEN", "a-token-that-must-not-be-used")
    before = recording.read_bytes()
    with on_terminal("replay", "--at", "100%", "--paused", str(recording)) as terminal:
        terminal.wait_for("at the end")
        terminal.type("x\x1b[20~yx")
        terminal.type("1")
        terminal.type("?")
        terminal.wait_for("one notification back")
        terminal.type("q")
        terminal.type("q")
        assert terminal.end() == 0
    assert b"Hang" not in terminal.shown
    assert recording.read_bytes() == before
    assert run("audit", "--json").out.strip() in {"", "[]"}
