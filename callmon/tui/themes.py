"""The colours of the themes. What they mean is always said by a word or a sign as well."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

_CURSOR = "board-cursor"
"""The background of the row that is selected: on it, too, all text must have a contrast of 4.5 (WCAG 2.2, 1.4.3)."""

_TEXTUAL_DARK = BUILTIN_THEMES["textual-dark"]
_DARK = replace(_TEXTUAL_DARK, name="dark", error="#ff8f8f", variables={**_TEXTUAL_DARK.variables, _CURSOR: "#0a3f69"})
_LIGHT = Theme(
    name="light",
    dark=False,
    primary="#0b5fae",
    secondary="#3a5a78",
    accent="#633084",
    warning="#633e00",
    error="#8f1610",
    success="#11551f",
    foreground="#1c1c1c",
    background="#fafafa",
    surface="#f0f0f0",
    panel="#e2e2e2",
    text_alpha=1.0,
    variables={_CURSOR: "#a6c3df"},
)
_HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#3b8eea",
    secondary="#9ad1ff",
    accent="#7fdfff",
    warning="#ffd75f",
    error="#ff9a8a",
    success="#7dff9b",
    foreground="#ffffff",
    background="#000000",
    surface="#101010",
    panel="#262626",
    text_alpha=1.0,
    variables={_CURSOR: "#1a3f69"},
)
_TERMINAL = replace(
    BUILTIN_THEMES["ansi-dark"],
    name="terminal",
    accent="ansi_cyan",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        _CURSOR: "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
    },
)
"""No blue and no bright colour for text: it must be readable on a dark and on a light background."""

ALL: tuple[Theme, ...] = (_DARK, _LIGHT, _HIGH_CONTRAST, _TERMINAL)
