"""Entries of our own without the people and machines in them, beside the notifications of `callmon.core.redaction`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from callmon.core.hangup import CheckOutcome, HangUpOutcome, Try
from callmon.core.origins import is_imported
from callmon.core.records import CallChecked, FeedChanged, HangUpAnswered, HangUpAsked, decode, encode
from callmon.core.redaction import Redactor
from callmon.core.redaction_fields import GUID, is_harmless
from callmon.core.redaction_sentences import machine

_RUN = re.compile(r"[0-9a-f]{1,32}")
_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
"""As HTTP writes it (RFC 9110, 5.6.7)."""
_HOST = re.compile(r"(?<![\w.:-])(?=[\w-]{0,62}[^\W\d_])[\w-]{1,63}:\d{2,5}(?![\w:-])")
"""A machine without a dot in its name, which our own sentences name with its port."""
_PLACE = re.compile(
    r"\b(?P<lead>The file |certificate in |Others can read the [a-z ]{1,40} in |The keyring holds no secret for )"
    r"(?P<place>.{1,1024}?)(?= \(CALLMON_)"
    r"|\b(?P<do>chmod 600 |keyring set )(?P<it>.+)",
    re.DOTALL,
)
"""Where one of our own sentences says that a secret is kept: by its form, a name with blanks has no end."""

_Outcome = TypeVar("_Outcome", HangUpOutcome, CheckOutcome)


def record(redactor: Redactor, kind: str, body: bytes) -> bytes | None:
    """An entry of our own without the people and machines in it; None if it is none that this version knows."""
    told = decode(kind, body)
    if told is None:
        return None
    if isinstance(told, FeedChanged):
        return encode(_feed(redactor, told))
    if isinstance(told, HangUpAsked):
        reason = redactor.other(told.reason) if told.reason else ""
        login = person(redactor, told.login) if told.login else ""
        told = replace(told, operator=person(redactor, told.operator), login=login, reason=reason)
        return encode(replace(told, attempt=redactor.other(told.attempt)))
    if isinstance(told, HangUpAnswered):
        return encode(replace(told, attempt=redactor.other(told.attempt), outcome=_answer(redactor, told.outcome)))
    return encode(replace(told, outcome=_found(redactor, told)))


def origin(redactor: Redactor, kind: str, text: str) -> str:
    """Where an entry came from: who did it, or how it came and a pseudonym of the file or the machine."""
    if kind not in ("notification", "feed") and not is_imported(text):
        return person(redactor, text)
    way, _, rest = text.partition(" ")
    return f"{way} {redactor.other(rest)}" if rest else way


def person(redactor: Redactor, text: str) -> str:
    """Who did something: a login name and a host, or a name; then it is found in sentences, too."""
    return redactor.email(text) if "@" in text and " " not in text else redactor.name(text)


def run(redactor: Redactor, text: str) -> str:
    """Which start of a program it was: a random id, which stays."""
    return text if not text or _RUN.fullmatch(text) else redactor.other(text)


def _feed(redactor: Redactor, told: FeedChanged) -> FeedChanged:
    return replace(
        told,
        feed=origin(redactor, "feed", told.feed),
        detail="",
        run=run(redactor, told.run),
        place=redactor.other(told.place) if told.place else "",
        alive=" ".join(run(redactor, each) for each in told.alive.split()),
    )


def _try(redactor: Redactor, told: Try) -> Try:
    return replace(
        told,
        code=_kept(redactor, told.code, is_harmless(told.code or "", "code")),
        request_id=_id(redactor, told.request_id),
        client_request_id=_id(redactor, told.client_request_id),
    )


def _found(redactor: Redactor, told: CallChecked) -> CheckOutcome:
    outcome = _answer(redactor, told.outcome)
    state = outcome.state
    return replace(
        outcome,
        state=state if state is None or is_harmless(state, "state") else redactor.other(state),
        body=redactor.body(outcome.body, told.call_id) or b"" if outcome.body else b"",
    )


def _answer(redactor: Redactor, outcome: _Outcome) -> _Outcome:
    if isinstance(outcome, HangUpOutcome):
        outcome = replace(outcome, tries=tuple(_try(redactor, each) for each in outcome.tries))
    return replace(
        outcome,
        sentence=_sentence(redactor, outcome.sentence),
        message=None if outcome.message is None else _sentence(redactor, outcome.message),
        code=_kept(redactor, outcome.code, is_harmless(outcome.code or "", "code")),
        request_id=_id(redactor, outcome.request_id),
        client_request_id=_id(redactor, outcome.client_request_id),
        scenario_id=_id(redactor, outcome.scenario_id),
        diagnostic=None if outcome.diagnostic is None else _sentence(redactor, outcome.diagnostic),
        date=_kept(redactor, outcome.date, _DATE.fullmatch(outcome.date or "") is not None),
    )


def _sentence(redactor: Redactor, text: str) -> str:
    text = _PLACE.sub(lambda told: f"{told['lead'] or told['do']}{redactor.other(told['place'] or told['it'])}", text)
    return redactor.prose(_HOST.sub(lambda host: machine(host[0], redactor), text))


def _id(redactor: Redactor, text: str | None) -> str | None:
    return _kept(redactor, text, GUID.fullmatch(text or "") is not None)


def _kept(redactor: Redactor, text: str | None, harmless: bool) -> str | None:
    return text if not text or harmless else redactor.other(text)
