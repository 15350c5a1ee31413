"""What the doctor looks at of a bot's credentials without asking anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from callmon.cli.controls import credential_of, root_of
from callmon.cli.doctor_findings import Finding, Level
from callmon.clocks import utc_now
from callmon.core.text import age, iso
from callmon.graph.auth import SignInProblem
from callmon.graph.certificate import Certificate
from callmon.graph.credentials import Assertion, Credential
from callmon.graph.entra import unusable
from callmon.graph.naming import SettingNames
from callmon.settings.sections.sign_in import SignInSection

_EXPIRES_SOON = timedelta(days=30)


def credentials(bot: SignInSection, names: SettingNames) -> Iterator[Finding]:
    """How the bot signs in, and what of that cannot work. A keyring is not opened: it may ask for its password."""
    said = f"by {bot.sign_in}, cloud {bot.cloud}, Graph {root_of(bot)}"
    said = f"{said}{', a token for each tenant' if bot.multi_tenant else ''}"
    yield Finding("sign-in", Level.OK, said, bot=names.bot)
    credential = credential_of(bot, names)
    if credential is None:
        return
    if (problem := unusable(bot.tenant_id or "", bot.client_id or "", names)) is not None:
        yield Finding("sign-in", Level.PROBLEM, problem.sentence, bot=names.bot)
    found = None if bot.client_secret_keyring is not None else _looked_at(credential)
    if found is not None:
        yield Finding("sign-in", Level.PROBLEM, found.sentence, bot=names.bot)
    elif isinstance(credential, Certificate):
        yield _certificate(names.bot, credential)


def _looked_at(credential: Credential) -> SignInProblem | None:
    if isinstance(credential, Assertion):
        return credential.problem()
    found = credential.for_msal()
    return found if isinstance(found, SignInProblem) else None


def _certificate(name: str, certificate: Certificate) -> Finding:
    facts = certificate.facts()
    if isinstance(facts, SignInProblem):
        return Finding("sign-in", Level.PROBLEM, facts.sentence, bot=name)
    now = utc_now()
    left = facts.not_after - now
    said = f"certificate {facts.thumbprint} (SHA-256)"
    todo = "Put a new certificate into the application's registration, then into the file."
    if left <= timedelta():
        return Finding("sign-in", Level.PROBLEM, f"{said} ended {age(-left)} ago.", todo, bot=name)
    if facts.not_before > now:
        said = f"{said} does not hold yet: it begins at {iso(facts.not_before)}."
        return Finding("sign-in", Level.PROBLEM, said, "Use one that holds, and check this machine's clock.", bot=name)
    level, todo = (Level.WARNING, todo) if left < _EXPIRES_SOON else (Level.OK, "")
    return Finding("sign-in", level, f"{said} holds for {age(left)} more.", todo, bot=name)
