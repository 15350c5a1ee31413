"""Where notifications come from, and who may send them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, PlainValidator, SecretStr, ValidationInfo

from callmon.feeds.gate import is_loopback
from callmon.graph.clouds import RootProblem, check_root
from callmon.settings.addresses import Address, address_in
from callmon.settings.followed import Followed, followed_in
from callmon.settings.sections.credentials import CredentialsSection
from callmon.settings.values import Text, quoted, token_in


def _guarded(address: Address, info: ValidationInfo) -> Address:
    """Refuse an address that others reach, unless senders must prove who they are."""
    # A setting that is missing here is one that was refused itself, and was meant.
    known = "feed_token" in info.data and "verify_sender" in info.data
    open_to_all = known and info.data["feed_token"] is None and not info.data["verify_sender"]
    if open_to_all and not is_loopback(address.host):
        raise ValueError(
            f"{quoted(address.host)} is not an address of this machine alone, and whoever can POST there could invent "
            "calls. Set CALLMON_FEED_TOKEN or CALLMON_VERIFY_SENDER, or listen on 127.0.0.1 and put a reverse proxy "
            "with authentication on this machine in front of it."
        )
    return address


def _with_audience(verify: bool, info: ValidationInfo) -> bool:
    known = "client_id" in info.data and "bots" in info.data
    if verify and known and not (info.data["client_id"] or any(bot.client_id for bot in info.data["bots"].values())):
        raise ValueError(
            "Graph's tokens can only be checked against the bot's application id. Set CALLMON_CLIENT_ID to it."
        )
    return verify


def _openid_url(value: str) -> str:
    if isinstance(check_root(value), RootProblem):
        raise ValueError(
            "it is not a plain https address. Write it like "
            "https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration, without user, query or fragment."
        )
    return value


class FeedSection(CredentialsSection):
    """Where notifications come from, and who may send them. It stands on the credentials: they come first."""

    # Each of these is judged by those above it, so their order matters.
    feed_token: Annotated[SecretStr, AfterValidator(token_in)] | None = None
    """What mirrors and bots send to prove that they may send notifications."""
    verify_sender: Annotated[bool, AfterValidator(_with_audience)] = False
    """Whether notifications must carry the token with which Graph signs them; `client_id` is its audience."""
    openid_url: Annotated[Text, AfterValidator(_openid_url)] | None = None
    """The OpenID configuration that leads to the keys of those tokens; that of the global cloud if not set."""
    collect: bool = True
    """Whether the console takes notifications itself; if not, it only follows its journal."""
    listen: Annotated[Address, PlainValidator(address_in, json_schema_input_type=str), AfterValidator(_guarded)] = (
        Address("127.0.0.1", 8765)
    )
    """Where notifications are taken over HTTP; port 0 lets the system choose one."""
    follow: Annotated[tuple[Followed, ...], PlainValidator(followed_in, json_schema_input_type=list[str])] = ()
    """The files whose lines are notifications, each ``FILE`` or ``NAME=FILE``, where the name is that of the bot; ``-``
    is standard input. In the environment they are separated by colons."""
    follow_field: Text = ""
    """Where in a line of those files, as JSON, the notification stands: a dotted path such as ``message.body``. The
    line itself if not set."""
    time_field: Text = ""
    """Where in such a line its time stands: ISO 8601, or seconds or milliseconds since 1970. The time of reading counts
    if not set."""
