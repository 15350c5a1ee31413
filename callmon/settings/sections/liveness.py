"""When a call that falls silent is doubted."""

from __future__ import annotations

from callmon.settings.sections.base import Section


class LivenessSection(Section):
    """When a call that falls silent is doubted."""
