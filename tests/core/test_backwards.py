"""Reports whose times are before what their call already tells: none is refused, and no duration is negative."""

from __future__ import annotations

import pytest

from callmon.core.board import Board
from callmon.core.calls import Call, Facts
from callmon.core.describe import lasted, trouble
from callmon.core.document import call_document
from callmon.core.draft import apply
from callmon.core.query import row
from callmon.core.reports import Report
from callmon.core.states import Anomaly, CallState
from callmon.core.timelines import timeline
from tests.makers import at, report

S = CallState


def call_from(*lines: tuple[float, Report]) -> Call:
    """The call after reports that came in this order, at these times."""
    board = Board()
    for seconds, one in lines:
        board = apply(board, one, at(seconds))
    (call,) = board
    return call


BACK = Anomaly.TIME_WENT_BACK
TALK = [(0.0, report(S.ESTABLISHING)), (3605.0, report(S.ESTABLISHED))]
AUDIO, END = report(S.ESTABLISHED, facts=Facts(media="active")), report(None, "deleted")
OUT_OF_TIME: dict[str, tuple[list[tuple[float, Report]], list[float], tuple[Anomaly, ...], str]] = {
    "a clock was an hour ahead for a moment": (
        [*TALK, (300, AUDIO), (600, END)],
        [0, 3605, 300, 3605, 3605],
        (BACK,),
        "not known",
    ),
    "it was set back before the end": ([*TALK, (600, END)], [0, 3605, 3605], (BACK,), "not known"),
    "it was set back while the call lives": ([*TALK, (300, AUDIO)], [0, 3605, 300, 3605], (BACK,), "not known"),
    "clocks of two machines differ": ([*TALK, (3601, END)], [0, 3605, 3605], (), "0:00"),
    "what goes on keeps its time, however little it differs": ([*TALK, (3602, AUDIO)], [0, 3605, 3602], (), "1:29:55"),
    "an answer was brought in after the end": (
        [(0, report(S.ESTABLISHING)), (1800, END), (10, report(S.ESTABLISHED))],
        [0, 1800, 10],
        (Anomaly.AFTER_END,),
        "not known",
    ),
    "a beginning was brought in after the answer": (
        [(10, report(S.ESTABLISHED)), (0, report(S.ESTABLISHING)), (70, END)],
        [10, 0, 70],
        (Anomaly.BEGINNING_MISSED, Anomaly.OUT_OF_ORDER),
        "≥ 1:00",
    ),
    "a tone was brought in after the end": (
        [*TALK, (3665, END), (3635, report(None, tone="tone1 #1"))],
        [0, 3605, 3665, 3635],
        (),
        "1:00",
    ),
}


@pytest.mark.parametrize("case", OUT_OF_TIME)
def test_times_stay_as_told_and_no_duration_is_negative(case: str) -> None:
    lines, times, anomalies, told = OUT_OF_TIME[case]
    call = call_from(*lines)
    assert ([step.at for step in call.timeline], call.anomalies) == ([at(seconds) for seconds in times], anomalies)
    assert (lasted(call, at(9000)), trouble(call) == "") == (
        told,
        not {*anomalies} & {Anomaly.OUT_OF_ORDER, Anomaly.AFTER_END},
    )
    shown = timeline(call)
    assert [line.at for line in shown] == sorted(step.at for step in call.timeline)
    assert all(line.stay is None or line.stay.seen.total_seconds() >= 0 for line in shown)
    assert (call_document(call, at(9000))["duration_s"] or 0) >= 0


def test_a_clock_that_was_set_back_is_told_once_for_a_call() -> None:
    muted = report(S.ESTABLISHED, facts=Facts(media="inactive"))
    call = call_from(*TALK, (300, AUDIO), (310, muted))
    assert [line.text for line in timeline(call) if line.odd] == ["the clock said 09:35:00"]


@pytest.mark.parametrize(("now", "told", "seconds"), [(-7200, "not known", None), (3603, "0:00", 0.0)])
def test_a_call_of_time_to_come_has_not_lasted(now: float, told: str, seconds: float | None) -> None:
    call = call_from(*TALK)
    assert (lasted(call, at(now)), call_document(call, at(now))["duration_s"]) == (told, seconds)
    assert row(call, at(now)).time == ("–" if seconds is None else "0s")  # noqa: RUF001  # the sign of the board
