"""The operator's own keys, from the settings to the screen."""

from __future__ import annotations

from collections.abc import Mapping

from callmon.cli.exits import ExitCode, Failure


def keymap(written: Mapping[str, str]) -> Mapping[str, str]:
    """The keys as the screen takes them. Raises `Failure` with a sentence for each that must not be."""
    if not written:
        return {}
    from callmon.tui.keymap import problems, read  # noqa: PLC0415  # it imports every screen there is

    if told := problems(written):
        raise Failure(*told, code=ExitCode.USAGE)
    return read(written)
