"""A file of notifications → its pieces, one notification each, byte for byte as they stand there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO

from callmon.core.wire import is_json

LARGEST_DOCUMENT = 64 * 1024 * 1024
"""Values that stretch over lines are looked for in so many bytes; only files of one value a line may be larger."""

_SPACE = " \t\r\n"
_BOM = b"\xef\xbb\xbf"


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The notifications in a file, in order.

    One JSON value a line; or values that stretch over lines; a list of values gives its items. What cannot be read
    as JSON is given line by line. Raises `OSError`.
    """
    for line in stream:
        piece = line.strip()
        if not piece or is_json(piece):
            yield from _in_line(piece)
            continue
        rest = line + stream.read(LARGEST_DOCUMENT)
        values = _values(rest) if len(rest) < LARGEST_DOCUMENT else None
        if values is not None:
            yield from values
        else:
            yield from _in_lines(chain((rest + stream.readline()).split(b"\n"), stream))


def _in_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield from _in_line(line.strip())


def _in_line(piece: bytes) -> Iterable[bytes]:
    values = _values(piece) if piece.removeprefix(_BOM).startswith(b"[") else None
    if values is not None:
        return values
    return (piece,) if piece else ()


def _values(data: bytes) -> list[bytes] | None:
    """The JSON values that follow each other in the data; None if there is anything else."""
    try:
        text = data.decode("utf-8-sig")
        return [value.encode() for value in _scan(text)]
    except (ValueError, RecursionError):
        return None


def _scan(text: str) -> Iterator[str]:
    decode = json.JSONDecoder().raw_decode
    at = _skip(text, 0)
    while at < len(text):
        _, end = decode(text, at)
        if text[at] == "[":
            yield from _items(text, at + 1)
        else:
            yield text[at:end]
        at = _skip(text, end)


def _items(text: str, at: int) -> Iterator[str]:
    """The items of a list that is known to be well-formed; `at` is behind its bracket."""
    decode = json.JSONDecoder().raw_decode
    at = _skip(text, at)
    while text[at] != "]":
        _, end = decode(text, at)
        yield text[at:end]
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
