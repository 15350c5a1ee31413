"""What the screen looks like."""

from __future__ import annotations

from callmon.settings.sections.base import Section


class ScreenSection(Section):
    """What the screen looks like."""
