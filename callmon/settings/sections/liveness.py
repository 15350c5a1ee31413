"""When a call that falls silent is doubted, whether it is checked then, and when a feed that falls silent is deaf."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator

from callmon.core.doubt import PATIENCE_S
from callmon.core.states import state_named
from callmon.settings.sections.base import Section
from callmon.settings.values import quoted, text_in

_HOW = "Write it like established=1200,hold=3600, or as a table in the file."


def _patience(value: object) -> Mapping[str, float]:
    pairs = value.items() if isinstance(value, Mapping) else _pairs(text_in(value))
    return MappingProxyType({**PATIENCE_S, **{_state(name): _seconds(name, given) for name, given in pairs}})


def _pairs(text: str) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    if not all(equals for _, equals, _ in parts):
        raise ValueError(f"{quoted(text)} does not say how many seconds for which state. {_HOW}")
    return [(name.strip(), given.strip()) for name, _, given in parts]


def _state(name: object) -> str:
    state = state_named(str(name))
    if state not in PATIENCE_S:
        raise ValueError(f"{quoted(str(name))} is no state of an active call. The states are {', '.join(PATIENCE_S)}.")
    return state


def _seconds(name: object, given: object) -> float:
    try:
        seconds = float(given) if isinstance(given, int | float | str) else float("nan")
    except (ValueError, OverflowError):
        seconds = float("nan")
    if not (isfinite(seconds) and seconds > 0):
        raise ValueError(f"{quoted(str(given))} for {quoted(str(name))} is no number of seconds above 0. {_HOW}")
    return seconds


def _limit(seconds: float) -> float:
    if not (isfinite(seconds) and seconds > 0):
        raise ValueError("it must be a number of seconds above 0.")
    return seconds


class LivenessSection(Section):
    """When a call that falls silent is doubted, whether it is checked then, and when a silent feed is deaf."""

    doubt_after_s: Annotated[
        Mapping[str, float], PlainValidator(_patience, json_schema_input_type=dict[str, float] | str)
    ] = Field(default_factory=lambda: PATIENCE_S)
    """For how many seconds a call may be silent before it is doubted, by state; what is not named keeps its default."""
    deaf_after_s: Annotated[float, AfterValidator(_limit)] | None = None
    """For how many seconds the feed may be silent while calls are active; learned from its own past if not set."""
    auto_check: bool = True
    """Whether the console asks Graph about calls in doubt by itself, if it can sign in; a GET changes nothing."""
