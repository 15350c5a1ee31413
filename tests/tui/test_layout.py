"""What has room at which size of the terminal."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.app import ComposeResult

from callmon.core.choices import COLUMNS, DEFAULT_COLUMNS
from callmon.tui.app import ConsoleApp
from callmon.tui.columns import columns_named, fit, layout
from callmon.tui.console_screen import ConsoleScreen
from callmon.tui.parts import Parts
from tests.fakes import MemoryJournal
from tests.tui.stage import Stage

pytestmark = pytest.mark.anyio

WIDTHS = (80, 81, 90, 99, 100, 110, 119, 120, 132, 160, 200, 250, 300)
CHOICES = (DEFAULT_COLUMNS, COLUMNS, ("who", "time"), ("who", "note"), ("note", "who", "chain"), COLUMNS[::-1])


def widths(width: int, names: tuple[str, ...]) -> dict[str, int]:
    """How wide each column is that has room, by its name."""
    return {one.column.key: one.width for one in layout(width, columns_named(names)).placed}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("names", CHOICES)
def test_with_and_note_have_room_enough_and_with_no_more_than_it_needs(width: int, names: tuple[str, ...]) -> None:
    found = widths(width, names)
    assert sum(found.values()) + len(found) + 1 <= width
    assert {name for name in names if name in {"time", "state", "who", "note"}} <= set(found)
    assert found.get("note", 99) >= 25
    assert 12 <= found["who"] <= 60
    assert [name for name in names if name in found] == list(found), "in the order that was chosen"


@pytest.mark.parametrize(
    ("width", "who", "note"),
    [(80, 14, 25), (100, 21, 35), (120, 28, 48), (132, 33, 55), (160, 43, 73), (200, 58, 98), (300, 60, 196)],
)
def test_the_shares_of_the_usual_columns(width: int, who: int, note: int) -> None:
    found = widths(width, DEFAULT_COLUMNS)
    assert set(found) == set(DEFAULT_COLUMNS)
    assert (found["who"], found["note"]) == (who, note)


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("names", [DEFAULT_COLUMNS, COLUMNS])
@pytest.mark.parametrize("lang", ["en", "zh-CN"])
async def test_the_code_of_an_end_is_whole(width: int, names: tuple[str, ...], lang: str) -> None:
    stage = Stage(size=(width, 24), lang=lang)
    stage.arrive(1)
    stage.end(1, 487, 10003)
    async with stage.playing():
        stage.app.home.board_view.columns = columns_named(names)
        stage.app.home.board_view.refresh()
        await stage.settled()
        board = stage.text.splitlines()[2:5]
        assert any("(487/10003)" in line for line in board)
        assert all(cell_len(line) <= width for line in board)


@pytest.mark.parametrize("height", range(12, 31))
async def test_a_low_screen_is_for_calls_first(height: int) -> None:
    stage = Stage(size=(100, height))
    for number in range(1, 26):
        stage.arrive(number, f"caller {number}")
    async with stage.playing():
        rows = [line for line in stage.text.splitlines() if "established" in line and " peer " in line]
        assert len(rows) >= min(8, height - 4)
        assert stage.text.splitlines()[-1].lstrip().startswith("x Hang up")


@pytest.mark.parametrize(
    ("size", "classes"),
    [
        ((109, 18), {"-narrow", "-low"}),
        ((109, 19), {"-narrow", "-medium"}),
        ((110, 24), {"-wide", "-high"}),
        ((110, 18), {"-wide", "-low"}),
    ],
)
async def test_the_screen_has_the_classes_of_its_size_before_its_parts_are_styled(
    size: tuple[int, int], classes: set[str]
) -> None:
    composed: list[set[str]] = []

    class Home(ConsoleScreen):
        def compose(self) -> ComposeResult:
            composed.append(set(self.classes))
            yield from super().compose()

    async with ConsoleApp(lambda: Parts(MemoryJournal()), home=Home).run_test(size=size) as pilot:
        assert composed == [classes]
        assert classes <= pilot.app.screen.classes


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Ana", 5, "Ana  "),
        ("Ana Lima", 8, "Ana Lima"),
        ("Ana Lima", 6, "Ana L…"),
        ("Ana Lima", 5, "Ana… "),
        ("Ana 山本", 6, "Ana…  "),
        ("Ana 山本", 7, "Ana 山…"),
        ("山本", 1, "…"),
        ("Ana", 0, ""),
    ],
)
def test_what_is_cut_ends_in_one_sign_right_after_the_last_letter(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown
