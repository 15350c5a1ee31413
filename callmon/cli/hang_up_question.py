"""Asking the person at the terminal before calls are hung up."""

from __future__ import annotations

import select
import sys
from collections.abc import Sequence

import click

from callmon.cli.call_text import headline
from callmon.cli.hang_up_result import Result
from callmon.cli.terminals import are_terminals
from callmon.clocks import utc_now
from callmon.core import describe, hangup_words
from callmon.core.calls import Call
from callmon.core.text import visible
from callmon.ports import Target

_HEEDS_SIGNALS_EVERY_S = 0.25
"""A signal between Python's last look for one and a read that blocks would wait for the next key."""


def not_agreed(meant: Sequence[tuple[Target, Call | None]], left: Sequence[Result]) -> str:
    """Ask whether to hang these up; `left` are those that are not sent in any case. Empty if yes, else why not."""
    if not are_terminals(sys.stdin, sys.stderr):
        return "There is no terminal to ask at, so nothing was sent. Say --yes to hang up without being asked."
    if len(meant) == 1:
        (one,) = meant
        lines, wanted, key = _about_one(*one), {"y", "yes"}, "y"
    else:
        lines, key = _about_many(meant), str(len(meant))
        wanted = {key}
    lines += [f"  Not sent: {visible(result.call_id)}: {visible(result.sentence)}" for result in left]
    click.echo("\n".join(lines), err=True)
    alone = "the call" if len(meant) == 1 else "the calls"
    click.echo(f"Type {key} and Enter to hang up, anything else to leave {alone} alone: ", err=True, nl=False)
    return "" if _typed_line().strip().lower() in wanted else "Not confirmed, so nothing was sent."


def _typed_line() -> str:
    """What is typed, up to Enter. A signal that comes just before Python waits for it is heeded soon, too."""
    while not select.select([sys.stdin], [], [], _HEEDS_SIGNALS_EVERY_S)[0]:
        pass
    return sys.stdin.readline()


def _about_one(target: Target, call: Call | None) -> list[str]:
    now = utc_now()
    if call is None:
        return [
            f"Hang up {target.call_id}?",
            "  The journal does not know this call, so what a hang-up does is not known.",
        ]
    return [
        f"Hang up {target.call_id}?",
        f"  {headline(call, now)}",
        f"  Lasted {describe.lasted(call, now)}",
        f"  {hangup_words.effect(call)}",
        f"  {hangup_words.expects()}",
    ]


def _about_many(meant: Sequence[tuple[Target, Call | None]]) -> list[str]:
    now = utc_now()
    lines = [f"Hang up these {len(meant)} calls?"]
    for target, call in meant:
        told = f"{headline(call, now)}  lasted {describe.lasted(call, now)}" if call else ""
        known = told or "the journal does not know it"
        lines.append(f"  {target.call_id}  {known}")
    return lines
