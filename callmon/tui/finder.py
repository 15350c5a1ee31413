"""Filter and search of the console: the prompt for them, what was typed earlier, and where a search stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.screen import Screen

from callmon.core.filtering import FilterError
from callmon.core.search import search
from callmon.tui.board_view import BoardView
from callmon.tui.prompt import Prompt

HISTORY_KEPT = 50
_PLACEHOLDERS = {
    "filter": "words, field:value (state kind who code by is …), who:/regex/, ! negates; ↑ what you typed before",
    "search": "the cursor goes to what matches, as in a filter; then n and N",
}


@dataclass(slots=True)
class _Search:
    text: str = ""
    remark: str = ""
    """How it stands, for people."""
    began_at: str | None = None
    """The call under the cursor when the prompt was opened."""


class Finder:
    """Opens and closes the prompt, and moves the cursor from match to match."""

    def __init__(self, screen: Screen[None], board_view: BoardView) -> None:
        self._screen = screen
        self._board_view = board_view
        self._search = _Search()
        self.history: list[str] = []
        """What was typed, the latest first; filters and searches are of one language and share it."""

    @property
    def searched(self) -> tuple[str, str]:
        """What is searched for, and how that stands; two empty texts if nothing is."""
        return self._search.text, self._search.remark

    async def open(self, purpose: str, text: str) -> None:
        """Open the prompt."""
        await self._screen.query(Prompt).remove()
        found = Prompt(purpose, text, self.history, _PLACEHOLDERS[purpose])
        self._search.began_at = self._board_view.selected
        await self._screen.mount(found, before="#main")
        self._screen.set_focus(found)  # at once: the next key may already be waiting

    async def close(self, typed: str) -> None:
        """Close the prompt, if it is open, and remember what was typed."""
        await self._screen.query(Prompt).remove()
        self._board_view.focus()
        if typed.strip():
            self.history = [typed, *(earlier for earlier in self.history if earlier != typed)][:HISTORY_KEPT]

    def typed(self, text: str) -> None:
        """What is searched for as it is typed: from the call on which the search began."""
        self._search.text = text
        began = self._search.began_at
        place = None if began is None else self._board_view.view.place(began)
        self._step(1, -1 if place is None else place - 1)

    def give_up(self) -> None:
        """Search for nothing; the cursor goes back to where it began."""
        began = self._search.began_at
        self._search = _Search()
        if began is not None:
            self._board_view.go_to(began)

    def step(self, step: int) -> None:
        """To the next match or the one before."""
        selected = self._board_view.selected
        place = None if selected is None else self._board_view.view.place(selected)
        self._step(step, -1 if place is None else place)

    def forget(self) -> None:
        """Search for nothing any more."""
        self._search = _Search()

    def recall(self, history: Sequence[str]) -> None:
        """What was typed in another session."""
        self.history = list(history)[:HISTORY_KEPT]

    def _step(self, step: int, place: int) -> None:
        if not self._search.text:
            self._search.remark = ""
            return
        view = self._board_view.view
        found = search(self._search.text, view, self._board_view.board, place, step)
        if found is None:
            self._search.remark = "not found"
        elif isinstance(found, FilterError):
            self._search.remark = found.sentence
        else:
            self._board_view.go_to(found.call_id)
            again = (", from the top" if step > 0 else ", from the bottom") if found.wrapped else ""
            self._search.remark = f"{found.number:,} of {found.of:,}{again}"
