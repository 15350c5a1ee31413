"""What several sections ask of a value. A `ValueError` is a refusal; its words end up on the operator's terminal."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from callmon.core.text import visible

_SHOWN_CHARS = 80


def text_in(value: object) -> str:
    """The text, without the blanks around it. Raises `ValueError` if it is none."""
    if not isinstance(value, str):
        raise ValueError("it must be text in quotes.")  # pydantic takes a ValueError as a refusal
    return value.strip()


def quoted(text: str) -> str:
    """What was written, short and harmless, for a sentence."""
    shown = text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
    return f"“{visible(shown)}”"


Text = Annotated[str, BeforeValidator(text_in, json_schema_input_type=str)]
