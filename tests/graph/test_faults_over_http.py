"""Every fault of the simulated Graph over a real socket: what comes out, in how many DELETEs, after what waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import httpx
import pytest

from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, HangUpOutcome
from callmon.graph.auth import StaticToken
from callmon.graph.control import GraphControl
from callmon.ports import Target
from callmon.simulator.faults import Body, Fault, Rule, as_json
from callmon.simulator.player import Simulation
from tests.fakes import DEADLINE_S

UNKNOWN = "6f1f5c00-8c1b-47f1-be9d-660c501041a9"


class Counting(httpx.HTTPTransport):
    """Real connections, and a note of what went over them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request.headers["client-request-id"])
        return super().handle_request(request)


@dataclass
class Scene:
    """A simulated Graph, and a control that only notes its waits."""

    simulation: Simulation
    root: str
    rests: list[float] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def hang_up(self, *rules: Rule, call_id: str | None = None, patience_s: float = DEADLINE_S) -> HangUpOutcome:
        posted = httpx.post(f"{self.root}/simulator/faults", json=as_json(rules), trust_env=False)
        assert posted.status_code == 200
        self.call = call_id or self.simulation.start_call("meeting")
        wire = Counting()
        with closing(self.control(wire, patience_s)) as control:
            outcome = control.hang_up(Target(self.call))
        self.sent = wire.sent
        return outcome

    def check(self) -> CheckOutcome:
        with closing(self.control(httpx.HTTPTransport(), DEADLINE_S)) as control:
            return control.check(Target(self.call))

    def control(self, transport: httpx.BaseTransport, patience_s: float) -> GraphControl:
        return GraphControl(
            self.root,
            StaticToken(self.simulation.token),
            transport=transport,
            read_timeout_s=patience_s,
            rest=lambda _, seconds: self.rests.append(seconds),
        )


@pytest.fixture(scope="module")
def graph() -> Iterator[tuple[Simulation, str]]:
    # So slow that no call ends by itself, or after a hang-up, while a test looks.
    simulation = Simulation(None, calls=0, speed=0.001)
    root = simulation.start()
    yield simulation, root
    simulation.stop()


@pytest.fixture
def scene(graph: tuple[Simulation, str]) -> Scene:
    return Scene(*graph)


FOR_GOOD = [
    # fault, answer, DELETEs if it never stops, a word of the sentence
    (Fault.UNAUTHORIZED, Answer.NOT_SIGNED_IN, 1, "CALLMON_ACCESS_TOKEN"),
    (Fault.NOT_REGISTERED, Answer.NOT_ALLOWED, 1, "7503"),
    (Fault.NOT_PERMITTED, Answer.NOT_ALLOWED, 1, "7504"),
    (Fault.OTHER_TENANT, Answer.NOT_ALLOWED, 1, "7505"),
    (Fault.LOST, Answer.GONE, 1, "already ended"),
    (Fault.CONFLICT, Answer.CONFLICT, 1, "state"),
    (Fault.THROTTLED, Answer.THROTTLED, 4, "429"),
    (Fault.THROTTLED_SECONDS, Answer.THROTTLED, 4, "429"),
    (Fault.THROTTLED_FRACTION, Answer.THROTTLED, 4, "429"),
    (Fault.THROTTLED_DATE, Answer.THROTTLED, 4, "429"),
    (Fault.FAILED, Answer.UNAVAILABLE, 2, "500"),
    (Fault.BAD_GATEWAY, Answer.UNAVAILABLE, 4, "502"),
    (Fault.BUSY, Answer.UNAVAILABLE, 4, "503"),
    (Fault.BUSY_SECONDS, Answer.UNAVAILABLE, 4, "503"),
    (Fault.GATEWAY_TIMEOUT, Answer.UNAVAILABLE, 4, "504"),
    (Fault.RESET, Answer.UNREACHABLE, 4, "broke"),
    (Fault.IGNORED, Answer.ACCEPTED, 1, "accepted"),
    (Fault.UNHEARD, Answer.ACCEPTED, 1, "accepted"),
    (Fault.LATE, Answer.ACCEPTED, 1, "accepted"),
]


def test_the_table_has_every_fault() -> None:
    assert {fault for fault, *_ in FOR_GOOD} == set(Fault)


@pytest.mark.parametrize(("fault", "answer", "deletes", "word"), FOR_GOOD)
def test_a_fault_that_stays(scene: Scene, fault: Fault, answer: Answer, deletes: int, word: str) -> None:
    outcome = scene.hang_up(Rule(fault, seconds=0 if fault is Fault.LATE else 3))
    assert (outcome.answer, len(scene.sent), len(set(scene.sent))) == (answer, deletes, deletes)
    assert len(scene.rests) == deletes - 1
    assert outcome.client_request_id == scene.sent[-1]
    assert word in outcome.sentence
    assert (f"callmon tried {deletes} times." in outcome.sentence) is (deletes > 1)
    assert (outcome.request_id is None) is (outcome.status is None)


@pytest.mark.parametrize("fault", [fault for fault, _, deletes, _ in FOR_GOOD if deletes > 1])
def test_a_fault_that_passes_costs_one_wait(scene: Scene, fault: Fault) -> None:
    outcome = scene.hang_up(Rule(fault, times=1))
    assert (outcome.answer, outcome.status, len(scene.sent), len(scene.rests)) == (Answer.ACCEPTED, 204, 2, 1)
    assert outcome.sentence.endswith("callmon tried 2 times.")


WAITS = [
    # fault, seconds in the rule, the shortest and the longest wait
    (Fault.THROTTLED_SECONDS, 7, 7, 7),
    (Fault.BUSY_SECONDS, 7, 7, 7),
    (Fault.THROTTLED_FRACTION, 2.128, 2.128, 2.128),
    (Fault.THROTTLED_DATE, 9, 7, 11),  # both dates are in whole seconds, and the server makes its own once a second
    (Fault.THROTTLED, 7, 0, 0.5),
    (Fault.BUSY, 7, 0, 0.5),
    (Fault.RESET, 7, 0, 0.5),
]


@pytest.mark.parametrize(("fault", "seconds", "shortest", "longest"), WAITS)
def test_the_wait_is_the_one_that_graph_asks_for(
    scene: Scene, fault: Fault, seconds: float, shortest: float, longest: float
) -> None:
    scene.hang_up(Rule(fault, times=1, seconds=seconds))
    (rest,) = scene.rests
    assert shortest <= rest <= longest


@pytest.mark.parametrize("fault", [Fault.THROTTLED_SECONDS, Fault.BUSY_SECONDS, Fault.THROTTLED_DATE])
def test_a_wait_beyond_the_bound_is_left_to_the_operator(scene: Scene, fault: Fault) -> None:
    outcome = scene.hang_up(Rule(fault, seconds=120))
    assert (len(scene.sent), scene.rests) == (1, [])
    assert outcome.retry_helps
    assert outcome.retry_after_s == pytest.approx(120, abs=3)


@pytest.mark.parametrize("body", [Body.HTML, Body.EMPTY])
@pytest.mark.parametrize(
    ("fault", "html", "empty"),
    [
        (Fault.NOT_PERMITTED, Answer.NOT_ALLOWED, Answer.NOT_ALLOWED),
        (Fault.LOST, Answer.UNEXPECTED, Answer.UNEXPECTED),
        (Fault.CONFLICT, Answer.CONFLICT, Answer.CONFLICT),
        (Fault.THROTTLED, Answer.THROTTLED, Answer.THROTTLED),
        (Fault.FAILED, Answer.UNAVAILABLE, Answer.UNAVAILABLE),
        (Fault.BAD_GATEWAY, Answer.UNAVAILABLE, Answer.UNAVAILABLE),
    ],
)
def test_an_error_without_graphs_words(scene: Scene, fault: Fault, html: Answer, empty: Answer, body: Body) -> None:
    outcome = scene.hang_up(Rule(fault, body=body))
    assert outcome.answer is (html if body is Body.HTML else empty)
    assert (outcome.code, outcome.message, outcome.request_id) == (None, None, None)


@pytest.mark.parametrize(("fault", "there"), [(Fault.IGNORED, Answer.FOUND), (Fault.LOST, Answer.FOUND)])
def test_what_was_not_done_is_seen_by_a_check(scene: Scene, fault: Fault, there: Answer) -> None:
    scene.hang_up(Rule(fault))
    assert scene.check().answer is there


@pytest.mark.parametrize("fault", [Fault.GATEWAY_TIMEOUT, Fault.RESET, Fault.FAILED])
def test_a_404_after_an_attempt_that_worked_unseen_says_so(scene: Scene, fault: Fault) -> None:
    outcome = scene.hang_up(Rule(fault, times=1, acts=True), Rule(Fault.LOST))
    assert (outcome.answer, len(scene.sent)) == (Answer.GONE, 2)
    assert "an earlier attempt of this hang-up may have ended it" in outcome.sentence


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.THROTTLED_SECONDS])
def test_a_404_after_an_attempt_that_was_turned_away_does_not(scene: Scene, fault: Fault) -> None:
    outcome = scene.hang_up(Rule(fault, times=1), Rule(Fault.LOST))
    assert (outcome.answer, len(scene.sent)) == (Answer.GONE, 2)
    assert "may have ended" not in outcome.sentence


def test_an_answer_that_comes_too_late_is_asked_for_again(scene: Scene) -> None:
    outcome = scene.hang_up(Rule(Fault.LATE, times=1, seconds=600), patience_s=1.0)
    assert (outcome.answer, len(scene.sent), len(scene.rests)) == (Answer.ACCEPTED, 2, 1)


def test_without_a_fault_exactly_one_delete_is_sent(scene: Scene) -> None:
    assert scene.hang_up().answer is Answer.ACCEPTED
    assert (len(scene.sent), scene.rests) == (1, [])


@pytest.mark.parametrize("rules", [(), (Rule(Fault.IGNORED),), (Rule(Fault.UNHEARD),), (Rule(Fault.LATE, seconds=0),)])
def test_a_call_that_is_not_there_is_gone_whatever_the_fault(scene: Scene, rules: tuple[Rule, ...]) -> None:
    assert scene.hang_up(*rules, call_id=UNKNOWN).answer is Answer.GONE
    assert len(scene.sent) == 1
