"""What the doctor looks at of each bot: its credentials, its token, and whether Graph can be reached and takes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from callmon.cli.controls import bots_of, root_of, tokens_of
from callmon.cli.doctor_credentials import credentials
from callmon.cli.doctor_findings import Finding, Level
from callmon.clocks import utc_now
from callmon.core.answers import Answer
from callmon.core.text import iso
from callmon.graph.auth import SignInProblem, StaticToken, Token, TokenSource
from callmon.graph.bots import NoAccess
from callmon.graph.clouds import CLOUDS
from callmon.graph.control import GraphControl
from callmon.graph.managed_identity import ManagedIdentityTokens
from callmon.graph.naming import SettingNames
from callmon.graph.probe import NotReached, reach
from callmon.graph.retry import RetryPolicy
from callmon.graph.tenants import TenantTokens, is_tenant_id
from callmon.graph.token_facts import CALL_ROLES, TokenFacts, facts_in
from callmon.ports import Target
from callmon.settings.model import Settings
from callmon.settings.sections.sign_in import SignInSection

NO_CALL = "00000000-0000-0000-0000-000000000000"
"""An id that no call has: Graph says 404 to whoever may ask."""
_SKEW_WARNING_S = 30
_SKEW_PROBLEM_S = 300


def access(settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Bot by bot; the one without a name only if anything is set for it, or if there is no other."""
    for name, bot in bots_of(settings).items():
        if name or not settings.bots or settings.sign_in or settings.client_id:
            yield from _of_bot(name, bot, offline=offline)


def _of_bot(name: str, bot: SignInSection, *, offline: bool) -> Iterator[Finding]:
    names = SettingNames(name)
    tokens = tokens_of(bot, names)
    if isinstance(tokens, NoAccess):
        yield Finding("sign-in", Level.WARNING, tokens.sentence, bot=name)
        return
    yield from credentials(bot, names)
    if not offline:
        yield from _hosts(names, bot, tokens)
    elif not isinstance(tokens, StaticToken):  # for which nobody is asked
        return
    source = tokens.of(None) if isinstance(tokens, TenantTokens) else tokens
    got = source if isinstance(source, SignInProblem) else source.token()
    if isinstance(got, SignInProblem):
        yield Finding("token", Level.PROBLEM, got.sentence, bot=name)
        return
    yield _token(bot, names, got)
    if not offline:
        yield _taken(bot, names, got)


def _hosts(names: SettingNames, bot: SignInSection, tokens: TokenSource | TenantTokens) -> Iterator[Finding]:
    root = root_of(bot)
    yield from _host(names, "graph", f"{root}/v1.0/")
    if not isinstance(tokens, StaticToken | ManagedIdentityTokens):
        host = CLOUDS[bot.cloud].authority_host
        yield from _host(names, "login", f"https://{host}/{bot.tenant_id}/v2.0/.well-known/openid-configuration")


def _host(names: SettingNames, check: str, url: str) -> Iterator[Finding]:
    name = names.bot
    found = reach(url, names=names)
    shown = "/".join(url.split("/")[:3])
    if isinstance(found, NotReached):
        yield Finding(check, Level.PROBLEM, found.sentence, bot=name)
        return
    yield Finding(check, Level.OK, f"{shown} answers (HTTP {found.status}).", bot=name)
    if found.ahead_s is not None and check == "graph":
        yield _clock(name, found.ahead_s)


def _clock(name: str, ahead_s: float) -> Finding:
    off = abs(ahead_s)
    if off < _SKEW_WARNING_S:
        return Finding("clock", Level.OK, "This machine's clock agrees with Graph's.", bot=name)
    said = f"This machine's clock is {off:.0f} s {'ahead of' if ahead_s > 0 else 'behind'} Graph's."
    level = Level.PROBLEM if off >= _SKEW_PROBLEM_S else Level.WARNING
    return Finding("clock", level, said, "Let it be set by NTP: tokens hold only at their time.", bot=name)


def _token(bot: SignInSection, names: SettingNames, token: Token) -> Finding:
    name = names.bot
    facts = facts_in(token.value)
    if facts is None:
        return Finding("token", Level.OK, "There is one; what it permits cannot be read from it.", bot=name)
    ends = token.expires_on or facts.expires_on
    now = utc_now()
    roles = ", ".join(role for role in facts.roles if role.startswith("Calls.")) or "no permission for calls"
    said = f"{roles}; tenant {facts.tenant or 'not named'}; until {iso(ends) if ends else 'not known'}"
    if ends is not None and ends <= now:
        given = bot.sign_in == "token"
        todo = names.say("Put a new one into {access_token}.") if given else "Check this machine's clock."
        return Finding("token", Level.PROBLEM, f"{said}: it has expired.", todo, bot=name)
    if not facts.may_hang_up:
        todo = f"Let an administrator of the tenant consent to {' or '.join(CALL_ROLES)} (application permissions)."
        return Finding("token", Level.PROBLEM, f"{said}.", todo, bot=name)
    if mismatch := _mismatch(bot, names, facts):
        return Finding("token", Level.WARNING, f"{said}.", mismatch, bot=name)
    return Finding("token", Level.OK, f"{said}.", bot=name)


def _mismatch(bot: SignInSection, names: SettingNames, facts: TokenFacts) -> str:
    """How the token is another than the settings say, and what to do. A tenant's domain name proves nothing."""
    todo = []
    if bot.client_id and _differ(facts.application, bot.client_id):
        todo.append(
            "The token is another application's than {client_id} says, and Graph lets only the bot's own end its "
            "calls: put a token of that application there, or its id into {client_id}."
        )
    if bot.tenant_id and is_tenant_id(bot.tenant_id) and _differ(facts.tenant, bot.tenant_id):
        todo.append(
            "The token is of another tenant than {tenant_id} says, and Graph refuses it for calls of that one: put a "
            "token of that tenant there, or the token's tenant into {tenant_id}."
        )
    return names.say(" ".join(todo))


def _differ(said: str, wanted: str) -> bool:
    return bool(said) and said.lower() != wanted.lower()


def _taken(bot: SignInSection, names: SettingNames, token: Token) -> Finding:
    """Ask for a call that cannot be there, as any hang-up would ask."""
    name, once = names.bot, RetryPolicy(attempts=1)
    with closing(GraphControl(root_of(bot), StaticToken(token.value), policy=once, names=names)) as control:
        outcome = control.check(Target(NO_CALL))
    if outcome.answer is Answer.GONE:
        return Finding("calls", Level.OK, "Graph takes the token: it says that there is no such call.", bot=name)
    if outcome.answer is Answer.FOUND:
        said = f"The token was taken, but by something that claims to have the call {NO_CALL}, which nobody has."
        return Finding("calls", Level.WARNING, said, "Check that Graph itself answers there.", bot=name)
    level = Level.WARNING if outcome.retry_helps else Level.PROBLEM
    return Finding("calls", level, outcome.sentence, bot=name)
