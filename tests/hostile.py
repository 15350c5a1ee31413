"""Notifications from somebody who wants to break the console, or the terminal that it runs in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.makers import body, item

TEXTS = {
    "colour": "\x1b[31mEVIL",
    "erase": "\x1b[2J\x1b[HEVIL",
    "title": "\x1b]0;EVIL\x07",
    "title, ended by ST": "\x1b]2;EVIL\x1b\\",
    "link": "\x1b]8;;http://evil.example/\x1b\\EVIL\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;RVZJTA==\x07",
    "query that a terminal answers at the prompt": "\x1b[6n\x1b[c\x1bP$qm\x1b\\\x05EVIL",
    "mouse and paste modes": "\x1b[?1049l\x1b[?1003l\x1b[?2004lEVIL",
    "8-bit CSI": "\x9b31mEVIL",
    "8-bit OSC": "\x9d0;EVIL\x9c",
    "back over it": "EVIL\b\b\b\b\r",
    "lines": "EVIL\n\r\v\f\x85\u2028\u2029EVIL",
    "NUL": "\x00EVIL\x7f",
    "turned around": "\u202eLIVE\u2066\u2069\u061cEVIL",
    "invisible": "E\u200bV\u200dI\u2060L\ufeff\u00ad\u180e",
    "tags": "EVIL\U000e0041\U000e007f",
    "marks": "EVIL" + "\u0301\u0489\u20dd" * 200,
    "wide": "\uff25\uff36\uff29\uff2c \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "half a pair": "EVIL\ud800",
    "markup": "[red]EVIL[/red][@click=app.quit()]EVIL[/]",
    "markup that does not end": "[bold]EVIL[/nothing][[",
    "a private use and an unassigned": "EVIL\ue000\U000f0000\u0378",
    "long": "EVIL" * 50_000,
    "empty": "",
    "spaces": "\u3000\u00a0\u2003\t",
}

SEQUENCES = (b"EVIL\x07", b"\x1b[31mEVIL", b"\x1b]0;EVIL", b"\x1b]2;EVIL", b"evil.example/\x1b", b"RVZJTA", b"\x05")
"""What no terminal may receive, whatever else it does."""

_NOT_FINITE = [float("inf"), float("-inf"), float("nan")]
NUMBERS: list[Any] = [0, -0.0, -1, 10**400, 1e308, *_NOT_FINITE, True, "200", "5e3", "", "\u0663", [], {}, None]

_ID = "6f1f5c00-8c1b-47f1-be9d-{:012x}"


def call_id(number: int) -> str:
    """A well-formed id."""
    return _ID.format(number)


def everywhere(text: Any, number: int) -> dict[str, Any]:
    """A call whose every field says this."""
    who = {"user": {"id": text, "displayName": text, "tenantId": text}}
    return item(
        "created",
        f"/communications/calls/{call_id(number)}",
        state="incoming",
        direction=text,
        subject=text,
        callChainId=text,
        tenantId=text,
        source={"identity": who, "region": text},
        targets=[{"identity": who}, {"identity": {text if isinstance(text, str) else "user": {"id": text}}}],
        chatInfo={"threadId": text},
        meetingInfo={"@odata.type": text, "organizer": who},
        callRoutes=[{"routingType": text, "original": who, "final": who}],
        requestedModalities=[text],
        mediaState={"audio": text},
        terminationReason=text,
        terminationSender=who,
        incomingContext={"observedParticipantId": text, "transferor": who},
        toneInfo={"tone": text, "sequenceId": text},
        resultInfo={"code": text, "subcode": text, "message": text},
    )


def below(text: Any, number: int) -> list[dict[str, Any]]:
    """What is below that call: roster, operation, and things that nobody knows."""
    url = f"/communications/calls/{call_id(number)}"
    person = {"id": text, "info": {"identity": {"guest": {"displayName": text}}}, "isMuted": text}
    roster = {"changeType": "updated", "resourceUrl": f"{url}/participants", "resourceData": [person, text]}
    operation = item("updated", f"{url}/operations/x", **{"@odata.type": text, "status": text, "resultInfo": text})
    return [roster, operation, item(text if isinstance(text, str) else "updated", f"{url}/{text}"[:1500], state=text)]


def ended(text: Any, number: int) -> dict[str, Any]:
    """The end of a call, with a reason that says this."""
    result = {"code": text, "subcode": text, "message": text}
    return item("deleted", f"/communications/calls/{call_id(number)}", state="terminated", resultInfo=result)


def ids() -> list[str]:
    """What must not be taken for the id of a call."""
    paths = ["..", "../users", "a/b", "%2e%2e", "a%2fb", "a?b", "a#b", "a;b", "a\\b", "a:b", "@"]
    return [*paths, "a'b", "a b", "a\x1b[2J", "ü"]


def bodies() -> Iterator[bytes]:
    """All of it: every text and number in every place, and what is hardly JSON."""
    for number, value in enumerate([*TEXTS.values(), *NUMBERS]):
        yield body(everywhere(value, number))
        yield body(*below(value, number))
        if number % 2:
            yield body(ended(value, number))
    for name in ids():
        yield body(item("created", f"/communications/calls/{name}", state="incoming"))
    whole = body(everywhere("Zoë EVIL", 900))
    yield from (whole.decode().encode(name) for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32"))
    yield json.dumps(json.loads(whole), ensure_ascii=False).encode("latin-1")
    yield re.sub(rb'"state"', b'"state": "established", "state"', whole)
    deep = b'{"a":' * 500 + b"1e999" + b"}" * 500
    yield body(item("updated", f"/communications/calls/{call_id(901)}", a=0)).replace(b'{"a": 0}', deep)
    yield from (b"[" * 100_000, b'{"value":' * 50_000, b'"' + b"x" * 100_000, b"\0" * 1000)
    yield from (b"", b"\xff\xfe", b"NaN", b"-")
    yield b'{"value": [%b]}' % b",".join([b"{}"] * 2000)
