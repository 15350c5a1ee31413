"""How much room a hang-up needs: whoever says yes must have had before his eyes what he said it to."""

from __future__ import annotations

from textual.geometry import Size

LEAST = Size(60, 12)
"""On a smaller terminal not everything that tells a call from others, or not every button, is in sight."""


def too_small(terminal: Size) -> str:
    """Why nothing can be hung up on a terminal of that size, and what to do; empty if it can."""
    if terminal.width >= LEAST.width and terminal.height >= LEAST.height:
        return ""
    return (
        f"This terminal ({terminal.width}x{terminal.height}) is too small to show what would be hung up. "
        f"Make it {LEAST.width}x{LEAST.height} or larger."
    )
