"""Names that are found again in sentences, each with what stands in its place."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator

_KEY = 2
"""Names are looked for where their first characters stand."""
_SHORTEST_ASCII = 3
"""Two letters may be a part of any word; two of other scripts are a whole name in Chinese."""


class Names:
    """Replaces in one pass over a text: what that costs does not grow with the number of names."""

    def __init__(self) -> None:
        self._pseudonyms: dict[str, str] = {}
        self._lengths: dict[str, list[int]] = {}
        """By how they begin, the lengths that such names have, each once."""

    def add(self, name: str, pseudonym: str) -> None:
        """From now on it is found. One that is too short to be told from a part of a word is not."""
        if name in self._pseudonyms or len(name) < (_SHORTEST_ASCII if name.isascii() else _KEY):
            return
        self._pseudonyms[name] = pseudonym
        lengths = self._lengths.setdefault(name[:_KEY], [])
        if len(name) not in lengths:
            insort(lengths, len(name))

    def replaced(self, text: str) -> str:
        """The text with every name replaced, the longest of those that begin at one place."""
        return "".join(self._pieces(text)) if self._pseudonyms else text

    def _pieces(self, text: str) -> Iterator[str]:
        begun = place = 0
        while place < len(text):
            name = self._longest(text, place)
            if name:
                yield text[begun:place]
                yield self._pseudonyms[name]
                begun = place = place + len(name)
            else:
                place += 1
        yield text[begun:]

    def _longest(self, text: str, place: int) -> str:
        for length in reversed(self._lengths.get(text[place : place + _KEY], ())):
            name = text[place : place + length]
            if name in self._pseudonyms:
                return name
        return ""
