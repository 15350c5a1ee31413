"""What several sections ask of a value. A `ValueError` is a refusal; its words end up on the operator's terminal."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, SecretStr

from callmon.core.passwords import without_password
from callmon.core.text import visible

_SHOWN_CHARS = 80
_TOKEN_CHARS = 16
_TOKEN = re.compile(rf"[A-Za-z0-9._~+/=-]{{{_TOKEN_CHARS},}}")


def text_in(value: object) -> str:
    """The text, without the blanks around it. Raises `ValueError` if it is none."""
    if not isinstance(value, str):
        raise ValueError("it must be text in quotes.")  # pydantic takes a ValueError as a refusal
    return value.strip()


def quoted(text: str) -> str:
    """What was written, short and harmless, for a sentence."""
    text = without_password(text)
    shown = text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
    return f"“{visible(shown)}”"


def listed(value: object) -> Any:
    """A list of names; in the environment they stand in one text, with commas between them."""
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


def known_names(
    names: tuple[str, ...], known: tuple[str, ...], complaint: str, advice: str = "Write some"
) -> tuple[str, ...]:
    """The names, if all of them are known. Raises `ValueError`."""
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise ValueError(f"{quoted(unknown)} {complaint}. {advice} of {', '.join(known)}.")
    return names


def token_in(token: SecretStr) -> SecretStr:
    """A token that somebody else must know, if it is hard to guess and can stand in a header. Raises `ValueError`."""
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError(
            f"it must be {_TOKEN_CHARS} or more letters, digits and -._~+/= without spaces, such as what "
            "“openssl rand -hex 32” prints."
        )
    return token


def _no_yes_or_no(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("it must be a whole number.")  # pydantic would take true for 1
    return value


Whole = Annotated[int, BeforeValidator(_no_yes_or_no, json_schema_input_type=int)]
"""A whole number, also as text."""
Text = Annotated[str, BeforeValidator(text_in, json_schema_input_type=str)]
