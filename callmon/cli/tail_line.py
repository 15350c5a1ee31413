"""What has just happened to a call, as the lines of ``callmon tail``."""

from __future__ import annotations

from collections.abc import Sequence

from callmon.cli.output import json_text
from callmon.cli.tail_news import Change
from callmon.core import describe
from callmon.core.calls import Call, Step
from callmon.core.document import ending_document, timeline_document
from callmon.core.sentences import ends, fresh_steps, moves, sentences

_FIELDS = ("at", "id", "kind", "state", "change", "text", "anomaly", "result")


def lines(change: Change, lang: str, *, everything: bool, as_json: bool) -> list[str]:
    """One line for each transition, or with `everything` each step, that the call has and had not before."""
    before, after, gaps = change
    if not as_json:
        return sentences(before, after, lang, gaps, everything=everything)
    fresh = fresh_steps(before, after)
    return _json_lines(fresh if everything else moves(fresh), before, after, lang)


def _json_lines(fresh: Sequence[Step], before: Call | None, after: Call, lang: str) -> list[str]:
    """The steps as ``show --json`` gives them, with the id; on the end, ``end`` is as it is there."""
    told = []
    for step, document in zip(fresh, timeline_document(after._replace(story=tuple(fresh))), strict=True):
        line = {**dict.fromkeys(_FIELDS), "id": after.spelled, **document}
        if ends(step, before, after):
            why = describe.ending(after, lang)
            line["end"] = ending_document(why) if why and not after.gone else None
        told.append(json_text(line, indent=None))
    return told
