"""The calls that exist at the fake Graph right now."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from callmon.simulator.script import CallScript

_ONLY_IN_A_GET: dict[str, Any] = dict.fromkeys(
    ("subject", "ringingTimeoutInSeconds", "mediaState", "resultInfo", "answeredBy", "chatInfo", "meetingInfo",
     "transcription", "toneInfo")
)  # fmt: skip
"""Properties that Graph's own answer to a GET shows as null while they are not set (page "call: get")."""


@dataclass(slots=True)
class _Call:
    script: CallScript
    resource: dict[str, Any]
    wake: Callable[[], object]
    hung_up: bool = False
    told: bool = True


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of live calls."""

    id: str
    kind: str
    state: str


class LiveCalls:
    """Every call from its beginning to its end. Safe to use from several threads.

    Ids are compared without dashes and without case.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: dict[str, _Call] = {}

    def begin(self, script: CallScript, wake: Callable[[], object]) -> None:
        """A call comes into being; `wake` is called, once and from any thread, when it is hung up."""
        incoming = script.resource.get("direction") == "incoming"
        resource = {
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#communications/calls/$entity",
            "@odata.type": "#microsoft.graph.call",
            "id": script.call_id,
            "state": "incoming" if incoming else "establishing",
            "callRoutes": [],
            "callChainId": script.chain_id,
            **_ONLY_IN_A_GET,
            **script.resource,
        }
        with self._lock:
            self._calls[comparable(script.call_id)] = _Call(script, resource, wake)

    def happen(self, call_id: str, body: bytes, *, after_hangup: bool = False) -> bool:
        """Let a step of a script come true.

        False, and nothing happens, if somebody has hung the call up and the step belongs to its life before that.
        """
        item = json.loads(body)["value"][0]
        with self._lock:
            call = self._calls[comparable(call_id)]
            if call.hung_up and not after_hangup:
                return False
            if item["resourceUrl"] == f"/communications/calls/{call.script.call_id}":
                if item["changeType"] == "deleted":
                    del self._calls[comparable(call_id)]
                call.resource.update(item["resourceData"] | {"toneInfo": None})
        return True

    def get(self, call_id: str) -> dict[str, Any] | None:
        """The call as a GET shows it; None if there is no such call, or no longer."""
        with self._lock:
            call = self._calls.get(comparable(call_id))
            return None if call is None else dict(call.resource)

    def hang_up(self, call_id: str, *, told: bool = True) -> bool:
        """Make the call end; False if there is no such call, or no longer. With `told` false nobody hears of it."""
        with self._lock:
            call = self._calls.get(comparable(call_id))
            if call is None:
                return False
            first = not call.hung_up
            call.hung_up = True
            call.told = call.told and told
        if first:
            call.wake()
        return True

    def is_told(self, call_id: str) -> bool:
        """Whether the end of this live call is to be notified."""
        with self._lock:
            return self._calls[comparable(call_id)].told

    def listed(self) -> list[Listed]:
        """All live calls, oldest first."""
        with self._lock:
            return [
                Listed(call.script.call_id, call.script.kind_name, call.resource["state"])
                for call in self._calls.values()
            ]


def comparable(call_id: str) -> str:
    """The id without what may differ between its spellings."""
    return call_id.replace("-", "").lower()
