"""What the doctor finds, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from callmon.core.text import counted, visible


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """It works, but not all of it, or not for long."""
    PROBLEM = "problem"
    """Something that callmon was told to do cannot work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. Nothing secret is in it."""

    check: str
    """What was looked at, in one word."""
    level: Level
    said: str
    """What was found."""
    todo: str = ""
    """What to do about it; empty if nothing is to be done."""
    bot: str = ""
    """Whose it is; empty if it is nobody's in particular, or the bot's without a name."""
    details: Sequence[str] = field(default=())
    """More, a line each."""


_WIDTHS = (8, 10)


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """For people: one line a finding, what to do below it. Harmless to a terminal."""
    before = " " * (sum(_WIDTHS) + 2)
    for each in findings:
        whose = f"{each.bot}: " if each.bot else ""
        yield visible(f"{each.level:<{_WIDTHS[0]}} {each.check:<{_WIDTHS[1]}} {whose}{each.said}")
        yield from (visible(f"{before}{line}") for line in each.details)
        if each.todo:
            yield visible(f"{before}→ {each.todo}")
    good, warnings, problems = (sum(each.level is level for each in findings) for level in Level)
    yield f"{good} ok, {counted(warnings, 'warning')}, {counted(problems, 'problem')}"


def document(findings: Sequence[Finding]) -> dict[str, Any]:
    """For programs."""
    return {
        "ok": all(each.level is not Level.PROBLEM for each in findings),
        "findings": [
            {
                "check": each.check,
                "bot": each.bot or None,
                "level": str(each.level),
                "said": each.said,
                "todo": each.todo or None,
                "details": list(each.details),
            }
            for each in findings
        ],
    }
