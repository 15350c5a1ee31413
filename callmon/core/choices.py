"""What a person can choose by name for the screen; the settings judge these names, the screen knows what they mean."""

from __future__ import annotations

THEMES = ("dark", "light", "high-contrast", "terminal")
"""The last one has no colours of its own: it uses the sixteen of the terminal."""

COLUMNS = ("time", "state", "who", "kind", "index", "note", "id", "seen", "heard", "bot", "chain", "tenant")
"""``seen`` and ``heard`` are when the call was first and last heard of, as times of day in UTC."""

DEFAULT_COLUMNS = COLUMNS[:6]

SORTS = ("newest", *COLUMNS)
"""What the order can go by; a ``-`` before it turns the order round."""

BELLS = ("trouble", "deaf")
"""A call is in trouble that was not; no feed receives any more."""
