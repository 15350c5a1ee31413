"""Takes secrets out of text that is written for others to read: reports and logs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel, SecretStr

from callmon.core.passwords import MASK, without_password
from callmon.graph.naming import PREFIX
from callmon.journal.addresses import RedisAddress

_SHORTEST = 4
"""A shorter secret is found in too much that is none."""
_SECRET_NAMES = ("SECRET", "TOKEN", "PASSWORD")
_BEARER = re.compile(r"(?i)(bearer\s+|access_token[\"'=: ]+|client_assertion=)[A-Za-z0-9._~+/=-]+")


class Scrubber:
    """Knows the secrets of these settings, and forms in which secrets come."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({each for each in secrets if len(each) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    @classmethod
    def of(cls, settings: BaseModel) -> Scrubber:
        """Takes out what is secret in these settings."""
        return cls([*_secrets(settings), *_environment()])

    @classmethod
    def of_environment(cls) -> Scrubber:
        """Where no settings hold: takes out what looks like a secret among the variables."""
        return cls(_environment())

    def __call__(self, text: str) -> str:
        """The text with a mask in place of each secret."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return without_password(_BEARER.sub(rf"\1{MASK}", text))


def _secrets(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, RedisAddress):
        yield from value.passwords
    elif isinstance(value, BaseModel):
        yield from _secrets([getattr(value, name) for name in type(value).model_fields])
    elif isinstance(value, Mapping):
        yield from _secrets(list(value.values()))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for each in value:
            yield from _secrets(each)


def _environment() -> Iterator[str]:
    for name, value in os.environ.items():
        if name.startswith(PREFIX) and name.endswith(_SECRET_NAMES):
            yield value
