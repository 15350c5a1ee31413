"""A feed that only remembers, and the means to wait for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from typing import Any

from callmon.feeds.asgi import BodyFault, Receive, Scope, Send, answer, read_body

DEADLINE_S = 20.0


@dataclass(frozen=True, slots=True)
class Post:
    headers: dict[str, str]
    body: bytes
    item: dict[str, Any]

    @property
    def call_id(self) -> str:
        return str(self.item["resourceUrl"].split("/")[3])

    @property
    def ends_call(self) -> bool:
        own = self.item["resourceUrl"] == f"/communications/calls/{self.call_id}"
        return own and bool(self.item["changeType"] == "deleted")


class Recorder:
    """An ASGI app: answers the first requests with `statuses`, then 202, and keeps what it accepted."""

    def __init__(self, statuses: tuple[int, ...] = ()) -> None:
        self._changed = Condition()
        self._statuses = list(statuses)
        self._posts: list[Post] = []
        self.refused: list[dict[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive, 10_000_000, DEADLINE_S)
        assert not isinstance(body, BodyFault)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status = self._statuses.pop(0) if self._statuses else 202
        with self._changed:
            if status == 202:
                self._posts.append(Post(headers, body, json.loads(body)["value"][0]))
            else:
                self.refused.append(headers)
            self._changed.notify_all()
        await answer(send, status)

    def of(self, call_id: str) -> list[Post]:
        with self._changed:
            return [post for post in self._posts if post.call_id == call_id]

    def wait(self, until: Callable[[list[Post]], bool]) -> list[Post]:
        """All posts, as soon as they fulfil the condition."""
        with self._changed:
            assert self._changed.wait_for(lambda: until(self._posts), DEADLINE_S), [p.item for p in self._posts][-3:]
            return list(self._posts)


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask again and again until it holds; for what announces itself to nobody. The condition asks over HTTP."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end
