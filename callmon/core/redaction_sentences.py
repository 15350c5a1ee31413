"""What in a sentence leads to a person or a machine, found by its form alone.

It errs on the side of hiding, but codes and the words of Microsoft stay: a pair of codes with ``#`` or ``/`` between is
no telephone number, and the names of types are no machines.
"""

from __future__ import annotations

import re
from typing import Protocol

from callmon.core.redaction_fields import GUID, GUID_FORM

PATH_WORDS = frozenset(
    {
        "app",
        "audioroutinggroups",
        "beta",
        "calls",
        "communications",
        "contentsharingsessions",
        "graph.microsoft.com",
        "graph.microsoft.us",
        "http:",
        "https:",
        "operations",
        "participants",
        "v1.0",
    }
)
"""In lower case: the parts of Graph's own addresses."""

ADDRESS = r"[^\s@<>\"'(),;:=/]{1,64}@[^\s@<>\"'(),;:=/]{1,255}"
"""An e-mail address."""

_KNOWN = (
    r"(?:(?:[\w-]+\.)*(?:microsoft|microsoftonline|skype|windows)\.(?:com|us|net)"
    r"|microsoft\.graph\.\w+|(?:Microsoft|System)(?:\.[A-Z]\w*)+)"
)
"""A machine that everybody asks, or the name of a type."""
_HEX = r"[0-9A-Fa-f]{0,4}"
_V4 = r"(?:\d{1,3}\.){3}\d{1,3}"
_V6 = (
    rf"(?=[0-9A-Fa-f:]{{0,40}}::|(?:[0-9A-Fa-f]{{1,4}}:){{6}})(?=:{{0,2}}[0-9A-Fa-f])"
    rf"(?:{_HEX}:){{2,7}}(?:{_V4}|{_HEX})(?:%\w{{1,32}})?"
)
_MACHINE = (
    rf"\[{_V6}\](?::\d{{1,5}})?"
    rf"|(?<![\w:.]){_V6}(?![\w:])"
    rf"|(?<![\w.]){_V4}(?::\d{{1,5}})?(?!\w|\.\d)"
    rf"|(?<![\w.-])(?!{_KNOWN}(?![\w-]|\.\w))(?!bots\.[\w-]+\])"
    r"(?:[\w-]{1,63}\.){1,10}(?:[^\W\d_]{2,63}|xn--[\w-]{1,59})(?::\d{1,5})?(?![\w-])"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,15}://")
_URL = rf"(?<![A-Za-z0-9]){_SCHEME.pattern}[^\s\"'<>|…]+(?<![.,;:!?)\]])"
_FILE = (
    r"(?<![A-Za-z0-9_.@/\\<-])(?:~[\w.-]{0,32}|\.{1,2}|[A-Za-z]:|[/\\])?[/\\](?=[A-Za-z0-9.~_%-])"
    r"[^\s\"'<>|(),;…]+(?<![.:!?])"
)
_GROUPED = (
    r"(?<![A-Za-z0-9_#.:/-])(?:\(\d{1,5}\)[ -]?\d{1,8}|\d{1,6}(?=[ ./-]))"
    r"(?:(?:[ ./-]| - )\d{1,8}){0,9}(?![A-Za-z0-9_#]|[.:]\d)"
    r"|\+\d[\d ()./-]{4,20}\d|(?<![A-Za-z0-9_#.])\d{8,15}(?![A-Za-z0-9_])"
)
_FOUND = re.compile(
    rf"(?P<email>{ADDRESS})|(?P<guid>{GUID_FORM})|(?P<path>{_URL}|{_FILE})|(?P<machine>{_MACHINE})|(?P<number>{_GROUPED})"
)
_EVERYBODYS = re.compile(_KNOWN)
_PORT = re.compile(r":\d{1,5}$")
_SEPARATOR = re.compile(r"([/\\()?&=])")
_NO_TELEPHONE = re.compile(r"\d{4}-\d\d-\d\d(?:[ -]\d\d?)?|\d\d?[./]\d\d?[./]\d{4}|\d+\.\d+|[1-6]\d\d/\d{4,7}")
"""A date, a decimal number, a code with its subcode."""
_FEWEST_DIGITS = 7
_LARGEST_CODE = 7
"""A number in a path has at most so many digits, or it may be a telephone."""


class Pseudonyms(Protocol):
    """What stands in place of each kind."""

    def email(self, text: str) -> str:
        """Of an e-mail address."""

    def guid(self, text: str) -> str:
        """Of a GUID."""

    def phone(self, text: str) -> str:
        """Of a telephone number."""

    def digest(self, text: str) -> str:
        """Of anything."""


def scrubbed(text: str, by: Pseudonyms) -> str:
    """The sentence with everything in it replaced that has the form of such a thing."""

    def instead(found: re.Match[str]) -> str:
        if found["email"]:
            return by.email(found[0])
        if found["guid"]:
            return by.guid(found[0])
        if found["path"]:
            return _path(found[0], by)
        return machine(found[0], by) if found["machine"] else _number(found[0], by)

    return _FOUND.sub(instead, text)


def machine(text: str, by: Pseudonyms) -> str:
    """The pseudonym of a machine, in a domain that can never be (RFC 2606); the port goes."""
    host = text if text.count(":") > 1 and not text.startswith("[") else _PORT.sub("", text)
    return f"{by.digest(host.strip('[]').lower())}.invalid"


def _number(text: str, by: Pseudonyms) -> str:
    digits = sum(map(str.isdigit, text))
    return text if digits < _FEWEST_DIGITS or _NO_TELEPHONE.fullmatch(text) else by.phone(text)


def _path(path: str, by: Pseudonyms) -> str:
    """An address or the path of a file: only what is a part of Graph's own addresses stays."""
    scheme = _SCHEME.match(path)
    if scheme is None:
        return "".join(_part(part, by) for part in _SEPARATOR.split(path))
    host, *parts = _SEPARATOR.split(path[scheme.end() :])
    shown = host if _EVERYBODYS.fullmatch(host) else machine(host, by)
    return "".join([scheme[0], shown, *(_part(part, by) for part in parts)])


def _part(part: str, by: Pseudonyms) -> str:
    if _SEPARATOR.fullmatch(part) or not part or part.lower() in PATH_WORDS or _EVERYBODYS.fullmatch(part):
        return part
    if part.isdigit() and len(part) <= _LARGEST_CODE:
        return part
    return by.guid(part) if GUID.fullmatch(part) else f"redacted-{by.digest(part)}"
