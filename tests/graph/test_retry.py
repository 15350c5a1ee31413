from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event, Thread

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callmon.core.answers import Answer
from callmon.core.hangup import CALLED_OFF, HangUpOutcome
from callmon.graph.auth import SignInProblem, StaticToken, Token
from callmon.graph.control import GraphControl
from callmon.graph.retry import RetryPolicy, next_wait
from callmon.ports import Target
from tests.fakes import DEADLINE_S

POLICY = RetryPolicy(attempts=4, total_s=20, base_s=0.5, cap_s=8)
CALL = "57dab8b1-894c-409a-b240-bd8beae78896"
ROOT = "https://graph.example"
GONE = {"error": {"code": "8522", "message": "Call not found."}}


def came(answer: Answer, status: int | None = None, wait: float | None = None, *, helps: bool = True) -> HangUpOutcome:
    return HangUpOutcome(answer, "It came.", helps, wait, status)


THROTTLED = came(Answer.THROTTLED, 429)
FAILED = came(Answer.UNAVAILABLE, 500)
GATEWAY = came(Answer.UNAVAILABLE, 502)
BUSY = came(Answer.UNAVAILABLE, 503)
UNREACHABLE = came(Answer.UNREACHABLE)

DECISIONS: list[tuple[list[HangUpOutcome], float, float | None]] = [
    # what came back so far, seconds spent, seconds to wait (of a back-off: the longest)
    ([THROTTLED], 0, 0.5),
    ([THROTTLED] * 2, 0, 1.0),
    ([THROTTLED] * 3, 0, 2.0),
    ([THROTTLED] * 4, 0, None),
    ([came(Answer.THROTTLED, 429, 2.128)], 0, 2.128),
    ([came(Answer.THROTTLED, 429, 20.0)], 0, 20.0),
    ([came(Answer.THROTTLED, 429, 20.5)], 0, None),
    ([came(Answer.THROTTLED, 429, 10.0)] * 2, 10.5, None),
    ([came(Answer.THROTTLED, 429, 0.0)], 0, 0.5),
    ([came(Answer.UNAVAILABLE, 503, 7.0)], 0, 7.0),
    ([came(Answer.UNAVAILABLE, 503, 3600.0)], 0, None),
    ([BUSY], 0, 0.5),
    ([BUSY], 19.5, 0.5),
    ([BUSY], 19.6, None),
    ([GATEWAY, BUSY], 0, 1.0),
    ([came(Answer.UNAVAILABLE, 504)], 0, 0.5),
    ([FAILED], 0, 0.5),
    ([FAILED] * 2, 0, None),
    ([BUSY, FAILED], 0, 1.0),
    ([FAILED, BUSY], 0, 1.0),
    ([FAILED, BUSY, FAILED], 0, None),
    ([came(Answer.UNAVAILABLE, 501)], 0, None),
    ([UNREACHABLE], 0, 0.5),
    ([UNREACHABLE] * 3, 18.0, 2.0),
    ([came(Answer.UNREACHABLE, helps=False)], 0, None),
    ([came(Answer.ACCEPTED, 204)], 0, None),
    ([came(Answer.GONE, 404)], 0, None),
    ([came(Answer.NOT_SIGNED_IN, 401, helps=False)], 0, None),
    ([came(Answer.NOT_SIGNED_IN, 401)], 0, 0.5),
    ([came(Answer.NOT_SIGNED_IN)], 0, 0.5),
    ([came(Answer.NOT_SIGNED_IN)] * 4, 0, None),
    ([came(Answer.NOT_SIGNED_IN, helps=False)], 0, None),
    ([came(Answer.UNAVAILABLE, 408)], 0, 0.5),
    ([came(Answer.NOT_ALLOWED, 403)], 0, None),
    ([came(Answer.CONFLICT, 409)], 0, None),
    ([came(Answer.REFUSED_HERE)], 0, None),
    ([came(Answer.UNEXPECTED, 418)], 0, None),
]


@pytest.mark.parametrize(("tried", "spent_s", "wait_s"), DECISIONS)
def test_whether_and_when_it_is_sent_again(tried: list[HangUpOutcome], spent_s: float, wait_s: float | None) -> None:
    assert next_wait(tried, POLICY, spent_s=spent_s) == wait_s


OUTCOMES = st.builds(
    came,
    st.sampled_from(Answer),
    st.sampled_from([None, 204, 404, 429, 500, 502, 503, 504]),
    st.none() | st.floats(0, 100),
    helps=st.booleans(),
)


@given(st.lists(OUTCOMES, min_size=1, max_size=12), st.floats(0, 60), st.floats(0, 1))
def test_no_wait_passes_the_bounds(tried: list[HangUpOutcome], spent_s: float, chance: float) -> None:
    wait_s = next_wait(tried, POLICY, spent_s=spent_s, chance=chance)
    if wait_s is not None:
        assert len(tried) < POLICY.attempts
        assert wait_s >= 0
        assert spent_s + wait_s <= POLICY.total_s
        assert wait_s in (tried[-1].retry_after_s, chance * min(8, 0.5 * 2 ** (len(tried) - 1)))


def test_a_back_off_grows_no_longer_than_its_cap() -> None:
    policy = RetryPolicy(attempts=10, total_s=30, base_s=1, cap_s=4)
    assert [next_wait([BUSY] * n, policy) for n in range(1, 11)] == [1, 2, 4, 4, 4, 4, 4, 4, 4, None]
    assert next_wait([BUSY] * 5, policy, chance=0.25) == 1


@pytest.mark.parametrize(
    "numbers",
    [
        {"attempts": 0},
        {"attempts": 11},
        {"total_s": 31},
        {"total_s": -1},
        {"total_s": float("nan")},
        {"base_s": 0},
        {"base_s": 9},
        {"base_s": float("nan")},
        {"cap_s": float("nan")},
    ],
)
def test_what_is_not_bounded_is_no_policy(numbers: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="bounded"):
        RetryPolicy(**numbers)  # type: ignore[arg-type]  # the table mixes the fields' types


@dataclass
class Scene:
    """A control whose transport answers from a list, and which never really waits."""

    answers: Iterable[httpx.Response | Exception]
    sent: list[httpx.Request] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    told: list[tuple[Answer, float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._left = iter(self.answers)

    def control(self, policy: RetryPolicy = POLICY, tokens: object = None) -> GraphControl:
        return GraphControl(
            ROOT,
            tokens or StaticToken("toy"),  # type: ignore[arg-type]  # tests give what satisfies the protocol
            transport=httpx.MockTransport(self._answer),
            policy=policy,
            rest=lambda _, seconds: self.rests.append(seconds),
        )

    def tell(self, came: HangUpOutcome, wait_s: float, attempts: int) -> None:
        self.told.append((came.answer, wait_s, attempts))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        got = next(self._left)
        if isinstance(got, Exception):
            raise got
        return got


def test_each_attempt_has_an_id_of_its_own_and_the_last_one_is_kept() -> None:
    scene = Scene([httpx.Response(503), httpx.Response(502), httpx.Response(204, headers={"request-id": "r-3"})])
    outcome = scene.control().hang_up(Target(CALL), scene.tell)
    ids = [request.headers["client-request-id"] for request in scene.sent]
    assert (outcome.answer, outcome.client_request_id, outcome.request_id) == (Answer.ACCEPTED, ids[-1], "r-3")
    assert len({uuid.UUID(sent) for sent in ids}) == 3
    assert outcome.sentence.endswith("callmon tried 3 times.")


def test_what_came_of_every_try_is_kept_with_its_ids() -> None:
    error = {"error": {"code": "7500", "message": "Later."}}
    scene = Scene(
        [
            httpx.Response(503, json=error, headers={"request-id": "r-1"}),
            httpx.ReadTimeout("x"),
            httpx.Response(401),
            httpx.Response(204, headers={"request-id": "r-4"}),
        ]
    )
    outcome = scene.control(tokens=FreshTokens()).hang_up(Target(CALL))
    assert [(one.answer, one.status, one.code, one.request_id) for one in outcome.tries] == [
        (Answer.UNAVAILABLE, 503, "7500", "r-1"),
        (Answer.UNREACHABLE, None, None, None),
        (Answer.NOT_SIGNED_IN, 401, None, None),
        (Answer.ACCEPTED, 204, None, "r-4"),
    ]
    assert [one.client_request_id for one in outcome.tries] == [
        request.headers["client-request-id"] for request in scene.sent
    ]
    assert [one.at for one in outcome.tries] == sorted(one.at for one in outcome.tries)


def test_a_hang_up_that_was_sent_once_has_no_list_of_tries() -> None:
    assert Scene([httpx.Response(204)]).control().hang_up(Target(CALL)).tries == ()


def test_every_wait_is_told_before_it_is_waited() -> None:
    scene = Scene([httpx.Response(429, headers={"retry-after": "1.5"}), httpx.ReadTimeout("x"), httpx.Response(204)])
    scene.control().hang_up(Target(CALL), scene.tell)
    assert [(answer, number) for answer, _, number in scene.told] == [
        (Answer.THROTTLED, 1),
        (Answer.UNREACHABLE, 2),
    ]
    assert [wait_s for _, wait_s, _ in scene.told] == scene.rests
    assert scene.rests[0] == 1.5
    assert 0 <= scene.rests[1] <= 1.0


def test_what_graph_asks_to_wait_is_waited_only_within_the_total() -> None:
    scene = Scene(httpx.Response(429, headers={"retry-after": "9"}) for _ in range(9))
    outcome = scene.control().hang_up(Target(CALL), scene.tell)
    assert scene.rests == [9, 9]
    assert (outcome.answer, outcome.retry_after_s, len(scene.sent)) == (Answer.THROTTLED, 9, 3)


MAYBE = "An earlier attempt of this hang-up may have ended the call."
AFTER: list[tuple[httpx.Response | Exception, httpx.Response | Exception, Answer, str]] = [
    # first attempt, second attempt, answer, what the sentence must say
    (
        httpx.ReadTimeout("x"),
        httpx.Response(404, json=GONE),
        Answer.GONE,
        "an earlier attempt of this hang-up may have",
    ),
    (httpx.ReadError("x"), httpx.Response(404, json=GONE), Answer.GONE, "an earlier attempt of this hang-up may have"),
    (httpx.Response(504), httpx.Response(404, json=GONE), Answer.GONE, "an earlier attempt of this hang-up may have"),
    (httpx.Response(500), httpx.Response(404, json=GONE), Answer.GONE, "an earlier attempt of this hang-up may have"),
    (httpx.ConnectTimeout("x"), httpx.Response(404, json=GONE), Answer.GONE, "it has already ended"),
    (httpx.Response(429), httpx.Response(404, json=GONE), Answer.GONE, "it has already ended"),
    (httpx.Response(504), httpx.Response(403), Answer.NOT_ALLOWED, MAYBE),
    (httpx.ReadTimeout("x"), httpx.ProxyError("407 x"), Answer.UNREACHABLE, MAYBE),
    (httpx.Response(502), httpx.Response(204), Answer.ACCEPTED, "Graph accepted the hang-up."),
]


@pytest.mark.parametrize(("first", "second", "answer", "words"), AFTER)
def test_the_last_answer_is_told_with_what_an_earlier_attempt_may_have_done(
    first: httpx.Response | Exception, second: httpx.Response | Exception, answer: Answer, words: str
) -> None:
    scene = Scene([first, second])
    outcome = scene.control().hang_up(Target(CALL), scene.tell)
    assert (outcome.answer, len(scene.sent)) == (answer, 2)
    assert words in outcome.sentence
    assert ("may have ended" in outcome.sentence) is ("earlier attempt" in words)
    assert outcome.sentence.endswith("callmon tried 2 times.")


SETTLED: list[tuple[list[httpx.Response | Exception], bool]] = [
    # what the attempts bring, whether Graph may have hung the call up without saying so
    ([httpx.Response(204)], False),
    ([httpx.Response(200)], True),
    ([httpx.Response(200, json={"error": {"code": "LoginRequired"}})], True),
    ([httpx.Response(202)], True),
    ([httpx.Response(302)], False),
    ([httpx.Response(403)], False),
    ([httpx.Response(409)], False),
    ([httpx.Response(404, json=GONE)], False),
    ([httpx.Response(500), httpx.Response(403)], True),
    ([httpx.Response(500), httpx.Response(500)], True),
    ([httpx.Response(503), httpx.Response(404, json=GONE)], False),
    ([httpx.Response(503), httpx.Response(204)], False),
    ([httpx.ReadTimeout("x"), httpx.Response(409)], True),
    ([httpx.ConnectTimeout("x"), httpx.Response(409)], False),
    ([httpx.Response(429), httpx.Response(403)], False),
    ([httpx.ProxyError("407 x")], False),
    ([httpx.LocalProtocolError("x")], False),
]


@pytest.mark.parametrize(("brought", "unsettled"), SETTLED)
def test_whether_it_is_known_that_the_call_was_not_hung_up(
    brought: list[httpx.Response | Exception], unsettled: bool
) -> None:
    scene = Scene(brought)
    outcome = scene.control().hang_up(Target(CALL), scene.tell)
    assert (len(scene.sent), outcome.unsettled) == (len(brought), unsettled)


@pytest.mark.parametrize("first", [204, 404, 409, 403])
def test_an_answer_that_settles_it_is_the_only_one_and_says_nothing_of_attempts(first: int) -> None:
    scene = Scene([httpx.Response(first)])
    outcome = scene.control().hang_up(Target(CALL), scene.tell)
    assert (outcome.status, len(scene.sent), scene.rests, scene.told) == (first, 1, [], [])
    assert "tried" not in outcome.sentence


class FreshTokens:
    """A token source that counts how often a new token is asked for."""

    def __init__(self) -> None:
        self.fresh = 0

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        self.fresh += fresh
        return Token(f"token-{self.fresh}")


def test_one_hang_up_gets_one_new_token_however_often_it_is_tried() -> None:
    scene = Scene([httpx.Response(status) for status in (401, 503, 401, 204)])
    tokens = FreshTokens()
    outcome = scene.control(tokens=tokens).hang_up(Target(CALL), scene.tell)
    assert (outcome.answer, len(scene.sent), tokens.fresh) == (Answer.NOT_SIGNED_IN, 3, 1)
    assert MAYBE in outcome.sentence


def test_a_wait_that_is_cancelled_ends_at_once_and_nothing_more_is_sent() -> None:
    sent: list[httpx.Request] = []
    waiting = Event()

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(429, headers={"retry-after": "19"})

    control = GraphControl(ROOT, StaticToken("toy"), transport=httpx.MockTransport(answer))
    outcomes, called_off = list[HangUpOutcome](), Event()
    thread = Thread(
        target=lambda: outcomes.append(control.hang_up(Target(CALL), lambda *_: waiting.set(), called_off)), daemon=True
    )
    thread.start()
    assert waiting.wait(DEADLINE_S)
    called_off.set()
    thread.join(DEADLINE_S)
    (outcome,) = outcomes
    assert (outcome.answer, len(sent)) == (Answer.THROTTLED, 1)
    assert outcome.sentence.endswith("The next attempt was called off.")


def test_a_hang_up_that_is_called_off_during_a_request_is_not_sent_again() -> None:
    called_off = Event()

    def answer(_: httpx.Request) -> httpx.Response:
        called_off.set()
        return httpx.Response(503)

    told: list[object] = []
    control = GraphControl(ROOT, StaticToken("toy"), transport=httpx.MockTransport(answer))
    assert "called off" in control.hang_up(Target(CALL), lambda *facts: told.append(facts), called_off).sentence
    assert told == []


class BlippingTokens:
    """The first sign-in meets a network that is away for a moment."""

    def __init__(self) -> None:
        self._asked = 0

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        self._asked += 1
        return SignInProblem("Not now.", retry_helps=True) if self._asked == 1 else Token("token")


def test_a_sign_in_that_fails_for_a_moment_is_tried_again() -> None:
    scene = Scene([httpx.Response(408), httpx.Response(204)])
    outcome = scene.control(tokens=BlippingTokens()).hang_up(Target(CALL), scene.tell)
    assert (outcome.answer, len(scene.sent)) == (Answer.ACCEPTED, 2)
    assert [answer for answer, _, _ in scene.told] == [Answer.NOT_SIGNED_IN, Answer.UNAVAILABLE]


class StaleTokens:
    """The token is stale, and the first time that a new one is wanted the network is away for a moment."""

    def __init__(self) -> None:
        self.asked: list[bool] = []

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        self.asked.append(fresh)
        if fresh and self.asked.count(True) == 1:
            return SignInProblem("Not now.", retry_helps=True)
        return Token("fresh" if fresh else "stale")


def test_a_new_token_that_cannot_be_had_for_a_moment_is_asked_for_again() -> None:
    scene, tokens = Scene([httpx.Response(401), httpx.Response(401), httpx.Response(204)]), StaleTokens()
    outcome = scene.control(tokens=tokens).hang_up(Target(CALL), scene.tell)
    assert (outcome.answer, tokens.asked) == (Answer.ACCEPTED, [False, True, False, True])
    assert [request.headers["authorization"] for request in scene.sent] == [
        "Bearer stale",
        "Bearer stale",
        "Bearer fresh",
    ]
    assert [(answer, len(scene.rests)) for answer, _, _ in scene.told] == [(Answer.NOT_SIGNED_IN, 1)]


class SlowTokens:
    """Somebody calls the hang-up off while it signs in."""

    def __init__(self, cancelled_at: int) -> None:
        self.called_off = Event()
        self._cancelled_at = cancelled_at
        self._asked = 0

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        self._asked += 1
        if self._asked == self._cancelled_at:
            self.called_off.set()
        return Token(f"token-{self._asked}")


def test_what_is_called_off_while_it_signs_in_is_not_sent() -> None:
    scene, tokens = Scene([httpx.Response(204)]), SlowTokens(1)
    outcome = scene.control(tokens=tokens).hang_up(Target(CALL), scene.tell, tokens.called_off)
    assert (outcome.answer, scene.sent) == (Answer.REFUSED_HERE, [])
    assert outcome.sentence == "The hang-up was called off before anything was sent."


def test_what_is_called_off_before_it_begins_does_not_even_sign_in() -> None:
    called_off = Event()
    called_off.set()
    scene, tokens = Scene([]), SlowTokens(0)
    outcome = scene.control(tokens=tokens).hang_up(Target(CALL), scene.tell, called_off)
    assert (outcome, tokens._asked) == (CALLED_OFF, 0)


def test_what_is_called_off_while_it_signs_in_once_more_tells_what_came_before() -> None:
    scene, tokens = Scene([httpx.Response(504), httpx.Response(204)]), SlowTokens(2)
    outcome = scene.control(tokens=tokens).hang_up(Target(CALL), scene.tell, tokens.called_off)
    assert (outcome.status, len(scene.sent)) == (504, 1)
    assert outcome.sentence.endswith("The next attempt was called off.")


def test_what_is_called_off_while_it_gets_a_new_token_is_not_sent_again() -> None:
    scene, tokens = Scene([httpx.Response(401), httpx.Response(204)]), SlowTokens(2)
    outcome = scene.control(tokens=tokens).hang_up(Target(CALL), scene.tell, tokens.called_off)
    assert (outcome.answer, len(scene.sent)) == (Answer.NOT_SIGNED_IN, 1)


def test_an_interrupt_is_not_swallowed() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    control = GraphControl(ROOT, StaticToken("toy"), transport=httpx.MockTransport(answer))
    with pytest.raises(KeyboardInterrupt):
        control.hang_up(Target(CALL))
