"""Notifications fit to be shown: secrets hidden, harmless to a terminal, bounded.

Which fields are secret: `recordOperation`, `tokenMeetingInfo`, `joinMeetingIdMeetingInfo` and ``replacesContext`` of
Microsoft Graph, and the usual names of credentials. Anything that looks like a JSON Web Token (RFC 7519) is one.
"""

from __future__ import annotations

import json
import re

from callmon.core.text import visible

HIDDEN = "(hidden)"
HIDDEN_TOKEN = "(hidden token)"  # noqa: S105  # stands in place of one
TOO_DEEP = "(nested too deeply to be shown)"

_SECRET = frozenset(
    {
        "recordingaccesstoken",
        "recordresourceaccesstoken",
        "token",
        "replacescontext",
        "authorization",
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "clientsecret",
        "clientassertion",
        "password",
        "passcode",
        "jointoken",
    }
)
"""Names of fields in lower case, without underscores and dashes."""

_NOTHING = (None, "")
"""What may be seen in place of a secret: that there is none."""
_DEPTH = 100
_TEXT_SHOWN = 64 * 1024
_JSON_SHOWN = 1024 * 1024
_WORD = re.compile(r"[A-Za-z0-9_.-]+")
_TOKEN_START = "eyJ"  # noqa: S105  # how every one begins: `{"` in base64url
_TOKEN_DOTS = 2
_ASSIGNED = re.compile(
    rf"""(?P<name> (?<![A-Za-z]) (?: {"|".join("[_-]?".join(name) for name in sorted(_SECRET))} ) )
        (?P<between> \\?["']? \s{{0,9}} [:=] \s{{0,9}} )
        (?: " (?: [^"\\] | \\. )*+ "?
          | ' (?: [^'\\] | \\. )*+ '?
          | \\" [^"\\]*+ (?: \\?" )?
          | (?: (?:Bearer|Basic) \s{{1,9}} )? [^\s,;&}}]++ )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""A secret and its name in what is no JSON: a body that was cut off, a form, headers, JSON inside a string."""


def masked(value: object) -> object:
    """A copy of a parsed JSON value without its secrets. Never raises; what is nested absurdly deep is left out."""
    return _masked(value, _DEPTH)


def _masked(value: object, depth: int) -> object:
    if isinstance(value, str):
        return _without_tokens(value)
    if not isinstance(value, dict | list):
        return value
    if not depth:
        return TOO_DEEP
    if isinstance(value, list):
        return [_masked(each, depth - 1) for each in value]
    return {
        _without_tokens(str(name)): HIDDEN
        if each not in _NOTHING and _is_secret(str(name))
        else _masked(each, depth - 1)
        for name, each in value.items()
    }


def _is_secret(name: str) -> bool:
    return name.lower().replace("_", "").replace("-", "") in _SECRET


def _without_tokens(text: str) -> str:
    return _WORD.sub(_hide_token, text) if _TOKEN_START in text else text


def _hide_token(word: re.Match[str]) -> str:
    start = word[0].find(_TOKEN_START)
    if start < 0 or word[0].count(".", start) < _TOKEN_DOTS:
        return word[0]
    return word[0][:start] + HIDDEN_TOKEN


def pretty(body: bytes) -> str:
    """The body of a notification as indented JSON without its secrets; if it is no JSON, as the text that it is.

    Every line is harmless to a terminal. What is longer than 1 MiB of JSON or 64 KiB of text is cut, and says so.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return _lines(_without_secrets(body.decode("utf-8", "replace")), _TEXT_SHOWN)
    return _lines(_indented(masked(value)), _JSON_SHOWN)


def _indented(value: object) -> str:
    """JSON, not much longer than is shown: a small body may unfold to a thousand times its size."""
    pieces, length = [], 0
    for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        pieces.append(piece)
        length += len(piece)
        if length > _JSON_SHOWN:
            break
    return "".join(pieces)


def _without_secrets(text: str) -> str:
    return _without_tokens(_ASSIGNED.sub(rf"\g<name>\g<between>{HIDDEN}", text))


def _lines(text: str, limit: int) -> str:
    shown = "\n".join(map(visible, text[:limit].split("\n")))
    return f"{shown}\n… the rest is not shown" if len(text) > limit else shown
