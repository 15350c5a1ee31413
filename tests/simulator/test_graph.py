"""The fake Graph over HTTP."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.simulator.conftest import StartShow
from tests.simulator.recorder import wait_until

UNKNOWN = "6f1f5c00-8c1b-47f1-be9d-660c501041a9"


@pytest.mark.parametrize("method", ["DELETE", "GET"])
def test_an_unknown_call_is_not_found(start_show: StartShow, method: str) -> None:
    show = start_show()
    answer = show.graph.request(method, show.url(UNKNOWN), headers={"client-request-id": "mine"})
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert (error["code"], error["message"]) == ("8522", "Call not found.")
    inner = error["innerError"]
    assert inner["request-id"] == answer.headers["request-id"] == str(uuid.UUID(inner["request-id"]))
    assert inner["client-request-id"] == answer.headers["client-request-id"] == "mine"
    sent_at = parsedate_to_datetime(answer.headers["date"])  # the server makes this header anew about once a second
    assert abs(datetime.fromisoformat(inner["date"] + "Z") - sent_at) < timedelta(seconds=60)


@pytest.mark.parametrize("authorization", [None, "Bearer", "Basic eDp5", "simulated"])
def test_without_a_bearer_token_nothing_is_told_and_nothing_ends(
    start_show: StartShow, authorization: str | None
) -> None:
    show = start_show()
    call_id = show.start("meeting")
    with httpx.Client(base_url=show.graph.base_url, trust_env=False) as stranger:
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = stranger.delete(show.url(call_id), headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert show.graph.get(show.url(call_id)).status_code == 200


def test_get_shows_the_call_as_graph_does(start_show: StartShow) -> None:
    show = start_show()
    call = show.graph.get(show.url(show.start("p2p-answered"))).json()
    assert call["@odata.type"] == "#microsoft.graph.call"
    assert (call["state"], call["direction"]) == ("establishing", "outgoing")
    assert "application" in call["source"]["identity"]
    assert [list(target["identity"])[1] for target in call["targets"]] == ["user"]
    assert call["chatInfo"] is call["meetingInfo"] is call["toneInfo"] is None


def test_get_of_a_meeting_tells_where_it_is_and_has_no_targets(start_show: StartShow) -> None:
    show = start_show()
    call = show.graph.get(show.url(show.start("meeting"))).json()
    assert call["targets"] == []
    assert call["chatInfo"]["threadId"].startswith("19:meeting_")
    assert call["meetingInfo"]["@odata.type"] == "#microsoft.graph.organizerMeetingInfo"


def test_get_follows_the_call(start_show: StartShow) -> None:
    show = start_show(speed=100)
    call_id = show.start("keep-alive-timeout")
    show.feed.wait(lambda posts: len(posts) == 4)
    call = show.graph.get(show.url(call_id)).json()
    assert call["state"] == "established"
    assert call["mediaState"]["audio"] == "active"
    assert show.live() == {call_id: "established"}


@pytest.mark.parametrize("spelled", [str.upper, lambda call_id: call_id.replace("-", "")])
def test_an_id_may_be_spelled_otherwise(start_show: StartShow, spelled: object) -> None:
    show = start_show()
    call_id = show.start("meeting")
    assert callable(spelled)
    assert show.graph.delete(show.url(spelled(call_id))).status_code == 204
    wait_until(lambda: call_id not in show.live())


def test_delete_is_accepted_until_the_call_has_ended(start_show: StartShow) -> None:
    show = start_show()
    call_id = show.start("meeting")
    first, second = show.graph.delete(show.url(call_id)), show.graph.delete(show.url(call_id))
    assert (first.status_code, second.status_code, first.content) == (204, 204, b"")
    assert "content-length" not in first.headers
    show.feed.wait(lambda posts: posts[-1].ends_call if posts else False)
    assert show.graph.delete(show.url(call_id)).status_code == 404
    assert show.graph.get(show.url(call_id)).status_code == 404
    assert sum(post.ends_call for post in show.feed.of(call_id)) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PATCH", f"/v1.0/communications/calls/{UNKNOWN}", 405),
        ("PUT", "/simulator/calls", 405),
        ("GET", "/v1.0/communications/calls", 404),
        ("GET", f"/v1.0/communications/calls/{UNKNOWN}/participants", 404),
        ("GET", "/v1.0/me", 404),
        ("GET", "/", 404),
    ],
)
def test_anything_else_is_refused_in_graphs_form(start_show: StartShow, method: str, path: str, status: int) -> None:
    answer = start_show().graph.request(method, path)
    assert answer.status_code == status
    assert ("allow" in answer.headers) is (status == 405)
    assert {"code", "message", "innerError"} == set(answer.json()["error"])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"kind":1}', b'{"kind":"fax"}', b"\xff", b" " * 5000])
def test_a_call_of_no_known_kind_is_not_started(start_show: StartShow, body: bytes) -> None:
    show = start_show()
    answer = show.graph.post("/simulator/calls", content=body)
    assert answer.status_code == 400
    assert "p2p-answered" in answer.json()["error"]["message"]
    assert show.live() == {}
