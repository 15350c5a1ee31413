"""What the settings allow callmon to do at Graph, bot by bot."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from callmon.graph.auth import StaticToken, TokenSource
from callmon.graph.bots import BotControls, NoAccess
from callmon.graph.certificate import Certificate
from callmon.graph.clouds import CLOUDS
from callmon.graph.control import GraphControl
from callmon.graph.credentials import Assertion, Credential, KeyringSecret, Secret, SecretFile
from callmon.graph.entra import EntraTokens
from callmon.graph.managed_identity import ManagedIdentityTokens
from callmon.graph.naming import SettingNames
from callmon.graph.tenants import TenantTokens
from callmon.settings.model import Settings
from callmon.settings.sections.sign_in import AMBIENT_TOKEN_FILE, SignInSection

_SYSTEM = "system"


def bots_of(settings: Settings) -> Mapping[str, SignInSection]:
    """The settings of each bot by its name; the empty name is that of the bot without one."""
    return {"": settings, **settings.bots}


def controls_of(settings: Settings) -> BotControls:
    """The ways to Graph. Nothing is sent, nothing is read and nobody signs in before the first order."""
    bots = bots_of(settings)
    applications = {name: application for name, bot in bots.items() if (application := _application(bot))}
    return BotControls({name: _control(bot, SettingNames(name)) for name, bot in bots.items()}, applications)


def _application(bot: SignInSection) -> str:
    """Which application the bot signs in as, at which Graph; empty if the settings name none. No secret is in it."""
    name = bot.client_id or ""
    if not name and bot.sign_in == "managed-identity":
        name = bot.managed_identity or _SYSTEM
    elif not name and bot.sign_in == "token" and bot.access_token is not None:
        name = sha256(bot.access_token.get_secret_value().encode()).hexdigest()
    return f"{name.lower()} at {root_of(bot)}" if name else ""


def root_of(bot: SignInSection) -> str:
    """The root of the Graph that a hang-up would go to."""
    return bot.graph_url or CLOUDS[bot.cloud].graph_root


def _control(bot: SignInSection, names: SettingNames) -> GraphControl | NoAccess:
    tokens = tokens_of(bot, names)
    return tokens if isinstance(tokens, NoAccess) else GraphControl(root_of(bot), tokens, names=names)


def tokens_of(bot: SignInSection, names: SettingNames) -> TokenSource | TenantTokens | NoAccess:
    """Who has the bot's tokens, or why nobody has."""
    if bot.sign_in == "token" and bot.access_token is not None:
        return StaticToken(bot.access_token.get_secret_value(), names)
    if bot.graph_url is not None:
        return NoAccess(
            names.say(
                "No credentials for the Graph in {graph_url}: set {access_token} to a token for it. A token "
                "from Microsoft Entra is sent to Microsoft's own Graph only."
            )
        )
    if bot.sign_in == "managed-identity":
        client_id = None if (bot.managed_identity or _SYSTEM) == _SYSTEM else bot.managed_identity
        return ManagedIdentityTokens(client_id, CLOUDS[bot.cloud], names=names)
    credential = credential_of(bot, names)
    if credential is None or not bot.tenant_id or not bot.client_id:
        return NoAccess(_missing(bot, names, credential))
    return _entra(bot, bot.tenant_id, bot.client_id, credential, names)


def _entra(
    bot: SignInSection, home: str, client_id: str, credential: Credential, names: SettingNames
) -> EntraTokens | TenantTokens:
    def of_tenant(tenant: str) -> EntraTokens:
        return EntraTokens(tenant, client_id, credential, CLOUDS[bot.cloud], names=names)

    return TenantTokens(of_tenant(home), of_tenant) if bot.multi_tenant else of_tenant(home)


def credential_of(bot: SignInSection, names: SettingNames) -> Credential | None:
    """What signs the bot in at Microsoft Entra; None if nothing is set for that."""
    match bot.sign_in:
        case "certificate" if bot.client_certificate is not None:
            locked = bot.client_certificate_password
            return Certificate(bot.client_certificate, locked.get_secret_value() if locked else None, names)
        case "workload-identity":
            named = bot.federated_token_file or os.environ.get(AMBIENT_TOKEN_FILE)
            return Assertion(Path(named), names) if named else None
        case "secret":
            return _secret(bot, names)
        case _:
            return None


def _secret(bot: SignInSection, names: SettingNames) -> Credential | None:
    if bot.client_secret is not None:
        return Secret(bot.client_secret.get_secret_value())
    if bot.client_secret_file is not None:
        return SecretFile(bot.client_secret_file, names)
    entry = bot.client_secret_keyring
    return None if entry is None else KeyringSecret(entry.service, entry.username, names)


def _missing(bot: SignInSection, names: SettingNames, credential: Credential | None) -> str:
    missing = [name for name in ("tenant_id", "client_id") if not getattr(bot, name)]
    if credential is None:
        missing.append("client_secret")
    *first, last = [names[name] for name in missing]
    listed = f"{', '.join(first)} and {last}" if first else last
    whose = f" for the bot {names.bot}" if names.bot else ""
    return (
        f"No credentials{whose}: set {listed} to those of the bot's application registration. "
        "Without them callmon can watch calls, but neither hang them up nor check them."
    )
