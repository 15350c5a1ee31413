"""Which calls are meant on the command line, and for which of them nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from callmon.cli.exits import ExitCode, Failure
from callmon.cli.finding import find_call
from callmon.cli.hang_up_result import Outcome, Result
from callmon.cli.output import tell
from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.text import is_id, visible
from callmon.ports import Target


@dataclass(slots=True)
class Plan:
    """The calls that are meant, each once, in the order in which they were named."""

    order: list[str] = field(default_factory=list)
    """Their ids as Graph spelled them."""
    meant: list[tuple[Target, Call | None]] = field(default_factory=list)
    """Those that are to be hung up, with what the journal knows of them."""
    left: list[Result] = field(default_factory=list)
    """Those for which nothing is sent."""

    def leave(self, outcome: Outcome, why: Callable[[Target, Call | None], str]) -> None:
        """Send nothing for the calls for which there is a reason not to."""
        refused = [(target, call, why(target, call)) for target, call in self.meant]
        self.meant = [(target, call) for target, call, because in refused if not because]
        self.left += [
            Result(target.call_id, outcome, because, call=call) for target, call, because in refused if because
        ]

    def in_order(self, results: Sequence[Result]) -> list[Result]:
        """These results and those of the calls that are left, in the order in which the calls were named."""
        found = {result.call_id: result for result in (*self.left, *results)}
        return [found[spelled] for spelled in self.order]


def ids(typed: Sequence[str]) -> list[str]:
    """What was typed, if all of it has the form of an id. Raises `Failure`."""
    stripped = [text.strip() for text in typed]
    for text in stripped:
        if not is_id(text):
            raise Failure(
                f"“{visible(text)}” does not have the form of a call id, so nothing was sent. Check the id.",
                code=ExitCode.USAGE,
            )
    return stripped


def plan(board: Board, typed: Sequence[str], bot: str | None = None) -> Plan:
    """The calls that are meant by ids or their starts; `bot` has those that the journal does not know.

    Raises `Failure` if several calls start so, or if one is known to be another bot's.
    """
    made = Plan()
    for text in typed:
        call = find_call(board, text)
        target = Target(text, bot or "") if call is None else _of(call, bot)
        if target.call_id in made.order:
            continue
        if call is None:
            tell(f"The journal does not know the call {text}; the id is taken as it was typed.")
        made.order.append(target.call_id)
        made.meant.append((target, call))
    made.leave(
        Outcome.ALREADY_ENDED,
        lambda _target, call: (
            "The call has ended already; nothing was sent." if call is not None and call.ended else ""
        ),
    )
    return made


def _of(call: Call, bot: str | None) -> Target:
    target = Target.of(call)
    if bot not in (None, target.bot):
        whose = f"the bot {visible(target.bot)}" if target.bot else "the bot without a name"
        raise Failure(
            f"The call {target.call_id} is not the bot {visible(str(bot))}'s: {whose} reported it. Leave --bot out.",
            code=ExitCode.USAGE,
        )
    return target
