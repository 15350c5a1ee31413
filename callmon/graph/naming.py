"""How the settings that decide with whose credentials something is sent are called, for sentences about them."""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX = "CALLMON_"


@dataclass(frozen=True, slots=True)
class SettingNames:
    """The names of one bot's settings in the environment."""

    bot: str = ""
    """As the feed calls it; empty for the settings that stand alone."""

    def __getitem__(self, setting: str) -> str:
        """``CALLMON_CLIENT_SECRET``, or ``CALLMON_BOTS__FRONT_DESK__CLIENT_SECRET`` for the bot ``front-desk``."""
        return f"{PREFIX}BOTS__{in_environment(self.bot)}__{setting.upper()}" if self.bot else PREFIX + setting.upper()

    def say(self, sentence: str) -> str:
        """The sentence, with the names in place of what stands in braces."""
        return sentence.format_map(self)


def in_environment(bot: str) -> str:
    """A bot's name as a part of the name of a variable, which can hold neither dots nor dashes."""
    return re.sub(r"[^A-Z0-9]", "_", bot.upper())


def in_file(bot: str) -> str:
    """A bot's name as a part of a table's name in the settings file: to TOML, a bare dot begins another table."""
    return f'"{bot}"' if "." in bot else bot


UNNAMED = SettingNames()
"""Those of the bot without a name."""
