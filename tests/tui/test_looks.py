"""Themes, terminals without colours, and terminals that cannot write every character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.stylesheet import Stylesheet

from callmon.core.choices import THEMES
from callmon.tui import themes
from callmon.tui.line_filters import Colorless, Undimmed, Writable
from callmon.tui.look import Look
from tests.tui.stage import Stage, caller

BLACK = Color.parse("#000000")


def test_the_themes_are_those_that_can_be_chosen() -> None:
    assert tuple(theme.name for theme in themes.ALL) == THEMES


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


@pytest.mark.anyio
@pytest.mark.parametrize("theme", THEMES)
async def test_the_stylesheet_is_read_once_at_the_start_and_again_for_another_theme(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = []
    reparse = Stylesheet.reparse

    def noted(stylesheet: Stylesheet) -> None:
        again.append(stylesheet)
        reparse(stylesheet)

    monkeypatch.setattr(Stylesheet, "reparse", noted)
    stage = Stage(look=Look(theme))
    async with stage.playing():
        assert again == []
        stage.app.theme = next(other for other in THEMES if other != theme)
        await stage.until(lambda: len(again) > 0)
