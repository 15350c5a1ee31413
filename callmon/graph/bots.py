"""The bots whose calls can be hung up here: each order goes out with the credentials of its own bot, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from callmon.core.hangup import Answer, CheckOutcome, HangUpOutcome
from callmon.core.text import visible
from callmon.graph.control import GraphControl
from callmon.ports import OnWait, Target, unseen


@dataclass(frozen=True, slots=True)
class NoAccess:
    """Why nothing can be sent for a bot."""

    sentence: str
    """What is missing and what to set."""


class BotControls:
    """`callmon.ports.CallControl` for several bots. Safe to use from several threads."""

    def __init__(self, bots: Mapping[str, GraphControl | NoAccess]) -> None:
        """By the name that the feed has for the bot; the empty name is that of the bot without one."""
        self._bots = dict(bots)

    def why_not(self, target: Target) -> str:
        """Why nothing could be sent about this call; empty if it could."""
        control = self._of(target)
        return control.sentence if isinstance(control, NoAccess) else control.why_not(target)

    def hang_up(self, target: Target, on_wait: OnWait = unseen) -> HangUpOutcome:
        """Let the call's own bot hang it up. Blocks, never raises."""
        control = self._of(target)
        if isinstance(control, NoAccess):
            return HangUpOutcome(Answer.NOT_SIGNED_IN, control.sentence)
        return control.hang_up(target, on_wait)

    def cancel(self, call_id: str) -> bool:
        """Let a hang-up of this call give up, whichever bot sends it."""
        controls = [control for control in self._bots.values() if isinstance(control, GraphControl)]
        return sum(control.cancel(call_id) for control in controls) > 0

    def check(self, target: Target) -> CheckOutcome:
        """Let the call's own bot ask for it. Blocks, never raises."""
        control = self._of(target)
        if isinstance(control, NoAccess):
            return CheckOutcome(Answer.NOT_SIGNED_IN, control.sentence)
        return control.check(target)

    def close(self) -> None:
        """Let go of all connections."""
        for control in self._bots.values():
            if isinstance(control, GraphControl):
                control.close()

    def _of(self, target: Target) -> GraphControl | NoAccess:
        known = self._bots.get(target.bot)
        return known if known is not None else _unknown(target.bot, sorted(filter(None, self._bots)))


def _unknown(bot: str, known: list[str]) -> NoAccess:
    there = f" There are tables for {', '.join(known)}." if known else ""
    return NoAccess(
        f"No credentials for the bot {visible(bot)}, and those of another are never used for its calls. Give it a "
        f"table [bots.{visible(bot)}] in the settings file with its tenant_id, client_id and client_secret.{there}"
    )
