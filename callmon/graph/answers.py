"""What an HTTP answer of Graph means, as an outcome.

Sources: Microsoft Graph "Delete call", "Get call", "Error responses" and "Throttling guidance"; the numbers in
``error.code`` are those that the communications endpoints are known to answer with. An answer may also come from
something between callmon and Graph (a gateway, a proxy, a captive portal), so the body can be anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple, TypeVar

from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, GraphAnswer, HangUpOutcome
from callmon.graph.naming import UNNAMED, SettingNames
from callmon.graph.replies import GraphError, Reply, graph_error, json_object, particulars, word

OutcomeT = TypeVar("OutcomeT", bound=GraphAnswer)


class _Verdict(NamedTuple):
    answer: Answer
    sentence: str
    """In braces the names of settings, so nothing that came with the answer may stand in it."""
    retry_helps: bool = False

    def told(self, names: SettingNames) -> _Verdict:
        """The same with the names that the settings of this bot have."""
        return self._replace(sentence=names.say(self.sentence))


def hang_up_outcome(reply: Reply, now: datetime, names: SettingNames = UNNAMED) -> HangUpOutcome:
    """What the answer to a DELETE of a call means. `now` (aware) is used if ``Retry-After`` is a date.

    `names` are those of the settings of the bot that asked.
    """
    error = graph_error(reply.body)
    if reply.status == HTTPStatus.NO_CONTENT:
        verdict = _ACCEPTED
    elif HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        verdict = _no_acceptance(reply.status)
    else:
        verdict = _refused(reply, error)
    return _outcome(HangUpOutcome, verdict.told(names), reply, error, now)


def check_outcome(reply: Reply, now: datetime, names: SettingNames = UNNAMED) -> CheckOutcome:
    """What the answer to a GET of a call means. For the rest see `hang_up_outcome`."""
    error = graph_error(reply.body)
    if reply.status != HTTPStatus.OK:
        return _outcome(CheckOutcome, _refused(reply, error).told(names), reply, error, now)
    call = json_object(reply.body) if reply.whole else None
    state, call_id = (word(call.get(name)) for name in ("state", "id")) if call else (None, None)
    if error is not None or not (state or call_id):
        return _outcome(CheckOutcome, _NOT_A_CALL.told(names), reply, error, now)
    sentence = f"Graph still has the call, in state {state}." if _plain(state) else "Graph still has the call."
    return CheckOutcome(Answer.FOUND, sentence, **particulars(reply, error, now), state=state, body=reply.body)


_ACCEPTED = _Verdict(
    Answer.ACCEPTED, "Graph accepted the hang-up. The call has ended when its notification or a check says so."
)
_NOT_A_CALL = _Verdict(
    Answer.UNEXPECTED,
    "The answer is HTTP 200 but not a call, so it tells nothing about it. Something other than Graph may have "
    "answered: check the proxy, and {graph_url} if it is set.",
)


def _no_acceptance(status: int) -> _Verdict:
    """The verdict on a success that Graph does not have for a DELETE: "Delete call" documents 204 alone."""
    return _Verdict(
        Answer.UNEXPECTED,
        f"The answer is HTTP {status}, but Graph accepts a hang-up with 204, so it is not known whether the call is "
        "hung up. Something other than Graph may have answered: check the proxy, and {graph_url} if it is set.",
    )


def _refused(reply: Reply, error: GraphError | None) -> _Verdict:
    """The verdict on a status that is no success."""
    status, code = reply.status, error.code if error else None
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND) and code in _FORBIDDEN:
        return _Verdict(Answer.NOT_ALLOWED, f"{_FORBIDDEN[code]} (Graph's code {code})")
    if status == HTTPStatus.NOT_FOUND:
        return _not_found(reply, error)
    if status in _BY_STATUS:
        verdict = _BY_STATUS[HTTPStatus(status)]
        return _elsewhere(verdict, status) if _foreign(reply, error) else verdict
    return _wrong_address(error) or _by_class(status)


def _by_class(status: int) -> _Verdict:
    """The verdict on a status that has no meaning of its own here."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _Verdict(
            Answer.UNAVAILABLE,
            f"Graph, or a gateway before it, failed (HTTP {status}). Nothing is wrong here: try again in a moment.",
            retry_helps=True,
        )
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return _Verdict(
            Answer.UNEXPECTED,
            f"The request was redirected (HTTP {status}); callmon does not follow, so that the token stays with Graph. "
            "Check the proxy, and {graph_url} if it is set.",
        )
    return _Verdict(
        Answer.UNEXPECTED, f"Graph gave an answer that callmon does not know (HTTP {status}). See its code."
    )


_FORBIDDEN: Mapping[str | None, str] = {
    "7503": "This application is not registered for calling. Check {client_id}: it must be the bot that has the call.",
    "7504": "The tenant has not granted this application the permissions for calls. Let an administrator consent to "
    "Calls.Initiate.All.",
    "7505": "The token is of another tenant than the call. Set {tenant_id} to that of the call, or, unless that is so "
    "already, let this bot serve several tenants ({multi_tenant}).",
}
_BY_STATUS: Mapping[HTTPStatus, _Verdict] = {
    HTTPStatus.UNAUTHORIZED: _Verdict(
        Answer.NOT_SIGNED_IN,
        "Graph does not accept the access token (HTTP 401). Check that tenant, application and cloud belong together.",
    ),
    HTTPStatus.FORBIDDEN: _Verdict(
        Answer.NOT_ALLOWED,
        "Graph does not let this application touch the call (HTTP 403). Only the application that has the call may, "
        "with a token of the call's tenant.",
    ),
    HTTPStatus.REQUEST_TIMEOUT: _Verdict(
        Answer.UNAVAILABLE,
        "Graph, or a gateway before it, did not get the whole request in time (HTTP 408). Try again in a moment.",
        retry_helps=True,
    ),
    HTTPStatus.CONFLICT: _Verdict(
        Answer.CONFLICT,
        "The call is in no state for this right now (HTTP 409), for instance amid a transfer. Look at its state and "
        "try again.",
        retry_helps=True,
    ),
    HTTPStatus.TOO_MANY_REQUESTS: _Verdict(
        Answer.THROTTLED,
        "Graph has had too many requests from this application (HTTP 429). Wait, then try again.",
        retry_helps=True,
    ),
}
_GONE_CODES = frozenset({"8522", "9997"})
"""What the calling service is known to say of a call that it does not have."""


def _not_found(reply: Reply, error: GraphError | None) -> _Verdict:
    """404 is a statement about the call only if Graph's calling service made it.

    A gateway's 404 taken for one would end calls that go on. ``UnknownError`` is what it says of an id that it cannot
    read, which tells nothing about a call either.
    """
    if elsewhere := _wrong_address(error):
        return elsewhere
    code, message = (error.code or "", error.message or "") if error else ("", "")
    from_graph = bool(error and reply.headers.get("request-id"))
    if code in _GONE_CODES or (from_graph and "call not found" in message.lower()):
        return _Verdict(
            Answer.GONE, "Graph knows no such call (any more): it has already ended, or the id is not right."
        )
    if from_graph:
        return _Verdict(
            Answer.UNEXPECTED,
            "HTTP 404 in Graph's form, but not that it has no such call, so it tells nothing about the call. See its "
            "code; check the call's id, and {graph_url} if it is set.",
        )
    return _Verdict(
        Answer.UNEXPECTED,
        f"{_came(reply, error)}, but not in the words of Graph's calling service, so it tells nothing about the call. "
        "Check the proxy, and {graph_url} if it is set.",
    )


def _came(reply: Reply, error: GraphError | None) -> str:
    if not reply.body.strip():
        return "HTTP 404 came without a body"
    return "HTTP 404 came with an error" if error else "HTTP 404 came with a page that is not Graph's"


def _wrong_address(error: GraphError | None) -> _Verdict | None:
    """Graph's own router speaks, with 400 or 404, if the version or a part of the path is wrong."""
    if error is None or "resource not found for the segment" not in (error.message or "").lower():
        return None
    return _Verdict(
        Answer.UNEXPECTED,
        "Graph does not know this address, so the answer tells nothing about the call. Check {graph_url}.",
    )


def _foreign(reply: Reply, error: GraphError | None) -> bool:
    return error is None and bool(reply.body.strip())


def _elsewhere(verdict: _Verdict, status: int) -> _Verdict:
    return verdict._replace(
        sentence=f"HTTP {status} came back, but not in Graph's form: a proxy or gateway may have answered "
        "in its place. Check the proxy, and {graph_url} if it is set."
    )


def _outcome(
    kind: type[OutcomeT], verdict: _Verdict, reply: Reply, error: GraphError | None, now: datetime
) -> OutcomeT:
    return kind(verdict.answer, verdict.sentence, verdict.retry_helps, **particulars(reply, error, now))


def _plain(text: str | None) -> bool:
    """True for a word that can stand in a sentence as it is."""
    return text is not None and text.isascii() and text.isalpha()
