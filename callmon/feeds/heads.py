"""The heads of requests on their way to the parser: none of them offers another protocol when it gets there.

Clients offer HTTP/2 in clear text as a matter of course (Java's HttpClient, ``curl --http2``), and a server that does
not want it goes on as if it had not been offered (RFC 9110, 7.8). llhttp takes the body of such a request for the other
protocol, so it would be lost (Kludex/uvicorn issue 2722).
"""

from __future__ import annotations

import re

_EMPTY_LINE = re.compile(rb"^\r?\n", re.MULTILINE)
_OFFER = re.compile(rb"^upgrade[ \t]*:[^\n]*\n", re.MULTILINE | re.IGNORECASE)


class Heads:
    """The bytes of one connection.

    An offer is found wherever the bytes are parted, save in a request that is sent before the one before it was
    answered: where that begins among the bytes only the parser knows.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A request is over, if there was one: what comes now is the head of another."""
        self.size = 0
        """How many bytes of the head have come."""
        self._within, self._in_first_line = True, True
        self._held = b""
        """The beginning of a line whose rest is still to come."""

    def end(self) -> None:
        """The parser has the whole head: what comes now is the body."""
        self._within = False

    def pass_on(self, data: bytes) -> bytes:
        """What of these bytes, and of those held back before, the parser is to see."""
        if not self._within or self._is_whole(data):
            return data
        data, seen = self._held + data, len(self._held)
        first = 0
        if self._in_first_line:  # not held back: whoever speaks no HTTP at all is to be told so at once
            first = data.find(b"\n") + 1 or len(data)
            self._in_first_line = not data.endswith(b"\n", 0, first)
        lines = data[first:]
        end = _EMPTY_LINE.search(lines)
        whole = end.end() if end is not None else lines.rfind(b"\n") + 1
        self._within = end is None
        self._held = b"" if end is not None else lines[whole:]
        self.size += first + whole + len(self._held) - seen
        rest = lines[whole:] if end is not None else b""
        return data[:first] + _OFFER.sub(b"", lines[:whole]) + rest

    def _is_whole(self, data: bytes) -> bool:
        """Whether the head begins and ends here, and offers nothing, as nearly all do: those are looked at once."""
        end = data.find(b"\r\n\r\n")
        if self.size or end <= 0 or b"\nupgrade" in data[:end].lower():
            return False
        self.size = end + 4
        self._within = False
        return True
