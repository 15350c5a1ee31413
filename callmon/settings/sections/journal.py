"""Where everything that happens is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from platformdirs import user_state_path
from pydantic import Field, PlainValidator

from callmon.settings.sections.base import Section
from callmon.settings.values import text_in


def _journal(value: object) -> Path:
    if isinstance(value, Path):
        return value
    text = text_in(value)
    if not text:
        raise ValueError("it is empty. Name a file, or leave it out for the default one.")
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", text)
    if scheme is None:
        return Path(text).expanduser()
    if scheme[1].lower() in {"redis", "rediss"}:
        raise ValueError(
            "this version keeps its journal in a file only, there is no Redis journal yet. Name a file, such as "
            "/var/lib/callmon/journal.db, or leave it out for the default one."
        )
    parts = urlsplit(text)
    if scheme[1].lower() != "sqlite" or parts.netloc or not parts.path.strip("/"):
        raise ValueError("it is neither a path nor an address like sqlite:///var/lib/callmon/journal.db.")
    return Path("/" + unquote(parts.path).lstrip("/"))


def default_journal() -> Path:
    """The journal's file if none is named: in the user's state directory (``$XDG_STATE_HOME``)."""
    return user_state_path("callmon") / "journal.db"


class JournalSection(Section):
    """Where everything that happens is kept."""

    journal: Annotated[Path, PlainValidator(_journal, json_schema_input_type=str)] = Field(
        default_factory=default_journal
    )
    """The journal: a file, or ``sqlite:///ABSOLUTE/PATH``."""
