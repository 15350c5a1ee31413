"""204 is accepted, the end is the end, 404 is already gone, all else is said; the audit trail has it in all cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from callmon.core.answers import Answer
from callmon.core.audit import SEALED, Link, verify
from callmon.simulator.faults import Body, Fault, Rule
from tests.acceptance.real_console import READ_TIMEOUT_S, RealConsole, real_console

pytestmark = pytest.mark.anyio

REFUSALS = [
    (Fault.UNAUTHORIZED, Answer.NOT_SIGNED_IN, "CALLMON_ACCESS_TOKEN"),
    (Fault.NOT_REGISTERED, Answer.NOT_ALLOWED, "not registered for calling"),
    (Fault.NOT_PERMITTED, Answer.NOT_ALLOWED, "consent"),
    (Fault.OTHER_TENANT, Answer.NOT_ALLOWED, "another tenant"),
    (Fault.CONFLICT, Answer.CONFLICT, "HTTP 409"),
    (Fault.THROTTLED, Answer.THROTTLED, "HTTP 429"),
    (Fault.FAILED, Answer.UNAVAILABLE, "HTTP 500"),
    (Fault.BAD_GATEWAY, Answer.UNAVAILABLE, "HTTP 502"),
    (Fault.BUSY, Answer.UNAVAILABLE, "HTTP 503"),
    (Fault.GATEWAY_TIMEOUT, Answer.UNAVAILABLE, "HTTP 504"),
    (Fault.RESET, Answer.UNREACHABLE, "broke before an answer came"),
    (Fault.LATE, Answer.UNREACHABLE, "did not answer in time"),
]


MAYBE_DONE = {Fault.FAILED, Fault.BAD_GATEWAY, Fault.BUSY, Fault.GATEWAY_TIMEOUT, Fault.RESET}
"""A request has reached Graph, which may have acted on it."""


def whole(console: RealConsole) -> bool:
    """Whether the trail's chain of seals holds."""
    links = [
        Link(one.entry.kind, one.entry.at, one.entry.origin, one.entry.bot, one.entry.body, one.seal)
        for one in console.journal.read(limit=100_000)
        if one.entry.kind in SEALED
    ]
    return verify(links).broken is None and len(links) > 0


async def test_204_is_accepted_and_then_the_end_is_reported_with_who_ended_it(tmp_path: Path) -> None:
    async with real_console(tmp_path) as console:
        call = await console.call()
        dialog = await console.hang_up()
        await console.until(lambda: dialog.outcome is not None)
        assert dialog.outcome is not None
        assert (dialog.outcome.answer, dialog.outcome.status) == (Answer.ACCEPTED, 204)
        await console.until(lambda: dialog.call.ended)
        for words in ("Hung up: the call has ended", "200/7000", "Ended by the bot"):
            await console.shows(words)
        (attempt,) = console.attempts(call)
        assert (attempt.operator, attempt.outcome) == ("ada@console-1", dialog.outcome)
        assert attempt.took_s is not None
        assert whole(console)


async def test_404_is_already_gone_and_the_board_learns_it(tmp_path: Path) -> None:
    async with real_console(tmp_path) as console:
        call = await console.call(Rule(Fault.LOST))
        dialog = await console.hang_up()
        await console.until(lambda: dialog.call.ended)
        await console.shows("already gone")
        assert console.now(call).gone
        (attempt,) = console.attempts(call)
        assert attempt.outcome is not None
        assert attempt.outcome.status == 404


async def refused(console: RealConsole, fault: Fault, answer: Answer, words: str, body: Body = Body.GRAPH) -> None:
    """A hang-up under this fault: said on the screen, written down, and the call as it was."""
    call = await console.call(Rule(fault, seconds=2 * READ_TIMEOUT_S, body=body))
    dialog = await console.hang_up()
    await console.until(lambda: dialog.outcome is not None)
    assert dialog.outcome is not None
    assert dialog.outcome.answer is answer
    assert words in dialog.outcome.sentence
    (attempt,) = console.attempts(call)
    assert attempt.outcome == dialog.outcome
    if fault is not Fault.LATE:  # which hangs the call up, only nobody hears of it in time
        await console.shows("Not known whether it is hung up" if fault in MAYBE_DONE else "Not hung up")
        await console.until(lambda: console.now(call).hangup is not None)
        assert not console.now(call).ended
    await console.pilot.press("escape")
    await console.until(lambda: console.app.screen is console.app.home)


async def test_every_refusal_is_said_the_call_stays_as_it_was_and_the_trail_has_it(tmp_path: Path) -> None:
    async with real_console(tmp_path) as console:
        for fault, answer, words in REFUSALS:
            await refused(console, fault, answer, words)
        assert whole(console)


@pytest.mark.parametrize("body", [Body.HTML, Body.EMPTY])
async def test_a_body_that_is_not_graphs_makes_no_difference_to_that(body: Body, tmp_path: Path) -> None:
    async with real_console(tmp_path) as console:
        for fault, answer, words in REFUSALS:
            if fault in {Fault.CONFLICT, Fault.BUSY}:
                await refused(console, fault, answer, words, body)


async def test_the_outcome_arrives_whatever_became_of_the_dialog_and_the_terminal(tmp_path: Path) -> None:
    async with real_console(tmp_path) as console:
        call = await console.call(Rule(Fault.LATE, seconds=READ_TIMEOUT_S / 2))
        await console.hang_up()
        console.app.app_focus = False
        await console.pilot.press("escape")
        await console.until(lambda: console.app.screen is console.app.home)
        await console.pilot.resize_terminal(60, 18)
        await console.until(lambda: any("accepted" in str(one.message) for one in console.app._notifications))
        await console.until(lambda: console.now(call).ended)
        await console.until(lambda: console.attempts(call)[0].outcome is not None)
