"""Everything that happens inside the console, named for what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from callmon.core.calls import Call

if TYPE_CHECKING:  # the first paint waits for none of these
    from callmon.core.hangup import CheckOutcome
    from callmon.hangups import Progress
    from callmon.tui.notifications import Notification
    from callmon.tui.parts import Parts


class Loaded(Message):
    """Settings are read, the journal is open."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts


class FeedsBegun(Message):
    """The feeds have been started, or have said why they cannot."""

    def __init__(self, post_to: str) -> None:
        """`post_to` as `Parts.begin` gives it."""
        super().__init__()
        self.post_to = post_to


class LoadFailed(Message):
    """The console cannot start; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class NewsWaits(Message):
    """The follower has put something into the inbox that was empty before."""


class JournalLost(Message):
    """The journal cannot be read; what is on the screen is what was known until then. It is tried again."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class JournalFound(Message):
    """The journal can be read again."""


class CallSelected(Message):
    """The cursor is on another call, or on none."""

    def __init__(self, call_id: str | None) -> None:
        super().__init__()
        self.call_id = call_id


class ViewShown(Message):
    """The view that was asked for is on the screen."""


class SortAsked(Message):
    """The operator wants the board sorted by this, or, if it is already, the other way round."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by


class HangUpConfirmed(Message):
    """The operator said yes to hanging up these calls."""

    def __init__(self, call_ids: Sequence[str]) -> None:
        super().__init__()
        self.call_ids = call_ids


class HangUpCalledOff(Message):
    """The operator wants these hang-ups not to be sent, or not again."""

    def __init__(self, call_ids: Sequence[str]) -> None:
        super().__init__()
        self.call_ids = call_ids


class HangUpMoved(Message):
    """A hang-up has come one step further."""

    def __init__(self, call_id: str, progress: Progress) -> None:
        super().__init__()
        self.call_id = call_id
        self.progress = progress


class MarksChanged(Message):
    """Calls were marked, or marks taken away."""


class CheckReturned(Message):
    """Graph was asked whether it still has a call."""

    def __init__(self, call: Call, outcome: CheckOutcome, *, asked: bool) -> None:
        """`asked` if the operator wanted to know."""
        super().__init__()
        self.call = call
        self.outcome = outcome
        self.asked = asked


class NotificationsRead(Message):
    """The journal was searched for notifications, not read before, of the call that the screen is about."""

    def __init__(self, notifications: Sequence[Notification], problem: str = "") -> None:
        """`problem` is a sentence about why the journal could not be read."""
        super().__init__()
        self.notifications = notifications
        self.problem = problem


class PromptTyped(Message):
    """The text in the prompt is another one."""

    def __init__(self, purpose: str, text: str) -> None:
        super().__init__()
        self.purpose = purpose
        self.text = text


class PromptClosed(Message):
    """The operator is done with the prompt."""

    def __init__(self, purpose: str, text: str, *, kept: bool) -> None:
        """`text` is what is in force: what was typed, or, if that is not kept, what the prompt was opened with."""
        super().__init__()
        self.purpose = purpose
        self.text = text
        self.kept = kept


class Arranged(Message):
    """The operator has arranged the board otherwise, or typed something to be remembered."""
