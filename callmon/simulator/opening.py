"""The first moments of a show: most calls are under way already, some arrive, a few are about to end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice

from callmon.simulator.dice import dice
from callmon.simulator.repertoire import Repertoire
from callmon.simulator.script import CallScript

_UNDER_WAY = (
    "meeting", "p2p-incoming", "pstn-in", "recording", "p2p-answered", "group", "menu", "escalation", "pstn-out",
)  # fmt: skip
_ARRIVING = ("p2p-incoming", "pstn-in", "p2p-answered", "transfer-failed", "pstn-out", "p2p-unanswered")
_ENDING = (("pstn-out-failed", 5.0), ("lobby-timeout", 10.0), ("media-failure", 17.0))
"""What ends early on, and after how many seconds."""
_LEFT_AT_LEAST_S = 30.0
"""A call under way has at least so many seconds to go, so that the board does not empty as it fills."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One call of the opening."""

    after_s: float
    """Seconds from the start of the show."""
    script: CallScript


def opening(repertoire: Repertoire, count: int, seed: int) -> list[Entrance]:
    """The first `count` calls: a quarter end within 20 s (at most three), a quarter arrive, the rest go on."""
    rng = dice(seed)
    ending = min(len(_ENDING), count // 4)
    arriving = count // 4
    under_way = count - ending - arriving
    entrances = [
        Entrance(rng.uniform(0.0, 0.7), _under_way(repertoire.call(kind), rng.random()))
        for kind in islice(cycle(_UNDER_WAY), under_way)
    ]
    entrances += [
        Entrance(0.2 + 3.0 * index * rng.uniform(0.5, 1.0), repertoire.call(kind))
        for index, kind in enumerate(islice(cycle(_ARRIVING), arriving))
    ]
    entrances += [Entrance(0.3, _ending_in(repertoire.call(kind), left_s)) for kind, left_s in _ENDING[:ending]]
    return entrances


def _under_way(script: CallScript, share: float) -> CallScript:
    """The call somewhere between its `established` and a while before its end."""
    earliest = script.established_s or 0.0
    latest = max(earliest, script.length_s - _LEFT_AT_LEAST_S)
    return script.aged(earliest + share * (latest - earliest))


def _ending_in(script: CallScript, left_s: float) -> CallScript:
    return script.aged(max(0.0, script.length_s - left_s))
