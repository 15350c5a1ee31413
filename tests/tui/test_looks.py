"""Themes, terminals without colours, and terminals that cannot write every character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from callmon.core.choices import THEMES
from callmon.tui import themes
from callmon.tui.board_view import BoardView
from callmon.tui.line_filters import Colorless, Undimmed, Writable
from callmon.tui.look import Look
from tests.tui.stage import Stage, caller

BLACK = Color.parse("#000000")


def luminance(color: Color) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [value / 255 for value in color.rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """From 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_themes_are_those_that_can_be_chosen() -> None:
    assert tuple(theme.name for theme in themes.ALL) == THEMES


COLOURED = [name for name in THEMES if name != "terminal"]
"""The terminal's own colours are whatever somebody made them."""


@pytest.mark.anyio
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
            for segment in painted(stage):
                if segment.text.strip(" ▌─│━"):
                    seen[f"{segment.text} {segment.style}"] = contrast(*colors_of(segment))
        assert {text: found for text, found in seen.items() if found < 4.5} == {}
        assert len(seen) > 40


@pytest.mark.anyio
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
        assert {key: ratio for key, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", COLOURED)
def test_the_cursor_can_be_told_from_the_other_rows(name: str) -> None:
    theme = next(theme for theme in themes.ALL if theme.name == name)
    background = Color.parse(theme.to_color_system().generate()["background"])
    assert contrast(Color.parse(theme.variables["board-cursor"]), background) >= 1.6


def everything(stage: Stage) -> None:
    """A call of each tone, in doubt and not."""
    for number, state in enumerate(("incoming", "established", "hold", "terminating", "parked"), 1):
        stage.report(number, state, "created", **caller("Ana"))
    for number, code in ((6, 500), (7, 200)):
        stage.arrive(number)
        stage.end(number, code, 560500 if code == 500 else 5001)


def painted(stage: Stage) -> list[Segment]:
    """What is sent to the terminal."""
    return [segment for strip in stage.app.screen._compositor.render_strips() for segment in strip]


def colors_of(segment: Segment) -> tuple[Color, Color]:
    """Text and background."""
    style = segment.style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    pair = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
    return pair[::-1] if style.reverse else pair


@pytest.mark.anyio
@pytest.mark.parametrize("name", THEMES)
async def test_every_theme_shows_the_board_and_can_be_left_for_another(name: str) -> None:
    stage = Stage(look=Look(name))
    stage.arrive(1)
    async with stage.playing():
        assert stage.app.theme == name
        assert "● established" in stage.text
        titles = [command.title for command in stage.app.get_system_commands(stage.app.screen)]
        assert [title for title in titles if title.startswith("Theme")] == [f"Theme: {theme}" for theme in THEMES]
        for command in stage.app.get_system_commands(stage.app.screen):
            if command.title == "Theme: light":
                command.callback()
        assert stage.app.theme == "light"


@pytest.mark.anyio
async def test_without_colour_no_line_has_any_and_no_theme_is_offered() -> None:
    stage = Stage(look=Look("light", color=False))
    stage.arrive(1)
    stage.end(1, 500, 560500)
    async with stage.playing():
        for open_key in ("", "question_mark", "slash"):
            await stage.press(*filter(None, [open_key]))
            styles = [
                segment.style
                for strip in stage.app.screen._compositor.render_strips()
                for segment in strip
                if segment.style is not None
            ]
            assert styles
            assert not [style for style in styles if style.color is not None or style.bgcolor is not None]
            await stage.press("escape")
        assert any(style.reverse for style in styles), "the cursor must be seen"
        titles = [command.title for command in stage.app.get_system_commands(stage.app.screen)]
        assert not [title for title in titles if title.startswith("Theme")]


@pytest.mark.anyio
async def test_in_ascii_no_line_has_anything_else() -> None:
    stage = Stage(look=Look(ascii_signs=True, encoding="ascii"))
    stage.report(1, "incoming", "created", **caller("株式会社 Zoë 👩‍👩‍👧"))
    stage.end(1, 410, 301005)
    stage.arrive(2)
    async with stage.playing():
        for keys in ((), ("question_mark",), ("escape", "x"), ("escape", "enter"), ("escape", "s")):
            await stage.press(*keys)
            strips = stage.app.screen._compositor.render_strips()
            assert "".join(strip.text for strip in strips).isascii(), stage.text
            assert {strip.cell_length for strip in strips} == {stage.size[0]}


@given(st.text(max_size=40), st.sampled_from(["ascii", "latin-1", "cp437", "utf-8", "gb2312"]))
def test_what_cannot_be_written_is_replaced_by_as_many_columns(text: str, encoding: str) -> None:
    (segment,) = Writable(encoding).apply([Segment(text)], BLACK)
    segment.text.encode(encoding if not any("\ud800" <= char <= "\udfff" for char in text) else "utf-8")
    if all(char.isprintable() for char in text):
        assert cell_len(segment.text) == cell_len(text)


@pytest.mark.parametrize(
    ("encoding", "text", "written"),
    [
        ("utf-8", "● Zoë … 株", "* Zoë ~ 株"),
        ("latin-1", "● Zoë … 株 Łukasz", "* Zoë ~ ?? ?ukasz"),
        ("ascii", "Zoë e\u0301 👩‍👩‍👧 ﬁ", "Zoe e ?? ?"),
        ("ascii", "╭─╮│╰━┃▌", "+-+|+-||"),
    ],
)
def test_what_is_written_instead(encoding: str, text: str, written: str) -> None:
    (segment,) = Writable(encoding).apply([Segment(text)], BLACK)
    assert segment.text == written


def test_colourless_keeps_the_attributes_and_undimmed_the_colours() -> None:
    style = Style(color="red", bgcolor="blue", bold=True, dim=True, reverse=True)
    (plain,) = Colorless().apply([Segment("x", style)], BLACK)
    assert plain.style == Style(bold=True, dim=True, reverse=True)
    (bright,) = Undimmed().apply([Segment("x", style)], BLACK)
    assert bright.style == Style(color="red", bgcolor="blue", bold=True, dim=False, reverse=True)
