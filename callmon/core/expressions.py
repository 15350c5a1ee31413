"""Regular expressions of the operator. Their cost grows with the text alone: none of them can stall the screen.

The syntax is RE2's (https://github.com/google/re2/wiki/Syntax), which is Perl's and Python's without what cannot be had
in linear time: looking ahead or behind, and references back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LONGEST = 200
"""More characters than that nobody types."""
_MOST_BYTES = 1 << 20
"""An expression that would need more memory is refused."""
_IN_OTHER_WORDS = {
    "invalid perl operator": "to look ahead, behind or back is not possible here",
    "no argument for repetition operator": "there is nothing to repeat",
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression that was understood."""

    _compiled: Any
    """The library has no types."""

    def found_in(self, text: str) -> bool:
        """Whether it fits anywhere in the text; ``^`` and ``$`` are the ends of a line. Case does not matter."""
        return self._compiled.search(text.encode("utf-8", "replace")) is not None


@dataclass(frozen=True, slots=True)
class NoExpression:
    """What was typed is no regular expression."""

    because: str


def compiled(typed: str) -> Expression | NoExpression:
    """Understand a regular expression."""
    import re2  # noqa: PLC0415  # the console paints before anybody has typed one

    options = re2.Options()
    options.log_errors = False  # stderr is the screen
    options.case_sensitive = False
    options.never_capture = True
    options.max_mem = _MOST_BYTES
    try:
        readable = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        return Expression(re2.compile(f"(?m){readable}", options))
    except re2.error as error:
        why = bytes(error.args[0]).decode("utf-8", "replace").partition(": ")[0]
        return NoExpression(_IN_OTHER_WORDS.get(why, why))
