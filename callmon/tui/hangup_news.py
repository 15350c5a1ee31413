"""Tells the operator what came of hang-ups whose dialog is closed: of one in a sentence, of many together in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.app import App

from callmon.core.answers import Answer
from callmon.core.calls import Call
from callmon.core.text import visible

if TYPE_CHECKING:  # the first paint waits for no outcome of a request
    from callmon.core.hangup import HangUpOutcome

_GOOD = frozenset({Answer.ACCEPTED, Answer.GONE})
_NAMED = 5
"""So many of the calls that could not be hung up are named in one notice."""


_Batch = dict[str, "HangUpOutcome | None"]
"""Hang-ups that were asked for together, with their outcomes as far as they came."""


class HangUpNews:
    """Knows which hang-ups were asked for together."""

    def __init__(self, app: App[str], latest: Callable[[str], Call | None]) -> None:
        self._app = app
        self._latest = latest
        self._batches: list[_Batch] = []
        """Those that are not all over."""

    def expect(self, call_ids: Sequence[str]) -> None:
        """These are asked for together."""
        if len(call_ids) > 1:
            self._batches.append(dict.fromkeys(call_ids))

    def over(self, call_id: str, outcome: HangUpOutcome, *, told: bool) -> None:
        """A hang-up is over; `told` if a dialog that is open says so."""
        batch = next((each for each in self._batches if each.get(call_id, outcome) is None), None)
        if batch is not None:
            batch[call_id] = outcome
            if None not in batch.values():
                self._batches.remove(batch)
                if not told:
                    self._tell_together(batch)
        elif not told:
            self._tell(f"{self._name(call_id)}: {visible(outcome.sentence)}", good=outcome.answer in _GOOD)

    def _tell_together(self, batch: _Batch) -> None:
        outcomes = {call_id: outcome for call_id, outcome in batch.items() if outcome is not None}
        unsettled = [call_id for call_id, outcome in outcomes.items() if outcome.unsettled]
        bad = [one for one, outcome in outcomes.items() if outcome.answer not in _GOOD and not outcome.unsettled]
        good = len(batch) - len(bad) - len(unsettled)
        answered = all(outcome.status is not None for outcome in outcomes.values())
        text = f"{len(batch)} hang-ups are {'answered' if answered else 'over'}: {good} accepted or already gone"
        text += self._named("not hung up", bad) + self._named("not known", unsettled)
        self._tell(f"{text}.", good=not (bad or unsettled))

    def _named(self, what: str, call_ids: Sequence[str]) -> str:
        if not call_ids:
            return ""
        named = ", ".join(self._name(call_id).removeprefix("Call ") for call_id in call_ids[:_NAMED])
        more = ", …" if len(call_ids) > _NAMED else ""
        return f", {len(call_ids)} {what} ({named}{more}; their rows say why)"

    def _name(self, call_id: str) -> str:
        call = self._latest(call_id)
        return f"Call #{call.index}" if call else "A call"

    def _tell(self, text: str, *, good: bool) -> None:
        self._app.notify(text, severity="information" if good else "error", markup=False)
