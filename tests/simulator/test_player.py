"""The simulation over real HTTP: what the feed receives, and that nothing stays behind."""

from __future__ import annotations

import socket
import threading

import httpx
import pytest

from callmon.feeds.server import ServerCannotStart
from callmon.simulator.player import Simulation
from callmon.simulator.repertoire import KINDS, Repertoire
from tests.simulator.conftest import StartShow
from tests.simulator.recorder import Recorder, wait_until


@pytest.mark.parametrize("kind", KINDS)
def test_the_feed_hears_of_the_whole_call_in_order(start_show: StartShow, kind: str) -> None:
    show = start_show(seed=7, speed=100_000)
    call_id = show.start(kind)
    posts = show.feed.wait(lambda posts: bool(posts) and posts[-1].ends_call)
    script = Repertoire(7, "requested").call(kind)
    assert script.call_id == call_id
    assert [post.body for post in posts] == [step.body for step in script.steps]
    assert show.live() == {}


def test_posts_have_the_headers_of_graphs_callbacks(start_show: StartShow) -> None:
    show = start_show()
    show.start("p2p-incoming")
    (post,) = show.feed.wait(lambda posts: len(posts) == 1)
    assert post.headers["content-type"] == "application/json"
    assert post.headers["x-microsoft-skype-chain-id"] == post.item["resourceData"]["callChainId"]
    assert post.headers["scenario-id"] == post.headers["x-microsoft-skype-chain-id"]
    assert "x-microsoft-skype-message-id" in post.headers
    assert "x-microsoft-skype-original-message-id" not in post.headers


def test_after_a_hang_up_the_rest_of_the_script_is_not_played(start_show: StartShow) -> None:
    show = start_show(seed=7)
    call_id = show.start("meeting")
    show.feed.wait(lambda posts: len(posts) == 1)
    show.graph.delete(show.url(call_id))
    posts = show.feed.wait(lambda posts: posts[-1].ends_call)
    script = Repertoire(7, "requested").call("meeting")
    aftermath = [step.body for step in script.hangup]
    assert [post.body for post in posts[-len(aftermath) :]] == aftermath
    told_before = [post.body for post in posts[: -len(aftermath)]]
    assert told_before == [step.body for step in script.steps[: len(told_before)]]
    assert len(told_before) < len(script.steps)


def test_a_busy_feed_gets_it_again_in_order(start_show: StartShow) -> None:
    show = start_show(feed=Recorder(statuses=(503, 503)), seed=7, speed=100_000)
    show.start("menu")
    posts = show.feed.wait(lambda posts: bool(posts) and posts[-1].ends_call)
    assert [post.body for post in posts] == [step.body for step in Repertoire(7, "requested").call("menu").steps]
    first = show.feed.refused[0]["x-microsoft-skype-message-id"]
    assert posts[0].headers["x-microsoft-skype-original-message-id"] == first
    assert posts[0].headers["x-microsoft-skype-message-id"] != first


def test_what_a_feed_refuses_is_not_sent_again(start_show: StartShow) -> None:
    show = start_show(feed=Recorder(statuses=(400,)), seed=7, speed=100_000)
    show.start("p2p-incoming")
    posts = show.feed.wait(lambda posts: bool(posts) and posts[-1].ends_call)
    assert len(posts) == len(Repertoire(7, "requested").call("p2p-incoming").steps) - 1
    assert len(show.feed.refused) == 1


def test_a_feed_that_is_not_there_does_not_stop_the_calls() -> None:
    with socket.socket() as nobody:  # bound and not listening: every connection is refused
        nobody.bind(("127.0.0.1", 0))
        simulation = Simulation(f"http://127.0.0.1:{nobody.getsockname()[1]}/", calls=0, speed=100_000)
        root = simulation.start()
        try:
            simulation.start_call("rejected")
            wait_until(lambda: httpx.get(f"{root}/simulator/calls", trust_env=False).json() == {"value": []})
        finally:
            simulation.stop()


def test_without_a_feed_calls_live_and_can_be_hung_up() -> None:
    simulation = Simulation(None, calls=3, speed=0.001)
    root = simulation.start()
    try:
        with httpx.Client(base_url=root, headers={"Authorization": "Bearer x"}, trust_env=False) as graph:
            call_id = simulation.start_call("meeting")
            listed = graph.get("/simulator/calls").json()["value"]
            assert {"id": call_id, "kind": "meeting", "state": "establishing"} in listed
            assert graph.delete(f"/v1.0/communications/calls/{call_id}").status_code == 204
    finally:
        simulation.stop()


def test_a_show_keeps_the_number_of_calls_and_replaces_what_ended(start_show: StartShow) -> None:
    show = start_show(calls=4, speed=200)
    show.feed.wait(lambda posts: sum(post.ends_call for post in posts) >= 8)
    assert len(show.live()) <= 4
    show.feed.wait(lambda posts: len({post.call_id for post in posts}) >= 12)


def test_a_show_begins_with_calls_that_are_under_way(start_show: StartShow) -> None:
    show = start_show(calls=12)
    show.feed.wait(lambda posts: len({p.call_id for p in posts if b'"state":"established"' in p.body}) >= 6)


@pytest.mark.parametrize("calls", [0, 5])
def test_stopping_leaves_no_thread_and_closes_the_port(calls: int) -> None:
    before = set(threading.enumerate())
    simulation = Simulation(None, calls=calls)
    root = simulation.start()
    assert set(threading.enumerate()) > before
    simulation.stop()
    simulation.stop()
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(root, trust_env=False)


def test_a_port_that_is_taken_is_said_and_nothing_runs_on() -> None:
    before = set(threading.enumerate())
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        with pytest.raises(ServerCannotStart, match="already listens"):
            Simulation(None, port=owner.getsockname()[1]).start()
    assert set(threading.enumerate()) == before


def test_stop_before_start_does_nothing() -> None:
    Simulation(None).stop()
    with pytest.raises(RuntimeError, match="not been started"):
        Simulation(None).start_call("menu")
