"""How calls are hung up here."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from callmon.core.text import visible
from callmon.settings.sections.base import Section
from callmon.settings.values import Text

_NAME_CHARS = 200


def _operator(value: str) -> str:
    return visible(value)[:_NAME_CHARS]


class HangUpSection(Section):
    """How calls are hung up here."""

    operator: Annotated[Text, AfterValidator(_operator)] | None = None
    """Whose name a hang-up carries in the journal; login name and host if not set."""
