"""Notifications without the people in them, fit to be passed on.

Only what is known to be harmless is let through: states, codes, types, times, call and chain ids. Every other text is
replaced by a pseudonym, also in fields that Graph adds later. Secrets are masked first (`callmon.core.masking`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import blake2b

from callmon.core.masking import HIDDEN, HIDDEN_TOKEN, TOO_DEEP, masked
from callmon.core.redaction_fields import GUID, NUMBERS, is_field_name, is_harmless
from callmon.core.redaction_names import Names
from callmon.core.redaction_sentences import ADDRESS, PATH_WORDS, scrubbed
from callmon.core.text import is_id, same_id

_PROSE = frozenset({"message", "terminationreason"})
"""Those that hold sentences about the end, which are kept as far as they name nobody."""
_PATHS = frozenset({"resource", "resourceurl"})
_NAME = "displayname"
_KEPT = frozenset({"", HIDDEN, HIDDEN_TOKEN, TOO_DEEP, "<hidden>", "<Hidden>"})

_CALL = re.compile(r"(?:(?<=/)|^)calls(?:/(?P<id>[^/?#]+)|\('(?P<quoted>[^']*)'\))", re.IGNORECASE)
_EMAIL = re.compile(ADDRESS)
_DIALLED = re.compile(r"\+?\d[\d ()./-]{5,20}")
_SCOPED = re.compile(
    r"(?P<scope>\d{1,9}:(?:orgid:|meeting_)?)(?P<rest>.*?)(?P<where>@thread\.[a-z0-9]{1,10}|)", re.DOTALL
)
"""``8:orgid:…``, ``28:…``, ``19:meeting_…@thread.v2``: what kind of thing it is, and which."""

_SMALL = 10_000_000
"""A number below has too few digits for a telephone."""


class Redactor:
    """Replaces the same text by the same pseudonym. Nobody can look a pseudonym up without the key."""

    def __init__(self, key: bytes) -> None:
        """`key` is to be random and forgotten: at most 64 bytes."""
        self._key = key
        self._names = Names()

    def body(self, body: bytes, call_id: str = "") -> bytes | None:
        """The notification without the people in it; None if it is not JSON, so that they cannot be found.

        Names in the sentences about an end are found only if they were in a field of their own before, here or in what
        was given to it earlier. `call_id` is the id of a call that stays, beside those in paths. Never raises.
        """
        try:
            value = masked(json.loads(body))
        except (ValueError, RecursionError):
            return None
        kept = frozenset(map(same_id, [*_call_ids(value), call_id]))
        return json.dumps(_Redaction(self, kept).value(value, ""), separators=(",", ":")).encode()

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers of a notification, the same way."""
        redaction = _Redaction(self, frozenset())
        return {name: redaction.text(value, name.lower()) for name, value in headers.items()}

    def name(self, text: str) -> str:
        """A name's pseudonym; the name is then found in sentences, too."""
        pseudonym = f"Person {self.digest(text)}"
        self._names.add(scrubbed(text, self), pseudonym)  # as it stands in a sentence then
        return pseudonym

    def prose(self, text: str) -> str:
        """The sentence without the names that have been seen, and without what leads to a person or a machine."""
        return self._names.replaced(scrubbed(text, self))

    def other(self, text: str) -> str:
        """The pseudonym of any text."""
        return f"redacted-{self.digest(text)}"

    def email(self, text: str) -> str:
        """An e-mail address's pseudonym, in a domain that can never be (RFC 2606)."""
        return f"{self.digest(text.lower())}@redacted.invalid"

    def guid(self, text: str) -> str:
        """A GUID's pseudonym: a GUID that is written alike."""
        bare = self._hash(same_id(text), 16)
        shown = "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:])) if "-" in text else bare
        return shown.upper() if text.isupper() else shown

    def phone(self, text: str) -> str:
        """A telephone number's: in +999, which is no country, and the same however the number is grouped."""
        digits = "".join(filter(str.isdigit, text))
        return f"+999{int(self._hash(digits, 8), 16) % 10**10:010}"

    def digest(self, text: str) -> str:
        """Eight characters that stand for the text. The first is a letter: it must not be taken for a number."""
        found = self._hash(text, 4)
        return "abcdef"[int(found[0], 16) % 6] + found[1:]

    def _hash(self, text: str, size: int) -> str:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=size).hexdigest()


class _Redaction:
    """One notification: which ids in it are kept."""

    def __init__(self, redactor: Redactor, kept: frozenset[str]) -> None:
        self._redactor = redactor
        self._kept = kept

    def value(self, value: object, field: str) -> object:
        """The value of a field, whose name is in lower case; the items of a list are values of the same field."""
        if isinstance(value, dict):
            return {self._field_name(str(name)): self.value(each, str(name).lower()) for name, each in value.items()}
        if isinstance(value, list):
            return [self.value(each, field) for each in value]
        if isinstance(value, str):
            return self.text(value, field)
        if isinstance(value, bool) or value is None:
            return value
        if field in NUMBERS or (isinstance(value, int | float) and abs(value) < _SMALL):
            return value
        return self._redactor.phone(str(value))

    def text(self, text: str, field: str) -> str:
        """The text of a field."""
        if text in _KEPT or same_id(text) in self._kept or is_harmless(text, field):
            return text
        if field in _PATHS:
            return self._path(text)
        if field in _PROSE:
            return self._redactor.prose(text)
        return self._which(text, field)

    def _which(self, text: str, field: str) -> str:
        """Something that names a person or a thing: replaced by something of the same form."""
        scoped = _SCOPED.fullmatch(text)
        if scoped is not None and scoped["rest"]:
            return f"{scoped['scope']}{self._alike(scoped['rest'])}{scoped['where']}"
        alike = self._alike(text)
        return self._redactor.name(text) if field == _NAME and alike == self._redactor.other(text) else alike

    def _alike(self, text: str) -> str:
        if _EMAIL.fullmatch(text):
            return self._redactor.email(text)
        if GUID.fullmatch(text):
            return self._redactor.guid(text)
        if _DIALLED.fullmatch(text):
            return self._redactor.phone(text)
        return self._redactor.other(text)

    def _field_name(self, name: str) -> str:
        return name if is_field_name(name) else self._redactor.other(name)

    def _path(self, path: str) -> str:
        """``/communications/calls/{id}/participants/…`` with the call's id as it is."""
        call = _CALL.search(path)
        if call is None or not is_id(call["id"] or call["quoted"]):
            return self._segments(path)
        return f"{self._segments(path[: call.start()])}{call[0]}{self._segments(path[call.end() :])}"

    def _segments(self, path: str) -> str:
        return "/".join(
            part if part.lower() in PATH_WORDS or not part or same_id(part) in self._kept else self._which(part, "")
            for part in path.split("/")
        )


def _call_ids(value: object) -> list[str]:
    """The ids of calls: those in paths, and of what is said about a call itself the id in it, which may be another."""
    if isinstance(value, list):
        return [found for each in value for found in _call_ids(each)]
    if not isinstance(value, dict):
        return []
    found = []
    for name, each in value.items():
        if name.lower() in _PATHS and isinstance(each, str) and (call := _CALL.search(each)) is not None:
            found.append(call["id"] or call["quoted"])
            resource = value.get("resourceData")
            if call.end() == len(each) and isinstance(resource, dict) and GUID.fullmatch(str(resource.get("id"))):
                found.append(str(resource["id"]))
        elif isinstance(each, dict | list):
            found += _call_ids(each)
    return [text for text in found if is_id(text)]
