"""What has just happened to a call, as the lines of ``callmon tail``."""

from __future__ import annotations

from callmon.cli.output import json_text
from callmon.core import describe
from callmon.core.calls import Call
from callmon.core.document import ending_document, timeline_document
from callmon.core.sentences import ends, fresh_steps, sentences

_FIELDS = ("at", "id", "kind", "state", "change", "text", "anomaly", "result")


def lines(before: Call | None, after: Call, lang: str, *, as_json: bool) -> list[str]:
    """One line for each step that the call has and had not before; None if it was not known before."""
    return _json_lines(before, after, lang) if as_json else sentences(before, after, lang)


def _json_lines(before: Call | None, after: Call, lang: str) -> list[str]:
    """The steps as ``show --json`` gives them, with the id; on the end, ``end`` is as it is there."""
    fresh = fresh_steps(before, after)
    told = []
    for step, document in zip(fresh, timeline_document(after._replace(story=fresh)), strict=True):
        line = {**dict.fromkeys(_FIELDS), "id": after.spelled, **document}
        if ends(step, before, after):
            why = describe.ending(after, lang)
            line["end"] = ending_document(why) if why and not after.gone else None
        told.append(json_text(line, indent=None))
    return told
