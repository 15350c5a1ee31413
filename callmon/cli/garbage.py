"""How often Python looks for cyclic garbage: as seldom as what is going on allows, for callmon makes little of it."""

from __future__ import annotations

import gc

_STARTING = 200_000
_RUNNING = 20_000


def while_starting() -> None:
    """Look after more new objects than Python's 700: a start makes far more, and nearly all of them stay.

    To look through them took a twentieth of the start.
    """
    gc.set_threshold(_STARTING)


def while_running() -> None:
    """From now on what comes may go again. What imports left behind makes room, before more is taken for a board."""
    gc.set_threshold(_RUNNING)


def keep_all() -> None:
    """What there is stays; from now on, garbage is looked for among what comes.

    A full collection over a large board stops everything for a fifth of a second, and finds nothing in it.
    """
    gc.freeze()
