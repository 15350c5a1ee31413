"""Where everything that happens is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_state_path
from pydantic import Field, PlainValidator, SecretStr

from callmon.journal.addresses import FileAddress, JournalAddress, RedisAddress, address_of
from callmon.settings.sections.base import Section
from callmon.settings.values import Whole, text_in


def _journal(value: object) -> JournalAddress:
    if isinstance(value, FileAddress | RedisAddress):
        return value
    return FileAddress(value) if isinstance(value, Path) else address_of(text_in(value))


def default_journal() -> FileAddress:
    """The journal's file if none is named: in the user's state directory (``$XDG_STATE_HOME``)."""
    return FileAddress(user_state_path("callmon") / "journal.db")


class JournalSection(Section):
    """Where everything that happens is kept."""

    journal: Annotated[JournalAddress, PlainValidator(_journal, json_schema_input_type=str)] = Field(
        default_factory=default_journal
    )
    """The journal: a file, ``sqlite:///ABSOLUTE/PATH``, or a Redis: ``redis://HOST:PORT/DB``, ``rediss://``, ``unix://``,
    ``redis+sentinel://``, ``redis+cluster://``."""
    redis_password: SecretStr | None = None
    """The password of the Redis in `journal`, in place of one in its URL."""
    redis_wait: Annotated[Whole, Field(ge=0)] = 0
    """How many replicas of that Redis must have a notification before it is answered with 202."""
    journal_keep_days: Annotated[Whole, Field(ge=0, le=36_500)] = 30
    """So many days after a call is over it is forgotten; 0 keeps all. Calls that go on and the audit trail stay."""
    journal_max_mb: Annotated[Whole, Field(ge=0)] = 2048
    """The journal is kept below so many MiB by forgetting its oldest calls that are over; 0 sets no limit."""
