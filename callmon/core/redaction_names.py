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
        self._exact = _Known()
        self._alike = _Known()
        """In the one form in which letter case and blanks make no difference."""

    def add(self, name: str, pseudonym: str) -> None:
        """From now on it is found. One that is too short to be told from a part of a word is not."""
        self._exact.add(name, pseudonym)
        self._alike.add(_Levelled(name).text.strip(), pseudonym)

    def replaced(self, text: str) -> str:
        """The text with every name replaced, the longest of those that begin at one place.

        As it was given, a name is found everywhere; written in another way, only where it is no part of a word, or Ann
        would be found in “cannot”.
        """
        return "".join(self._pieces(text)) if self._exact else text

    def _pieces(self, text: str) -> Iterator[str]:
        levelled = _Levelled(text)
        begun = place = 0
        while place < len(text):
            found, pseudonym = self._exact.longest(text, place)
            end = place + len(found)
            if not (place and text[place - 1].isalnum()):
                alike, other = self._alike.longest(levelled.text, levelled.starts[place])
                alike_end = levelled.end(place, len(alike))
                if alike_end > end and not text[alike_end : alike_end + 1].isalnum():
                    end, pseudonym = alike_end, other
            if end > place:
                yield text[begun:place]
                yield pseudonym
                begun = place = end
            else:
                place += 1
        yield text[begun:]


class _Known:
    """Names in one form, by how they begin."""

    def __init__(self) -> None:
        self._pseudonyms: dict[str, str] = {}
        self._lengths: dict[str, list[int]] = {}
        """By how they begin, the lengths that such names have, each once."""

    def __bool__(self) -> bool:
        return bool(self._pseudonyms)

    def add(self, name: str, pseudonym: str) -> None:
        if name in self._pseudonyms or len(name) < (_SHORTEST_ASCII if name.isascii() else _KEY):
            return
        self._pseudonyms[name] = pseudonym
        lengths = self._lengths.setdefault(name[:_KEY], [])
        if len(name) not in lengths:
            insort(lengths, len(name))

    def longest(self, text: str, place: int) -> tuple[str, str]:
        """The longest of them that stands there, and its pseudonym; both empty if none does."""
        for length in reversed(self._lengths.get(text[place : place + _KEY], ())):
            name = text[place : place + length]
            if name in self._pseudonyms:
                return name, self._pseudonyms[name]
        return "", ""


class _Levelled:
    """A text without letter case and with single blanks, and where in it each character of the text is."""

    def __init__(self, text: str) -> None:
        levelled: list[str] = []
        self.starts: list[int] = []
        self._origins: list[int] = []
        for place, char in enumerate(text):
            if char.isspace() and levelled and levelled[-1] == " ":
                self.starts.append(len(levelled) - 1)
                continue
            self.starts.append(len(levelled))
            folded = " " if char.isspace() else char.casefold()
            levelled += folded
            self._origins += [place] * len(folded)
        self.text = "".join(levelled)

    def end(self, place: int, length: int) -> int:
        """Where in the text it ends, what begins at a place of it and has a length here."""
        return self._origins[self.starts[place] + length - 1] + 1 if length else place
