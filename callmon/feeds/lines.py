"""A stream of bytes → its lines, within bounds."""

from __future__ import annotations

MAX_LINE = 4 * 1024 * 1024
"""The longest line that is taken, in bytes: a log line may carry a notification as text, with every quote escaped."""

_PADDING = b"\0"


class Lines:
    """Cuts what it is fed into lines. A line counts when its newline has come.

    NULs before a line are passed over: where a log is truncated under a writer that keeps its old position, the file
    system fills what is missing with them.
    """

    def __init__(self, offset: int = 0) -> None:
        """`offset` is that of the first byte that will come."""
        self.offset = offset
        """Where the first byte stands that belongs to no line yet."""
        self.too_long = 0
        """How many lines were longer than `MAX_LINE`. They are passed over."""
        self._rest = b""
        self._passed_over = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that end in the data, without their ends, and without those that are empty."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest
        taken = [line for line in map(self._end, lines) if line.strip()]
        self._bound()
        return taken

    def finish(self) -> list[bytes]:
        """There will be no more: what came after the last newline is a line as well."""
        return self.feed(b"\n") if self._rest or self._passed_over else []

    @property
    def unfinished(self) -> bytes:
        """What was read last and is no line yet."""
        return self._rest

    @property
    def read(self) -> int:
        """Where the next byte is to be read."""
        return self.offset + self._passed_over + len(self._rest)

    def _end(self, line: bytes) -> bytes:
        """A line whose newline has come; empty if it was too long."""
        length = self._passed_over + len(line)
        self.offset += length + 1
        self._passed_over = 0
        if length > MAX_LINE:
            self.too_long += 1
            return b""
        return line.lstrip(_PADDING).removesuffix(b"\r")

    def _bound(self) -> None:
        """Keep no more than one line of what has not ended."""
        if self._rest.startswith(_PADDING) and not self._passed_over:
            bare = self._rest.lstrip(_PADDING)
            self.offset += len(self._rest) - len(bare)
            self._rest = bare
        if self._passed_over + len(self._rest) > MAX_LINE:
            self._passed_over += len(self._rest)
            self._rest = b""
