"""What is written in the README: its blocks of code, its tables, what stands between backticks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
"""Language and text of each block of code."""
PROSE = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
SPANS = re.findall(r"`([^`\n]+)`", PROSE)
"""What stands between backticks, outside the blocks."""


def blocks(language: str) -> list[str]:
    """The blocks in this language."""
    return [text for each, text in BLOCKS if each == language]


def _commands_in(block: str) -> Iterator[str]:
    command = ""
    for line in block.splitlines():
        command += line
        try:
            shlex.split(command)
        except ValueError:  # a quotation goes on in the next line
            command += "\n"
            continue
        yield command
        command = ""
    assert not command, f"{command!r} does not end"


COMMANDS = [command for block in blocks("sh") for command in _commands_in(block)]
"""Everything that a reader is told to type."""


def section(heading: str) -> str:
    """What stands below a heading of the second level, up to the next one."""
    return README.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def tables(heading: str) -> list[list[tuple[str, str]]]:
    """The tables of two columns below a heading of the second level, without their heads."""
    found = re.findall(r"(?:^\|.*\|\n)+", section(heading), re.MULTILINE)
    return [re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE)[1:] for table in found]
