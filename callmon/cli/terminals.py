"""Which of the standard streams are a terminal."""

from __future__ import annotations

from typing import TextIO


def are_terminals(*streams: TextIO | None) -> bool:
    """Whether all of these are; None is what Python makes of one that was closed when it began."""
    return all(stream is not None and stream.isatty() for stream in streams)
