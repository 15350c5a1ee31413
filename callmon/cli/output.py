"""What goes to stdout and stderr: data here, everything else there."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from callmon.cli.stdout_lines import write_line
from callmon.cli.terminals import terminal_encoding
from callmon.core.passwords import without_password

_PLANE = 0x10000


def say(text: str) -> None:
    """Print data on stdout. A reader that went away is no failure. Raises `callmon.cli.stdout_lines.OutputLost`."""
    with suppress(BrokenPipeError):
        write_line(text)


def say_legibly(text: str, *, ascii_signs: bool = False) -> None:
    """Print text for people, as `say` does; its signs in ASCII if asked for, or where there may be no others."""
    say(legible(text, ascii_signs=ascii_signs))


def legible(text: str, *, ascii_signs: bool = False) -> str:
    """The text as `say_legibly` prints it: what is to be measured must be so before."""
    if ascii_signs or not _stdout_is_unicode() or terminal_encoding(os.environ) != "utf-8":
        from callmon.core.ascii_signs import TABLE  # noqa: PLC0415  # most terminals have them all

        text = text.translate(TABLE)
    if _stdout_is_unicode():
        return text
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def tell(sentence: str) -> None:
    """Print a sentence for people on stderr. What cannot be written is thrown away: nobody can be told of it."""
    logging.getLogger(__name__).info("%s", sentence)
    with _stderr_may_fail():
        click.echo(f"callmon: {without_password(sentence)}", err=True)


def show(error: click.ClickException) -> None:
    """Print what ended the command on stderr, as `tell` does."""
    written = io.StringIO()
    error.show(written)
    with _stderr_may_fail():
        click.echo(without_password(written.getvalue()), nl=False, err=True)


def say_json(value: object, *, indent: int | None = 2) -> None:
    """Print a value as JSON on stdout, as `say` does."""
    say(json_text(value, indent=indent))


def json_text(value: object, *, indent: int | None = 2) -> str:
    r"""JSON that a person can read and no terminal obeys: what is not printable is written ``\u…``."""
    text = json.dumps(value, ensure_ascii=not _stdout_is_unicode(), indent=indent)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(char if char == "\n" or char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    point = ord(char)
    if point < _PLANE:
        return f"\\u{point:04x}"
    point -= _PLANE
    return f"\\u{0xD800 + (point >> 10):04x}\\u{0xDC00 + (point & 0x3FF):04x}"


def _stdout_is_unicode() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")


@contextmanager
def _stderr_may_fail() -> Iterator[None]:
    """If it does, it is pointed to nowhere, so that no later write or flush fails again."""
    try:
        yield
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stderr.fileno())
        os.close(nowhere)
