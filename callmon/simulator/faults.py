"""How the fake Graph misbehaves on demand: rules, by call or by rate, as values and as JSON.

The same rules and seed give the same faults for the same call, whatever else goes on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from callmon.simulator.dice import dice, happens
from callmon.simulator.live import comparable


class Fault(StrEnum):
    """What can go wrong with a hang-up. The numbers are HTTP statuses, some with Graph's own code."""

    UNAUTHORIZED = "401"
    NOT_REGISTERED = "403-7503"
    NOT_PERMITTED = "403-7504"
    OTHER_TENANT = "403-7505"
    LOST = "404"
    """Graph says that there is no such call, though there is."""
    CONFLICT = "409"
    THROTTLED = "429"
    """Without ``Retry-After``, as the next three are with it."""
    THROTTLED_SECONDS = "429-seconds"
    THROTTLED_FRACTION = "429-fraction"
    THROTTLED_DATE = "429-date"
    FAILED = "500"
    BAD_GATEWAY = "502"
    BUSY = "503"
    BUSY_SECONDS = "503-seconds"
    """With ``Retry-After``."""
    GATEWAY_TIMEOUT = "504"
    RESET = "reset"
    """The connection breaks before an answer."""
    LATE = "late"
    """The call is hung up, but the answer comes late."""
    IGNORED = "ignored"
    """204, and the call goes on as if nothing had been asked."""
    UNHEARD = "unheard"
    """204 and the call ends, but no notification tells of it."""


class Body(StrEnum):
    """What stands in the body of an error."""

    GRAPH = "graph"
    """An error of Graph's shape."""
    HTML = "html"
    """A page, as a gateway or a proxy gives it."""
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Rule:
    """When something goes wrong, and what."""

    fault: Fault
    call: str | None = None
    """The one call that it happens to; None for all."""
    rate: float = 1.0
    """The part of the hang-ups that it happens to, 0 to 1."""
    times: int | None = None
    """Only the first so many DELETEs of a call; None for all."""
    seconds: float = 2.0
    """What ``Retry-After`` asks to wait, or how late an answer comes."""
    body: Body = Body.GRAPH
    acts: bool = False
    """Whether the call is hung up all the same, though the answer says otherwise."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Rules in their order: the first that holds for a DELETE decides. Without rules nothing goes wrong."""

    rules: tuple[Rule, ...] = ()
    seed: int = 1

    def rule_for(self, call_id: str, before: int) -> Rule | None:
        """What goes wrong with the next DELETE of this call, which `before` others preceded; None if nothing."""
        key = comparable(call_id)
        for index, rule in enumerate(self.rules):
            meant = rule.call is None or comparable(rule.call) == key
            due = rule.times is None or before < rule.times
            if meant and due and happens(dice(f"{self.seed} {key} {before} {index}"), rule.rate):
                return rule
        return None


MIX = (
    Rule(Fault.THROTTLED_SECONDS, rate=0.04),
    Rule(Fault.THROTTLED_FRACTION, rate=0.03, seconds=2.128),
    Rule(Fault.BUSY_SECONDS, rate=0.03, seconds=3),
    Rule(Fault.BUSY, rate=0.03, body=Body.HTML),
    Rule(Fault.BAD_GATEWAY, rate=0.03, body=Body.EMPTY),
    Rule(Fault.GATEWAY_TIMEOUT, rate=0.03, acts=True),
    Rule(Fault.FAILED, rate=0.03),
    Rule(Fault.RESET, rate=0.03),
    Rule(Fault.RESET, rate=0.03, acts=True),
    Rule(Fault.LATE, rate=0.03, seconds=5),
    Rule(Fault.CONFLICT, rate=0.03),
    Rule(Fault.OTHER_TENANT, rate=0.02),
    Rule(Fault.NOT_PERMITTED, rate=0.02),
    Rule(Fault.LOST, rate=0.02),
    Rule(Fault.IGNORED, rate=0.03),
    Rule(Fault.UNHEARD, rate=0.03),
)
"""A bad day: about every third DELETE meets one of these."""


def rules_in(body: bytes) -> tuple[Rule, ...] | None:
    """The rules of ``{"rules": [{"fault": …, …}, …]}``; None if it is anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    listed = value.get("rules") if isinstance(value, dict) and set(value) == {"rules"} else None
    if not isinstance(listed, list):
        return None
    rules = [_rule(item) for item in listed]
    return None if None in rules else tuple(rule for rule in rules if rule is not None)


def as_json(rules: tuple[Rule, ...]) -> dict[str, Any]:
    """The rules in the form that `rules_in` reads."""
    return {"rules": [asdict(rule) for rule in rules]}


_LONGEST_S = 3600.0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_good(name: str, value: Any) -> bool:
    match name:
        case "call":
            return value is None or isinstance(value, str)
        case "rate":
            return _is_number(value) and 0 <= value <= 1
        case "times":
            return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1)
        case "seconds":
            return _is_number(value) and 0 <= value <= _LONGEST_S
        case "acts":
            return isinstance(value, bool)
        case _:
            return name in _NAMES and isinstance(value, str) and value in _NAMES[name]


_NAMES: Mapping[str, frozenset[str]] = MappingProxyType({"fault": frozenset(Fault), "body": frozenset(Body)})


def _rule(item: object) -> Rule | None:
    if not isinstance(item, dict) or "fault" not in item:
        return None
    if not all(_is_good(name, value) for name, value in item.items()):
        return None
    return Rule(**item | {"fault": Fault(item["fault"]), "body": Body(item.get("body", Body.GRAPH))})
