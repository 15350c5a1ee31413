"""``callmon listen``: a collector without a screen."""

from __future__ import annotations

import click

from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.feeds import http_feed, post_to
from callmon.cli.journals import open_journal
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.cli.signals import StopSignals, stop_signals
from callmon.ports import Feed, FeedState
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon listen": "collect on 127.0.0.1:8765",
    "callmon listen --listen 127.0.0.1:9000 --journal /var/lib/callmon/journal.db": "elsewhere",
}
_LOOK_EVERY_S = 1.0


@click.command("listen", cls=Page, examples=_EXAMPLES)
@click.pass_obj
def command(flags: Flags) -> ExitCode:
    """Collect notifications without a screen, until it is stopped.

    Prints nothing on stdout; what happens is told on stderr.
    """
    settings = configured(Settings, flags)
    with stop_signals() as signals, open_journal(settings) as journal:
        feed = http_feed(settings, journal)
        status = feed.start()
        if status.state is FeedState.ELSEWHERE:
            where = settings.listen
            raise Failure(f"Another callmon already listens on {where} for this journal: there is nothing to do here.")
        if status.state is not FeedState.LISTENING:
            raise Failure(status.detail)
        tell(f"Listening: POST notifications to {post_to(status)}")
        tell(f"Journal: {journal.location}")
        try:
            return _watch(feed, signals)
        finally:
            feed.stop()
            status = feed.status
            tell(f"Stopped: {status.accepted} notifications accepted, {status.refused} requests refused.")


def _watch(feed: Feed, signals: StopSignals) -> ExitCode:
    """Tell what troubles the feed until a signal comes or it breaks down."""
    told = ""
    while (code := signals.wait(_LOOK_EVERY_S)) is None:
        status = feed.status
        if status.state is FeedState.FAILED:
            raise Failure(status.detail)
        if status.detail != told:
            told = status.detail
            tell(told or "Notifications are taken again.")
    return code
