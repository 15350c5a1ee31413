"""How calls are hung up here."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from callmon.core.origins import is_imported
from callmon.core.text import visible
from callmon.settings.sections.base import Section
from callmon.settings.values import Text

_NAME_CHARS = 200


def _operator(value: str) -> str:
    if is_imported(value):
        raise ValueError("what begins so was imported, not done here; choose a name that does not begin with “import”.")
    return visible(value)[:_NAME_CHARS]


_SHORTEST_S, _LONGEST_S = 10, 86400


def _idle(seconds: float) -> float:
    if not _SHORTEST_S <= seconds <= _LONGEST_S:
        raise ValueError(f"it must be a number of seconds from {_SHORTEST_S} to {_LONGEST_S}.")
    return seconds


class HangUpSection(Section):
    """How calls are hung up here."""

    operator: Annotated[Text, AfterValidator(_operator)] | None = None
    """Whose name a hang-up carries in the journal; login name and host if not set."""
    armed: bool = True
    """Whether the console begins with hang-ups armed. If not, a key arms them, and they disarm themselves."""
    arm_for_s: Annotated[float, AfterValidator(_idle)] = 300.0
    """If they have to be armed: after so many seconds without a key they are disarmed."""
