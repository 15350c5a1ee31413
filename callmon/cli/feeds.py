"""The feeds that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from callmon.cli.presences import presence
from callmon.feeds.gate import Gate
from callmon.feeds.http import HttpFeed
from callmon.feeds.presence import Sign, unsigned
from callmon.feeds.request import NOTIFICATIONS_PATH
from callmon.graph.inbound import Either, PerBot, SharedToken
from callmon.observer import Observer
from callmon.ports import Feed, FeedState, FeedStatus, Journal
from callmon.settings.model import Settings


def feeds_of(settings: Settings, journal: Journal, stack: ExitStack, stdin: int | None = 0) -> list[Feed]:
    """The listener, then what is followed; not yet started.

    `stdin` is the descriptor of what ``-`` means. When the stack ends, this run is known to collect no more.

    Raises `Failure` where standard input cannot be followed.
    """
    sign = presence(settings.journal, journal, stack)
    feeds: list[Feed] = [http_feed(settings, journal, sign)]
    if settings.follow:
        # Nobody else needs to know about files and their rotation.
        from callmon.cli.followed import following  # noqa: PLC0415

        feeds += following(settings, journal, stdin, sign)
    return feeds


def inform(feeds: Sequence[Feed], observer: Observer) -> None:
    """Let those who ask the listener how this program does learn what the observer knows."""
    for feed in feeds:
        if isinstance(feed, HttpFeed):
            feed.inform(observer, lambda: [each.status for each in feeds])


def http_feed(settings: Settings, journal: Journal, sign: Sign = unsigned) -> HttpFeed:
    """The listener, not yet started."""
    return HttpFeed(journal, settings.listen.host, settings.listen.port, gate=gate_of(settings), sign=sign)


def gate_of(settings: Settings) -> Gate | None:
    """Who may send, by the settings; None if everybody on this machine may. Nothing is fetched yet."""
    if settings.feed_token is None and not settings.verify_sender:
        return None
    gates: list[SharedToken | PerBot] = []
    if settings.feed_token is not None:
        gates.append(SharedToken(settings.feed_token.get_secret_value()))
    if settings.verify_sender:
        gates.append(_gate_for_graph(settings))
    return Either(gates)


def _gate_for_graph(settings: Settings) -> PerBot:
    """Admits what Graph signed, for each bot by its own application id."""
    # Cryptography takes a twentieth of a second that only those who want it should pay.
    from callmon.graph.inbound_download import OPENID_URL  # noqa: PLC0415
    from callmon.graph.inbound_keys import KeySource  # noqa: PLC0415
    from callmon.graph.inbound_tokens import GraphTokens  # noqa: PLC0415

    keys = KeySource(settings.openid_url or OPENID_URL)
    applications = {"": settings.client_id, **{name: bot.client_id for name, bot in settings.bots.items()}}
    return PerBot({name: GraphTokens(app_id, keys) for name, app_id in applications.items() if app_id})


def post_to(status: FeedStatus) -> str:
    """Where notifications may be POSTed while the feed listens, else empty."""
    if status.state is not FeedState.LISTENING:
        return ""
    return f"http://{status.name.removeprefix('http ')}{NOTIFICATIONS_PATH}"
