"""The silence that tells a key that is meant from type-ahead and from a key that is held down.

Keyboards begin to repeat a held key after 0.25 to 1 s (Windows offers just these, X.org has 0.66 s), so the quiet time
alone cannot tell the first repetition of a confirming key from a second press.
"""

from __future__ import annotations

QUIET_S = 0.4
"""So long no key must have been pressed before one that counts."""
LET_GO_S = 1.5
"""So long the confirming key must have been let go of before it counts, unless another key was pressed since."""


def too_soon(key: str) -> str:
    """What is said when the confirming key does not count."""
    return f"{key} came too soon or was held: leave it alone for {LET_GO_S:g} s, then press it."


class Quiet:
    """How long no key has been pressed. Times are seconds of a clock that goes on steadily."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._pressed_at: float | None = None
        self.too_soon = False
        """Whether the confirming key was the last one, and came too soon."""

    @property
    def begun(self) -> bool:
        """Whether the dialog is on the screen: before that nothing counts."""
        return self._since is not None

    def begin(self, now: float) -> None:
        """The dialog is on the screen: the silence begins."""
        self._since = now

    def lasts(self, now: float) -> bool:
        """Whether it has lasted long enough for a key to count."""
        return self._since is not None and now - self._since >= QUIET_S

    def confirms(self, now: float) -> bool:
        """The confirming key: whether it counts."""
        let_go = self._pressed_at is None or now - self._pressed_at >= LET_GO_S
        counts = self.lasts(now) and let_go
        self.too_soon, self._pressed_at = not counts, now
        self.restart(now)
        return counts

    def other(self, now: float) -> None:
        """Another key: whoever pressed it does not hold the confirming one."""
        self.too_soon, self._pressed_at = False, None
        self.restart(now)

    def restart(self, now: float) -> None:
        """What is asked has changed: the silence begins anew."""
        if self._since is not None:
            self._since = now
