"""What the settings allow callmon to do at Graph."""

from __future__ import annotations

from dataclasses import dataclass

from callmon.graph.auth import MsalTokens, StaticToken
from callmon.graph.clouds import CLOUDS
from callmon.graph.control import GraphControl
from callmon.settings.model import Settings
from callmon.settings.origins import PREFIX


@dataclass(frozen=True, slots=True)
class NoControl:
    """Why nothing can be sent to Graph."""

    sentence: str
    """What is missing and what to set."""


def root_of(settings: Settings) -> str:
    """The root of the Graph that a hang-up would go to."""
    return settings.graph_url or CLOUDS[settings.cloud].graph_root


def control_of(settings: Settings) -> GraphControl | NoControl:
    """The way to Graph. Nothing is sent and nobody signs in before the first order."""
    if settings.access_token is not None:
        return GraphControl(root_of(settings), StaticToken(settings.access_token.get_secret_value()))
    if settings.graph_url is not None:
        return NoControl(
            "No credentials for the Graph in CALLMON_GRAPH_URL: set CALLMON_ACCESS_TOKEN to a token for it. A token "
            "from Microsoft Entra is sent to Microsoft's own Graph only."
        )
    tenant_id, client_id, secret = settings.tenant_id, settings.client_id, settings.client_secret
    if not tenant_id or not client_id or secret is None:
        return NoControl(_missing(settings))
    tokens = MsalTokens(tenant_id, client_id, secret.get_secret_value(), CLOUDS[settings.cloud])
    return GraphControl(root_of(settings), tokens)


def _missing(settings: Settings) -> str:
    names = [name for name in ("tenant_id", "client_id", "client_secret") if not getattr(settings, name)]
    *first, last = [PREFIX + name.upper() for name in names]
    listed = f"{', '.join(first)} and {last}" if first else last
    return (
        f"No credentials: set {listed} to those of the bot's application registration. "
        "Without them callmon can watch calls, but not hang them up."
    )
