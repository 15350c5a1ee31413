"""The kinds of calls there are, how often each comes, and the endless play of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from callmon.simulator import group, peer
from callmon.simulator.dice import dice
from callmon.simulator.people import Company, found_company
from callmon.simulator.script import CallScript, Draft


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of call."""

    write: Callable[[Draft], None]
    weight: float
    """How often it comes, in proportion to the others."""


KINDS: Mapping[str, Kind] = {
    "p2p-answered": Kind(peer.answered, 14),
    "p2p-unanswered": Kind(peer.unanswered, 7),
    "p2p-incoming": Kind(peer.incoming, 20),
    "menu": Kind(peer.menu, 8),
    "pstn-out": Kind(peer.phone_out, 7),
    "pstn-out-failed": Kind(peer.phone_out_fails, 5),
    "pstn-in": Kind(peer.phone_in, 13),
    "transfer-done": Kind(peer.transferred, 5),
    "transfer-failed": Kind(peer.transfer_fails, 3),
    "media-failure": Kind(peer.media_fails, 2),
    "keep-alive-timeout": Kind(peer.keep_alive_missed, 0.5),
    "rejected": Kind(peer.rejected, 2),
    "redirected": Kind(peer.redirected, 2),
    "meeting": Kind(group.meeting, 5),
    "lobby-timeout": Kind(group.lobby_timeout, 1),
    "group": Kind(group.group, 5),
    "escalation": Kind(group.escalation, 4),
    "recording": Kind(group.recording, 6),
}
"""By name; the names are what ``POST /simulator/calls`` takes."""


class Repertoire:
    """Writes the calls of one company, one after the other. Not for several threads at once."""

    def __init__(self, seed: int, part: str = "") -> None:
        """The same seed gives the same company; each `part` of a show has calls of its own."""
        self._company: Company = found_company(dice(seed))
        self._rng = dice(f"{seed} {part}")

    def call(self, kind_name: str) -> CallScript:
        """The next call, of this kind (a key of `KINDS`)."""
        # A generator of its own per call: what one call's story consumes does not change the next one's.
        draft = Draft(kind_name, dice(self._rng.getrandbits(64)), self._company)
        KINDS[kind_name].write(draft)
        return draft.script()

    def any_call(self) -> CallScript:
        """The next call, of whatever kind chance has it."""
        weights = [kind.weight for kind in KINDS.values()]
        return self.call(self._rng.choices(list(KINDS), weights)[0])


def calls(seed: int) -> Iterator[CallScript]:
    """Calls without end; the same seed gives the same calls, to the byte."""
    repertoire = Repertoire(seed)
    while True:
        yield repertoire.any_call()
