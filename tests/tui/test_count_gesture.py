from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from callmon.tui.count_gesture import CountGesture
from callmon.tui.quiet import LET_GO_S, QUIET_S


def begun(now: float = 0.0) -> CountGesture:
    gesture = CountGesture()
    gesture.begin(now)
    return gesture


def test_the_number_out_of_silence_and_followed_by_silence_confirms() -> None:
    gesture = begun()
    gesture.digit("1", 1.0)
    gesture.digit("2", 1.1)
    assert not gesture.confirms(12, 1.1 + QUIET_S - 0.01)
    assert gesture.confirms(12, 1.1 + QUIET_S + LET_GO_S)
    assert not gesture.confirms(13, 9.0)


def test_before_the_dialog_is_on_the_screen_nothing_counts() -> None:
    gesture = CountGesture()
    gesture.digit("2", 5.0)
    assert (gesture.typed, gesture.confirms(2, 9.0)) == ("", False)


def test_digits_too_soon_do_not_count_and_another_key_takes_the_number_back() -> None:
    gesture = begun()
    gesture.digit("2", QUIET_S / 2)
    assert gesture.typed == ""
    gesture.digit("2", 2.0)
    gesture.other(3.0)
    assert gesture.typed == ""
    assert not gesture.confirms(2, 9.0)


def test_the_last_digit_can_be_rubbed_out() -> None:
    gesture = begun()
    for digit in "23":
        gesture.digit(digit, 1.0)
    gesture.rub_out(1.1)
    assert gesture.confirms(2, 2.0)


@given(st.integers(2, 120), st.text("0123456789xyq \n", max_size=40), st.floats(0, QUIET_S * 0.9))
def test_no_burst_of_keys_confirms_however_long_the_dialog_was_there_before(
    wanted: int, keys: str, apart: float
) -> None:
    gesture = begun(-100)
    now = 0.0
    for key in keys:
        now += apart
        if key == "y":
            assert not gesture.confirms(wanted, now) or key == keys[0]
        elif key.isdigit():
            gesture.digit(key, now)
        else:
            gesture.other(now)
