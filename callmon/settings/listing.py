"""Every setting by its name, for those who show or report them."""

from __future__ import annotations

from collections.abc import Iterator

from callmon.settings.bots import setting_of_bot
from callmon.settings.loading import Loaded
from callmon.settings.model import Settings
from callmon.settings.origins import BOTS, Origin


def each_setting(outcome: Loaded[Settings]) -> Iterator[tuple[str, object, Origin]]:
    """Name, value and origin. Of a bot (``bots.NAME.SETTING``), only what was set: all else has its default."""
    settings = outcome.settings
    for name, came in outcome.origins.items():
        if (found := setting_of_bot(name)) is not None:
            yield name, getattr(settings.bots[found[0]], found[1]), came
        elif name != BOTS or not settings.bots:
            yield name, getattr(settings, name), came
