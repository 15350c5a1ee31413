"""``[bots.NAME]`` in the settings file, and ``CALLMON_BOTS__NAME__SETTING`` in the environment, which comes first.

A variable can hold neither dots nor dashes, so ``CALLMON_BOTS__FRONT_DESK__CLIENT_SECRET`` belongs to the bot
``front-desk`` if the file has a table for it. A bot that only the environment knows has its name in lower case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from callmon.graph.naming import SettingNames, in_environment
from callmon.settings.environment import BELOW
from callmon.settings.origins import BOTS, Layer, odd_tables
from callmon.settings.sections.sign_in import SignInSection


def named_as(tables: Sequence[Layer], environment: Layer) -> tuple[Layer, Sequence[str], Sequence[str]]:
    """The environment with its bots called as they are in the tables; then its problems, and what is odd about it."""
    known = {name: in_environment(name).lower() for layer in tables for name, _ in layer.bots()}
    bots: dict[str, dict[str, Any]] = {}
    problems, warnings = [_no_setting(label) for label in odd_tables(environment.given.get(BOTS))], []
    for label, table in environment.bots():
        meant = [name for name, written in known.items() if written == label] or [label]
        for setting, value in table.items():
            variable = SettingNames(label)[setting]
            if len(meant) > 1:
                problems.append(f"{variable}: it could mean the bot {' or '.join(meant)}. Set it in the file instead.")
            elif setting in SignInSection.model_fields:
                bots.setdefault(meant[0], {})[setting] = value
            else:
                near = get_close_matches(setting, SignInSection.model_fields, n=1)
                hint = f" Is it meant to end with {near[0].upper()}?" if near else ""
                warnings.append(f"{variable}: a bot has no such setting, so it is ignored.{hint}")
    others = {name: value for name, value in environment.given.items() if name != BOTS or not isinstance(value, dict)}
    return replace(environment, given=others | ({BOTS: bots} if bots else {})), problems, warnings


def _no_setting(label: str) -> str:
    example = SettingNames(label)["client_id"]
    variable = example.rpartition(BELOW)[0]
    return f"{variable}: it names a bot, but no setting of it. Write what is meant, such as {example}."


def setting_of_bot(name: str) -> tuple[str, str] | None:
    """Bot and setting in ``bots.NAME.SETTING``; None for every other name. Names of bots have dots, too."""
    bots, _, rest = name.partition(".")
    bot, _, setting = rest.rpartition(".")
    return (bot, setting) if bots == BOTS and bot else None
