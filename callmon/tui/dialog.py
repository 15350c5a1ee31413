"""What both dialogs of hang-ups are: a text that may be scrolled, two buttons, and the focus on the harmless one."""

from __future__ import annotations

from abc import abstractmethod

from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Static


class Dialog(ModalScreen[None]):
    """It has no keys of its own: Textual looks for those in one base only."""

    AUTO_FOCUS = "#cancel"

    def __init__(self, text: Widget, cancel: Button) -> None:
        super().__init__()
        self._heading = Static("", id="dialog-title", markup=False)
        self._scroll = VerticalScroll(text, id="dialog-scroll", can_focus=False)
        self._cancel_button = cancel
        self._confirm_button = Button("Hang up", id="confirm", variant="error")
        self._buttons = Horizontal(self._cancel_button, self._confirm_button, id="dialog-buttons")

    @abstractmethod
    def action_confirm(self) -> None:
        """Hang up, if the key or the click is meant."""

    def action_scroll(self, lines: int) -> None:
        """Show what does not fit."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Close. Nothing is undone, nothing is sent."""
        self.dismiss()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.action_close()

    @on(Button.Pressed, "#confirm")
    def _confirm(self) -> None:
        self.action_confirm()
