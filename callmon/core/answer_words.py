"""What Graph answered in words for people, and what Microsoft support looks a request up by."""

from __future__ import annotations

from callmon.core.hangup import GraphAnswer, HangUpOutcome, Try
from callmon.core.text import visible


def came_back(answer: GraphAnswer | Try) -> str:
    """``accepted (204)``, ``not allowed (403, 7505)``. The code is raw."""
    numbers = ", ".join(str(part) for part in (answer.status, answer.code) if part is not None)
    word = answer.answer.replace("-", " ")
    return f"{word} ({numbers})" if numbers else word


def request_ids(answer: GraphAnswer | Try) -> str:
    """Graph's id of the request and ours, as far as there are any. They are raw."""
    theirs = f"graph {answer.request_id}" if answer.request_id else ""
    ours = f"ours {answer.client_request_id}" if answer.client_request_id else ""
    return " ".join(part for part in (theirs, ours) if part)


def tries(outcome: HangUpOutcome) -> list[str]:
    """A line for each sending of a hang-up that was sent several times; none for any other."""
    return [
        visible(f"{number}. {one.at}  {came_back(one)}  {request_ids(one)}".rstrip())
        for number, one in enumerate(outcome.tries, 1)
    ]


def for_support(answer: GraphAnswer) -> list[tuple[str, str]]:
    """Label and value, harmless to a terminal; only what there is."""
    said = {
        "HTTP status": answer.status,
        "Error code": answer.code,
        "Error message": answer.message,
        "request-id": answer.request_id,
        "client-request-id": answer.client_request_id,
        "Retry-After": None if answer.retry_after_s is None else f"{answer.retry_after_s:g} s",
        "scenario-id": answer.scenario_id,
        "x-ms-ags-diagnostic": answer.diagnostic,
        "Date": answer.date,
    }
    return [(label, visible(str(value))) for label, value in said.items() if value is not None]
