"""What the operator asks the main screen to show: a view, a filter, a search, an order, groups, columns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace

from textual import events, on
from textual.screen import Screen

from callmon.core.query import Query, Which
from callmon.tui import arranging
from callmon.tui.board_view import BoardView
from callmon.tui.columns import Column, columns_named, layout
from callmon.tui.finder import Finder
from callmon.tui.keys import key_label
from callmon.tui.messages import Arranged, PromptClosed, PromptTyped, SortAsked
from callmon.tui.prompt import Prompt


class AskingScreen(Screen[None]):
    """Turns keys into a query, and has it shown."""

    def __init__(self, board_view: BoardView, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self.query_ = Query()
        self.asked: set[str] = set()
        """What the operator has arranged with his own hands: the fields of the query, and ``columns``."""
        self.board_view = board_view
        self.finder = Finder(self, board_view, monotonic, self.show_counts)

    @abstractmethod
    def show_view(self, back_to: str | None = None) -> None:
        """Show the view that is asked for, from scratch, with the cursor on the call `back_to` if it is there."""

    @abstractmethod
    def show_counts(self) -> None:
        """Tell how much there is, and what is special about the view."""

    def toggle_column(self, key: str) -> None:
        """Show a column at the right end, or hide it; the last one stays. What has no room is not in sight then."""
        self.asked.add("columns")
        shown = [column.key for column in self.board_view.columns]
        kept = [name for name in shown if name != key] if key in shown else [*shown, key]
        self.board_view.columns = columns_named(kept or shown, self.board_view.known_columns)
        self.board_view.refresh()
        self.post_message(Arranged())
        if key in kept and key not in {column.key for column in self._in_sight}:
            title = self.board_view.known_columns[key].title
            self.notify(f"There is no room for {title}: it takes a wider terminal, or fewer columns.", markup=False)

    @property
    def _in_sight(self) -> list[Column]:
        """The columns for which there is room."""
        return [one.column for one in layout(self.size.width, self.board_view.columns).placed]

    def action_view(self, which: str) -> None:
        """Show another view."""
        self._ask("which", replace(self.query_, which=Which(which)))

    def action_sort(self, step: int) -> None:
        """Sort by another column."""
        self._ask("sort", arranging.sorted_by_next(self.query_, self._in_sight, step))

    def action_invert(self) -> None:
        """Invert the order."""
        self._ask("sort", arranging.inverted(self.query_))

    def action_sort_once(self) -> None:
        """Sort now, and keep that order while things change; or go back to an order that is kept up."""
        self._ask("sort", arranging.sorted_once(self.query_))

    def action_group(self) -> None:
        """Group by something else."""
        self._ask("group", arranging.grouped_by_next(self.query_))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the prompt, the keys that open it are text."""
        if action in {"filter", "search"} and isinstance(self.focused, Prompt):
            return False
        return super().check_action(action, parameters)

    async def action_filter(self) -> None:
        """Open the prompt for a filter."""
        await self.finder.open("filter", self.query_.text)
        self.show_counts()

    async def action_search(self) -> None:
        """Open the prompt for a search."""
        await self.finder.open("search", "")

    def action_find(self, step: int) -> None:
        """Go to the next call that was searched for, or the one before."""
        if self.finder.searched[0]:
            self.finder.step(step)
        else:
            self.notify(f"Nothing is searched for yet; {key_label(self, 'search')} does.", markup=False)
        self.show_counts()

    async def action_clear(self) -> None:
        """Show everything again, and search for nothing."""
        self.finder.forget()
        self._ask("text", replace(self.query_, text=""))
        self.show_counts()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Nobody types into a line that has no cursor."""
        if not isinstance(event.widget, Prompt):
            self._leave_prompts()

    def stop_typing(self) -> None:
        """The board has the focus, as if somebody had clicked on it; nothing has it where there is no board."""
        if isinstance(self.focused, Prompt):
            self._leave_prompts()
            self.set_focus(self.board_view if self.board_view.focusable else None)

    def _leave_prompts(self) -> None:
        for prompt in self.query(Prompt):
            prompt.call_next(prompt.leave)  # in its own turn: what it says must go past this screen

    @on(SortAsked)
    def _sort_asked(self, event: SortAsked) -> None:
        self._ask("sort", arranging.sorted_by(self.query_, event.by))

    @on(PromptTyped)
    def _prompt_typed(self, event: PromptTyped) -> None:
        if event.purpose == "filter":
            self._ask("text", replace(self.query_, text=event.text), self.finder.began_at)
        else:
            self.finder.typed(event.text)
            self.show_counts()

    @on(PromptClosed)
    async def _prompt_closed(self, event: PromptClosed) -> None:
        if event.purpose == "filter":
            self._ask("text", replace(self.query_, text=event.text), self.finder.began_at)
        elif not event.kept:
            self.finder.give_up()
        await self.finder.close(event.text if event.kept else "")
        self.post_message(Arranged())
        self.show_counts()

    def _ask(self, what: str, query: Query, back_to: str | None = None) -> None:
        self.asked.add(what)
        if query != self.query_:
            self.query_ = query
            self.show_view(back_to)
            if what != "text":  # what is typed is remembered when it is complete
                self.post_message(Arranged())
