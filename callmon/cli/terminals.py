"""Which of the standard streams are a terminal, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO


def are_terminals(*streams: TextIO | None) -> bool:
    """Whether all of these are; None is what Python makes of one that was closed when it began."""
    return all(stream is not None and stream.isatty() for stream in streams)


def is_dumb(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says that it can do nothing but print lines."""
    return environ.get("TERM", "") in {"", "dumb"}


def terminal_encoding(environ: Mapping[str, str]) -> str:
    """What the terminal can write, by its locale: the first of LC_ALL, LC_CTYPE and LANG that is set names it (POSIX).

    Python 3.7 and later sets LC_CTYPE to C.UTF-8 where it finds the locale C; that is not what the terminal said.
    Where nobody said anything it is UTF-8, as for Python.
    """
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if environ.get("LC_CTYPE") == "C.UTF-8" and environ.get("LANG") in {"C", "POSIX"}:
        names.remove("LC_CTYPE")
    named = next((environ[name] for name in names if environ.get(name)), "C.UTF-8")
    codeset = named.partition("@")[0].partition(".")[2]
    if not codeset:
        return "ascii" if named in {"C", "POSIX"} else "utf-8"
    try:
        "".encode(codeset)
    except LookupError:
        return "ascii"
    return "utf-8" if codeset.lower().replace("-", "") == "utf8" else codeset
