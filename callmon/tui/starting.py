"""The console is on the screen before it has its parts: how making them may fail, and how they are waited for."""

from __future__ import annotations

LOOK_AGAIN_S = 0.05
"""So often is looked whether the means to hang up are ready."""


class StartError(Exception):
    """The parts could not be made. The text is a sentence for the person at the console."""


class StartLater(StartError):  # noqa: N818  # its name says what is the case
    """The same, but they may be made a little later: it is tried again."""
