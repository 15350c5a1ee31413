"""``callmon listen``: a collector without a screen."""

from __future__ import annotations

from collections.abc import Sequence

import click

from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.feeds import feeds_of, post_to
from callmon.cli.journals import open_journal
from callmon.cli.keeping import kept_small
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.cli.signals import StopSignals, stop_signals
from callmon.core.text import visible
from callmon.ports import Feed, FeedState, FeedStatus
from callmon.settings.model import Settings

_EXAMPLES = {
    "callmon listen": "collect on 127.0.0.1:8765",
    "callmon listen --follow sales=/var/log/sales-bot.jsonl": "also from the log of a bot",
    "kubectl logs -f bot | callmon listen --follow -": "also from a pipe",
    "callmon listen --listen 127.0.0.1:9000 --journal /var/lib/callmon/journal.db": "elsewhere",
}
_LOOK_EVERY_S = 1.0
_STARTED = {FeedState.LISTENING, FeedState.ELSEWHERE}


@click.command("listen", cls=Page, examples=_EXAMPLES)
@click.pass_obj
def command(flags: Flags) -> ExitCode:
    """Collect notifications without a screen, until it is stopped: over HTTP, and from what --follow names.

    Prints nothing on stdout; what happens is told on stderr.
    """
    settings = configured(Settings, flags)
    with stop_signals() as signals, open_journal(settings) as journal:
        feeds = feeds_of(settings, journal)
        try:
            told = _start(feeds, settings)
            tell(f"Journal: {journal.location}")
            with kept_small(settings, journal, tell):
                return _watch(feeds, told, signals)
        finally:
            started = [feed for feed in feeds if feed.status.state in _STARTED]
            for feed in feeds:
                feed.stop()
            if started:
                tell(_summary([feed.status for feed in feeds]))


def _start(feeds: Sequence[Feed], settings: Settings) -> list[str]:
    """Start all; what was told of each. Raises `Failure` if the listener cannot start, or if nothing is left to do."""
    listener, *others = feeds
    status = listener.start()
    if status.state is FeedState.FAILED:
        raise Failure(status.detail)
    told = [other.start() for other in others]
    if all(each.state is FeedState.ELSEWHERE for each in (status, *told)):
        where = " and follows these files" if others else ""
        raise Failure(
            f"Another callmon already listens on {settings.listen}{where} for this journal: there is nothing to do "
            "here."
        )
    tell(f"Listening: POST notifications to {post_to(status)}" if post_to(status) else status.detail)
    for each in told:
        tell(_line(each) if each.detail else f"Following: {visible(each.name)}")
    return [each.detail for each in (status, *told)]


def _watch(feeds: Sequence[Feed], told: list[str], signals: StopSignals) -> ExitCode:
    """Tell what troubles the feeds, if it is news, until a signal comes or the listener breaks down."""
    while (code := signals.wait(_LOOK_EVERY_S)) is None:
        for number, feed in enumerate(feeds):
            status = feed.status
            if number == 0 and status.state is FeedState.FAILED:
                raise Failure(status.detail)
            if status.detail != told[number]:
                told[number] = status.detail
                tell((status.detail and _line(status)) or "Notifications are taken again.")
    return code


def _line(status: FeedStatus) -> str:
    return f"{visible(status.name)}: {status.detail}"


def _summary(statuses: Sequence[FeedStatus]) -> str:
    accepted, refused = sum(each.accepted for each in statuses), sum(each.refused for each in statuses)
    skipped = sum(each.skipped for each in statuses)
    what = "requests or lines" if len(statuses) > 1 else "requests"
    rest = f", {skipped} lines without a notification" if skipped else ""
    return f"Stopped: {accepted} notifications accepted, {refused} {what} refused{rest}."
