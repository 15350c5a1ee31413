"""Which Graph, and as whom to sign in there: for the bot without a name, and for each that has one."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from callmon.core.text import is_bot_name
from callmon.settings.sections.base import Section
from callmon.settings.sections.sign_in import SignInSection
from callmon.settings.values import quoted


def bot_name(name: str) -> str:
    """The name, if a bot can have it. Raises `ValueError`."""
    if not is_bot_name(name):
        raise ValueError(
            f"{quoted(name)} cannot be the name of a bot. Write up to 64 letters, digits, dots, dashes and "
            "underscores, the first of them a letter or a digit."
        )
    return name


class CredentialsSection(Section, SignInSection):
    """Which Graph, and as whom to sign in there."""

    bots: dict[Annotated[str, AfterValidator(bot_name)], SignInSection] = Field(default_factory=dict)
    """The bots that send to /api/calls/NAME, each with settings of its own. Nothing of another bot is used for one."""
