"""Whatever can be read can be read in every theme: each scene that there is, and moments that are no pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.segment import Segment
from textual.color import Color

from callmon.core.choices import THEMES
from callmon.settings.sections.screen import LABEL_COLORS
from callmon.tui import themes
from callmon.tui.board_view import BoardView
from callmon.tui.look import Look
from callmon.tui.status_bar import badge_style
from tests.scenes import SCENES, played
from tests.tui.contrast import (
    LEGIBLE,
    colors_of,
    contrast,
    illegible_in_any,
    painted_segments,
    readable_on_both,
    texts_of,
)
from tests.tui.moments import MOMENTS, everything
from tests.tui.stage import Stage
from tests.tui.test_replay import ReplayStage

pytestmark = pytest.mark.anyio

COLOURED = [name for name in THEMES if name != "terminal"]
"""The terminal's own colours are whatever somebody made them."""
SEEN = {name: scene for name, scene in SCENES.items() if scene.look is None} | MOMENTS
"""The board in each look and size is looked at row by row."""


@pytest.mark.parametrize("name", SEEN)
async def test_every_text_of_every_scene_can_be_read_in_every_theme(name: str) -> None:
    for names in [[theme] for theme in COLOURED] if "palette" in name else [COLOURED]:  # which keeps what it painted
        async with played(replace(SEEN[name], look=Look(names[0]))) as stage:
            assert await illegible_in_any(stage, names) == {}


async def test_every_text_of_a_replay_can_be_read_in_every_theme() -> None:
    stage = ReplayStage()
    async with stage.playing():
        for keys in ((), ("p",), ("end",), ("question_mark",)):
            await stage.press(*keys)
            assert await illegible_in_any(stage, COLOURED) == {}


async def test_the_bar_of_what_is_loaded_can_be_read_in_every_theme() -> None:
    stage = Stage()
    stage.arrive(1)
    async with stage.playing():
        bar = stage.app.home.status_bar
        bar.show(stage.app.home.snapshot, (), (), "", stage.now, progress="████░░░░ 50 %  reading the journal")
        await stage.until(lambda: "reading the journal" in stage.text)
        assert await illegible_in_any(stage, COLOURED) == {}


@pytest.mark.parametrize("name", SEEN)
async def test_no_scene_sends_a_colour_where_none_is_wanted(name: str) -> None:
    async with played(replace(SEEN[name], look=Look(color=False))) as stage:
        styles = {segment.style for segment in painted_segments(stage) if segment.style is not None}
        assert styles
        assert {style for style in styles if style.color or style.bgcolor} == set()


@pytest.mark.parametrize("name", SEEN)
async def test_in_the_terminals_own_colours_every_text_can_be_read_on_light_and_dark(name: str) -> None:
    """Black, blue, white and the bright ones vanish on one ground or the other, and no colour lies on a colour."""
    async with played(replace(SEEN[name], look=Look("terminal"))) as stage:
        colored = [text for text in texts_of(stage) if text.style is not None and "PRODUCTION" not in text.text]
        assert colored
        assert [f"{text.text} {text.style}" for text in colored if not readable_on_both(text.style)] == []


def test_a_label_can_be_read_in_whatever_colour_somebody_chose() -> None:
    levels = ("00", "40", "80", "c0", "ff")
    chosen = [*LABEL_COLORS, *(f"#{red}{green}{blue}" for red in levels for green in levels for blue in levels)]
    found = {color: contrast(*colors_of(Segment("PRODUCTION", badge_style(color)))) for color in chosen}
    assert {color: ratio for color, ratio in found.items() if ratio < LEGIBLE} == {}


@pytest.mark.parametrize("name", COLOURED)
async def test_every_text_can_be_read_on_every_row(name: str) -> None:
    """A contrast of 4.5 to its background (WCAG 2.2, 1.4.3), as it is sent to the terminal."""
    stage = Stage(look=Look(name))
    everything(stage)
    async with stage.playing():
        seen: dict[str, float] = {}
        for keys in ((), *[("down",)] * 7, ("space", "f", "slash", *"e"), ("enter", "escape", "a")):
            await stage.press(*keys)
            await stage.settled()
            seen |= {f"{text.text} {text.style}": contrast(*colors_of(text)) for text in texts_of(stage)}
        assert {text: found for text, found in seen.items() if found < LEGIBLE} == {}
        assert len(seen) > 40


@pytest.mark.parametrize("name", COLOURED)
async def test_every_style_of_the_board_can_be_read_on_both_kinds_of_row(name: str) -> None:
    stage = Stage(look=Look(name))
    stage.arrive(1)
    async with stage.playing():
        board = stage.app.home.board_view
        filters = stage.app.get_line_filters()
        found = {}
        for style in BoardView.COMPONENT_CLASSES - {"board--header", "board--cursor"}:
            for cursor in (False, True):
                base = board.get_component_rich_style("board--cursor") if cursor else board.rich_style
                segments = [Segment("x", base + board.style_on(style.removeprefix("board--"), cursor=cursor))]
                for each in filters:
                    segments = each.apply(segments, board.background_colors[1])
                found[style, cursor] = contrast(*colors_of(segments[0]))
        assert {key: ratio for key, ratio in found.items() if ratio < LEGIBLE} == {}


@pytest.mark.parametrize("name", COLOURED)
def test_the_cursor_can_be_told_from_the_other_rows(name: str) -> None:
    theme = next(theme for theme in themes.ALL if theme.name == name)
    background = Color.parse(theme.to_color_system().generate()["background"])
    assert contrast(Color.parse(theme.variables["board-cursor"]), background) >= 1.6
