"""``callmon listen``: a collector without a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial

import click

from callmon.cli import garbage
from callmon.cli.awaiting import awaited
from callmon.cli.configured import configured
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.feeds import feeds_of, inform, post_to
from callmon.cli.journals import redis_terms
from callmon.cli.keeping import kept_small
from callmon.cli.leaving import Leaving
from callmon.cli.output import tell
from callmon.cli.pages import Flags, Page
from callmon.cli.signals import StopSignals, stop_signals
from callmon.clocks import utc_now
from callmon.core.text import clock, visible
from callmon.freezes import Freezes
from callmon.journal.opening import open_at
from callmon.observer import Observer
from callmon.ports import Feed, FeedState, FeedStatus, Journal
from callmon.settings.model import Settings
from callmon.watch import Watch

_EXAMPLES = {
    "callmon listen": "collect on 127.0.0.1:8765",
    "callmon listen --follow sales=/var/log/sales-bot.jsonl": "also from the log of a bot",
    "kubectl logs -f --tail=0 bot | callmon listen --follow -": "also from a pipe",
    "callmon listen --verify --exit-on-deaf 300": "settle doubts by asking Graph; end if nothing comes for 5 min",
    "callmon listen --listen 127.0.0.1:9000 --journal /var/lib/callmon/journal.db": "elsewhere",
    "callmon listen --journal redis://redis.example:6379/0": "for consoles on other machines",
}
_WHEN_READ = (
    "Lines count as received when they are read, so of what is there already the times and durations are not known; "
    "CALLMON_TIME_FIELD says where in a line its time stands."
)
_LOOK_EVERY_S = 1.0
_STARTED = {FeedState.LISTENING, FeedState.ELSEWHERE}


@click.command("listen", cls=Page, examples=_EXAMPLES)
@click.option(
    "--exit-on-deaf",
    type=click.FloatRange(1, 86400),
    metavar="SECONDS",
    help="End with exit code 1 if calls are active and nothing comes for so long; whoever runs it starts it again.",
)
@click.option("--verify", is_flag=True, help="Ask Graph about calls in doubt, at a modest pace, as the console does.")
@click.pass_obj
def command(flags: Flags, *, exit_on_deaf: float | None, verify: bool) -> ExitCode:
    """Collect notifications without a screen, until it is stopped: over HTTP, and from what --follow names.

    Prints nothing on stdout; what happens is told on stderr. How it does is told at /healthz (JSON) and /metrics
    (Prometheus).
    """
    settings = configured(Settings, flags)
    feeds: list[Feed] = []
    with (
        stop_signals() as signals,
        Leaving(lambda: tell(_summary([feed.status for feed in feeds]))) as leaving,
        ExitStack() as opened,
        ExitStack() as stack,
    ):
        journal = awaited(partial(open_at, settings.journal, redis_terms(settings)), settings.listen, signals)
        if isinstance(journal, ExitCode):
            return journal
        opened.enter_context(closing(journal))
        feeds += feeds_of(settings, journal, stack)
        observer = Observer(journal, Watch(settings.doubt_after_s, exit_on_deaf or settings.deaf_after_s), utc_now)
        stack.callback(observer.stop)
        inform(feeds, observer)
        try:
            told = _start(feeds, settings)
            tell(f"Journal: {journal.location}")
            duties = _duties(settings, journal, feeds, observer, stack, exit_on_deaf=exit_on_deaf, verify=verify)
            garbage.while_running()
            with kept_small(settings, journal, tell):
                code = _watch(feeds, told, signals, duties)
                leaving.begin(code)
                return code
        finally:
            started = [feed for feed in feeds if feed.status.state in _STARTED]
            for feed in feeds:
                feed.stop()
            if started:
                leaving.say()


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
    if others and not settings.time_field:
        tell(_WHEN_READ)
    return [each.detail for each in (status, *told)]


def _duties(
    settings: Settings,
    journal: Journal,
    feeds: Sequence[Feed],
    observer: Observer,
    stack: ExitStack,
    *,
    exit_on_deaf: float | None,
    verify: bool,
) -> list[Callable[[], object]]:
    """What is to be done every second besides."""
    freezes = Freezes(utc_now)
    freezes.begin(journal, lambda: [feed.status for feed in feeds])
    stack.callback(freezes.end)
    duties: list[Callable[[], object]] = []
    if verify:
        # Only who asks Graph waits for the way there.
        from callmon.cli.collector_checks import collector_checks  # noqa: PLC0415

        duties.append(stack.enter_context(collector_checks(settings, journal, observer)).tick)
    if exit_on_deaf is not None:
        observer.begin()
        duties.append(partial(_end_if_deaf, observer, exit_on_deaf))
    return duties


def _end_if_deaf(observer: Observer, limit_s: float) -> None:
    vitals = observer.look(0)
    if vitals is None or not vitals.snapshot.deaf or vitals.snapshot.quiet_since is None:
        return
    if vitals.trouble:
        raise Failure(f"The journal could not be read for a while, so nobody knows what comes. {vitals.trouble}")
    since, active = clock(vitals.snapshot.quiet_since), vitals.snapshot.board.active
    calls = "1 call is active" if active == 1 else f"{active} calls are active"
    raise Failure(
        f"Nothing has come since {since} UTC, for longer than {limit_s:g} s, although {calls}. callmon ends so that it "
        "is started again; if that does not help, look at the mirror, the proxy or the bot that sends to it."
    )


def _watch(
    feeds: Sequence[Feed], told: list[str], signals: StopSignals, duties: Sequence[Callable[[], object]]
) -> ExitCode:
    """Tell what troubles the feeds, if it is news, until a signal comes or the listener breaks down."""
    while (code := signals.wait(_LOOK_EVERY_S)) is None:
        for duty in duties:
            duty()
        for number, feed in enumerate(feeds):
            status = feed.status
            if number == 0 and status.state is FeedState.FAILED:
                raise Failure(status.detail)
            if status.replaced:  # whoever runs it starts it again, on a journal that can be used
                raise Failure(status.detail)
            if status.detail != told[number]:
                told[number] = status.detail
                tell(_line(status) if status.detail else f"{visible(status.name)}: Notifications are taken again.")
    return code


def _line(status: FeedStatus) -> str:
    return f"{visible(status.name)}: {status.detail}"


def _summary(statuses: Sequence[FeedStatus]) -> str:
    accepted, refused = sum(each.accepted for each in statuses), sum(each.refused for each in statuses)
    skipped = sum(each.skipped for each in statuses)
    what = "requests or lines" if len(statuses) > 1 else "requests"
    rest = f", {skipped} lines without a notification" if skipped else ""
    return f"Stopped: {accepted} notifications accepted, {refused} {what} refused{rest}."
