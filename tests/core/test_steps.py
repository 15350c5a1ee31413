from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from callmon.core.calls import ResultInfo, Step, StepKind
from callmon.core.states import Anomaly
from callmon.core.steps import pack, unpack
from tests.makers import at

RESULTS = st.builds(ResultInfo, st.none() | st.integers() | st.text(), st.none() | st.integers(), st.none() | st.text())
STEPS = st.builds(
    Step,
    at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3))])),
    kind=st.sampled_from(StepKind),
    text=st.text(st.characters(codec=None)),
    state=st.none() | st.text(),
    change=st.text(),
    result=st.none() | RESULTS,
    anomaly=st.none() | st.sampled_from(Anomaly),
    times=st.integers(1, 10**20),
)


@given(st.lists(STEPS, max_size=5))
def test_what_was_packed_comes_out_again(steps: list[Step]) -> None:
    told = unpack(pack(steps))
    assert told == tuple(steps)
    assert all(step.at.tzinfo is UTC for step in told)
    assert pack(told) == pack(steps)


def test_the_first_and_the_last_moment_of_all_are_kept() -> None:
    ends = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    assert [step.at for step in unpack(pack([Step(moment, StepKind.OTHER, "") for moment in ends]))] == ends


def test_calls_share_what_they_have_in_common() -> None:
    one, other = (pack([Step(at(second), StepKind.STATE, "established", "established")]) for second in (1, 2))
    assert one != other
    assert one.undated[0] is other.undated[0]
