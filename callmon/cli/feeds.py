"""The feed that the settings name."""

from __future__ import annotations

from callmon.core.wire import is_json
from callmon.feeds.http import HttpFeed
from callmon.feeds.receiver import NOTIFICATIONS_PATH
from callmon.ports import FeedState, FeedStatus, Journal
from callmon.settings import Settings


def http_feed(settings: Settings, journal: Journal) -> HttpFeed:
    """The listener, not yet started."""
    return HttpFeed(journal, settings.listen.host, settings.listen.port, is_json=is_json)


def post_to(status: FeedStatus) -> str:
    """Where notifications may be POSTed while the feed listens, else empty."""
    if status.state is not FeedState.LISTENING:
        return ""
    return f"http://{status.name.removeprefix('http ')}{NOTIFICATIONS_PATH}"
