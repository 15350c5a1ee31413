"""Chance that can be repeated, and ids of the form that Graph gives out."""

from __future__ import annotations

import random
import uuid


def dice(seed: int | str) -> random.Random:
    """A source of chance; the same seed gives the same sequence."""
    return random.Random(seed)  # noqa: S311  # a show that must be repeatable; nothing secret comes from it


def guid(rng: random.Random) -> str:
    """A random UUID (version 4) in lower case with dashes."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def call_id(rng: random.Random) -> str:
    """A call id as Graph forms them: the first group is structured (``6f1f5c00``), so it collides often."""
    head = f"{rng.randrange(256):02x}{rng.choice(('1f', '1f', '20'))}{rng.choice('56')}{rng.randrange(16):x}00"
    return head + guid(rng)[8:]


def happens(rng: random.Random, probability: float) -> bool:
    """Whether something comes about that does so with this probability (0 to 1)."""
    return rng.random() < probability
