"""What can come back from Graph when a call is hung up or checked, as values.

Source of the facts: Microsoft Graph "Delete call" and "Error responses" pages. The DELETE is answered with 204 and
no body; an error has the shape ``{"error": {"code", "message", "innerError": {"date", "request-id"}}}``, where on
the communications endpoints ``code`` is often a number written as a string.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from callmon.core.answers import Answer


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """What Graph said, field by field; everything that Microsoft support would ask for."""

    answer: Answer
    sentence: str
    """What happened and what it means, in one or two sentences without a trailing newline."""
    retry_helps: bool = False
    """True if sending the same request again, later, may succeed."""
    retry_after_s: float | None = None
    """Seconds that Graph asked to wait (429, 503), if it did."""
    status: int | None = None
    """HTTP status; None if nothing came back."""
    code: str | None = None
    """``error.code``, as text."""
    message: str | None = None
    """``error.message``."""
    request_id: str | None = None
    """Graph's ``request-id``."""
    client_request_id: str | None = None
    """The ``client-request-id`` that callmon sent."""
    date: str | None = None
    """The ``Date`` of the answer, as Graph wrote it."""
    scenario_id: str | None = None
    """Graph's ``scenario-id``, which its calling service joins the requests of a call by."""
    diagnostic: str | None = None
    """``x-ms-ags-diagnostic``: which of Graph's servers answered, as JSON of Graph's own."""


@dataclass(frozen=True, slots=True)
class Try:
    """One sending of a hang-up that was sent several times. Its fields are as in `GraphAnswer`."""

    at: str
    """When it began: ISO 8601, UTC."""
    answer: Answer
    status: int | None = None
    code: str | None = None
    request_id: str | None = None
    client_request_id: str | None = None


@dataclass(frozen=True, slots=True)
class HangUpOutcome(GraphAnswer):
    """The answer to a DELETE of a call: the last one, if it was sent several times."""

    tries: tuple[Try, ...] = ()
    """Every sending in its order, if there were several; else empty."""
    unsettled: bool = field(default=False, compare=False)
    """Whether Graph may have hung the call up although it did not say so: a request may have reached it.

    Known to who sent it. It is not written down: the sentence says it, too.
    """


CALLED_OFF = HangUpOutcome(
    Answer.REFUSED_HERE, "The hang-up was called off before anything was sent.", retry_helps=True
)


@dataclass(frozen=True, slots=True)
class CheckOutcome(GraphAnswer):
    """The answer to a GET of a call."""

    state: str | None = None
    """``state`` of the call, as Graph spelled it, if it was found."""
    body: bytes = b""
    """The call as Graph returned it, if it was found."""
