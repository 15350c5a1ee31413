"""Filter and search of the console: the prompt for them, what was typed earlier, and where a search stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple
from weakref import ReferenceType, ref

from textual.screen import Screen

from callmon.core.search import Search
from callmon.core.view import View
from callmon.tui.board_view import BoardView
from callmon.tui.keys import key_label
from callmon.tui.prompt import Prompt
from callmon.tui.slices import Slices

HISTORY_KEPT = 50


class _Stands(NamedTuple):
    """How a search stands."""

    remark: str = ""
    """For people."""
    found_in: ReferenceType[View] | None = None
    """Of which view that is true, without keeping it; None if of any."""

    def in_view(self, view: View) -> str:
        """The remark, if it is true of the view."""
        return self.remark if self.found_in is None or self.found_in() is view else ""


class Finder:
    """Opens and closes the prompt, and moves the cursor from match to match."""

    def __init__(
        self, screen: Screen[None], board_view: BoardView, monotonic: Callable[[], float], told: Callable[[], object]
    ) -> None:
        """`told` is called when it is known how a search stands."""
        self._screen = screen
        self._board_view = board_view
        self._told = told
        self._slices = Slices(board_view, monotonic)
        self._search = Search()
        self._stands = _Stands()
        self._earlier = self._search, self._stands
        """The same, when the prompt was opened."""
        self.began_at: str | None = None
        """The call under the cursor when the prompt was opened."""
        self._ahead = 0
        """So many matches onward or back the cursor is to go, when they are known."""
        self.history: list[str] = []
        """What was typed, the latest first; filters and searches are of one language and share it."""

    @property
    def searched(self) -> tuple[str, str]:
        """What is searched for, and how that stands, if that is known of this view; two empty texts if nothing is."""
        if self._slices.under_way:
            return self._search.text, "…"
        slip = self._search.understood.slip if self.complete else ""
        return self._search.text, "; ".join(filter(None, [self._stands.in_view(self._board_view.view), slip]))

    @property
    def complete(self) -> bool:
        """Whether nobody is typing."""
        return all(prompt.closing for prompt in self._screen.query(Prompt))

    async def open(self, purpose: str, text: str) -> None:
        """Open the prompt."""
        self._earlier = self._search, self._stands
        self.began_at = self._board_view.selected
        await self.show(Prompt(purpose, text, self.history, self._hint(purpose)))

    def _hint(self, purpose: str) -> str:
        """What can be typed, and which keys there are for it."""
        if purpose == "search":
            onward, back = key_label(self._screen, "find-next"), key_label(self._screen, "find-previous")
            return f"the cursor goes to what matches, as in a filter; then {onward} and {back}"
        earlier = key_label(self._screen, "recall-earlier", Prompt)
        return f"words, field:value (state who code is …), /regex/, ! negates; {earlier} earlier ones"

    async def show(self, prompt: Prompt) -> None:
        """Put a line to type into on the screen, in place of another one."""
        await self._screen.query(Prompt).remove()
        await self._screen.mount(prompt, after="#views")
        self._screen.set_focus(prompt)  # at once: the next key may already be waiting

    async def close(self, typed: str) -> None:
        """Close the prompt, if it is open, and remember what was typed."""
        self._screen.set_focus(self._board_view)  # at once, as above
        await self._screen.query(Prompt).remove()
        if typed.strip():
            self.history = [typed, *(earlier for earlier in self.history if earlier != typed)][:HISTORY_KEPT]

    def typed(self, text: str) -> None:
        """What is searched for as it is typed: from the call on which the search began."""
        self._search, self._ahead = Search(text, self._board_view.view.query.custom), 0
        self._look(self._from_where_it_began)

    def give_up(self) -> None:
        """Search for what was searched for before; the cursor goes back to where it was."""
        self._slices.give_up()
        (self._search, self._stands), self._ahead = self._earlier, 0
        if self.began_at is not None:
            self._board_view.go_to(self.began_at)

    def step(self, step: int) -> None:
        """To the next match or the one before."""
        self._ahead += step
        self._look(self._from_the_cursor)

    def forget(self) -> None:
        """Search for nothing any more."""
        self._slices.give_up()
        self._search, self._stands, self._ahead = Search(), _Stands(), 0

    def recall(self, history: Sequence[str]) -> None:
        """What was typed in another session, before what has been typed in this one."""
        self.history = list(dict.fromkeys([*self.history, *history]))[:HISTORY_KEPT]

    def _look(self, then: Callable[[], None]) -> None:
        def looked(_nothing: None) -> None:
            then()
            self._told()

        board_view = self._board_view
        self._slices.begin(self._search.look(board_view.view, board_view.index), looked)

    def _from_where_it_began(self) -> None:
        self._find(1, self._before(self.began_at, 1))

    def _from_the_cursor(self) -> None:
        ahead, self._ahead = self._ahead, 0
        step = 1 if ahead > 0 else -1
        for _ in range(abs(ahead)):
            self._find(step, self._before(self._board_view.selected, 0))

    def _before(self, call_id: str | None, lines: int) -> int:
        """The place so many lines above the call; what is above the first if there is no such call."""
        place = None if call_id is None else self._board_view.view.place(call_id)
        return -1 if place is None else place - lines

    def _find(self, step: int, place: int) -> None:
        view, error = self._board_view.view, self._search.understood.error
        self._stands = _Stands(error)
        if not self._search.text or error:
            return
        found = self._search.find(view, self._board_view.index, place, step)
        if found is None:
            self._stands = _Stands("not found", ref(view))
        else:
            self._board_view.go_to(found.call_id)
            again = (", from the top" if step > 0 else ", from the bottom") if found.wrapped else ""
            self._stands = _Stands(f"{found.number:,} of {found.of:,}{again}", ref(view))
