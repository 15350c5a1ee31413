"""The call that somebody means by an id or the start of one."""

from __future__ import annotations

from callmon.cli.exits import ExitCode, Failure
from callmon.core import describe
from callmon.core.board import Board
from callmon.core.calls import Call
from callmon.core.text import visible

_CANDIDATES = 10


def no_such_call(text: str) -> Failure:
    """What ends a command if no call is meant by this."""
    typed = visible(text.strip())
    known = f"The journal knows no call whose id is {typed} or starts so." if typed else "An empty id means no call."
    return Failure(f"{known} callmon list --all shows them.", code=ExitCode.NO_SUCH_CALL)


def find_call(board: Board, text: str) -> Call | None:
    """The one call whose id is this or starts so; None if there is none. Raises `Failure` if there are several."""
    found = board.find(text.strip())
    if len(found) > 1:
        latest = sorted(found, key=lambda call: -call.index)
        lines = [f"  {call.spelled}  {describe.state_word(call)}  {describe.who(call)}" for call in latest]
        more = [f"  … and {len(lines) - _CANDIDATES} more"] if len(lines) > _CANDIDATES else []
        raise Failure(
            "\n".join(
                [f"{len(found)} calls start with {visible(text)}. Give more of the id:", *lines[:_CANDIDATES], *more]
            ),
            code=ExitCode.USAGE,
        )
    return found[0] if found else None
