"""An end reason as lines of plain text, and as JSON with all that is known of it."""

from __future__ import annotations

from typing import Any

from callmon.core.describe import ENDED_BY
from callmon.core.document import ending_document
from callmon.core.reasons import Ending
from callmon.core.text import visible


def ending_lines(why: Ending) -> list[str]:
    """Title and numbers first, then what it means, who ended the call and what to do; harmless to a terminal."""
    given = numbers(why)
    lines = [f"{why.title} ({given})" if given else why.title, why.explanation]
    lines += [f"Ended by: {ENDED_BY[why.ended_by]}", f"Category: {why.category.replace('_', ' ')}"]
    if why.advice:
        lines.append(f"What to do: {why.advice}")
    lines.append(f"How sure: {why.matched.words} (source: {why.source})")
    if why.inner is not None:
        lines.append(f"Inner reason {numbers(why.inner)}: {why.inner.title}. {why.inner.explanation}")
    lines += [f"Also read as: {other.title} (source: {other.source})" for other in why.also]
    if why.message:
        lines.append(f"Message from Graph: {why.message}")
    return [visible(line) for line in lines]


def numbers(why: Ending) -> str:
    """``200/5001``; a missing part is left out."""
    return "/".join(str(part) for part in (why.code, why.subcode) if part is not None)


def full_document(why: Ending) -> dict[str, Any]:
    """The JSON of an end reason, with the inner reason and what other sources say."""
    also = [
        {"title": other.title, "explanation": other.explanation, "ended_by": other.ended_by, "source": other.source}
        for other in why.also
    ]
    return {**ending_document(why), "inner": ending_document(why.inner) if why.inner else None, "also": also}
