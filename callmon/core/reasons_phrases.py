"""The sentences that stand around a catalogue row, and the readings of a call that ended without a code.

A sentence around a Chinese row must be Chinese too, so each one exists in both languages.
"""
# ruff: noqa: RUF001  # Chinese text has Chinese punctuation

from __future__ import annotations

from dataclasses import dataclass

from callmon.core.reasons_catalogue import Reading
from callmon.core.reasons_families import DERIVED, KEEP_THE_CALL_ID


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence, or a template for `str.format`, in English and Chinese."""

    english: str
    chinese: str

    def text(self, *, chinese: bool) -> str:
        """The sentence in one of the languages."""
        return self.chinese if chinese else self.english

    def filled(self, **values: int) -> Phrase:
        """The same with its places filled."""
        return Phrase(self.english.format(**values), self.chinese.format(**values))


@dataclass(frozen=True, slots=True)
class Frame:
    """What is put around a title and an explanation, each with one ``{}`` in it."""

    title: Phrase
    explanation: Phrase

    def taken_off(self, title: str) -> str:
        """What it was put around, in either language; a title without it as it is."""
        starts = (text.removesuffix("{}") for text in (self.title.english, self.title.chinese))
        return next((title.removeprefix(start) for start in starts if title.startswith(start)), title)


NEVER_ANSWERED = Frame(
    Phrase("Never answered: {}", "无人接听：{}"),
    Phrase(
        "Nobody answered: the call ended before it was established. The reason given: {}",
        "无人接听：通话在接通之前就结束了。给出的原因：{}",
    ),
)
CALL_GOES_ON = Frame(
    Phrase("Call goes on: {}", "通话仍在继续：{}"),
    Phrase(
        "This is the result of an operation; the call itself goes on. The reason given: {}",
        "这是一次操作的结果，通话本身仍在继续。给出的原因：{}",
    ),
)
ANOTHER_CODE = Phrase(
    "This subcode is known with code {known}; here it came with code {given}.",
    "该子代码登记在代码 {known} 之下，这里的代码是 {given}。",
)
NO_CODE = Phrase(
    "This subcode is known with code {known}; here no such code came with it.",
    "该子代码登记在代码 {known} 之下，这里没有给出这样的代码。",
)
FROM_THE_MESSAGE = Phrase(
    "This reason stands in the message (DiagCode {code}#{subcode}); the code and subcode around it tell nothing.",
    "该原因来自消息中的 DiagCode {code}#{subcode}；外层的代码和子代码没有说明任何原因。",
)
CAME_WITH_THE_END = Phrase(
    "It is the result of an operation; here it came with the end of the call, and no other reason was given.",
    "这是一次操作的结果；这里它随通话的结束而来，没有给出其他原因。",
)
SUBCODE_ZERO = Phrase("Subcode 0 gives no reason of its own.", "子代码 0 不说明具体原因。")
SUBCODE_UNKNOWN = Phrase("No table explains this subcode here.", "子代码在此没有说明。")

TRANSFER_THEN_END = Reading(
    title="Transfer failed, then the call ended",
    explanation="A transfer did not go through. Graph's pages show this reason on a call that stays up; this call has"
    " ended, and no other reason was given for that.",
    ended_by="service",
    category="service_error",
    advice="Check the transfer target, and the bot's own log at that time.",
    source="graph-docs-examples",
)

NO_ERROR = Reading(
    title="No error",
    explanation="Any 2xx code is a success: the operation, or a step of it, went without an error.",
    ended_by="unknown",
    category="success",
    advice="",
    source=DERIVED,
)

UNKNOWN = Reading(
    title="Unknown reason",
    explanation="Neither the code nor the subcode is in any table, and the code belongs to no known class.",
    ended_by="unknown",
    category="unknown",
    advice=KEEP_THE_CALL_ID,
    source=DERIVED,
)

TERMINATION_REASONS = {
    "apptransferred": Reading(
        title="The call was transferred",
        explanation="The bot transferred the call, so its own leg ended (termination reason AppTransferred, no code).",
        ended_by="bot",
        category="success",
        advice="",
        source="graph-docs-examples",
    ),
    "appredirected": Reading(
        title="The call was redirected",
        explanation="The bot sent the incoming call on to somebody else instead of answering it (termination reason"
        " AppRedirected, no code).",
        ended_by="bot",
        category="success",
        advice="",
        source="graph-docs-examples",
    ),
    "appinitiated": Reading(
        title="The bot ended the call",
        explanation="The bot hung up (termination reason AppInitiated, no code).",
        ended_by="bot",
        category="success",
        advice="If nobody expected it, look at the bot's own log at that time.",
        source="graph-docs-examples",
    ),
    "callterminated": Reading(
        title="The call ended",
        explanation="Graph says that the call was terminated and nothing more (termination reason CallTerminated, no"
        " code).",
        ended_by="unknown",
        category="unknown",
        advice=KEEP_THE_CALL_ID,
        source="github-wild",
    ),
}
"""By ``terminationReason`` in lower case: what older notifications carry in place of a code."""

UNHEARD_OF = "?"
"""In place of any other word there."""
WHILE_ENDING = "The end came without a result code. While the call was ending, Graph sent the result {}."
"""English alone: so are the readings of an end that has no code."""


def no_reason(*, established: bool | None, ended: bool, word: bool = False) -> Reading:
    """What is known of a call that ended, or of a result that came, with neither code nor subcode.

    `word` is whether there is a termination reason in their place, of a kind that is not known.

    Per Graph's pages a call that the bot redirects or rejects ends so, and a consultative transfer may.
    """
    title, known = "No reason was given", "Graph sent no result code."
    if not ended:
        title, known = "No result was given", "Graph sent no result code, and the call goes on."
    elif word:
        title = "Only a termination reason was given"
        known += " What it sent is a termination reason that no source explains."
    elif established:
        known += " The call had been answered; a consultative transfer can end this way."
    elif established is False:
        known += " The call was never answered; one that the bot redirects or rejects ends this way."
    else:
        known += " A call that the bot redirects or rejects ends this way."
    return Reading(title, known, "unknown", "unknown", KEEP_THE_CALL_ID if ended else "", DERIVED)
