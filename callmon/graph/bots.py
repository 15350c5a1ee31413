"""The bots whose calls can be hung up here: each order goes out with the credentials of its own bot, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Event

from callmon.core.answers import Answer
from callmon.core.calls import RIVALS_KEPT
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.core.text import visible
from callmon.graph.control import GraphControl
from callmon.graph.naming import in_file
from callmon.ports import OnWait, Target, unseen


@dataclass(frozen=True, slots=True)
class NoAccess:
    """Why nothing can be sent for a bot."""

    sentence: str
    """What is missing and what to set."""


class BotControls:
    """`callmon.ports.CallControl` for several bots. Safe to use from several threads."""

    def __init__(
        self, bots: Mapping[str, GraphControl | NoAccess], applications: Mapping[str, str] | None = None
    ) -> None:
        """By the name that the feed has for the bot; the empty name is that of the bot without one.

        `applications` tells which application each is, if that is known: two names of one are no conflict. If the
        empty name has none, there is no bot without a name, and what comes without one claims no call.
        """
        self._bots = dict(bots)
        self._applications = dict(applications or {})

    def why_not(self, target: Target) -> str:
        """Why nothing could be sent about this call; empty if it could."""
        control = self._of(target)
        return control.sentence if isinstance(control, NoAccess) else control.why_not(target)

    def address(self, target: Target) -> str:
        """The URL that an order about this call goes to, at its own bot's Graph; empty if nothing could be sent."""
        control = self._of(target)
        return "" if isinstance(control, NoAccess) else control.address(target)

    def hang_up(self, target: Target, on_wait: OnWait = unseen, called_off: Event | None = None) -> HangUpOutcome:
        """Let the call's own bot hang it up. Blocks, never raises."""
        control = self._of(target)
        if isinstance(control, NoAccess):
            return HangUpOutcome(Answer.NOT_SIGNED_IN, control.sentence)
        return control.hang_up(target, on_wait, called_off)

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
        if target.rivals:
            return self._of_several(target)
        known = self._bots.get(target.bot)
        return known if known is not None else _unknown(target.bot, sorted(filter(None, self._bots)))

    def _of_several(self, target: Target) -> GraphControl | NoAccess:
        """The way to Graph for a call that was reported under several names: only if all are one application."""
        names = (target.bot, *target.rivals)
        claims = [name for name in names if name or self._applications.get("")]
        applications = {self._applications.get(name) for name in claims}
        one = len(claims) == 1 or (len(applications) == 1 and None not in applications)
        if not one or len(target.rivals) >= RIVALS_KEPT:
            return _several(names)
        controls = [self._of(replace(target, bot=name, rivals=())) for name in claims]
        return next((control for control in controls if isinstance(control, GraphControl)), controls[0])


def _several(names: tuple[str, ...]) -> NoAccess:
    listed = " and ".join(visible(name) or "the one without a name" for name in names)
    return NoAccess(
        f"Several bots reported this call ({listed}), and the settings do not say that they are one application, so "
        "nothing shows with whose credentials it may be hung up; nothing was sent. If they are one, give them the same "
        "client_id; else let each bot's notifications come only to an address of its own."
    )


def _unknown(bot: str, known: list[str]) -> NoAccess:
    there = f" There are tables for {', '.join(known)}." if known else ""
    table = f"[bots.{visible(in_file(bot))}]"
    return NoAccess(
        f"No credentials for the bot {visible(bot)}, and those of another are never used for its calls. Give it a "
        f"table {table} in the settings file with its tenant_id, client_id and client_secret.{there}"
    )
