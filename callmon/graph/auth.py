"""Application tokens for Microsoft Graph: what they are, who has them, and why there may be none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from callmon.graph.naming import UNNAMED, SettingNames

SENDABLE = re.compile(r"[!-~]+")
"""What can stand in a header as a token."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. Its value shows up in neither `repr` nor `str`."""

    value: str = field(repr=False)
    expires_on: datetime | None = None
    """When it ends: aware, UTC; None if that is not known."""


@dataclass(frozen=True, slots=True)
class SignInProblem:
    """Why there is no token. Holds no secret."""

    sentence: str
    """What happened and what to do, in one or two sentences."""
    code: str | None = None
    """Microsoft Entra's code (``AADSTS7000215``), else the OAuth error, if there was one."""
    retry_helps: bool = False
    """True if asking again, later, may succeed with the same settings."""


class TokenSource(Protocol):
    """Something that has application tokens. Safe to use from several threads; blocks (network), never raises."""

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        """A token that has not expired; with `fresh` a new one, because Graph refused the one in use."""
        ...


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A token that somebody else got (``CALLMON_ACCESS_TOKEN``). It cannot be renewed here."""

    value: str = field(repr=False)
    names: SettingNames = UNNAMED

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        """The token as given; a problem if it can be none, or if a fresh one is wanted."""
        if fresh:
            return self._problem(
                "Graph refused the access token in {access_token}, and callmon cannot renew it. "
                "Put a new one there and start callmon again."
            )
        value = self.value.strip()
        if not value:
            return self._problem("The access token in {access_token} is empty. Put one there.")
        if not SENDABLE.fullmatch(value):
            return self._problem(
                "The access token in {access_token} holds characters that no token has, so it is never sent. Check how "
                "it was copied."
            )
        return Token(value)

    def _problem(self, sentence: str) -> SignInProblem:
        return SignInProblem(self.names.say(sentence))
