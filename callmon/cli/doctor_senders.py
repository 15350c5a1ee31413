"""What the doctor looks at of those who send notifications: who may, and whether they can be checked."""

from __future__ import annotations

from callmon.cli.controls import bots_of
from callmon.cli.doctor_findings import Finding, Level
from callmon.graph.inbound_download import OPENID_URL, KeysProblem, download
from callmon.settings.model import Settings


def senders(settings: Settings, *, offline: bool) -> Finding:
    """Who may send. Unless `offline`, the keys for Graph's own tokens are fetched."""
    ways = ["with the shared token"] if settings.feed_token is not None else []
    if not settings.verify_sender:
        who = f"Whoever comes {ways[0]}" if ways else "Whatever runs on this machine"
        return Finding("senders", Level.OK, f"{who} may send notifications to {settings.listen}.")
    checked = [name or "the bot without a name" for name, bot in bots_of(settings).items() if bot.client_id]
    said = f"Who comes {' or '.join([*ways, 'with a token of Graph'])} may send; known are {', '.join(checked)}."
    if offline:
        return Finding("senders", Level.OK, said)
    keys = download(settings.openid_url or OPENID_URL)
    if isinstance(keys, KeysProblem):
        return Finding("senders", Level.PROBLEM, keys.sentence)
    return Finding("senders", Level.OK, f"{said} There are {len(keys)} keys of Graph.")
