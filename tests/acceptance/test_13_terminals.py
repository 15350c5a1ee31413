"""Usable on 80x24, with sixteen colours, ``NO_COLOR``, ``TERM=dumb``, in an ASCII locale, on a light background.

What counts here are the bytes that the terminal receives.
"""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.memory import Memory, memory_path, save
from tests.benchmarks.terminal import ESCAPES
from tests.cli.program import on_terminal
from tests.cli.recorded import call_id, caller, ended, notification, record

_SGR = re.compile(rb"\x1b\[([0-9;]*)m")
_CLEARS = re.compile(rb"\x1b\[[0-3]?[JK]")
_GO_TO = re.compile(rb"\x1b\[(\d+);(\d+)H")
_ATTRIBUTES = {0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29}
_SIXTEEN = {*range(30, 38), 39, *range(40, 48), 49, *range(90, 98), *range(100, 108)}
NO_COLORS_OF_ITS_OWN = {"COLORTERM": "", "NO_COLOR": ""}


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Calls in several states, with a name that not every terminal can write."""
    path = tmp_path / "journal.db"
    monkeypatch.setenv("CALLMON_JOURNAL", str(path))
    monkeypatch.setenv("CALLMON_LISTEN", "127.0.0.1:0")
    for name in ("NO_COLOR", "COLORTERM", "LC_CTYPE"):
        monkeypatch.delenv(name, raising=False)
    for number, name in ((1, "Ana Ruiz"), (2, "Zoë 株式会社")):
        record(path, notification(call_id(number), "incoming", "created", **caller(name)))
        record(path, notification(call_id(number), "established"))
    record(path, notification(call_id(3), "establishing", "created"), ended(call_id(3), 500, 560500))
    return path


def codes(shown: bytes) -> set[int]:
    """The first number of every graphic rendition, and each of those that stand alone."""
    found: set[int] = set()
    for match in _SGR.findall(shown):
        numbers = [int(part or 0) for part in match.split(b";")]
        while numbers:
            first = numbers.pop(0)
            found.add(first)
            if first in {38, 48}:
                numbers = numbers[4:] if numbers[:1] == [2] else numbers[2:]
    return found


def look_around(env: dict[str, str], *arguments: str, size: tuple[int, int] = (120, 30)) -> bytes:
    """Open the console, filter, search, see the help and a call, and leave; returns all that the terminal was sent."""
    shown = b""
    with on_terminal(*arguments, size=size, env=env) as terminal:
        terminal.wait_for("Ana Ruiz")
        for keys, answer in (
            ("/is:failed\r", "1 shown"),
            ("\x1b", "Ana Ruiz"),
            ("?", "Hang up the call or"),
            ("\x1b", "Ana Ruiz"),
            ("\r", "Timeline"),
            ("\x1b", "Ana Ruiz"),
        ):
            shown, terminal.shown = shown + terminal.shown, b""
            terminal.type(keys)
            terminal.wait_for(answer)
        terminal.type("q")
        assert terminal.end() == ExitCode.DONE
    return shown + terminal.shown


def test_80_by_24_nothing_is_painted_outside(journal: Path) -> None:
    shown = look_around({}, size=(80, 24))
    places = [(int(row), int(column)) for row, column in _GO_TO.findall(shown)]
    assert places
    assert max(row for row, _ in places) <= 24
    assert max(column for _, column in places) <= 80
    for words in (b"established", b"1 Active 2", b"Far end reported"):
        assert words in shown


def test_another_size_clears_nothing_and_is_painted_a_few_times_at_most(journal: Path) -> None:
    """What is cleared before it is painted anew flickers; Textual paints a new size up to four times."""
    sizes = ((132, 40), (200, 50), (300, 100), (100, 24), (80, 24))
    shown = b""
    with on_terminal(size=(80, 24)) as terminal:
        terminal.wait_for("Ana Ruiz")
        for width, height in sizes:
            terminal.shown = b""
            terminal.resize(width, height)
            terminal.wait_for("Ana Ruiz")
            terminal.type("f")
            terminal.wait_for("FROZEN")
            terminal.type("f")
            shown += terminal.shown
        terminal.type("q")
        assert terminal.end() == ExitCode.DONE
    assert not _CLEARS.search(shown)
    painted = len(ESCAPES.sub(b"", shown).decode(errors="replace"))
    assert painted < 4.5 * sum(width * height for width, height in sizes)


def test_sixteen_colours_are_those_of_the_terminal(journal: Path) -> None:
    used = codes(look_around({"TERM": "xterm", **NO_COLORS_OF_ITS_OWN}))
    assert used & _SIXTEEN
    assert used <= _SIXTEEN | _ATTRIBUTES


def test_the_terminals_own_colours_can_be_chosen_where_there_are_more(journal: Path) -> None:
    assert codes(look_around({"COLORTERM": "truecolor"}, "--theme", "terminal")) <= _SIXTEEN | _ATTRIBUTES


def test_no_color_is_no_colour_at_all(journal: Path) -> None:
    used = codes(look_around({"NO_COLOR": "1", "COLORTERM": "truecolor"}))
    assert used <= _ATTRIBUTES
    assert 7 in used, "the cursor is seen"


def test_what_a_session_without_colour_leaves_behind_takes_no_colour_from_the_next(journal: Path) -> None:
    """The next is in the same state directory, and whoever left the first had arranged the board."""
    look_around({"NO_COLOR": "1", "COLORTERM": "truecolor"})
    assert codes(look_around({"COLORTERM": "truecolor"})) - _SIXTEEN >= {38, 48}


@pytest.mark.parametrize(
    ("env", "arguments"),
    [({"TERM": "xterm", **NO_COLORS_OF_ITS_OWN}, []), ({"COLORTERM": "truecolor"}, ["--slow-link"])],
)
def test_a_theme_that_was_picked_elsewhere_is_not_sent_where_few_colours_are_wanted(
    journal: Path, env: dict[str, str], arguments: list[str]
) -> None:
    save(memory_path(), Memory(chosen_theme="dark"))
    assert codes(look_around(env, *arguments)) <= _SIXTEEN | _ATTRIBUTES


def test_an_ascii_locale_gets_ascii_and_every_sign_has_its_stand_in(journal: Path) -> None:
    shown = look_around({"LC_ALL": "C"})
    assert shown.isascii()
    assert b"* established" in shown
    assert b"Zoe" in shown


def test_signs_in_ascii_leave_names_as_they_are(journal: Path) -> None:
    shown = look_around({"LC_ALL": "C.UTF-8"}, "--ascii")
    assert b"* established" in shown
    assert "Zoë 株式会社".encode() in shown


def test_a_light_background_is_light_all_over(journal: Path) -> None:
    shown = look_around({"COLORTERM": "truecolor"}, "--theme", "light")
    behind = [tuple(map(int, found)) for found in re.findall(rb"48;2;(\d+);(\d+);(\d+)", shown)]
    light = [color for color in behind if min(color) > 140]
    assert len(light) > 0.8 * len(behind)


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_gets_plain_lines(journal: Path, term: str) -> None:
    record(journal)
    with on_terminal(env={"TERM": term}) as terminal:
        terminal.wait_for("this is callmon tail")
        terminal.wait_for("Following the journal")
        record(journal, notification(call_id(1), "hold"))
        terminal.wait_for("hold")
        terminal.signal(signal.SIGTERM)
        assert terminal.end() == ExitCode.DONE
    assert b"\x1b" not in terminal.shown
