"""Puts a look on the console: its themes, and what is taken out of every line before the terminal gets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial

from textual.app import App, SystemCommand
from textual.filter import LineFilter

from callmon.tui import themes
from callmon.tui.line_filters import Colorless, Undimmed, Writable
from callmon.tui.look import Look

_COLORLESS, _UNDIMMED = Colorless(), Undimmed()


def dress(app: App[str], look: Look) -> None:
    """Give the app the themes of callmon and put the one of the look on it."""
    for theme in themes.ALL:
        app.register_theme(theme)
    app.no_color = not look.color
    app.theme = look.theme if look.color else "terminal"
    app.stylesheet.set_variables(app.get_css_variables())


def line_filters(look: Look, theme: str, usual: Sequence[LineFilter]) -> Sequence[LineFilter]:
    """What each line passes through; `usual` is what Textual would do, which sends greys where no colour is wanted."""
    filters: list[LineFilter] = list(usual) if look.color else [_COLORLESS]
    if theme == "high-contrast":
        filters.insert(0, _UNDIMMED)
    return [*filters, _writable(look.encoding)] if look.ascii_signs else filters


@lru_cache
def _writable(encoding: str) -> Writable:
    return Writable(encoding)


def theme_commands(look: Look, choose: Callable[[str], None]) -> Iterator[SystemCommand]:
    """For the palette: a command a theme; none where no colour is wanted."""
    if look.color:
        for theme in themes.ALL:
            yield SystemCommand(f"Theme: {theme.name}", "Change the colours", partial(choose, theme.name))
