"""What is known of the feeds: all counts, gaps and troubles in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from callmon.tui.key_line import KeyLine
from callmon.tui.keys import HELP, SUSPEND
from callmon.tui.page import Page

_EVERY_S = 1.0


class FeedScreen(Screen[None]):
    """Goes on telling while it is open; repaints only what reads differently."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i,enter", "app.pop_screen", "Back", id="feed-back", tooltip="Out of this page"),
        HELP,
        SUSPEND,
    ]

    def __init__(self, tell: Callable[[], Content]) -> None:
        """`tell` says what is known now."""
        super().__init__()
        self._tell = tell
        self._told = tell()
        self._text = Static(self._told, id="feed-text", markup=False)

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        yield Page(self._text, id="feed-body")
        yield KeyLine()

    def on_mount(self) -> None:
        """Look again every second."""
        self.set_interval(_EVERY_S, self.look)

    def look(self) -> None:
        """Show what is known now."""
        told = self._tell()
        if told != self._told:
            self._told = told
            self._text.update(told)
