"""Passwords in addresses: where the libraries that are given an address look for one."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

MASK = "**********"

_IN_LOGIN = re.compile(r"(?<=://)([^/?#\s:]*):[^/?#\s]*@")
"""``//USER:PASSWORD@``. The last @ ends the password, as it does for `urllib.parse`."""
_OPTION = re.compile(r"(?<=[?&])([^=&#\s]+)=([^&#\s]+)")
_OPTION_NAME = "password"
"""How the names of options end that hold one: ``password``, ``ssl_password``, ``sentinel_password`` (redis-py)."""


def without_password(text: str) -> str:
    """The text with a mask in place of the passwords of addresses in it."""
    return _OPTION.sub(_masked, _IN_LOGIN.sub(rf"\1:{MASK}@", text))


def holds_password(option: str) -> bool:
    """Whether an option of that name, as it stands in an address, holds one."""
    return unquote_plus(option).lower().endswith(_OPTION_NAME)


def _masked(option: re.Match[str]) -> str:
    return f"{option[1]}={MASK}" if holds_password(option[1]) else option[0]
