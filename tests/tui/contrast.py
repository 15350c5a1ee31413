"""How well what is on the screen can be read (WCAG 2.2, 1.4.3), as it is sent to the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.errors import NoWidget

from tests.tui.stage import Stage

LEGIBLE = 4.5
"""The least contrast of a text that is neither large nor inactive."""


def luminance(color: Color) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [value / 255 for value in color.rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """From 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colors_of(segment: Segment) -> tuple[Color, Color]:
    """Text and background."""
    style = segment.style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    pair = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
    return pair[::-1] if style.reverse else pair


async def illegible_in_any(stage: Stage, wanted: Sequence[str]) -> dict[str, float]:
    """Every text on the screen that misses it in one of these themes, with its contrast there."""
    missed: dict[str, float] = {}
    grounds: set[frozenset[tuple[Color, Color]]] = set()
    for theme in wanted:
        stage.app.theme = theme
        await stage.repainted()
        texts = {f"{theme}: {text.text} {text.style}": colors_of(text) for text in texts_of(stage)}
        grounds.add(frozenset(texts.values()))
        missed |= {text: ratio for text, pair in texts.items() if (ratio := contrast(*pair)) < LEGIBLE}
    assert len(grounds) == len(wanted), "each theme has colours of its own"
    return missed


def readable_on_both(style: Style | None) -> bool:
    """Whether text is seen on a black and on a white ground, whatever sixteen colours the terminal has."""
    if style is None:
        return True
    ink, ground = style.color, style.bgcolor
    if ground is not None and not ground.is_default:
        return ink is not None and {ink.number, ground.number} == _BLACK_AND_WHITE
    return ink is None or ink.is_default or ink.number in _SEEN_ON_BOTH


_SEEN_ON_BOTH = frozenset({1, 2, 3, 5, 6})
"""Red, green, yellow, magenta and cyan."""
_BLACK_AND_WHITE = {0, 7}


def painted_segments(stage: Stage) -> Iterator[Segment]:
    """All that is sent to the terminal."""
    for strip in stage.app.screen._compositor.render_strips():
        yield from strip


def texts_of(stage: Stage) -> Iterator[Segment]:
    """What is no border, bar or space, and lies not behind a dialog, where nothing is active."""
    screen = stage.app.screen
    for y, strip in enumerate(screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            if segment.text.strip(_NO_TEXT) and not (screen.is_modal and _behind(stage, x, y)):
                yield segment
            x += segment.cell_length


_NO_TEXT = " " + "".join(map(chr, range(0x2500, 0x25A0)))
"""Box drawing and block elements."""


def _behind(stage: Stage, x: int, y: int) -> bool:
    try:
        widget, _ = stage.app.screen.get_widget_at(x, y)
    except NoWidget:
        return True
    return widget is stage.app.screen
