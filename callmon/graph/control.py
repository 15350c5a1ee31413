"""Hang a call up or look it up at Microsoft Graph, over HTTP.

``DELETE`` and ``GET /v1.0/communications/calls/{id}`` (Microsoft Graph "Delete call" and "Get call"). After a 401 one
more request goes out with a new token. A DELETE that throttling, a gateway or the network stopped is sent again within
the bounds of a `RetryPolicy`; a GET is not. Every request has a ``client-request-id`` of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event
from typing import Generic

import httpx

from callmon.clocks import utc_now
from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, HangUpOutcome, Try
from callmon.core.text import is_id, iso
from callmon.graph.answers import OutcomeT, check_outcome, hang_up_outcome
from callmon.graph.auth import SignInProblem, TokenSource
from callmon.graph.clouds import RootProblem, call_url, check_root
from callmon.graph.failures import NoReply, too_late
from callmon.graph.hold import Hold
from callmon.graph.leash import CalledOff, Leash, Stage, within
from callmon.graph.naming import UNNAMED, SettingNames
from callmon.graph.replies import Reply
from callmon.graph.retry import Attempts, Rest, RetryPolicy, Tried
from callmon.graph.sender import Sender, host_of
from callmon.graph.tenants import TenantTokens
from callmon.ports import OnWait, Target, unseen

_POLICY = RetryPolicy()


@dataclass(slots=True)
class _Order(Generic[OutcomeT]):
    """What is asked of Graph about one call."""

    method: str
    url: str
    tokens: TokenSource
    kind: type[OutcomeT]
    judge: Callable[[Reply], OutcomeT]
    renewed: bool = False
    """Whether this order has had its one new token."""
    begun: str = ""
    """When the sending that is under way began: ISO 8601, UTC."""
    tries: list[Try] = field(default_factory=list)
    """What came of it so far."""

    def tried(self, came: OutcomeT) -> None:
        """The sending that was under way has come to its end."""
        ids = (came.request_id, came.client_request_id)
        self.tries.append(Try(self.begun, came.answer, came.status, came.code, *ids))


class GraphControl:
    """`callmon.ports.CallControl` on a real Graph, or on one that speaks like it.

    `root` is Graph's address as `check_root` gives it. Times are seconds; the one for reading counts between two
    pieces of the answer and also for its body as a whole, the one for an attempt from the sign-in to the last piece.
    So a hang-up takes no longer than its policy and one attempt together. Safe to use from several threads.
    """

    def __init__(
        self,
        root: str,
        tokens: TokenSource | TenantTokens,
        *,
        transport: httpx.BaseTransport | None = None,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 15.0,
        attempt_timeout_s: float = 25.0,
        now: Callable[[], datetime] = utc_now,
        policy: RetryPolicy = _POLICY,
        rest: Rest = Event.wait,
        names: SettingNames = UNNAMED,
    ) -> None:
        """`rest` is how a wait between two attempts is waited, `names` how the settings of its bot are called."""
        self._names = names
        self._root = check_root(root)
        self._tokens = tokens
        # A proxy from the environment would get to read what goes over plain http.
        trust_env = str(self._root).startswith("https:")
        self._sender = Sender(connect_timeout_s, read_timeout_s, trust_env=trust_env, transport=transport, names=names)
        self._attempt_timeout_s = attempt_timeout_s
        self._now = now
        self._policy = policy
        self._rest = rest
        self._hold = Hold()

    def why_not(self, target: Target) -> str:
        """Why nothing could be sent about this call; empty if it could."""
        aim = self._aim(target)
        return aim.sentence if isinstance(aim, NoReply) else ""

    def address(self, target: Target) -> str:
        """The URL that an order about this call goes to; empty if nothing could be sent."""
        url = self._url(target.call_id)
        return "" if isinstance(url, NoReply) else url

    def hang_up(self, target: Target, on_wait: OnWait = unseen, called_off: Event | None = None) -> HangUpOutcome:
        """Ask Graph to end the call, or the bot's leg of it; again, where that helps. Blocks, never raises.

        The outcome is that of the last attempt; its sentence tells what an earlier one may have done.
        """
        aim = self._aim(target)
        if isinstance(aim, NoReply):
            return HangUpOutcome(aim.answer, aim.sentence)
        order = _Order("DELETE", *aim, HangUpOutcome, lambda reply: hang_up_outcome(reply, self._now(), self._names))
        called_off = called_off or Event()
        outcome = Attempts(self._policy, called_off, on_wait, self._rest, self._hold).run(
            lambda: self._in_time(order, called_off)
        )
        return replace(outcome, tries=tuple(order.tries)) if len(order.tries) > 1 else outcome

    def check(self, target: Target) -> CheckOutcome:
        """Ask Graph for the call, once. Blocks, never raises."""
        aim = self._aim(target)
        if isinstance(aim, NoReply):
            return CheckOutcome(aim.answer, aim.sentence)
        order = _Order("GET", *aim, CheckOutcome, lambda reply: check_outcome(reply, self._now(), self._names))
        return self._in_time(order).outcome

    def close(self) -> None:
        """Let go of the connections. A later order opens new ones."""
        self._sender.close()

    def _aim(self, target: Target) -> tuple[str, TokenSource] | NoReply:
        """Where an order about this call goes, and whose tokens it carries; or why nothing can be sent."""
        url = self._url(target.call_id)
        if isinstance(url, NoReply):
            return url
        tokens = self._tokens.of(target.tenant_id) if isinstance(self._tokens, TenantTokens) else self._tokens
        if isinstance(tokens, SignInProblem):
            return NoReply(Answer.REFUSED_HERE, tokens.sentence)
        return url, tokens

    def _url(self, call_id: str) -> str | NoReply:
        if isinstance(self._root, RootProblem):
            return NoReply(Answer.REFUSED_HERE, self._root.sentence)
        if not is_id(call_id):
            return NoReply(
                Answer.REFUSED_HERE, "This does not have the form of a call id, so nothing was sent. Check the id."
            )
        return call_url(self._root, call_id)

    def _in_time(self, order: _Order[OutcomeT], called_off: Event | None = None) -> Tried[OutcomeT]:
        """One attempt, which is given up when its time is over."""
        order.begun = iso(self._now())
        tried = within(
            self._attempt_timeout_s,
            lambda leash: self._attempt(order, leash),
            lambda stage: _without_reply(order, too_late(stage, host_of(order.url))),
            called_off,
        )
        order.tried(tried.outcome)
        return tried

    def _attempt(self, order: _Order[OutcomeT], leash: Leash) -> Tried[OutcomeT]:
        """One request, or two if the first finds the token stale. Raises `CalledOff` if nothing has left."""
        leash.turns_to(Stage.SIGNING_IN)
        token = order.tokens.token()
        if isinstance(token, SignInProblem):
            outcome = order.kind(Answer.NOT_SIGNED_IN, token.sentence, token.retry_helps, code=token.code)
            return Tried(outcome, may_have_arrived=False)
        reply = self._sender.send(order.method, order.url, token, leash)
        if isinstance(reply, Reply) and reply.status == httpx.codes.UNAUTHORIZED and not (order.renewed or leash.cut):
            try:
                return self._once_more(order, order.judge(reply), leash)
            except CalledOff:
                pass
        return _came_back(order, reply)

    def _once_more(self, order: _Order[OutcomeT], refused: OutcomeT, leash: Leash) -> Tried[OutcomeT]:
        """The request with a new token, after the one in use was refused."""
        leash.turns_to(Stage.SIGNING_IN)
        token = order.tokens.token(fresh=True)
        if isinstance(token, SignInProblem):
            outcome = replace(refused, sentence=token.sentence, retry_helps=token.retry_helps)
            return Tried(outcome, may_have_arrived=False)
        order.renewed = True
        begun = iso(self._now())
        reply = self._sender.send(order.method, order.url, token, leash)
        order.tried(refused)
        order.begun = begun
        return _came_back(order, reply)


def _came_back(order: _Order[OutcomeT], reply: Reply | NoReply) -> Tried[OutcomeT]:
    if isinstance(reply, NoReply):
        return _without_reply(order, reply)
    outcome = order.judge(reply)
    # Behind a gateway's failure, or its own, Graph may have done what was asked; behind a strange success, too.
    strange = outcome.answer is Answer.UNEXPECTED and httpx.codes.is_success(reply.status)
    return Tried(outcome, strange or httpx.codes.is_server_error(reply.status))


def _without_reply(order: _Order[OutcomeT], why: NoReply) -> Tried[OutcomeT]:
    outcome = order.kind(why.answer, why.sentence, why.retry_helps, client_request_id=why.sent_id)
    return Tried(outcome, why.may_have_arrived)
