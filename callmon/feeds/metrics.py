"""What is known of feeds and calls, in the text form of Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from callmon import __version__
from callmon.core.states import CallState
from callmon.feeds.vitals import Vitals
from callmon.ports import FeedState, FeedStatus

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_STATES = frozenset(CallState)
_OTHER = "other"
"""A state that Graph's schema does not have: whoever sends one must not make a label of it."""


def metrics_text(statuses: Sequence[FeedStatus], vitals: Vitals | None, *, writable: bool) -> bytes:
    """Everything that is known; `writable` is whether the journal takes what comes."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Known(statuses, vitals, writable))
    return generate_latest(registry)


class _Known(Collector):
    """A picture of one moment; counters and gauges are made when they are asked for."""

    def __init__(self, statuses: Sequence[FeedStatus], vitals: Vitals | None, writable: bool) -> None:
        self._statuses = statuses
        self._vitals = vitals
        self._writable = writable

    def collect(self) -> Iterator[Metric]:
        """All metrics."""
        yield InfoMetricFamily("callmon", "Which callmon this is.", {"version": __version__})
        yield _gauge("callmon_journal_writable", "1 if the journal takes what comes.", float(self._writable))
        yield from _of_feeds(self._statuses)
        if self._vitals is not None:
            yield from _of_journal(self._vitals)


def _of_feeds(statuses: Sequence[FeedStatus]) -> Iterator[Metric]:
    up = GaugeMetricFamily("callmon_feed_up", "1 while the feed receives.", labels=["feed"])
    taken = CounterMetricFamily(
        "callmon_notifications", "What came through the feeds of this process.", labels=["feed", "result"]
    )
    for status in statuses:
        up.add_metric([status.name], float(status.state is FeedState.LISTENING))
        taken.add_metric([status.name, "accepted"], status.accepted)
        taken.add_metric([status.name, "refused"], status.refused)
        taken.add_metric([status.name, "skipped"], status.skipped)
    yield up
    yield taken


def _of_journal(vitals: Vitals) -> Iterator[Metric]:
    snapshot = vitals.snapshot
    states = Counter(_state(call.state) for call in snapshot.board.alive())
    yield _by("callmon_active_calls", "Calls that have not ended.", "state", {**dict.fromkeys(_ALIVE, 0), **states})
    doubts = {"unverified": snapshot.doubts.unverified, "silent": snapshot.doubts.silent}
    yield _by("callmon_calls_in_doubt", "Active calls that may not be what they are shown as.", "doubt", doubts)
    yield _gauge("callmon_deaf", "1 while nothing comes although calls are active.", float(snapshot.deaf))
    if snapshot.last_notification is not None:
        last = snapshot.last_notification.timestamp()
        yield _gauge("callmon_last_notification_timestamp_seconds", "When a notification last came.", last)
    seen = {"read": snapshot.notifications, "unparsed": snapshot.unparsed, "repeated": snapshot.repeated}
    yield _counter("callmon_journal_notifications", "Notifications in the journal.", "result", seen)
    yield _counter("callmon_calls_ended", "Calls that ended.", "outcome", vitals.ended)
    yield _counter("callmon_hangups", "Hang-ups that were answered.", "answer", vitals.hangups)
    yield _counter("callmon_checks", "Checks of calls that were answered.", "answer", vitals.checks)


_ALIVE = [*(str(state) for state in CallState if state is not CallState.TERMINATED), _OTHER]


def _state(state: str | None) -> str:
    return str(state) if state in _STATES else _OTHER


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _by(name: str, told: str, label: str, values: Mapping[str, int]) -> Metric:
    return _filled(GaugeMetricFamily(name, told, labels=[label]), values.items())


def _counter(name: str, told: str, label: str, values: Mapping[str, int]) -> Metric:
    return _filled(CounterMetricFamily(name, told, labels=[label]), values.items())


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily, values: Iterable[tuple[str, int]]
) -> GaugeMetricFamily | CounterMetricFamily:
    for key, value in values:
        family.add_metric([str(key)], value)
    return family
